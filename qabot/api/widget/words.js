// What the widget says, in the language of the page.

/**
 * Return the texts, numbers and dates for a language tag such as "es-MX": those of its language,
 * English where there are none.
 * @param {string} tag
 */
function wordsIn(tag) {
  const locale = spoken(tag) ?? "en";
  const texts = TEXTS[new Intl.Locale(locale).language];
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  const day = (iso) => dates.format(new Date(iso));
  return {
    locale,
    day,
    /** The day before: what ends on a day was last in force the day before. */
    eve: (iso) => dates.format(new Date(Date.parse(iso) - 86_400_000)),
    /** The name of a language by its code, as it stands inside a sentence. */
    language: (code) => nameOf(code, locale),
    list: (names) => new Intl.ListFormat(locale).format(names.map(isolated)),
    /** Return a text with values in it, of which `count` picks its plural form. */
    say(key, values = {}) {
      const text = texts[key];
      const form = typeof text === "string" ? text : text[plural.select(values.count)] ?? text.other;
      return form.replace(/\{(\w+)\}/g, (_, name) =>
        typeof values[name] === "number" ? number.format(values[name]) : values[name],
      );
    },
  };
}

function spoken(tag) {
  try {
    return TEXTS[new Intl.Locale(tag).language] ? tag : null;
  } catch {
    return null;
  }
}

function nameOf(language, locale) {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(language);
  } catch {
    return language;
  }
}

/** Return a name so that marks of direction inside it cannot turn the sentence around it. */
function isolated(name) {
  return `\u2068${name}\u2069`;
}

/** Return the language of the nearest element that names one, across shadow roots. */
function languageOf(element) {
  for (let node = element; node; node = node.parentElement ?? node.getRootNode().host) {
    if (node.lang) return node.lang;
  }
  return "en";
}
