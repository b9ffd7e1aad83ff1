// Texts, numbers and dates in the language of the page. The texts stand in texts.json.

import texts from "./texts.json" with { type: "json" };

/** @typedef {ReturnType<typeof localization>} Localization */
/** @typedef {keyof typeof texts.en} TextKey */
/** @typedef {{[form in Intl.LDMLPluralRule]?: string} & {other: string}} PluralForms */

/** @typedef {Record<TextKey, string | PluralForms>} Texts */

/** @type {Record<string, Texts>} */
const TEXTS = texts;
/** @type {Texts} */
const ENGLISH = texts.en;
const DAY_MS = 86_400_000;

/**
 * Return the texts, numbers and dates for a language tag such as "es-MX": those of its language,
 * English where there are none.
 * @param {string} languageTag
 */
export function localization(languageTag) {
  const tag = withCountry(hasTexts(languageTag) ? languageTag : "en");
  const ownTexts = TEXTS[new Intl.Locale(tag).language] ?? ENGLISH;
  const plurals = new Intl.PluralRules(tag);
  const numbers = new Intl.NumberFormat(tag);
  const dates = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "UTC" });
  const lists = new Intl.ListFormat(tag);
  return {
    tag,
    /** @param {string} iso a day, as in 2025-02-01 */
    day: (iso) => dates.format(new Date(iso)),
    /**
     * The day before: what ends on a day was last in force the day before.
     * @param {string} iso a day, as in 2025-02-01
     */
    dayBefore: (iso) => dates.format(new Date(Date.parse(iso) - DAY_MS)),
    /**
     * The name of a language, as it stands inside a sentence; its code where it has none.
     * @param {string} code
     */
    languageName: (code) => languageName(code, tag),
    /** @param {string[]} names */
    list: (names) => lists.format(names.map(isolated)),
    /**
     * Return a text with values in it, of which `count` picks its plural form.
     * @param {TextKey} key
     * @param {Record<string, string | number>} values
     */
    text(key, values = {}) {
      const text = ownTexts[key];
      const plural = plurals.select(Number(values.count));
      const form = typeof text === "string" ? text : (text[plural] ?? text.other);
      return form.replace(/\{(\w+)\}/g, (_, name) => {
        const value = values[name];
        return typeof value === "number" ? numbers.format(value) : String(value);
      });
    },
  };
}

/**
 * Put a name between marks, so that marks of direction inside it cannot turn the sentence around
 * it.
 * @param {string} name
 */
export function isolated(name) {
  return `\u2068${name}\u2069`;
}

/**
 * Return the language of the nearest element that names one, across shadow roots.
 * @param {HTMLElement} element
 */
export function languageOf(element) {
  /** @type {HTMLElement | null} */
  let node = element;
  while (node) {
    if (node.lang) return node.lang;
    /** @type {any} */
    const root = node.getRootNode(); // a document has no host
    node = node.parentElement ?? root.host;
  }
  return "en";
}

/**
 * Return a language with the country of the reader's own browser, where it names none itself: days
 * are written as they are there.
 * @param {string} tag
 */
function withCountry(tag) {
  const { language, region } = new Intl.Locale(tag);
  const own = navigator.languages.map((one) => new Intl.Locale(one));
  const same = own.find((one) => one.region && one.language === language);
  return region || !same ? tag : `${language}-${same.region}`;
}

/** @param {string} tag */
function hasTexts(tag) {
  try {
    return Object.hasOwn(TEXTS, new Intl.Locale(tag).language);
  } catch {
    return false; // it is no language tag
  }
}

/**
 * @param {string} code
 * @param {string} tag
 */
function languageName(code, tag) {
  try {
    return new Intl.DisplayNames(tag, { type: "language" }).of(code) ?? code;
  } catch {
    return code; // it is no language tag
  }
}
