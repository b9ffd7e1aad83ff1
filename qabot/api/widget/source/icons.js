// Line drawings of 24 by 24 units, as SVG paths.

const SVG = "http://www.w3.org/2000/svg";

export const SPEECH_BUBBLE =
  "M4 5h16v11h-8l-5 4v-4H4zM9.6 8.7a2.4 2.4 0 1 1 3.3 2.2c-.6.2-.9.6-.9 1.2M12 13.9v.1";
export const CROSS = "M6 6l12 12M18 6L6 18";
export const OUTWARD_ARROW = "M8 16L17 7M9.5 7H17v7.5";

/**
 * Draw a path as an element that assistive technology passes over.
 * @param {string} path
 */
export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}
