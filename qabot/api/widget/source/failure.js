// Why there is no answer, as elements.

import { make } from "./elements.js";
import { contactLink } from "./links.js";

/**
 * Return what to show of a failure.
 * @param {import("./service.js").Failed} failed
 * @param {import("./view.js").HostPage} page
 * @param {() => void} retry asks once more
 * @returns {import("./view.js").View}
 */
export function failureView({ failure, seconds }, page, retry) {
  const { locale } = page;
  const later = seconds ? ` ${locale.text("later", { count: seconds })}` : "";
  const announced = locale.text(failure) + later;
  const attributes = { type: "button", class: "plain", onclick: retry };
  const button = make("button", attributes, locale.text("again"));
  const actions = make("div", { class: "actions" }, button, contactLink(page));
  return { announced, shown: [make("p", { class: "verdict" }, announced), actions], isRated: false };
}
