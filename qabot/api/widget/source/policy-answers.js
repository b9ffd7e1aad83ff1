// <policy-answers>: the element, and what it remembers while the page is open. Its attributes:
//   api      address of the service; by default the one that this script came from
//   key      the publishable key by which the service knows the page
//   company  whose policies are searched; by default all
//   contact  where to turn without an answer: an address of http, https, mailto or tel
//   lang     language of the texts; by default that of the nearest element that names one
//   theme    "light" or "dark"; by default the visitor's
//   display  "inline" for a panel in the page; by default a button opens a dialog
// `style.css` begins with the custom properties that a page may set.

import { answerView, examplesView } from "./answer.js";
import { make } from "./elements.js";
import { failureView } from "./failure.js";
import { feedbackView } from "./feedback.js";
import { contactLink } from "./links.js";
import { languageOf, localization } from "./localization.js";
import { companyChooser, launcher, panelView } from "./panel.js";
import { ask, examplesOf, randomId, sendFeedback } from "./service.js";
import { copyButton, questionInAddress } from "./share.js";
import css from "./style.css";

/** @typedef {Awaited<ReturnType<typeof ask>>} Outcome */

const REMEMBERED = 3; // questions, which a further one may go on from

const STYLE = new CSSStyleSheet(); // the one way to bring styles that every policy allows
STYLE.replaceSync(css);

class PolicyAnswers extends HTMLElement {
  static observedAttributes = ["company", "contact", "display", "lang"];

  #root = this.attachShadow({ mode: "open" });
  #asker = randomId();
  #locale = localization("en");
  #asking = new AbortController();
  #question = ""; // the last that was answered, or failed
  /** @type {string[]} the last questions, oldest first */
  #turns = [];
  /** @type {string | null} whose policies the visitor chose; null: all */
  #chosen = null;
  /** @type {import("./contract.js").Examples | null} */
  #examples = null;
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
    if (!this.#isInline) return;
    const question = questionInAddress();
    if (question) this.#ask(question);
    this.#begin();
  }

  disconnectedCallback() {
    this.#asking.abort();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (!this.#panel || !this.isConnected) return;
    if (name === "company" && before !== now) this.#forget();
    this.#build();
  }

