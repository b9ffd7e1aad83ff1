// An answer, or why there is none, as elements.

/**
 * Return what to show and the one sentence that sums it up.
 * @param {object} answer as `POST /v1/ask` returns it
 * @param {{words: object, contact: string | null, company: string | null}} page
 * @returns {{summary: string, shown: (Node | null)[], isRated: boolean}}
 */
function answerView(answer, page) {
  const { words } = page;
  const searched = searchedLine(answer.scope, words);
  if (answer.status === "answered") {
    const titles = [...new Set(answer.citations.map((citation) => citation.title))];
    const values = { count: answer.citations.length, titles: words.list(titles) };
    const cards = answer.citations.map((citation, place) => card(citation, words, true, !place));
    return { summary: words.say("found", values), shown: [...cards, searched], isRated: true };
  }
  const contact = contactLink(page);
  if (answer.status === "not_covered") {
    const cards = answer.nearest.map((citation) => card(citation, words, false, false));
    const heading = cards.length ? make("h4", { class: "label" }, words.say("nearest")) : null;
    const shown = [contact, heading, ...cards, searched];
    return { summary: words.say("notCovered"), shown, isRated: true };
  }
  const isForeign = answer.status === "unknown_company";
  const summary = isForeign ? foreign(answer.scope, page) : outOfForce(answer.scope, words);
  return { summary, shown: [contact], isRated: false };
}

/** Return what to show of a failure; `again` asks once more. */
function failureView({ failure, seconds }, page, again) {
  const { words } = page;
  const later = seconds ? ` ${words.say("later", { count: seconds })}` : "";
  const retry = make("button", { type: "button", class: "plain", onclick: again }, words.say("again"));
  const actions = make("div", { class: "actions" }, retry, contactLink(page));
  return { summary: words.say(failure) + later, shown: [actions], isRated: false };
}

function contactLink({ words, contact }) {
  return link(contact, CONTACT, words, words.say("contact"), "button");
}

/** Make a citation: the best one open, the others folded under their heading. */
function card(citation, words, isAnswer, isOpen) {
  const heading = [
    isAnswer ? null : make("span", { class: "tag" }, words.say("noAnswer")),
    make("h4", {}, citation.title),
    sectionLine(citation),
  ];
  const lead = citation.lead_in
    ? make("p", { class: "lead" }, `${words.say("continues")} `, make("q", {}, citation.lead_in))
    : null;
  const label = words.say("read");
  const body = [
    lead,
    quoteOf(citation, words, isAnswer),
    make("p", { class: "whence" }, whence(citation, words)),
    link(citation.url, WEB, words, label, "source"),
  ];
  if (isOpen) return make("article", { class: "card best" }, ...heading, ...body);
  const summary = make("summary", {}, make("div", {}, ...heading));
  return make("details", { class: "card" }, summary, make("div", { class: "body" }, ...body));
}

/** Make the heading trail, from below the heading that is the title. */
function sectionLine({ title, section }) {
  const isTitle = (heading) => heading.toLowerCase().includes(title.toLowerCase());
  const trail = section.slice(section.findIndex(isTitle) + 1);
  return trail.length ? make("p", { class: "trail" }, trail.join(" › ")) : null;
}

function whence(citation, words) {
  const page = citation.page ? words.say("page", { page: citation.page }) : null;
  const parts = [isolated(citation.company), inForce(citation, words), page];
  return parts.filter(Boolean).join(" · ");
}

function inForce({ effective_from: from, effective_until: until }, words) {
  if (!from) return until ? words.say("until", { last: words.eve(until) }) : words.say("undated");
  const values = { from: words.day(from), last: until && words.eve(until) };
  if (until) return words.say("between", values);
  return words.say(Date.parse(from) > Date.now() ? "from" : "since", values);
}

function searchedLine(scope, words) {
  if (!scope.versions) return null;
  const passages = words.say("passages", { count: scope.passages });
  const values = { count: scope.versions, days: days(scope, words), passages };
  const company = scope.company ? ` · ${isolated(scope.company)}` : "";
  return make("p", { class: "searched" }, words.say("searched", values) + company);
}

/** Say which company is not there; the service names the one asked about, or that of the page. */
function foreign({ company }, page) {
  if (!company) return page.words.say("unknownCompany");
  const text = company === page.company ? "onlyCompany" : "noCompany";
  return page.words.say(text, { company: isolated(company) });
}

function outOfForce(scope, words) {
  const values = { company: isolated(scope.company), days: days(scope, words) };
  return words.say(scope.company ? "notInForceOf" : "notInForce", values);
}

function days(scope, words) {
  const { as_of: asOf, since, until } = scope;
  const values = { day: asOf && words.day(asOf), since: since && words.day(since) };
  if (until) values.last = words.eve(until);
  if (asOf) return words.say("dayOn", values);
  if (since) return words.say(until ? "daysBetween" : "daysSince", values);
  return words.say(until ? "daysUntil" : "today", values);
}
