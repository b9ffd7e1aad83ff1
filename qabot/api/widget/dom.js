// Elements, built node by node: text stays text, and no policy of a host page forbids it.

/**
 * Make an element. An attribute that is null is left out, "on..." is a listener, a child that is
 * null is left out, and a child that is a string becomes text.
 * @param {string} tag
 * @param {Record<string, string | null | ((event: any) => void)>} attributes
 * @param {...(Node | string | null)} children
 */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Make a line drawing of 24 by 24 units that assistive technology passes over. */
function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(document.createElementNS(space, "path"));
  drawing.firstChild.setAttribute("d", path);
  return drawing;
}

/** Make a link that opens a tab of its own, or nothing where the address is not of these kinds. */
function link(address, kinds, words, label, style) {
  const target = URL.canParse(address ?? "", document.baseURI)
    ? new URL(address, document.baseURI)
    : null;
  if (!address || !kinds.includes(target?.protocol)) return null;
  const isPage = WEB.includes(target.protocol);
  return make(
    "a",
    { class: style, href: target.href, rel: "noopener", target: isPage ? "_blank" : null },
    label,
    isPage ? icon(OUTWARD) : null,
    isPage ? make("span", { class: "unseen" }, ` ${words.say("newTab")}`) : null,
  );
}

const WEB = ["http:", "https:"];
const CONTACT = [...WEB, "mailto:", "tel:"];

const BUBBLE =
  "M4 5h16v11h-8l-5 4v-4H4zM9.6 8.7a2.4 2.4 0 1 1 3.3 2.2c-.6.2-.9.6-.9 1.2M12 13.9v.1";
const CROSS = "M6 6l12 12M18 6L6 18";
const OUTWARD = "M8 16L17 7M9.5 7H17v7.5";
