// A citation: what is quoted, whose policy it is, where in it, and when it is in force.

import { make } from "./elements.js";
import { policyLink } from "./links.js";
import { isolated } from "./localization.js";
import { quoteView } from "./quote.js";

/** @typedef {import("./contract.js").Citation} Citation */
/** @typedef {import("./localization.js").Localization} Localization */

/**
 * Make a citation that is open.
 * @param {Citation} citation
 * @param {Localization} locale
 * @param {import("./contract.js").Status} status of the answer
 */
export function openCitation(citation, locale, status) {
  return make(
    "article",
    { class: `card best ${status}` },
    ...heading(citation, locale, status),
    ...body(citation, locale, status),
  );
}

/**
 * Make a citation that is folded under its heading.
 * @param {Citation} citation
 * @param {Localization} locale
 * @param {import("./contract.js").Status} status of the answer
 */
export function foldedCitation(citation, locale, status) {
  return make(
    "details",
    { class: "card" },
    make("summary", {}, make("div", {}, ...heading(citation, locale, status))),
    make("div", { class: "body" }, ...body(citation, locale, status)),
  );
}

/**
 * @param {Citation} citation
 * @param {Localization} locale
 * @param {import("./contract.js").Status} status
 */
function heading(citation, locale, status) {
  const tag = status === "uncertain" ? "mayAnswer" : status === "not_covered" ? "noAnswer" : null;
  return [
    tag ? make("span", { class: "tag" }, locale.text(tag)) : null,
    make("h4", {}, citation.title),
    sectionLine(citation),
  ];
}

/**
 * @param {Citation} citation
 * @param {Localization} locale
 * @param {import("./contract.js").Status} status
 */
function body(citation, locale, status) {
  return [
    leadIn(citation, locale),
    quoteView(citation, locale, status),
    make("p", { class: "version" }, versionLine(citation, locale)),
    policyLink(citation.url, locale),
  ];
}

/**
 * Make the section's headings, from below the heading that is the title.
 * @param {Citation} citation
 */
function sectionLine({ title, section }) {
  const isTitle = (/** @type {string} */ name) => name.toLowerCase().includes(title.toLowerCase());
  const below = section.slice(section.findIndex(isTitle) + 1);
  return below.length ? make("p", { class: "section" }, below.join(" › ")) : null;
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
 * Say whose text is quoted, when it is in force, and on which page of it the quote begins.
 * @param {Citation} citation
 * @param {Localization} locale
 */
function versionLine(citation, locale) {
  const page = citation.page ? locale.text("page", { page: citation.page }) : null;
  const parts = [isolated(citation.company), inForce(citation, locale), page];
  return parts.filter(Boolean).join(" · ");
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
