// Elements, built node by node: text stays text, and no policy of a host page forbids it.

/** @typedef {string | null | ((event: any) => void)} Attribute */

/**
 * Make an element. An attribute that is null is left out, "on..." is a listener, a child that is
 * null is left out, and a child that is a string becomes text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Attribute>} attributes
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}
