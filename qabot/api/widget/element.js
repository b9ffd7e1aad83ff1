// <policy-answers>: the element, and what it remembers while the page is open. Its attributes:
//   api      address of the service; by default the one that this script came from
//   key      the publishable key by which the service knows the page
//   company  whose policies are searched; by default all
//   contact  where to turn without an answer: an address of http, https, mailto or tel
//   lang     language of the texts; by default that of the nearest element that names one
//   theme    "light" or "dark"; by default the visitor's
//   display  "inline" for a panel in the page; by default a button opens a dialog
// `style.css` begins with the custom properties that a page may set.

const SHEET = new CSSStyleSheet(); // the one way to bring styles that every policy allows
SHEET.replaceSync(STYLE);

class PolicyAnswers extends HTMLElement {
  static observedAttributes = ["contact", "display", "lang"];

  #by = anonymous();
  #words = wordsIn("en");
  #asking = new AbortController();
  #question = "";
  /** @type {{answer: object} | {failure: string, seconds: number} | null} what was last shown */
  #outcome = null;
  /** The elements that change, or null before the first `#build`. */
  #parts = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [SHEET];
  }

  connectedCallback() {
    this.#build();
  }

  disconnectedCallback() {
    this.#asking.abort();
  }

  attributeChangedCallback() {
    if (this.#parts && this.isConnected) this.#build();
  }

  /** Build everything anew; what was typed, asked and open stays. */
  #build() {
    const before = this.#parts;
    this.#words = wordsIn(languageOf(this));
    const isInline = this.getAttribute("display") === "inline";
    const parts = panelView(this.#words, isInline, (question) => this.#ask(question));
    const root = make("div", { class: "root", lang: this.#words.locale });
    if (!isInline) root.append(launcher(this.#words, parts));
    root.append(parts.panel);
    this.#parts = parts;
    this.shadowRoot.replaceChildren(root);
    if (before) parts.field.value = before.field.value;
    if (this.#outcome) this.#show(this.#outcome);
    if (before?.panel.open && !isInline) parts.panel.showModal();
  }

  async #ask(question) {
    const { field, error, hint, result } = this.#parts;
    field.focus();
    error.textContent = question ? "" : this.#words.say("empty");
    field.setAttribute("aria-invalid", String(!question));
    this.#announce(question ? this.#words.say("asking") : error.textContent);
    if (!question) return;
    this.#asking.abort();
    const asking = (this.#asking = new AbortController());
    this.#question = question;
    result.setAttribute("aria-busy", "true");
    hint.textContent = this.#words.say("asking");
    const outcome = await ask(this, question, asking.signal);
    if (!asking.signal.aborted) this.#show(outcome);
  }

  #show(outcome) {
    const words = this.#words;
    const page = {
      words,
      contact: this.getAttribute("contact"),
      company: this.getAttribute("company"),
    };
    const { answer } = outcome;
    const view = answer
      ? answerView(answer, page)
      : failureView(outcome, page, () => this.#ask(this.#question));
    this.#outcome = outcome;
    this.#parts.result.replaceChildren(
      make("h3", {}, view.summary),
      ...view.beside.map((sentence) => make("p", {}, sentence)),
      ...view.shown.filter((part) => part !== null),
      ...(view.isRated ? [this.#feedback(answer.id)] : []),
    );
    this.#parts.result.removeAttribute("aria-busy");
    this.#parts.hint.textContent = words.say("hint");
    this.#announce([view.summary, ...view.beside].join(" "));
  }

  #feedback(answer) {
    const send = (helpful, comment) =>
      sendFeedback(this, { answer, helpful, comment, by: this.#by });
    return feedbackView(this.#words, send, (text) => this.#announce(text));
  }

  #announce(text) {
    this.#parts.status.textContent = text;
  }
}

if (!customElements.get("policy-answers")) customElements.define("policy-answers", PolicyAnswers);
