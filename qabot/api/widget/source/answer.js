// An answer, of whatever status, as elements.

import { answeringCitation, company, foldedCitation, openCitation } from "./citation.js";
import { make } from "./elements.js";
import { contactLink, policyLink } from "./links.js";
import { FEW, questionList } from "./panel.js";
import { notInForce, searchedLine, unknownCompany } from "./scope.js";

/** @typedef {import("./contract.js").Answer} Answer */
/** @typedef {import("./contract.js").Citation} Citation */
/** @typedef {import("./view.js").HostPage} HostPage */
/** @typedef {import("./view.js").View} View */

/** As in qabot/service/further.py, which says why. */
export const FURTHER = 0.97;

/**
 * Return the name of what is said to a remark: its own, but for a few.
 * @param {import("./contract.js").Remark | null | undefined} remark
 * @returns {import("./localization.js").TextKey}
 */
function replyTo(remark) {
  if (remark === "thanks") return "welcome";
  return !remark || remark === "emoji" ? "greeting" : remark;
}

/**
 * Return what to show of an answer: that of each question, where it holds several.
 * @param {Answer} answer
 * @param {HostPage} page
 * @returns {View}
 */
export function answerView(answer, page) {
  const { locale } = page;
  const parts = answer.parts?.length ? answer.parts : [{ ...answer, question: "" }];
  const around = parts.length > 1 ? { ...page, contact: null } : page; // it stands under all
  const views = parts.map((part) => partView(part, around));
  const leftOut = answer.left_out ?? [];
  return {
    announced: views.map(({ announced }) => announced).join(" "),
    shown: [
      ...views.flatMap(({ shown }, place) => {
        const name = nameOf(parts, place);
        if (!name) return shown;
        const children = shown.filter((one) => one !== null);
        return [make("section", { class: "part" }, make("h3", { dir: "auto" }, name), ...children)];
      }),
      questionList(locale.text("leftOut"), leftOut, page.ask),
    ],
    isRated: views.some(({ isRated }) => isRated),
  };
}

/**
 * Return what a part is headed with: its question, or its company where several are compared.
 * @param {import("./contract.js").Part[]} parts
 * @param {number} place
 */
function nameOf(parts, place) {
  const { question, scope } = /** @type {import("./contract.js").Part} */ (parts[place]);
  const isCompared = parts.filter((part) => part.question === question).length > 1;
  return (isCompared && scope.company) || question;
}

/**
 * @param {Answer} answer to one question
 * @param {HostPage} page
 * @returns {View}
 */
function partView(answer, page) {
  const { locale } = page;
  const notes = notesOf(answer, page);
  const { verdict, shown, isRated = true } = verdictView(answer, page);
  const isVisible = answer.status !== "answered";
  return {
    announced: [verdict, ...notes].join(" "),
    shown: [
      answer.read_as
        ? make("p", { class: "muted" }, locale.text("readAs", { question: answer.read_as }))
        : null,
      ...notes.map((note) => make("p", { class: "note" }, note)),
      isVisible ? make("p", { class: "verdict" }, verdict) : null,
      ...shown,
    ],
    isRated,
  };
}

/**
 * @param {Answer} answer
 * @param {HostPage} page
 * @returns {{verdict: string, shown: (Node | null)[], isRated?: boolean}}
 */
function verdictView({ status, scope, citations, nearest, remark, changed, companies }, page) {
  const { locale } = page;
  const contact = contactLink(page);
  const [best, ...others] = status === "answered" ? citations : nearest;
  const searched = make("p", { class: "muted searched" }, searchedLine(scope, page));
  switch (status) {
    case "answered": {
      const further = others.filter((one) => one.confidence >= FURTHER * (best?.confidence ?? 0));
      return {
        verdict: locale.text("answered", { title: best?.title ?? "" }),
        shown: [
          best ? answeringCitation(best, locale) : null,
          ...further.map((citation) => foldedCitation(citation, locale, status)),
        ],
      };
    }
    case "uncertain":
      return {
        verdict: locale.text("uncertain"),
        shown: [
          best ? openCitation(best, locale, status) : null,
          ...others.slice(0, 1).map((citation) => foldedCitation(citation, locale, status)),
          contact,
          searched,
        ],
      };
    case "not_covered":
      return {
        verdict: locale.text("notCovered"),
        shown: [
          searched,
          make("p", {}, locale.text("tryThis")),
          contact,
          nearestView(nearest, page),
        ],
      };
    case "no_question":
      return {
        verdict: locale.text(remark === "human" && !contact ? "noHuman" : replyTo(remark)),
        shown: [
          changed?.url
            ? policyLink(
                changed.url,
                locale,
                [changed.title, company(changed)].filter(Boolean).join(" · "),
              )
            : null,
          remark === "complaint" || remark === "human" ? contact : null,
          remark === "greeting" || remark === "help" ? examplesView(page) : null,
        ],
        isRated: false,
      };
    case "unknown_company": {
      const values = { companies: locale.list(companies ?? []) };
      const isShort = companies?.length && companies.length <= FEW;
      const there = isShort ? make("p", {}, locale.text("thereAre", values)) : null;
      return { verdict: unknownCompany(scope, page), shown: [there, contact], isRated: false };
    }
    default:
      return { verdict: notInForce(scope, locale), shown: [contact], isRated: false };
  }
}

/** @param {HostPage} page */
export function examplesView({ locale, examples, ask }) {
  return questionList(locale.text("examples"), examples, ask);
}

/**
 * Return why nothing is certain, and which companies named beside another have no policies.
 * @param {Answer} answer
 * @param {HostPage} page
 */
function notesOf({ language, scope }, { locale }) {
  const unknown = (scope.unknown ?? []).filter((name) => name !== scope.company);
  return [
    language ? locale.text("otherLanguage", { language: locale.languageName(language) }) : "",
    unknown.length ? locale.text("noCompany", { company: locale.list(unknown) }) : "",
  ].filter(Boolean);
}

/**
 * Make what comes near and does not answer, all of it folded away.
 * @param {Citation[]} nearest
 * @param {HostPage} page
 */
function nearestView(nearest, { locale }) {
  if (!nearest.length) return null;
  const citations = nearest.map((citation) => openCitation(citation, locale, "not_covered"));
  return make(
    "details",
    { class: "further" },
    make("summary", {}, locale.text("nearest")),
    make("div", { class: "body" }, ...citations),
  );
}
