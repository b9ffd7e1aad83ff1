// A quote as blocks, a table's rows as labels and values; and of a quote the sentences that answer.

import { make } from "./elements.js";

/** @typedef {import("./contract.js").Citation} Citation */
/** @typedef {import("./contract.js").Line} Line */
/** @typedef {import("./contract.js").Span} Span */
/** @typedef {import("./localization.js").Localization} Localization */
/** @typedef {(start: number, end: number) => string} Piece */
/** @typedef {(start: number, end: number) => (Node | string)[]} Words */

const FAR = 120; // letters in front of what comes closest, which are folded then
const SHORT = 30; // letters of a sentence that hangs on the one before it

/**
 * Make the whole quote, its sentences marked that answer or, otherwise, come closest; what stands
 * far in front of these is folded.
 * Offsets count code points, which JavaScript's own string offsets do not.
 * @param {Citation} citation
 * @param {Localization} locale
 * @param {import("./contract.js").Status} status
 */
export function quoteView(citation, locale, status) {
  const piece = pieces(citation);
  const marks = status === "not_covered" ? [] : joinedHighlights(citation, piece);
  const isAnswer = status === "answered";
  const ends = {
    "data-begin": `${locale.text(isAnswer ? "begin" : "mayBegin")} `,
    "data-end": ` ${locale.text(isAnswer ? "end" : "mayEnd")}`,
  };
  const words = marked(piece, marks, ends);
  const quote = make("blockquote", { class: status });
  const before = make("details", { class: "context" }, make("summary", {}, locale.text("context")));
  const closest = isAnswer ? 0 : (marks[0]?.start ?? 0);
  const isFar = closest - citation.start > FAR;
  if (isFar) quote.append(before);
  let done = citation.start;
  for (const line of citation.lines) {
    const view = lineView(line, line, piece, words);
    view.classList.toggle("block", piece(done, line.start).length > 1);
    (isFar && line.end <= closest ? before : quote).append(view);
    done = line.end;
  }
  return quote;
}

/**
 * Make the sentences that answer, in their own words, each with what introduces it; or null where
 * none is marked.
 * @param {Citation} citation
 */
export function answeringView(citation) {
  const piece = pieces(citation);
  const marks = joinedHighlights(citation, piece);
  const quote = make("blockquote", { class: "answering" });
  const words = (/** @type {number} */ start, /** @type {number} */ end) => [piece(start, end)];
  let introduced = "";
  for (const { start, end } of marks) {
    for (const [place, line] of citation.lines.entries()) {
      const part = { start: Math.max(start, line.body), end: Math.min(end, line.end) };
      if (part.start >= part.end) continue;
      const introduction = line.kind === "item" ? introductionOf(citation, place, piece) : "";
      const isSaid = introduction === introduced || quote.textContent?.endsWith(introduction);
      if (!isSaid) quote.append(make("p", { class: "lead-in", dir: "auto" }, introduction));
      introduced = introduction;
      quote.append(lineView(line, part, piece, words));
    }
  }
  return marks.length ? quote : null;
}

/**
 * Tell whether there is more of a quote than the sentences that answer.
 * @param {Citation} citation
 */
export function hasContext(citation) {
  const piece = pieces(citation);
  const marks = joinedHighlights(citation, piece);
  const said = marks.reduce((sum, { start, end }) => sum + end - start, 0);
  const whole = piece(citation.start, citation.end).trim();
  return marks.length > 0 && (said < whole.length || Boolean(citation.lead_in));
}

/**
 * Return what a list's item is read with, the words above it that end no sentence, or "".
 * @param {Citation} citation
 * @param {number} place of the item among the lines
 * @param {Piece} piece
 */
function introductionOf(citation, place, piece) {
  const { lines, lead_in: leadIn = "" } = citation;
  const indent = (/** @type {Line} */ line) =>
    line.kind === "item" ? piece(line.start, line.end).search(/\S/) : -1;
  const item = /** @type {Line} */ (lines[place]);
  const above = lines.slice(0, place).findLast((line) => indent(line) < indent(item));
  if (!above) return leadIn;
  const sentences = piece(above.body, above.end).split(/(?<=[.!?]) /);
  const last = sentences.at(-1) ?? "";
  if (/[.!?;]['"”’)]*$/.test(last)) return "";
  return last.length < SHORT ? sentences.slice(-2).join(" ") : last; // "It reaches you:"
}

/**
 * Return a function that gives a piece of the quote by its place in the version's text.
 * @param {Citation} citation
 * @returns {Piece}
 */
function pieces(citation) {
  const points = Array.from(citation.quote);
  return (start, end) => points.slice(start - citation.start, end - citation.start).join("");
}

/**
 * Return the highlighted sentences, those with only spaces between them as one.
 * @param {Citation} citation
 * @param {Piece} piece
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
 * Return a function that gives a piece of the quote with the marks that lie in it.
 * @param {Piece} piece
 * @param {Span[]} marks
 * @param {Record<string, string>} ends how a mark begins and ends, for who cannot see it
 * @returns {Words}
 */
function marked(piece, marks, ends) {
  return (start, end) => {
    const views = [];
    let done = start;
    for (const mark of marks) {
      const from = Math.max(mark.start, done);
      const to = Math.min(mark.end, end);
      if (from >= to) continue;
      views.push(piece(done, from), make("mark", ends, piece(from, to)));
      done = to;
    }
    return [...views, piece(done, end)];
  };
}

/**
 * Make what of a line lies in a part of it: a row's cells, an item with its marker, or text.
 * @param {Line} line
 * @param {Span} part
 * @param {Piece} piece
 * @param {Words} words
 */
function lineView(line, part, piece, words) {
  const opening = piece(line.start, line.body);
  const marker = opening.trimStart();
  const level = (opening.length - marker.length) / 2 + 1;
  const view = make("div", { class: line.kind, dir: "auto" });
  view.style.setProperty("--level", String(level));
  if (marker) view.append(make("span", { class: "marker" }, marker));
  const cells = line.cells.filter(({ start, end }) => start < part.end && end > part.start);
  if (cells.length) view.append(make("dl", {}, ...cells.map((cell) => cellView(cell, piece, words))));
  else view.append(...words(Math.max(part.start, line.body), part.end));
  return view;
}

/**
 * Make a cell as label and value; one without a label is a value alone.
 * @param {import("./contract.js").Cell} cell
 * @param {Piece} piece
 * @param {Words} words
 */
function cellView({ start, value, end }, piece, words) {
  const label = piece(start, value).replace(/:\s*$/, "");
  return make("div", {}, make("dt", {}, label), make("dd", {}, ...words(value, end)));
}
