"""Headings, sentences and rows of tables as the questions that people ask, in English.

"How long we keep your information" becomes "How long do you keep my information?", "The cooling-off
period lasts 14 days" becomes "How long is the cooling-off period?". What cannot be worded so is
left out.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from qabot.canonical import cells, has_heading, lines
from qabot.records import Passage, Version

_LONGEST = 70  # characters of a question
_NUMBER = re.compile(
    r"^(?:(?:section|part|article|clause)\s+)?(?:\(?\d+(?:\.\d+)*[.):]?|[IVXivx]+[.):]|[A-Z][.)])\s+",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:this|that|these|those|it|its|them|they|above|below|here|such|other|and/or|etc)\b", re.I
)
_ODD = re.compile(  # defined terms, and ends that a clause was cut off at
    r"\b(?!I\b)[A-Z][a-z]|\b(?:never|only|also|personal|own|more|my|your|the|a|an|to|of|and|or|for)\?$"
    r"|\b(?:never|only|learn|view)\b"
)
_OURS = {
    "we": "you", "us": "you", "our": "your", "ours": "yours", "ourselves": "yourselves",
    "you": "I", "your": "my", "yours": "mine", "yourself": "myself",
}  # fmt: skip
_TO = re.compile(r"\b(?:to|with|for|from|about|of|on|by|at|tell|give|send|ask|charge)$", re.I)
_LASTS = r"(?:period|time|term|deadline|notice|guarantee|warranty|trial)s?"
_DONE = (
    "appeal", "book", "cancel", "change", "claim", "close", "complain", "contact", "delete", "join",
    "leave", "move", "open", "opt", "order", "pay", "port", "renew", "report", "request", "return",
    "switch", "terminate", "transfer", "upgrade",
)  # fmt: skip


Wordings = tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]
"""What a text may look like, each with the question that it then answers."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A question, and the stretch of the version's text that it was made from."""

    question: str
    start: int
    end: int
    is_asked: bool = False  #: the text asks it itself


def worded(version: Version, passages: Sequence[Passage]) -> Iterator[Worded]:
    """Yield questions about a version: those it asks itself, then the plainest that it answers."""
    headings = list(_headings(version))
    made = (
        [one for one in headings if one.is_asked],
        [one for one in _sentences(passages) if one.question.startswith("How ")],
        [one for one in headings if not one.is_asked],
        list(_rows(version)),
        [one for one in _sentences(passages) if not one.question.startswith("How ")],
    )
    for one in chain.from_iterable(made):
        if len(one.question) <= _LONGEST and not _ODD.search(one.question[1:]):
            yield one


def _headings(version: Version) -> Iterator[Worded]:
    for section in version.sections:
        if len(section.trail) < 2 or not has_heading(version.text, section):
            continue
        heading = calm(_NUMBER.sub("", section.trail[-1]).strip())
        if question := asked_by(heading):
            yield Worded(question, section.start, section.end, heading.endswith("?"))


def _sentences(passages: Sequence[Passage]) -> Iterator[Worded]:
    for passage in passages:
        for one in passage.sentences:
            text = passage.text[one.start - passage.start : one.end - passage.start]
            if one.kind == "content" and (question := answered_by(text)):
                yield Worded(question, one.start, one.end)


def answered_by(sentence: str) -> str:
    """Return the question that a sentence answers in so many words, "" where there is none."""
    for pattern, wording in _SENTENCES:
        found = pattern.match(sentence)
        if found and not _POINTING.search(found[0]):
            question = wording(found)
            return f"{question[0].upper()}{question[1:]}?"
    return ""


def _rows(version: Version) -> Iterator[Worded]:
    """Yield a question for the first row of each table that says how long something is kept."""
    for section in version.sections:
        rows = [line for line in lines(version.text, section) if line.kind == "row"]
        for line in rows[:1]:
            if question := _of_row(version.text[line.start : line.end]):
                yield Worded(question, line.start, line.end)


def _of_row(row: str) -> str:
    first, *others = cells(row)
    thing = row[first.value : first.end]
    labels = [row[one.start : one.value].strip(" :") for one in others]
    is_plain = re.fullmatch(r"[A-Z][a-z]+(?: [a-z]+){1,4}", thing)
    if is_plain and any(re.search(r"how long|kept|retention|keep", one, re.I) for one in labels):
        return f"How long do you keep {thing[0].lower()}{thing[1:]}?"
    return ""


def asked_by(heading: str) -> str:
    """Return the question that a heading answers, "" where there is no plain one."""
    words = heading.rstrip(" .:?")
    if heading.endswith("?"):
        if len(words.split()) < 4 or _POINTING.search(words):
            return ""
        is_ours = re.search(r"\b(?:we|us|our)\b", words, re.I)
        return f"{_turned(words) if is_ours else words}?"
    if not words or _POINTING.search(words) or re.search(r"[,;:()/&]|\d", words):
        return ""
    for pattern, wording in _WORDINGS:
        if found := pattern.fullmatch(words):
            question = wording(found)
            return f"{question[0].upper()}{question[1:]}?"
    return ""


def calm(text: str) -> str:
    """Return a heading in capitals, or With Each Word Capital, as it stands in a sentence."""
    words = text.split()
    capital = [word for word in words[1:] if word[0].isupper()]
    if len(words) < 2 or len(capital) < len(words[1:]) / 2:
        return text
    first, *rest = [
        word.lower() if word.upper() != word or text.isupper() else word for word in words
    ]
    return " ".join([first.capitalize(), *rest])


