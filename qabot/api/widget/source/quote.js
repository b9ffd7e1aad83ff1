// A quote as blocks: its text is the quote, letter by letter, line breaks included.

import { make } from "./elements.js";

/** @typedef {import("./contract.js").Citation} Citation */
/** @typedef {import("./contract.js").Line} Line */
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
  const piece = pieces(citation);
  const marks = status === "not_covered" ? [] : joinedHighlights(citation, piece);
  const quote = make("blockquote", { class: status });
  const isAnswer = status === "answered";
  const ends = {
    "data-begin": `${locale.text(isAnswer ? "begin" : "mayBegin")} `,
    "data-end": ` ${locale.text(isAnswer ? "end" : "mayEnd")}`,
  };
  let done = citation.start;
  for (const line of citation.lines) {
    const between = piece(done, line.start);
    const view = lineView(line, piece, marks, ends);
    view.classList.toggle("block", between.length > 1);
    quote.append(between, view);
    done = line.end;
  }
  quote.append(piece(done, citation.end));
  return quote;
}

/**
 * Return a function that gives a piece of the quote by its place in the version's text.
 * @param {Citation} citation
 * @returns {(start: number, end: number) => string}
 */
function pieces(citation) {
  const points = Array.from(citation.quote);
  return (start, end) => points.slice(start - citation.start, end - citation.start).join("");
}

/**
 * Return the highlighted sentences, those with only spaces between them as one.
 * @param {Citation} citation
 * @param {(start: number, end: number) => string} piece
 */
function joinedHighlights(citation, piece) {
  /** @type {Span[]} */
  const marks = [];
  for (const { start, end } of citation.highlight) {
    const last = marks.at(-1);
    if (last && /^ *$/.test(piece(last.end, start))) last.end = end;
    else marks.push({ start, end });
  }
  return marks;
}

/**
 * @param {Line} line
 * @param {(start: number, end: number) => string} piece
 * @param {Span[]} marks
 * @param {Ends} ends
 */
function lineView(line, piece, marks, ends) {
  const opening = piece(line.start, line.body);
  const marker = opening.trimStart();
  const indentation = opening.slice(0, opening.length - marker.length);
  const view = make("span", { class: line.kind, dir: "auto" }, indentation);
  view.style.setProperty("--level", String(indentation.length / 2 + 1));
  if (marker) view.append(make("span", { class: "marker" }, marker));
  const words = /** @param {number} from @param {number} to */ (from, to) =>
    withDividers(line, from, to, piece);
  let done = line.body;
  for (const mark of marks) {
    const from = Math.max(mark.start, done);
    const to = Math.min(mark.end, line.end);
    if (from >= to) continue;
    view.append(...words(done, from), make("mark", ends, ...words(from, to)));
    done = to;
  }
  view.append(...words(done, line.end));
  return view;
}

/**
 * Return a piece of a line, with what divides its cells in elements of their own.
 * @param {Line} line
 * @param {number} from
 * @param {number} to
 * @param {(start: number, end: number) => string} piece
 */
function withDividers(line, from, to, piece) {
  const views = [];
  let done = from;
  for (const [index, { end }] of line.cells.entries()) {
    const next = line.cells[index + 1]?.start ?? end;
    if (end === next || end < from || next > to) continue;
    views.push(piece(done, end), make("span", { class: "divider" }, piece(end, next)));
    done = next;
  }
  views.push(piece(done, to));
  return views;
}
