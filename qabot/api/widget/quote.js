// A quote as blocks: its text is the quote, letter by letter, line breaks included.

const START = /^( *)((?:-|\(?\w{1,4}[.)]) )?/; // of a list's item: indentation and marker
const CELLS = " | ";

/**
 * Make the quote of a citation, marked where it answers or, otherwise, where it may.
 * Offsets count code points, which JavaScript's own string offsets do not.
 */
function quoteOf(citation, words, status) {
  const marks = status === "not_covered" ? [] : joined(citation);
  const quote = make("blockquote", { class: status });
  const lines = citation.quote.split("\n");
  const [begin, end] = status === "answered" ? ["begin", "end"] : ["mayBegin", "mayEnd"];
  const ends = { "data-begin": `${words.say(begin)} `, "data-end": ` ${words.say(end)}` };
  let at = citation.start;
  lines.forEach((text, place) => {
    const points = Array.from(text);
    quote.append(lineOf(points, at, marks, ends));
    if (place < lines.length - 1) quote.append("\n");
    at += points.length + 1;
  });
  return quote;
}

/** Return the highlighted sentences, those with only spaces between them as one. */
function joined(citation) {
  const points = Array.from(citation.quote);
  const marks = [];
  for (const { start, end } of citation.highlight) {
    const last = marks.at(-1);
    const between = last && points.slice(last.end - citation.start, start - citation.start);
    if (between?.every((point) => point === " ")) last.end = end;
    else marks.push({ start, end });
  }
  return marks;
}

function lineOf(points, at, marks, ends) {
  const text = points.join("");
  const [start, indent, marker = ""] = text.match(START);
  const kind = start ? "item" : text.includes(CELLS) ? "row" : "line";
  const line = make("span", { class: kind, dir: "auto" }, indent);
  line.style.setProperty("--level", String(indent.length / 2 + 1));
  if (marker) line.append(make("span", { class: "marker" }, marker));
  let done = start.length; // plain letters: as many code points
  for (const mark of marks) {
    const from = Math.max(mark.start - at, done);
    const to = Math.min(mark.end - at, points.length);
    if (from >= to) continue;
    line.append(...cells(points.slice(done, from)), marked(points.slice(from, to), ends));
    done = to;
  }
  line.append(...cells(points.slice(done)));
  return line;
}

/** Make a marked piece; what says so to those who cannot see it is style, so it is not copied. */
function marked(points, ends) {
  return make("mark", ends, ...cells(points));
}

function cells(points) {
  const texts = points.join("").split(CELLS);
  return texts.flatMap((text, place) =>
    place ? [make("span", { class: "divider" }, CELLS), text] : [text],
  );
}
