// "Was this helpful?": one press says it, a "No" may say more.

import { make } from "./elements.js";

/** @typedef {import("./localization.js").Localization} Localization */

/**
 * @param {Localization} locale
 * @param {(helpful: boolean, comment: string | null) => Promise<boolean>} send returns whether it
 *   arrived
 * @param {(text: string) => void} announce
 */
export function feedbackView(locale, send, announce) {
  const outcome = make("p", { class: "outcome" });
  const choose = (/** @type {boolean} */ helpful) => async () => {
    press(helpful);
    const isSent = await send(helpful, null);
    if (!isSent) press(null);
    more.hidden = helpful || !isSent;
    tell(isSent);
  };
  const yes = choiceButton(locale.text("yes"), choose(true));
  const no = choiceButton(locale.text("no"), choose(false));
  const press = (/** @type {boolean | null} */ helpful) => {
    yes.setAttribute("aria-pressed", String(helpful === true));
    no.setAttribute("aria-pressed", String(helpful === false));
  };
  const tell = (/** @type {boolean} */ isSent) => {
    outcome.textContent = locale.text(isSent ? "thanks" : "unsent");
    announce(outcome.textContent);
  };
  const more = commentForm(locale, async (comment) => {
    no.focus(); // the form goes: the focus must not go with it
    const isSent = await send(false, comment);
    more.hidden = isSent;
    tell(isSent);
  });
  const label = make("span", { id: "helpful" }, locale.text("helpful"));
  const group = make("div", { role: "group", "aria-labelledby": "helpful" }, label, yes, no);
  return make("div", { class: "feedback" }, group, outcome, more);
}

/**
 * @param {string} label
 * @param {() => void} onclick
 */
function choiceButton(label, onclick) {
  const attributes = { type: "button", class: "plain", "aria-pressed": "false", onclick };
  return make("button", attributes, label);
}

/**
 * @param {Localization} locale
 * @param {(comment: string) => void} send
 */
function commentForm(locale, send) {
  const field = make("textarea", { id: "comment", rows: "2", dir: "auto", maxlength: "2000" });
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (field.value.trim()) send(field.value.trim());
    else field.focus();
  };
  const submit = make("button", { class: "plain" }, locale.text("send"));
  const label = make("label", { for: "comment" }, locale.text("comment"));
  return make("form", { class: "comment", hidden: "", onsubmit }, label, field, submit);
}
