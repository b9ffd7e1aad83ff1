// What a question was put to, said in a sentence.

import { isolated } from "./localization.js";

/** @typedef {import("./contract.js").Searched} Searched */
/** @typedef {import("./localization.js").Localization} Localization */
/** @typedef {import("./view.js").HostPage} HostPage */

/**
 * Say what was searched.
 * @param {Searched} scope
 * @param {HostPage} page
 */
export function searchedLine(scope, { locale, only }) {
  const company = scope.company ?? only;
  const values = { days: days(scope, locale), company: isolated(company ?? "") };
  return locale.text(company ? "searchedOf" : "searchedAll", values);
}

/**
 * Say which company is not there; the service names the one asked about, or that of the page.
 * @param {Searched} scope
 * @param {HostPage} page
 */
export function unknownCompany({ company }, page) {
  if (!company) return page.locale.text("unknownCompany");
  const key = company === page.company ? "onlyCompany" : "noCompany";
  return page.locale.text(key, { company: isolated(company) });
}

/**
 * Say that nothing was in force on the days asked about, and from when something is.
 * @param {Searched} scope
 * @param {Localization} locale
 */
export function notInForce(scope, locale) {
  const values = { company: isolated(scope.company ?? ""), days: days(scope, locale) };
  const said = locale.text(scope.company ? "notInForceOf" : "notInForce", values);
  const first = scope.first_in_force;
  return first ? `${said} ${locale.text("thereIsFrom", { day: locale.day(first) })}` : said;
}

/**
 * Name the days asked about; `until` is the first one no longer meant.
 * @param {Searched} scope
 * @param {Localization} locale
 */
function days({ as_of: asOf, since, until }, locale) {
  if (asOf) return locale.text("dayOn", { day: locale.day(asOf) });
  const first = since ? locale.day(since) : null;
  if (!until) return first ? locale.text("daysSince", { since: first }) : locale.text("today");
  const last = locale.dayBefore(until);
  if (!first) return locale.text("daysUntil", { last });
  return locale.text("daysBetween", { since: first, last });
}
