// The calls to the service. Nothing that identifies a visitor is sent or kept.

/** @typedef {import("./contract.js").Answer} Answer */
/** @typedef {import("./contract.js").Examples} Examples */
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
 * @param {Element} widget with the attributes api and key
 * @param {{question: string, company: string | null, context: string[]}} asked `context` are the
 *   questions before it, oldest first
 * @param {AbortSignal} signal
 * @returns {Promise<{answer: Answer} | Failed>}
 */
export async function ask(widget, { question, company, context }, signal) {
  const body = { question, company, k: 3, ...(context.length && { context }) };
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
 * Return questions to begin with, and the companies there are; none where they do not come.
 * @param {Element} widget with the attributes api and key
 * @param {string | null} company whose policies are asked about
 * @returns {Promise<Examples>}
 */
export async function examplesOf(widget, company) {
  const named = company ? `?company=${encodeURIComponent(company)}` : "";
  try {
    const response = await send(widget, `v1/examples${named}`, { method: "GET" });
    const { examples, companies } = await response.json();
    return { examples: examples ?? [], companies: companies ?? [] };
  } catch {
    return { examples: [], companies: [] };
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
 * @param {AbortSignal} [signal]
 */
function post(widget, path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  const init = { method: "POST", cache: "no-store", body: JSON.stringify(body), signal };
  return send(widget, path, /** @type {RequestInit} */ (init), headers);
}

/**
 * @param {Element} widget
 * @param {string} path
 * @param {RequestInit} init
 * @param {Record<string, string>} headers
 */
function send(widget, path, init, headers = {}) {
  const api = widget.getAttribute("api");
  const base = api ? new URL(`${api.replace(/\/+$/, "")}/`, document.baseURI) : import.meta.url;
  const key = widget.getAttribute("key");
  const late = AbortSignal.timeout(TIMEOUT_MS);
  return fetch(new URL(path, base), {
    ...init,
    headers: { ...headers, ...(key && { Authorization: `Bearer ${key}` }) },
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: init.signal ? AbortSignal.any([init.signal, late]) : late,
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
