// A citation: what is quoted, whose policy it is, where in it, and when it is in force.

import { make } from "./elements.js";
import { policyLink } from "./links.js";
import { isolated } from "./localization.js";
import { answeringView, hasContext, quoteView } from "./quote.js";

/** @typedef {import("./contract.js").Citation} Citation */
/** @typedef {import("./localization.js").Localization} Localization */
/** @typedef {import("./contract.js").Status} Status */

/**
 * Make the citation that answers: the sentences that do, large; the rest of the quote is folded.
 * @param {Citation} citation
 * @param {Localization} locale
 */
export function answeringCitation(citation, locale) {
  const whole = [leadIn(citation, locale), quoteView(citation, locale, "answered")];
  const answering = answeringView(citation);
  const context = make(
    "details",
    { class: "context" },
    make("summary", {}, locale.text("context")),
    make("div", { class: "body" }, ...whole),
  );
  return make(
    "article",
    { class: "best answered" },
    ...(answering ? [answering] : whole),
    ...source(citation, locale),
    answering && hasContext(citation) ? context : null,
  );
}

/**
 * Make a citation that is open.
 * @param {Citation} citation
 * @param {Localization} locale
 * @param {Status} status of the answer
 */
export function openCitation(citation, locale, status) {
  return make("article", { class: `best ${status}` }, ...body(citation, locale, status));
}

/**
 * Make a citation that is folded under what it is and whose.
 * @param {Citation} citation
 * @param {Localization} locale
 * @param {Status} status of the answer
 */
export function foldedCitation(citation, locale, status) {
  const label = locale.text(status === "answered" ? "also" : "next");
  const under = sectionsOf(citation).map(isolated).at(-1);
  const summary = make(
    "summary",
    {},
    make(
      "span",
      {},
      make("span", { class: "muted" }, `${label} `),
      [isolated(citation.title), under, company(citation)].filter(Boolean).join(" · "),
    ),
  );
  return make(
    "details",
    { class: "further" },
    summary,
    make("div", { class: "body" }, ...body(citation, locale, status)),
  );
}

/**
 * @param {Citation} citation
 * @param {Localization} locale
 * @param {Status} status
 */
function body(citation, locale, status) {
  const quote = quoteView(citation, locale, status);
  return [leadIn(citation, locale), quote, ...source(citation, locale)];
}

/**
 * Make where a quote stands: policy and section, whose and since when, and the link.
 * @param {Citation} citation
 * @param {Localization} locale
 */
function source(citation, locale) {
  const page = citation.page ? locale.text("page", { page: citation.page }) : "";
  const when = [company(citation), inForce(citation, locale), page].filter(Boolean).join(" · ");
  const section = sectionsOf(citation).join(" › ");
  return [
    make(
      "div",
      { class: "source" },
      make(
        "p",
        {},
        make("strong", { class: "title" }, isolated(citation.title)),
        section ? make("span", { class: "section" }, ` · ${isolated(section)}`) : null,
      ),
      make("p", { class: "version" }, when),
      policyLink(citation.url, locale),
    ),
  ];
}

/**
 * Return whose policy it is, or "" where its title says so.
 * @param {{company: string, title: string}} policy
 */
export function company({ company, title }) {
  return title.toLowerCase().includes(company.toLowerCase()) ? "" : isolated(company);
}

/**
 * Return the section's headings, from below the heading that is the title.
 * @param {Citation} citation
 */
function sectionsOf({ title, section }) {
  const isTitle = (/** @type {string} */ name) => name.toLowerCase().includes(title.toLowerCase());
  return section.slice(section.findIndex(isTitle) + 1);
}

/**
 * Make what introduces the list that the quote continues.
 * @param {Citation} citation
 * @param {Localization} locale
 */
function leadIn({ lead_in: text }, locale) {
  if (!text) return null;
  return make("p", { class: "lead-in" }, `${locale.text("continues")} `, make("q", {}, text));
}

/**
 * @param {Citation} citation
 * @param {Localization} locale
 */
function inForce({ effective_from: from, effective_until: until }, locale) {
  if (!from) {
    return until ? locale.text("until", { last: locale.dayBefore(until) }) : locale.text("undated");
  }
  const first = locale.day(from);
  if (until) return locale.text("between", { from: first, last: locale.dayBefore(until) });
  return locale.text(Date.parse(from) > Date.now() ? "from" : "since", { from: first });
}
