// What stands there before anything is asked: the launcher, and the panel with the form.

import { make } from "./elements.js";
import { CROSS, SPEECH_BUBBLE, icon } from "./icons.js";

/** @typedef {import("./localization.js").Localization} Localization */
/** @typedef {ReturnType<typeof panelView>} Panel */

/** Companies that can be taken in at a glance; more are searched by name. */
export const FEW = 8;

/**
 * Make the panel: a section of the page, or a dialog that is closed.
 * @param {Localization} locale
 * @param {boolean} isInline
 * @param {(question: string) => void} ask
 * @param {() => string} lastAsked
 * @returns the panel, those of its parts that change, and what opens the dialog
 */
export function panelView(locale, isInline, ask, lastAsked) {
  const field = questionField(locale, isInline, lastAsked);
  const error = make("p", { id: "error", class: "error" });
  const hint = make("p", { id: "hint", class: "hint" }, locale.text("hint"));
  const status = make("p", { class: "visually-hidden", role: "status" });
  const chooser = make("div", { class: "chooser" });
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
  const form = make(
    "form",
    { class: "ask", onsubmit },
    make("label", { for: "question", class: "visually-hidden" }, locale.text("question")),
    make("div", { class: "field" }, field, submit),
    error,
    hint,
    chooser,
  );
  panel.append(
    make(
      "header",
      {},
      make("h2", { id: "title" }, locale.text("title")),
      dialog && closeButton(locale, () => dialog.close()),
    ),
    form,
    status,
    result,
  );
  return { panel, dialog, form, field, error, hint, status, chooser, result };
}

/**
 * Make the button that opens the dialog.
 * @param {Localization} locale
 * @param {Panel} panel
 * @param {() => void} onopen
 */
export function launcher(locale, { dialog }, onopen) {
  const onclick = () => {
    dialog?.showModal();
    onopen();
  };
  const attributes = { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick };
  return make("button", attributes, icon(SPEECH_BUBBLE), locale.text("title"));
}

/**
 * Make a list of questions that are asked by a press, under what they are; null without any.
 * @param {string} label
 * @param {string[]} questions
 * @param {(question: string) => void} ask
 */
export function questionList(label, questions, ask) {
  if (!questions.length) return null;
  const items = questions.map((question) => {
    const attributes = { type: "button", class: "question", dir: "auto", onclick: () => ask(question) };
    return make("li", {}, make("button", attributes, question));
  });
  return make("div", { class: "questions" }, make("p", { class: "muted" }, label), make("ul", {}, ...items));
}

/**
 * Make what chooses the company whose policies are asked about; many are searched by name.
 * @param {Localization} locale
 * @param {string[]} companies
 * @param {string | null} chosen null: all
 * @param {(company: string | null) => void} choose
 * @returns {HTMLElement[]}
 */
export function companyChooser(locale, companies, chosen, choose) {
  const onchange = (/** @type {any} */ { target }) => choose(target.value.trim() || null);
  const label = make("label", { for: "company" }, locale.text("policiesOf"));
  const all = locale.text("allCompanies");
  const option = (/** @type {string} */ name) => make("option", { value: name }, name);
  if (companies.length <= FEW) {
    const options = [make("option", { value: "" }, all), ...companies.map(option)];
    const select = make("select", { id: "company", onchange }, ...options);
    select.value = chosen ?? "";
    return [label, select];
  }
  const field = make("input", {
    id: "company",
    list: "companies",
    autocomplete: "off",
    dir: "auto",
    maxlength: "200",
    placeholder: all,
    value: chosen,
    onchange,
  });
  return [label, field, make("datalist", { id: "companies" }, ...companies.map(option))];
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

/**
 * Make the field: Enter asks, and the arrow up brings the last question back where it is empty.
 * @param {Localization} locale
 * @param {boolean} isInline
 * @param {() => string} lastAsked
 */
function questionField(locale, isInline, lastAsked) {
  return make("textarea", {
    id: "question",
    rows: "1",
    dir: "auto",
    maxlength: "2000",
    placeholder: locale.text("question"),
    autocomplete: "off",
    autofocus: isInline ? null : "",
    enterkeyhint: "search",
    "aria-describedby": "error hint",
    onkeydown: (event) => {
      const { key, target } = event;
      const isRecalled = key === "ArrowUp" && !target.value;
      if (event.shiftKey || event.isComposing || !(isRecalled || key === "Enter")) return;
      event.preventDefault();
      if (isRecalled) target.value = lastAsked();
      else target.form.requestSubmit();
    },
  });
}
