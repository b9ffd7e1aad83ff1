// An answer, of whatever status, as elements.

import { foldedCitation, openCitation } from "./citation.js";
import { make } from "./elements.js";
import { contactLink } from "./links.js";
import { notInForce, searchedLine, unknownCompany } from "./scope.js";

/** @typedef {import("./contract.js").Answer} Answer */
/** @typedef {import("./localization.js").Localization} Localization */
/** @typedef {import("./view.js").HostPage} HostPage */
/** @typedef {import("./view.js").View} View */

/**
 * Return what to show of an answer.
 * @param {Answer} answer
 * @param {HostPage} page
 * @returns {View}
 */
export function answerView(answer, page) {
  const { locale } = page;
  const { status, scope } = answer;
  const notes = notesOf(answer, locale);
  const searched = searchedLine(scope, locale);
  const contact = contactLink(page);
  switch (status) {
    case "answered": {
      const titles = [...new Set(answer.citations.map((citation) => citation.title))];
      const values = { count: answer.citations.length, titles: locale.list(titles) };
      const shown = [...cards(answer.citations, locale, status), searched];
      return { summary: locale.text("found", values), notes, shown, isRated: true };
    }
    case "uncertain": {
      const [closest, ...others] = cards(answer.nearest, locale, status);
      const shown = [contact, closest ?? null, ...headed("closest", others, locale), searched];
      return { summary: locale.text("uncertain"), notes, shown, isRated: true };
    }
    case "not_covered": {
      const folded = answer.nearest.map((citation) => foldedCitation(citation, locale, status));
      const shown = [contact, ...headed("nearest", folded, locale), searched];
      return { summary: locale.text("notCovered"), notes, shown, isRated: true };
    }
    case "unknown_company":
      return { summary: unknownCompany(scope, page), notes, shown: [contact], isRated: false };
    default:
      return { summary: notInForce(scope, locale), notes, shown: [contact], isRated: false };
  }
}

/**
 * Return why nothing is certain, and which companies named beside another have no policies.
 * @param {Answer} answer
 * @param {Localization} locale
 */
function notesOf({ language, scope }, locale) {
  const unknown = (scope.unknown ?? []).filter((name) => name !== scope.company);
  return [
    language ? locale.text("otherLanguage", { language: locale.languageName(language) }) : "",
    unknown.length ? locale.text("noCompany", { company: locale.list(unknown) }) : "",
  ].filter(Boolean);
}

/**
 * Make citations: the first one open, the others folded.
 * @param {import("./contract.js").Citation[]} citations
 * @param {Localization} locale
 * @param {"answered" | "uncertain"} status
 */
function cards(citations, locale, status) {
  return citations.map((citation, index) =>
    (index ? foldedCitation : openCitation)(citation, locale, status),
  );
}

/**
 * Put a heading above cards, where there are any.
 * @param {"closest" | "nearest"} key of the heading's text
 * @param {Node[]} cards
 * @param {Localization} locale
 */
function headed(key, cards, locale) {
  return cards.length ? [make("h4", { class: "label" }, locale.text(key)), ...cards] : [];
}
