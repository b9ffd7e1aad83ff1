// A quote as blocks: its text is the quote, letter by letter, line breaks included.

import { CELL_DIVIDER, parseLine } from "./canonical.js";
import { make } from "./elements.js";

/** @typedef {import("./contract.js").Citation} Citation */
/** @typedef {import("./contract.js").Span} Span */
/** @typedef {Record<string, string>} Ends how a mark begins and ends, for who cannot see it */

/**
 * Make the quote of a citation, marked where it answers or, otherwise, where it may.
 * Offsets count code points, which JavaScript's own string offsets do not.
 * @param {Citation} citation
 * @param {import("./localization.js").Localization} locale
 * @param {import("./contract.js").Status} status
 */
export function quoteView(citation, locale, status) {
  const marks = status === "not_covered" ? [] : joinedHighlights(citation);
  const quote = make("blockquote", { class: status });
  const lines = citation.quote.split("\n");
  const isAnswer = status === "answered";
  const ends = {
    "data-begin": `${locale.text(isAnswer ? "begin" : "mayBegin")} `,
    "data-end": ` ${locale.text(isAnswer ? "end" : "mayEnd")}`,
  };
  let start = citation.start;
  lines.forEach((line, index) => {
    const points = Array.from(line);
    quote.append(lineView(points, start, marks, ends));
    if (index < lines.length - 1) quote.append("\n");
    start += points.length + 1;
  });
  return quote;
}

/**
 * Return the highlighted sentences, those with only spaces between them as one.
 * @param {Citation} citation
 */
function joinedHighlights(citation) {
  const points = Array.from(citation.quote);
  /** @type {Span[]} */
  const marks = [];
  for (const { start, end } of citation.highlight) {
    const last = marks.at(-1);
    const between = last && points.slice(last.end - citation.start, start - citation.start);
    if (last && between?.every((point) => point === " ")) last.end = end;
    else marks.push({ start, end });
  }
  return marks;
}

/**
 * @param {string[]} points the line's code points
 * @param {number} start where in the version's text the line begins
 * @param {Span[]} marks
 * @param {Ends} ends
 */
function lineView(points, start, marks, ends) {
  const { kind, indentation, marker } = parseLine(points.join(""));
  const line = make("span", { class: kind, dir: "auto" }, indentation);
  line.style.setProperty("--level", String(indentation.length / 2 + 1));
  if (marker) line.append(make("span", { class: "marker" }, marker));
  let done = indentation.length + marker.length; // plain letters: as many code points
  for (const mark of marks) {
    const from = Math.max(mark.start - start, done);
    const to = Math.min(mark.end - start, points.length);
    if (from >= to) continue;
    const marked = make("mark", ends, ...cells(points.slice(from, to)));
    line.append(...cells(points.slice(done, from)), marked);
    done = to;
  }
  line.append(...cells(points.slice(done)));
  return line;
}

/**
 * Return a piece of a line, with what divides its cells in elements of their own.
 * @param {string[]} points
 */
function cells(points) {
  const texts = points.join("").split(CELL_DIVIDER);
  return texts.flatMap((text, index) =>
    index ? [make("span", { class: "divider" }, CELL_DIVIDER), text] : [text],
  );
}
