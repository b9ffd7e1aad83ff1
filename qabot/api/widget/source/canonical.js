// The lines of a version's text, as qabot/canonical.py writes them.

/** What divides the cells of a table's row. */
export const CELL_DIVIDER = " | ";

const ITEM_START = /^( *)((?:-|\(?\w{1,4}[.)]) )?/;

/**
 * Take a line apart. Indentation, marker and rest are the line, letter by letter.
 * @param {string} line
 * @returns {{kind: "item" | "row" | "line", indentation: string, marker: string}} the marker, such
 *   as "- " or "(a) ", is empty where an item goes on, and in a row and a line of text
 */
export function parseLine(line) {
  const [start, indentation = "", marker = ""] = /** @type {RegExpMatchArray} */ (
    line.match(ITEM_START)
  );
  const kind = start ? "item" : line.includes(CELL_DIVIDER) ? "row" : "line";
  return { kind, indentation, marker };
}