def _turned(text: str, *, is_object: bool = False) -> str:
    """Return words of a policy as its reader says them: "your data" is "my data".

    `is_object`: they stand behind a verb, so that "you" as the first of them is "me".
    """

    def said(found: re.Match[str]) -> str:
        before, word = text[: found.start()].rstrip(), found[0].lower()
        is_me = is_object if not before else _TO.search(before) or not text[found.end() :].strip()
        return "me" if word == "you" and is_me else _OURS[word]

    return re.sub(r"\b(?:we|us|ours?|ourselves|yours?|you|yourself)\b", said, text, flags=re.I)


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def _who_does(found: re.Match[str]) -> str:
    asked, who, rest = found.groups()
    return f"{asked} do {_turned(who)} {_turned(rest)}"


def _who_may(found: re.Match[str]) -> str:
    asked, who, may, rest = found.groups()
    return f"{asked} {may} {_turned(who)} {_turned(rest)}"


_WHAT = (  # no "hours" of "opening hours", which nobody opens; nor "and changing it"
    r"((?!and\b|or\b)(?:[a-z-]+ )*(?!(?:hours?|times?|dates?|days?|fees?|charges?|costs?|prices?|"
    r"terms|conditions|rules?|procedures?|process|options?|limits?|periods?|requirements?|policy|"
    r"balance|details|information|statements?)$)[a-z-]+)"
)
_WORDINGS: Wordings = tuple(
    (re.compile(pattern, re.I), wording)
    for pattern, wording in (
        (
            r"((?:how|when|why|where|who|what|which)(?: [a-z]+){0,3}?) (we|you) "
            r"(can|may|must|will|should) (.+)",
            _who_may,
        ),
        (r"((?:how|when|why|where|who|what|which)(?: [a-z]+){0,3}?) (we|you) (.+)", _who_does),
        (r"how to (.+)", lambda found: f"how do I {_turned(found[1])}"),
        (
            r"(?:the )?([a-z]+(?: [a-z]+)?) (?:that )?(we) "
            r"(collect|use|store|share|need|offer|charge)",
            lambda found: f"what {_lower(found[1])} do you {found[3]}",
        ),
        (
            rf"(?:the |our )?([a-z-]+(?: [a-z-]+)? {_LASTS})",
            lambda found: f"how long is the {_lower(found[1])}",
        ),
        (r"your ((?:[a-z]+ ){0,2}rights)", lambda found: f"what are my {found[1]}"),
        (
            rf"({'|'.join(_DONE)})(?:l?ing|ing) {_WHAT}",
            lambda found: f"how do I {found[1].lower()} {_turned(found[2])}",
        ),
        (
            rf"(mov|clos|chang|leav|delet|terminat|upgrad|mak|us)ing {_WHAT}",
            lambda found: f"how do I {found[1].lower()}e {_turned(found[2])}",
        ),
        (r"refunds?", lambda _: "how do I get a refund"),
        (r"contact(?: us| details)?", lambda _: "how do I contact you"),
        (r"complaints?", lambda _: "how do I complain"),
        (r"cookies", lambda _: "which cookies do you use"),
        (
            r"(?:our )?(?:fees|prices|charges)(?: and (?:payments?|fees|charges))?",
            lambda _: "what does it cost",
        ),
        (r"(?:payments?|paying|billing)(?: methods)?", lambda _: "how can I pay"),
        (r"(?:eligibility|who may order)", lambda _: "who can become a customer"),
    )
)

_CLAUSE = (
    r"((?:[a-z'’-]+ ){1,6}?[a-z'’-]+)"
    r"(?= (?:by|at|within|if|until|on|through|from|when|unless|before|after|with)\b|[,.;:])"
)
_NOUN = r"([a-z][a-z-]*(?: [a-z-]+){0,3}?)"
_SENTENCES: Wordings = tuple(
    (re.compile(pattern, re.I), wording)
    for pattern, wording in (
        (
            rf"(?:the|our) {_NOUN} (?:is|lasts|costs) (?:[a-z]+ ){{0,2}}[£$€]",
            lambda found: f"how much is the {found[1]}",
        ),
        (
            rf"(?:the|our) {_NOUN} (?:is|lasts|runs for) (?:[a-z]+ ){{0,2}}\d+ "
            r"(?:calendar |working |business )?(?:hours|days|weeks|months|years)",
            lambda found: f"how long is the {found[1]}",
        ),
        (
            r"we (?:only )?(keep|retain|store) ((?:your |the )?(?:[a-z-]+ ){1,3}?)(?:only )?"
            r"(?:for|until|as long as)\b",
            lambda found: f"how long do you {found[1]} {_turned(found[2].strip())}",
        ),
        (
            rf"{_NOUN} (?:is|are) (?:only )?(?:kept|stored|retained) (?:for|until)\b",
            lambda found: f"how long do you keep {_turned(_lower(found[1]))}",
        ),
        (
            r"we ([a-z]+) ((?:[a-z-]+ ){1,5}?)within (?:[a-z]+ )?\d+ (?:\w+ )?"
            r"(?:hour|day|week|month)",
            lambda found: f"how soon do you {found[1]} {_turned(found[2].strip(), is_object=True)}",
        ),
        (
            r"we (?:do not|don['’]t|never) (sell|share|rent|charge|record|keep|accept) "
            rf"{_CLAUSE}",
            lambda found: f"do you {found[1]} {_turned(found[2], is_object=True)}",
        ),
        (
            rf"you (?:can|may) (?!be |also |not |have )([a-z]+) {_CLAUSE}",
            lambda found: f"can I {found[1]} {_turned(found[2])}",
        ),
        (
            rf"you must (?!be |not )([a-z]+) {_CLAUSE}",
            lambda found: f"do I have to {found[1]} {_turned(found[2])}",
        ),
    )
)
