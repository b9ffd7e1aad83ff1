// "Was this helpful?": one press says it, and a "No" may say what was missing.

import { make } from "./elements.js";

/** @typedef {import("./localization.js").Localization} Localization */

/**
 * @param {Localization} locale
 * @param {(helpful: boolean, comment: string | null) => Promise<boolean>} send returns whether it
 *   arrived
 * @param {(text: string) => void} announce
 * @param {(Node | null)[]} beside what stands beside the question
 */
export function feedbackView(locale, send, announce, beside) {
  const outcome = make("p", { class: "outcome" });
  const choose = (/** @type {boolean} */ helpful) => async () => {
    press(helpful);
    tell("");
    const isSent = await send(helpful, null);
    if (!isSent) press(null);
    more.hidden = helpful || !isSent;
    if (!more.hidden) {
      field.focus();
      more.scrollIntoView({ block: "nearest" });
    } else tell(locale.text(isSent ? "thanks" : "unsent"));
  };
  const yes = choiceButton(locale.text("yes"), choose(true));
  const no = choiceButton(locale.text("no"), choose(false));
  const press = (/** @type {boolean | null} */ helpful) => {
    yes.setAttribute("aria-pressed", String(helpful === true));
    no.setAttribute("aria-pressed", String(helpful === false));
  };
  const tell = (/** @type {string} */ said) => {
    outcome.textContent = said;
    if (said) announce(said);
  };
  const field = make("textarea", { id: "comment", rows: "2", dir: "auto", maxlength: "2000" });
  const onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const comment = field.value.trim();
    no.focus(); // the form goes: the focus must not go with it
    const isSent = !comment || (await send(false, comment));
    more.hidden = isSent;
    tell(locale.text(isSent ? "thanks" : "unsent"));
  };
  const more = make(
    "form",
    { class: "comment", hidden: "", onsubmit },
    make("label", { for: "comment" }, locale.text("comment")),
    field,
    make("button", { class: "plain" }, locale.text("send")),
  );
  const label = make("span", { id: "helpful" }, locale.text("helpful"));
  const group = make("div", { role: "group", "aria-labelledby": "helpful" }, label, yes, no);
  const row = make("div", { class: "actions" }, group, ...beside);
  return make("div", { class: "feedback" }, row, more, outcome);
}

/**
 * @param {string} label
 * @param {() => void} onclick
 */
function choiceButton(label, onclick) {
  const attributes = { type: "button", class: "plain", "aria-pressed": "false", onclick };
  return make("button", attributes, label);
}
