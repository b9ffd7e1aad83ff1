// What stands there before anything is asked: the launcher, and the panel with the form.

import { make } from "./elements.js";
import { CROSS, SPEECH_BUBBLE, icon } from "./icons.js";

/** @typedef {import("./localization.js").Localization} Localization */
/** @typedef {ReturnType<typeof panelView>} Panel */

/**
 * Make the panel: a section of the page, or a dialog that is closed.
 * @param {Localization} locale
 * @param {boolean} isInline
 * @param {(question: string) => void} ask
 * @returns the panel, those of its parts that change, and what opens the dialog
 */
export function panelView(locale, isInline, ask) {
  const field = questionField(isInline);
  const error = make("p", { id: "error", class: "error" });
  const hint = make("p", { id: "hint", class: "hint" }, locale.text("hint"));
  const status = make("p", { class: "visually-hidden", role: "status" });
  const result = make("div", { class: "result" });
  const dialog = isInline ? null : make("dialog", { closedby: "any" });
  const panel = dialog ?? make("section");
  panel.className = "panel";
  panel.setAttribute("aria-labelledby", "title");
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    ask(field.value.trim());
  };
  const submit = make("button", { class: "button" }, locale.text("ask"));
  panel.append(
    make(
      "header",
      {},
      make("h2", { id: "title" }, locale.text("title")),
      dialog && closeButton(locale, () => dialog.close()),
    ),
    make(
      "form",
      { class: "ask", onsubmit },
      make("label", { for: "question" }, locale.text("question")),
      make("div", { class: "field" }, field, submit),
      error,
      hint,
    ),
    status,
    result,
  );
  return { panel, dialog, field, error, hint, status, result };
}

/**
 * Make the button that opens the dialog, with what was asked before ready to be typed over.
 * @param {Localization} locale
 * @param {Panel} panel
 */
export function launcher(locale, { dialog, field }) {
  const onclick = () => {
    dialog?.showModal();
    field.select();
  };
  const attributes = { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick };
  return make("button", attributes, icon(SPEECH_BUBBLE), locale.text("title"));
}

/**
 * @param {Localization} locale
 * @param {() => void} onclick
 */
function closeButton(locale, onclick) {
  const label = locale.text("close");
  const attributes = { type: "button", class: "close", "aria-label": label, onclick };
  return make("button", attributes, icon(CROSS));
}

/** @param {boolean} isInline */
function questionField(isInline) {
  return make("textarea", {
    id: "question",
    rows: "1",
    dir: "auto",
    maxlength: "1000",
    autocomplete: "off",
    autofocus: isInline ? null : "",
    enterkeyhint: "search",
    "aria-describedby": "error hint",
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      event.target.form.requestSubmit();
    },
  });
}
