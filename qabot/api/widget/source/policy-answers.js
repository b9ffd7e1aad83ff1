// <policy-answers>: the element, and what it remembers while the page is open. Its attributes:
//   api      address of the service; by default the one that this script came from
//   key      the publishable key by which the service knows the page
//   company  whose policies are searched; by default all
//   contact  where to turn without an answer: an address of http, https, mailto or tel
//   lang     language of the texts; by default that of the nearest element that names one
//   theme    "light" or "dark"; by default the visitor's
//   display  "inline" for a panel in the page; by default a button opens a dialog
// `style.css` begins with the custom properties that a page may set.

import { answerView } from "./answer.js";
import { make } from "./elements.js";
import { failureView } from "./failure.js";
import { feedbackView } from "./feedback.js";
import { languageOf, localization } from "./localization.js";
import { launcher, panelView } from "./panel.js";
import { ask, randomId, sendFeedback } from "./service.js";
import css from "./style.css";

/** @typedef {Awaited<ReturnType<typeof ask>>} Outcome */

const STYLE = new CSSStyleSheet(); // the one way to bring styles that every policy allows
STYLE.replaceSync(css);

class PolicyAnswers extends HTMLElement {
  static observedAttributes = ["contact", "display", "lang"];

  #root = this.attachShadow({ mode: "open" });
  #asker = randomId();
  #locale = localization("en");
  #asking = new AbortController();
  #question = "";
  /** @type {Outcome | null} what was last shown */
  #outcome = null;
  /** @type {import("./panel.js").Panel | null} the one built last */
  #panel = null;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [STYLE];
  }

  connectedCallback() {
    this.#build();
  }

  disconnectedCallback() {
    this.#asking.abort();
  }

  attributeChangedCallback() {
    if (this.#panel && this.isConnected) this.#build();
  }

  /** Build everything anew; what was typed, asked and open stays. */
  #build() {
    const before = this.#panel;
    const locale = localization(languageOf(this));
    const isInline = this.getAttribute("display") === "inline";
    const panel = panelView(locale, isInline, (question) => this.#ask(question));
    const root = make("div", { class: "root", lang: locale.tag });
    if (!isInline) root.append(launcher(locale, panel));
    root.append(panel.panel);
    this.#locale = locale;
    this.#panel = panel;
    this.#root.replaceChildren(root);
    if (before) panel.field.value = before.field.value;
    if (this.#outcome) this.#show(this.#outcome);
    if (before?.dialog?.open) panel.dialog?.showModal();
  }

  /** @param {string} question */
  async #ask(question) {
    if (!this.#panel) return;
    const { field, error, hint, result } = this.#panel;
    field.focus();
    error.textContent = question ? "" : this.#locale.text("empty");
    field.setAttribute("aria-invalid", String(!question));
    this.#announce(question ? this.#locale.text("asking") : error.textContent);
    if (!question) return;
    this.#asking.abort();
    const asking = (this.#asking = new AbortController());
    this.#question = question;
    result.setAttribute("aria-busy", "true");
    hint.textContent = this.#locale.text("asking");
    const outcome = await ask(this, question, asking.signal);
    if (!asking.signal.aborted) this.#show(outcome);
  }

  /** @param {Outcome} outcome */
  #show(outcome) {
    if (!this.#panel) return;
    const { hint, result } = this.#panel;
    const page = {
      locale: this.#locale,
      contact: this.getAttribute("contact"),
      company: this.getAttribute("company"),
    };
    const view =
      "answer" in outcome
        ? answerView(outcome.answer, page)
        : failureView(outcome, page, () => this.#ask(this.#question));
    const rated = "answer" in outcome && view.isRated ? outcome.answer.id : null;
    this.#outcome = outcome;
    result.replaceChildren(
      make("h3", {}, view.summary),
      ...view.notes.map((note) => make("p", {}, note)),
      ...view.shown.filter((part) => part !== null),
      ...(rated ? [this.#feedback(rated)] : []),
    );
    result.removeAttribute("aria-busy");
    hint.textContent = this.#locale.text("hint");
    this.#announce([view.summary, ...view.notes].join(" "));
  }

  /** @param {string} answer its id */
  #feedback(answer) {
    const send = (/** @type {boolean} */ helpful, /** @type {string | null} */ comment) =>
      sendFeedback(this, { answer, helpful, comment, by: this.#asker });
    return feedbackView(this.#locale, send, (text) => this.#announce(text));
  }

  /** @param {string} text */
  #announce(text) {
    if (this.#panel) this.#panel.status.textContent = text;
  }
}

if (!customElements.get("policy-answers")) customElements.define("policy-answers", PolicyAnswers);
