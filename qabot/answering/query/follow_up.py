"""A follow-up to the whole question that it stands for, by what was asked before it.

"and text messages?" after "How long do you keep call records?" is read as "How long do you keep
text messages?". Four kinds are told apart by their form: another thing, company or day ("what about
Vonage?", "and in 2018?"), another question word ("for how long?"), and one that points back ("can I
cancel it?"). What is none of these is a new question, and returned as it is.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date

from qabot.answering.query.company_names import CompanyNames
from qabot.answering.query.pointing_back import action_in, pointed
from qabot.answering.query.question_dates import find_dates
from qabot.answering.query.question_things import AUXILIARY, DETERMINERS, WORD, things
from qabot.answering.query.understanding import understand
from qabot.answering.query.well_known import well_known
from qabot.word_frequencies import is_ordinary

Similarity = Callable[[str, str], float]
"""Returns how alike two phrases are in meaning, at most 1."""

_WH = r"(?:what|when|where|who|whom|whose|which|why|how)"
_LEAD = re.compile(
    r"^\W*(?:(?:ok|okay|thanks|thank you|and|but|also|so|then|or)\b,? )*"
    r"(?:(?:(?:what|how) about|and|or|(?:the )?same (?:question )?(?:for|at)|"
    r"(?:is it|is that|are they) the same (?:for|with|in))\b,? )?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^\W*(?:(?:ok|okay|thanks|thank you),? )?(?:and|or|but|what about|how about|also|"
    r"(?:the )?same (?:question )?(?:for|at)|"
    r"(?:is it|is that|are they) the same (?:for|with|in))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(rf"\b(?:{AUXILIARY}|{_WH})\b", re.IGNORECASE)
_HOW = re.compile(  # "for how long", "since when", "to whom", "how much", "who with"
    rf"(?:(?:for|since|until|till|by|with|from|to|at|on|in|under|after|before|within) )?(?:{_WH})"
    r"(?: (?:long|much|many|often|soon|far|quickly|fast|exactly|with|for|to|from|not|else|ones?|"
    r"hours?|days?|weeks?|months?|times?|kinds?|way|before|after|in advance))*",
    re.IGNORECASE,
)
_YES_NO = re.compile(rf"(?:{AUXILIARY}|{AUXILIARY}n['’]?t)\b", re.IGNORECASE)
_ASKING = re.compile(  # how a question asks, up to its verb
    rf"(?:(?:for|since|until|by|with|from|to|at|on|in|under) )?{_WH}\b(?:(?! {AUXILIARY}\b).)*? "
    rf"(?={AUXILIARY}\b)",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"(?:for|with|without|in|on|at|from|to|by|after|before|during|within|outside|over|under|about|as)"
    r"\b",
    re.IGNORECASE,
)
_DOES = re.compile(rf"\b{AUXILIARY}\s+(?:it(?:,| and| or|, or)\s+)*$", re.IGNORECASE)
_IF = re.compile(r"\bif ", re.IGNORECASE)
_THERE_IS = re.compile(r"^(?P<verb>is|are) there (?:an?|any) (?P<what>.+)", re.IGNORECASE)
_WITH_WHOM = re.compile(r"(?P<who>who|whom|what) (?P<with>to|with|for|from)", re.IGNORECASE)
_SAYS_SO = re.compile(r"\b(?:says?|said|sure|mean) (?:that|so|this|it)\b", re.IGNORECASE)
_UNFINISHED = re.compile(  # "is there a charge?", "how long do I have?"
    r"(?:is|are) there (?:an?|any) (?:extra )?(?:charge|fee|cost|limit|deadline|penalty|catch)s?|"
    r"how (?:long|much time|many days|soon) (?:do|would|will) (?:i|we|you|they) have|"
    r"what (?:does|will|would) (?:it|that) cost|how much (?:is|does) (?:it|that)(?: cost)?",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:customers?|users?|members?|children|kids|students?|adults?|seniors?|pensioners?|business(?:es)?|"
    r"companies|firms?|tenants?|guests?|visitors?|employees?|teachers?|families|residents?)$",
    re.IGNORECASE,
)
_LEAST = 0.1  # similarity of what takes another's place after "what about"; of others it is less
_LONGEST = 12  # words of a follow-up; what is longer says enough


def read_with(
    question: str,
    earlier: Sequence[str],
    *,
    names: CompanyNames,
    today: date,
    similarity: Similarity,
) -> str:
    """Return what a question asks, read with those before it, the oldest first.

    Each of those is a whole question. A question that stands for itself is returned as it is.
    """
    before = next((one.strip() for one in reversed(earlier) if one.strip()), "")
    if not before or len(WORD.findall(question)) > _LONGEST:
        return question
    read = _read(question, before, names, today, similarity)
    if read == question:
        return question
    read = read if read.endswith(("?", ".", "!")) else f"{read}?"
    if names.mentions(read) or _may_be_company(read.partition(":")[0]):
        return read
    whose = [before[one.start : one.end] for one in names.mentions(before)]
    return f"{_nominative(whose[0])}: {read}" if len(whose) == 1 else read


def _read(
    question: str, before: str, names: CompanyNames, today: date, similarity: Similarity
) -> str:
    rest = _LEAD.sub("", question.strip(), count=1).strip(" ?.!,")
    if not rest:
        return question
    if outright := _outright(question, rest, before):
        return outright
    goes_on = _GOES_ON.match(question)
    if goes_on and _IF.match(rest):
        unless = before[: found.start()] if (found := _IF.search(before)) else before
        return f"{unless.rstrip(' ?.,')} {rest}?"
    if _SENTENCE.search(rest):
        return pointed(question, before, names)
    elsewhere = _elsewhere(before, rest, names, today)
    if elsewhere or not (goes_on or _PREPOSITION.match(rest)):
        return elsewhere or question
    if "," in rest:
        return question
    if _PEOPLE.search(rest) and goes_on and "about" in goes_on[0].lower():
        rest = f"for {rest}"
    is_surely = goes_on is not None and "about" not in goes_on[0].lower()
    bare = _with_pronouns(before, names)
    return _of_another(before, bare, rest, similarity, is_surely=is_surely) or question


def _outright(question: str, rest: str, before: str) -> str | None:
    """Read what its own form tells: a number, an unfinished question, a question word alone."""
    if _SAYS_SO.search(rest):
        return question
    if rest.isdecimal():
        return _of_another_number(before, rest) or question
    if _UNFINISHED.fullmatch(rest) and (does := action_in(before)):
        return f"{rest} to {does}?"
    return _asked_otherwise(before, rest) if _HOW.fullmatch(rest) else None


def _asked_otherwise(before: str, asking: str) -> str:
    """Ask the same with another question word: "for how long?"."""
    if turned := _WITH_WHOM.fullmatch(asking):
        who = "what" if turned["who"].lower() == "what" else "whom"
        asking = f"{turned['with']} {who}"
    asking = asking[0].upper() + asking[1:]
    if known := _ASKING.match(before):
        asked = before[known.end() :]
        costs = re.sub(r"\btakes?\b", "cost", asked) if "much" in asking else asked
        return f"{asking} {costs}"
    if (there := _THERE_IS.match(before)) and "much" in asking:
        return f"{asking} {there['verb'].lower()} the {there['what']}"
    return f"{asking} {_lowered(before)}" if _YES_NO.match(before) else f"{before} {asking}?"


def _elsewhere(before: str, rest: str, names: CompanyNames, today: date) -> str | None:
    """Ask the same of another company, or of other days; None where `rest` names neither alone."""
    dates = find_dates(rest, today)
    undated = rest
    for start, end in reversed(dates.places):
        undated = undated[:start] + undated[end:]
    company = _PREPOSITION.sub("", undated.strip(" ,"), count=1).strip(" ,")
    company = _nominative(company)
    found = [one for one in names.mentions(company) if one.end - one.start == len(company)]
    is_named = bool(found or names.called(company)) or _may_be_company(company)
    if (company and not is_named) or not (company or dates.places):
        return None
    asked = _undated(before, today)
    if company:
        asked = understand(asked, names, today).question
    if dates.places:
        days = " ".join(rest[start:end].strip() for start, end in dates.places)
        asked = f"{asked.rstrip(' ?.')} {days}?"
    return f"{company}: {asked}" if company else asked


def _of_another_number(before: str, number: str) -> str | None:
    """Put a number into the place of the only one that was asked about."""
    known = re.findall(r"\d+", before)
    return before.replace(known[0], number) if len(known) == 1 else None


def _may_be_company(phrase: str) -> bool:
    """Whether a phrase that stands alone is the name of a company that is not known."""
    words = phrase.split()
    are_names = all(word[0].isupper() and not is_ordinary(word.lower()) for word in words)
    return bool(well_known(phrase)) or (0 < len(words) < 4 and are_names)


def _undated(question: str, today: date) -> str:
    for start, end in reversed(find_dates(question, today).places):
        question = question[:start].rstrip() + question[end:]
    return question


def _with_pronouns(question: str, names: CompanyNames) -> str:
    """Return a question with "it" for each company that does something, at the same places.

    So that what the company does is no part of the thing: "does it keep (call records)".
    """
    for name in names.mentions(question):
        if name.end - name.start > 1 and _DOES.search(question[: name.start]):
            pronoun = "it".rjust(name.end - name.start)
            question = question[: name.start] + pronoun + question[name.end :]
    return question


def _of_another(
    before: str, bare: str, rest: str, similarity: Similarity, *, is_surely: bool
) -> str | None:
    """Put another thing into the place of the one most like it; None where none is like it.

    `bare` is `before` with pronouns in the place of companies. `is_surely`: it was asked as one
    more of the same ("and text messages?").
    """
    preposition = _PREPOSITION.match(rest)
    if preposition:
        same = re.search(rf"\b{preposition[0]} ", before, re.IGNORECASE)
        found = things(bare[same.end() :], same.end())[:1] if same else []
        if not same or not found:
            return f"{before.rstrip(' ?.')} {rest}?"
        return f"{before[: same.end()]}{rest[preposition.end() :].strip()}{before[found[0].end :]}"
    found = things(bare)
    if not found:
        return None
    likeness = [similarity(rest, before[thing.bare : thing.end]) for thing in found]
    best = max(range(len(found)), key=likeness.__getitem__)
    if likeness[best] < _LEAST and not is_surely:
        return None
    thing = found[best]
    is_determined = rest.split()[0].lower() in DETERMINERS
    determiner = before[thing.start : thing.bare]
    is_one = determiner.lower() in ("a ", "an ")
    if is_determined or (is_one and rest.endswith("s")):
        determiner = ""
    elif is_one:
        determiner = "an " if rest[0].lower() in "aeiou" else "a "
    return before[: thing.start] + determiner + rest + before[thing.end :]


def _nominative(name: str) -> str:
    return re.sub(r"['’]s?$", "", name)


def _lowered(question: str) -> str:
    return question[0].lower() + question[1:] if question[:2] not in ("I ", "I'") else question
