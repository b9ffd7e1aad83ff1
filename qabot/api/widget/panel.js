// What stands there before anything is asked: the launcher, and the panel with the form.

/**
 * Make the panel: a section of the page, or a dialog that is closed.
 * @param {object} words
 * @param {boolean} isInline
 * @param {(question: string) => void} ask
 * @returns the panel and those of its parts that change
 */
function panelView(words, isInline, ask) {
  const field = questionField(isInline);
  const error = make("p", { id: "error", class: "error" });
  const hint = make("p", { id: "hint", class: "hint" }, words.say("hint"));
  const status = make("p", { class: "unseen", role: "status" });
  const result = make("div", { class: "result" });
  const onsubmit = (event) => {
    event.preventDefault();
    ask(field.value.trim());
  };
  const panel = make(
    isInline ? "section" : "dialog",
    { class: "panel", "aria-labelledby": "title", closedby: isInline ? null : "any" },
    make(
      "header",
      {},
      make("h2", { id: "title" }, words.say("title")),
      isInline ? null : closeButton(words, () => panel.close()),
    ),
    make(
      "form",
      { class: "ask", onsubmit },
      make("label", { for: "question" }, words.say("question")),
      make("div", { class: "field" }, field, make("button", { class: "button" }, words.say("ask"))),
      error,
      hint,
    ),
    status,
    result,
  );
  return { panel, field, error, hint, status, result };
}

/** Make the button that opens the dialog, with what was asked before ready to be typed over. */
function launcher(words, { panel, field }) {
  const onclick = () => {
    panel.showModal();
    field.select();
  };
  const attributes = { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick };
  return make("button", attributes, icon(BUBBLE), words.say("title"));
}

function closeButton(words, onclick) {
  const attributes = { type: "button", class: "close", "aria-label": words.say("close"), onclick };
  return make("button", attributes, icon(CROSS));
}

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