  get #isInline() {
    return this.getAttribute("display") === "inline";
  }

  get #company() {
    return this.getAttribute("company") ?? this.#chosen;
  }

  /** Build everything anew; what was typed, asked and open stays. */
  #build() {
    const before = this.#panel;
    const locale = localization(languageOf(this));
    const panel = panelView(
      locale,
      this.#isInline,
      (question) => this.#ask(question),
      () => this.#question,
    );
    const root = make("div", { class: "root", lang: locale.tag });
    if (!this.#isInline) root.append(launcher(locale, panel, () => this.#begin()));
    root.append(panel.panel);
    this.#locale = locale;
    this.#panel = panel;
    this.#root.replaceChildren(root);
    if (before) panel.field.value = before.field.value;
    if (this.#examples) this.#showExamples(this.#examples);
    if (this.#outcome) this.#show(this.#outcome);
    if (before?.dialog?.open) panel.dialog?.showModal();
  }

  /** Fetch what is there before the first question, once, and again for another company. */
  async #begin() {
    if (this.#examples) return;
    this.#examples = { examples: [], companies: [] };
    const company = this.#company;
    const found = await examplesOf(this, company);
    if (company !== this.#company) return;
    this.#examples = found;
    this.#showExamples(found);
  }

  /** Forget what was asked of a company, and its answer: another is chosen. */
  #forget() {
    this.#asking.abort();
    this.#turns = [];
    this.#outcome = null;
    this.#put([], "");
    if (!this.#examples) return;
    this.#examples = null;
    this.#begin();
  }

  /**
   * Show something in place of what is there, or of what is waited for.
   * @param {(Node | null)[]} shown
   * @param {string} announced
   */
  #put(shown, announced) {
    if (!this.#panel) return;
    const { hint, result } = this.#panel;
    result.replaceChildren(...shown.filter((part) => part !== null));
    result.ariaBusy = null;
    hint.textContent = "";
    this.#announce(announced);
  }

  /** @param {import("./contract.js").Examples} examples */
  #showExamples({ companies }) {
    if (!this.#panel) return;
    const { chooser, result } = this.#panel;
    const isLimited = this.hasAttribute("company") || companies.length < 2;
    const choose = (/** @type {string | null} */ company) => {
      this.#chosen = company;
      this.#forget();
    };
    if (isLimited) chooser.replaceChildren();
    else if (!chooser.contains(this.#root.activeElement))
      chooser.replaceChildren(...companyChooser(this.#locale, companies, this.#chosen, choose));
    if (result.ariaBusy) return;
    const outcome = this.#outcome;
    // A greeting that came before them is answered with them.
    if (outcome && "answer" in outcome && outcome.answer.status === "no_question")
      this.#show(outcome);
    if (outcome) return;
    const list = examplesView(this.#page());
    result.replaceChildren(...(list ? [list] : []));
  }

  /** @param {string} question */
  async #ask(question) {
    if (!this.#panel) return;
    const { field, error, hint, result } = this.#panel;
    if (question) field.value = question;
    // A screen's keyboard would cover the answer.
    if (question && matchMedia("(pointer: coarse)").matches) field.blur();
    else field.focus({ preventScroll: true });
    error.textContent = question ? "" : this.#locale.text("empty");
    field.setAttribute("aria-invalid", String(!question));
    this.#announce(question ? this.#locale.text("asking") : error.textContent);
    if (!question) return;
    this.#asking.abort();
    const asking = (this.#asking = new AbortController());
    result.ariaBusy = "true";
    hint.textContent = this.#locale.text("asking");
    const asked = { question, company: this.#company, context: this.#turns };
    const outcome = await ask(this, asked, asking.signal);
    if (asking.signal.aborted) return;
    this.#question = question;
    if ("answer" in outcome) {
      const { remark, read_as: readAs } = outcome.answer;
      const isQuestion = !remark || remark === "changes";
      if (isQuestion) this.#turns = [...this.#turns, readAs ?? question].slice(-REMEMBERED);
    }
    this.#show(outcome);
    const { field: now } = this.#panel;
    if ("answer" in outcome && now.value.trim() === question) now.value = "";
    this.#bringIntoSight();
  }

  /** @returns {import("./view.js").HostPage} */
  #page() {
    const { examples, companies } = this.#examples ?? { examples: [], companies: [] };
    return {
      locale: this.#locale,
      contact: this.getAttribute("contact"),
      company: this.getAttribute("company"),
      only: this.#company ?? (companies.length === 1 ? (companies[0] ?? null) : null),
      examples,
      ask: (question) => this.#ask(question),
    };
  }

  /** @param {Outcome} outcome */
  #show(outcome) {
    const page = this.#page();
    const view =
      "answer" in outcome
        ? answerView(outcome.answer, page)
        : failureView(outcome, page, () => this.#ask(this.#question));
    const rated = "answer" in outcome && view.isRated ? outcome.answer : null;
    this.#outcome = outcome;
    const asked = "answer" in outcome ? make("p", { class: "muted asked" }, this.#question) : null;
    this.#put([asked, ...view.shown, rated && this.#foot(rated, page)], view.announced);
  }

  /**
   * Make what stands under an answer: whether it helped, whom to ask, the address of the question.
   * @param {import("./contract.js").Answer} answer
   * @param {import("./view.js").HostPage} page
   */
  #foot({ id, status, parts, read_as: readAs }, page) {
    const send = (/** @type {boolean} */ helpful, /** @type {string | null} */ comment) =>
      sendFeedback(this, { answer: id, helpful, comment, by: this.#asker });
    const announce = (/** @type {string} */ text) => this.#announce(text);
    const isOffered = status === "answered" || Boolean(parts?.length);
    const question = readAs ?? this.#question;
    return feedbackView(this.#locale, send, announce, [
      isOffered ? contactLink(page) : null,
      this.#isInline ? copyButton(question, this.#locale, announce) : null,
    ]);
  }

  /** Scroll to the question where its answer is below the fold. */
  #bringIntoSight() {
    if (!this.#panel) return;
    const { form, result } = this.#panel;
    const shown = result.querySelector(".answering, .verdict, .best") ?? result;
    if (shown.getBoundingClientRect().bottom > innerHeight) form.scrollIntoView();
  }

  /** @param {string} text */
  #announce(text) {
    if (this.#panel) this.#panel.status.textContent = text;
  }
}

if (!customElements.get("policy-answers")) customElements.define("policy-answers", PolicyAnswers);
