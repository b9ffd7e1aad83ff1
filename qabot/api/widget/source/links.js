// Links to addresses that come from outside: from an answer, or from the host page.

import { make } from "./elements.js";
import { OUTWARD_ARROW, icon } from "./icons.js";

/** @typedef {import("./localization.js").Localization} Localization */

const WEB = ["http:", "https:"];
const CONTACT = [...WEB, "mailto:", "tel:"];

/**
 * Make the link to the place in a policy that a citation quotes, or null where it has no web page.
 * @param {string} url
 * @param {Localization} locale
 * @param {string} label
 */
export function policyLink(url, locale, label = locale.text("read")) {
  return link(url, WEB, locale, label, "read");
}

/**
 * Make the link to where people turn without an answer, or null where the page names none.
 * @param {{locale: Localization, contact: string | null}} page
 */
export function contactLink({ locale, contact }) {
  return link(contact, CONTACT, locale, locale.text("contact"), "plain contact");
}

/**
 * Make a link, or null where the address is not of these protocols; a web page opens a tab of its
 * own.
 * @param {string | null} address
 * @param {string[]} protocols
 * @param {Localization} locale
 * @param {string} label
 * @param {string} style a class
 */
function link(address, protocols, locale, label, style) {
  if (!address || !URL.canParse(address, document.baseURI)) return null;
  const { href, protocol } = new URL(address, document.baseURI);
  if (!protocols.includes(protocol)) return null;
  const isPage = WEB.includes(protocol);
  return make(
    "a",
    { class: style, href, rel: "noopener", target: isPage ? "_blank" : null },
    label,
    isPage ? icon(OUTWARD_ARROW) : null,
    isPage ? make("span", { class: "visually-hidden" }, ` ${locale.text("newTab")}`) : null,
  );
}
