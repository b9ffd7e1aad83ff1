// The two calls to the service. Nothing that identifies a visitor is sent or kept.

/** @typedef {import("./contract.js").Answer} Answer */
/** @typedef {import("./contract.js").Feedback} Feedback */
/** @typedef {"forbidden" | "unreadable" | "limit" | "busy" | "failed" | "slow" | "unreachable"
 *   | "offline"} Failure a text of this name says it */
/** @typedef {{failure: Failure, seconds: number}} Failed `seconds` until it may succeed, or 0 */

const TIMEOUT_MS = 10_000;
/** @type {Record<number, Failure>} */
const FAILURE_OF_STATUS = {
  401: "forbidden",
  403: "forbidden",
  413: "unreadable",
  422: "unreadable",
  429: "limit",
  503: "busy",
};

/**
 * Ask; never rejects. What a failure says is ours: a server's own text is not shown.
 * @param {Element} widget with the attributes api, key and company
 * @param {string} question
 * @param {AbortSignal} signal
 * @returns {Promise<{answer: Answer} | Failed>}
 */
export async function ask(widget, question, signal) {
  const body = { question, company: widget.getAttribute("company"), k: 3 };
  try {
    const response = await post(widget, "v1/ask", body, signal);
    const answer = response.ok ? await response.json() : null;
    if (answer?.scope) return { answer };
    const seconds = Number(response.headers.get("Retry-After")) || 0;
    return { failure: FAILURE_OF_STATUS[response.status] ?? "failed", seconds };
  } catch (error) {
    return { failure: failureOf(error), seconds: 0 };
  }
}

/**
 * Send what a visitor thinks of an answer; return whether it arrived.
 * @param {Element} widget with the attributes api and key
 * @param {Feedback} feedback
 */
export async function sendFeedback(widget, feedback) {
  try {
    return (await post(widget, "v1/feedback", feedback)).ok;
  } catch {
    return false;
  }
}

/** Return an id for one asker: new for every widget of every page view, kept nowhere. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID asks for https
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Element} widget
 * @param {string} path
 * @param {object} body
 * @param {AbortSignal} signal
 */
function post(widget, path, body, signal = new AbortController().signal) {
  const api = widget.getAttribute("api");
  const base = api ? new URL(`${api.replace(/\/+$/, "")}/`, document.baseURI) : import.meta.url;
  const key = widget.getAttribute("key");
  return fetch(new URL(path, base), {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(key && { Authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
}

/**
 * @param {any} error that `fetch`, or reading its response, rejected with
 * @returns {Failure}
 */
function failureOf(error) {
  if (error.name === "TimeoutError") return "slow";
  if (error.name === "SyntaxError") return "failed";
  return navigator.onLine ? "unreachable" : "offline";
}
