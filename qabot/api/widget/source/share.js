// The address of a question, for a visitor who asks for it: what stands behind "#" is not sent to
// any server, so it is in no log.

import { make } from "./elements.js";

const KEY = "q";

/**
 * Return the question that the page's address asks, "" for none, and take it out of the address.
 */
export function questionInAddress() {
  const question = new URLSearchParams(location.hash.slice(1)).get(KEY)?.trim() ?? "";
  if (question) history.replaceState(history.state, "", location.pathname + location.search);
  return question.slice(0, 2000);
}

/**
 * Make the button that copies the address of a question, or null where nothing can be copied.
 * @param {string} question
 * @param {import("./localization.js").Localization} locale
 * @param {(text: string) => void} announce
 */
export function copyButton(question, locale, announce) {
  if (!navigator.clipboard) return null;
  const onclick = async (/** @type {any} */ { target }) => {
    const url = new URL(location.href);
    url.hash = new URLSearchParams({ [KEY]: question }).toString();
    const copied = await navigator.clipboard.writeText(url.href).then(
      () => true,
      () => false,
    );
    if (!copied) return;
    target.textContent = locale.text("copied");
    announce(locale.text("copied"));
  };
  return make("button", { type: "button", class: "quiet", onclick }, locale.text("copyLink"));
}
