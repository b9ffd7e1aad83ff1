// "Was this helpful?": one press says it, a "No" may say more.

/**
 * @param {object} words
 * @param {(helpful: boolean, comment: string | null) => Promise<boolean>} send
 * @param {(text: string) => void} announce
 */
function feedbackView(words, send, announce) {
  const said = make("p", { class: "said" });
  const choose = (helpful) => async () => {
    press(helpful);
    const isSent = await send(helpful, null);
    if (!isSent) press(null);
    more.hidden = helpful || !isSent;
    tell(isSent);
  };
  const yes = choice(words.say("yes"), choose(true));
  const no = choice(words.say("no"), choose(false));
  const press = (helpful) => {
    yes.setAttribute("aria-pressed", String(helpful === true));
    no.setAttribute("aria-pressed", String(helpful === false));
  };
  const tell = (isSent) => {
    said.textContent = words.say(isSent ? "thanks" : "unsent");
    announce(said.textContent);
  };
  const more = commentForm(words, async (comment) => {
    no.focus(); // the form goes: the focus must not go with it
    const isSent = await send(false, comment);
    more.hidden = isSent;
    tell(isSent);
  });
  const label = make("span", { id: "helpful" }, words.say("helpful"));
  const group = make("div", { role: "group", "aria-labelledby": "helpful" }, label, yes, no);
  return make("div", { class: "feedback" }, group, said, more);
}

function choice(label, onclick) {
  return make("button", { type: "button", class: "plain", "aria-pressed": "false", onclick }, label);
}

function commentForm(words, send) {
  const field = make("textarea", { id: "comment", rows: "2", dir: "auto", maxlength: "2000" });
  const onsubmit = (event) => {
    event.preventDefault();
    if (field.value.trim()) send(field.value.trim());
    else field.focus();
  };
  const submit = make("button", { class: "plain" }, words.say("send"));
  const label = make("label", { for: "comment" }, words.say("comment"));
  return make("form", { class: "comment", hidden: "", onsubmit }, label, field, submit);
}
