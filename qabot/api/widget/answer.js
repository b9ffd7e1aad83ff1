// An answer, or why there is none, as elements.

/**
 * Return what to show, and what sums it up: a sentence, and what has to be known beside it.
 * @param {object} answer as `POST /v1/ask` returns it
 * @param {{words: object, contact: string | null, company: string | null}} page
 * @returns {{summary: string, beside: string[], shown: (Node | null)[], isRated: boolean}}
 */
function answerView(answer, page) {
  const { words } = page;
  const { status, nearest, scope } = answer;
  const beside = asides(answer, words);
  const cards = (answer.citations.length ? answer.citations : nearest).map((citation, place) =>
    card(citation, words, status, !place && status !== "not_covered"),
  );
  const searched = searchedLine(scope, words);
  if (status === "answered") {
    const titles = [...new Set(answer.citations.map((citation) => citation.title))];
    const summary = words.say("found", { count: cards.length, titles: words.list(titles) });
    return { summary, beside, shown: [...cards, searched], isRated: true };
  }
  const contact = contactLink(page);
  if (status === "uncertain") {
    const [closest, ...others] = cards;
    const shown = [contact, closest ?? null, ...under("closest", others, words), searched];
    return { summary: words.say("uncertain"), beside, shown, isRated: true };
  }
  if (status === "not_covered") {
    const shown = [contact, ...under("nearest", cards, words), searched];
    return { summary: words.say("notCovered"), beside, shown, isRated: true };
  }
  const isForeign = status === "unknown_company";
  const summary = isForeign ? foreign(scope, page) : outOfForce(scope, words);
  return { summary, beside, shown: [contact], isRated: false };
}

/** Return why nothing is certain, and which companies named beside another have no policies. */
function asides({ language, scope }, words) {
  const unknown = (scope.unknown ?? []).filter((name) => name !== scope.company);
  return [
    language && words.say("otherLanguage", { language: words.language(language) }),
    unknown.length && words.say("noCompany", { company: words.list(unknown) }),
  ].filter(Boolean);
}

function under(heading, cards, words) {
  return cards.length ? [make("h4", { class: "label" }, words.say(heading)), ...cards] : [];
}

/** Return what to show of a failure; `again` asks once more. */
function failureView({ failure, seconds }, page, again) {
  const { words } = page;
  const later = seconds ? ` ${words.say("later", { count: seconds })}` : "";
  const retry = make("button", { type: "button", class: "plain", onclick: again }, words.say("again"));
  const actions = make("div", { class: "actions" }, retry, contactLink(page));
  return { summary: words.say(failure) + later, beside: [], shown: [actions], isRated: false };
}

function contactLink({ words, contact }) {
  return link(contact, CONTACT, words, words.say("contact"), "button");
}

/** Make a citation: the best one open, the others folded under their heading. */
function card(citation, words, status, isOpen) {
  const tag = { uncertain: "mayAnswer", not_covered: "noAnswer" }[status];
  const heading = [
    tag ? make("span", { class: "tag" }, words.say(tag)) : null,
    make("h4", {}, citation.title),
    sectionLine(citation),
  ];
  const lead = citation.lead_in
    ? make("p", { class: "lead" }, `${words.say("continues")} `, make("q", {}, citation.lead_in))
    : null;
  const label = words.say("read");
  const body = [
    lead,
    quoteOf(citation, words, status),
    make("p", { class: "whence" }, whence(citation, words)),
    link(citation.url, WEB, words, label, "source"),
  ];
  if (isOpen) return make("article", { class: `card best ${status}` }, ...heading, ...body);
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
