"""A follow-up to the whole question that it stands for, by what was asked before it.

"and text messages?" after "How long do you keep call records?" is read as "How long do you keep
text messages?". Four kinds are told apart by their form: another thing, company or day ("what about
Vonage?", "and in 2018?"), another question word ("for how long?"), and one that points back ("can I
cancel it?"). What is none of these is a new question, and returned as it is.
"""

import re
from collections.abc import Sequence
from datetime import date
from math import inf

from qabot.answering.query.another_thing import (
    PREPOSITION,
    Similarity,
    are_people,
    names_people,
    of_another,
)
from qabot.answering.query.company_names import CompanyNames
from qabot.answering.query.every_company import is_of_all, names_all
from qabot.answering.query.follow_up_forms import read_by_form
from qabot.answering.query.language import language_unlike
from qabot.answering.query.ordinary_names import PAYING
from qabot.answering.query.pointing_back import action_in, pointed
from qabot.answering.query.question_dates import find_dates
from qabot.answering.query.question_things import AUXILIARY, WORD
from qabot.answering.query.question_words import WH
from qabot.answering.query.remarks import remark_of
from qabot.answering.query.understanding import understand
from qabot.answering.query.well_known import well_known
from qabot.word_frequencies import is_ordinary

_OPENING = r"\W*(?:(?:ok|okay|thanks|thank you|so|no|sorry)\b,? )*"
_STOP = re.compile(r"[,.!:;–-]+ ")
_ONE_MORE = (
    r"(?:(?:what|how) about|and|n|or|but|also|(?:the )?same (?:question )?(?:for|at)|"
    r"(?:is|are|was|were) (?:it|that|this|they|those) (?:also )?the same(?: (?:for|with|at)|"
    r"(?= in\b))|(?:i|we) (?:meant?|said))\b"
)
_LEAD = re.compile(
    rf"^{_OPENING}(?:(?:and|but|also|so|then|or)\b,? )*(?:{_ONE_MORE},? )?", re.IGNORECASE
)
_AS_WELL = re.compile(r",? (?:as well|too|please|pls)$", re.IGNORECASE)
_GOES_ON = re.compile(rf"^{_OPENING}{_ONE_MORE}", re.IGNORECASE)
_SENTENCE = re.compile(rf"\b(?:{AUXILIARY}|{WH}s?)\b", re.IGNORECASE)
_THEIRS = re.compile(r"\bthe(?:y|i(r))\b", re.IGNORECASE)
_AT = re.compile(r" (?:at|from|of|for|with|by)$", re.IGNORECASE)
_SAYS = re.compile(r"(?:i|we|you|he|she|they|it)\b", re.IGNORECASE)
_DONE = re.compile(r"\w+ (?:it|them|that)(?: \w+)?", re.IGNORECASE)
_IF = re.compile(r"\bif ", re.IGNORECASE)
_IF_ALONE = re.compile(  # "if i get my salary paid in?": a question's second half
    rf"if (?!so\b|not\b)(?:(?!,|\b{WH}\b|"
    rf"\b{AUXILIARY} (?:i|we|you|u|they|he|she|it|the|my|your|there)\b).)+",
    re.IGNORECASE,
)
_IS = re.compile(  # "im 20", "my dog is 30kg", "its for a van", "we live in Spain"
    r"(?:i['’]?m|(?:he|she|it)['’]?s|we['’]re|they['’]?re|i am|(?:he|she|it) is|"
    r"(?:we|they) are|my \w+ (?:is|are)|(?:i|we) live) "
    r"(?:(?:only|just|about|over|under|nearly) )*"
    r"(?:\d|(?:an?|the|in|on|from|with|for|at|not)\b).*",
    re.IGNORECASE,
)
_WHEN_OR_HOW = re.compile(  # "monthly?", "online?", "sundays?"
    r"(?!(?:fami|rep|supp|ju|ita|assemb|bul|jel|on)ly)\w{3,}ly|online|abroad|alone|together|upfront|"
    r"instead|today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekends?|"
    r"(?:bank|public) holidays?",
    re.IGNORECASE,
)
_CHANGES_STATE = ("open", "close", "start", "finish", "begin", "end", "arrive", "leave")
_LEAST = 0.1  # similarity of what takes another's place after "what about"; of others it is less
_ALIKE = 0.4  # of what takes another's place without a word that says so: "cats?" after dogs
_FRAGMENT = 3  # words of it
_STATEMENT = 7  # words of what is told beside a question
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
    said = [one.strip() for one in reversed(earlier) if one.strip()]
    if not said or len(WORD.findall(question)) > _LONGEST:
        return question
    asked = _without_remark(question.strip())
    of_company, before = _company_in_front(said[0], names)
    if _is_company(before, names) and not names.mentions(asked):
        return f"{before.rstrip(' ?.!')}: {question}"
    if asks_all(asked, before):
        return understand(before, names, today).question
    if is_of_all(asked):
        return question
    read = _read(asked, before, names, today, similarity)
    if read == asked and len(said) > 1 and _SENTENCE.search(asked):
        of_company, before = _company_in_front(said[1], names)
        read = pointed(asked, before, names)
    if read == asked:
        return question
    read = read if read.endswith(("?", ".", "!")) else f"{read}?"
    if names.mentions(read) or _may_be_company(read.partition(":")[0]):
        return read
    whose = [of_company] if of_company else []
    whose += [before[one.start : one.end] for one in names.mentions(before)]
    return f"{_nominative(whose[0])}: {read}" if len(whose) == 1 else read


def asks_all(question: str, before: str) -> bool:
    """Tell whether a follow-up asks the same of all companies: "and the others?".

    "everyone else" is people where it was asked about people before.
    """
    rest = _LEAD.sub("", question, count=1).strip(" ?.!,")
    return names_all(rest) and not (rest.endswith(" else") and names_people(before))


def _company_in_front(question: str, names: CompanyNames) -> tuple[str, str]:
    """Return the company named in front of a question, "" where none is, and the rest of it.

    So it is in what was read before: "Twilio: do you sell my data?".
    """
    company, colon, rest = question.partition(": ")
    is_company = _is_company(company, names) or _may_be_company(company)
    return (company, rest) if colon and is_company else ("", question)


def _is_company(text: str, names: CompanyNames) -> bool:
    """Whether a text is the name of a known company, and nothing else."""
    name = text.rstrip(" ?.!")
    return [one.end - one.start for one in names.mentions(name)] == [len(name)]


def _read(
    question: str, before: str, names: CompanyNames, today: date, similarity: Similarity
) -> str:
    rest = _LEAD.sub("", question.strip(), count=1).strip(" ?.!,")
    if not rest:
        return question
    if whole := read_by_form(question, rest, before, names):
        return whole
    goes_on = _GOES_ON.match(question)
    if _IF.match(rest) and (goes_on or _IF_ALONE.fullmatch(rest)):
        unless = before[: found.start()] if (found := _IF.search(before)) else before
        return f"{unless.rstrip(' ?.,')} {rest}?"
    if _IS.fullmatch(rest) and len(WORD.findall(rest)) <= _STATEMENT:
        return f"{before.rstrip(' ?.!')}, {rest}?"
    if _SENTENCE.search(rest) or (goes_on and _SAYS.match(rest)):
        read = pointed(rest, before, names)
        return question if read == rest else read
    joint = goes_on[0].lower() if goes_on else ""
    done = before.rstrip(" ?.!").rpartition(" ")
    if joint and rest.lower() in _CHANGES_STATE and done[2].lower() in _CHANGES_STATE:
        return f"{done[0]} {rest}?"
    rest = _AS_WELL.sub("", rest)
    return _of_fragment(before, rest, joint, names, today, similarity) or question


def _without_remark(question: str) -> str:
    """Return a question without what is only said in front of it: "great, and chats?"."""
    stop = _STOP.search(question)
    if stop is None or remark_of(question[: stop.start()]) is None:
        return question
    return question[stop.end() :]


def _of_fragment(
    before: str, rest: str, joint: str, names: CompanyNames, today: date, similarity: Similarity
) -> str | None:
    """Read what is no sentence: another thing, company, day or deed; None where it is none.

    `joint` is what says that it goes on ("and"), "" where nothing does.
    """
    if _DONE.fullmatch(rest):
        does, told = action_in(before), pointed(rest, before, names)
        if joint and does:
            return f"{before.rstrip(' ?.!').removesuffix(does)}{told}?"
        return told if told != rest else None
    if elsewhere := _elsewhere(before, rest, names, today, similarity):
        return elsewhere
    if joint and (both := _of_both(before, rest, names, today, similarity)):
        return both
    least = _least(rest, joint)
    if "," in rest or least == inf or (not joint and language_unlike(rest, [before])):
        return None
    if asked := of_another(before, rest, names, similarity, least):
        return asked
    if _WHEN_OR_HOW.fullmatch(rest) and _SENTENCE.search(before):
        return f"{before.rstrip(' ?.')} {rest}?"
    return f"{before.rstrip(' ?.')} for {rest}?" if are_people(rest) else None


def _least(rest: str, joint: str) -> float:
    """Return how alike what takes another's place must be, by what stands before it."""
    if PREPOSITION.match(rest) or (joint and "about" not in joint):
        return -1
    if joint:
        return _LEAST
    return _ALIKE if len(WORD.findall(rest)) <= _FRAGMENT else inf


def _elsewhere(
    before: str, rest: str, names: CompanyNames, today: date, similarity: Similarity
) -> str | None:
    """Ask the same of another company, or of other days; None where `rest` names neither.

    What may be a company that is not known is none where it is like what was asked about.
    """
    dates = find_dates(rest, today)
    undated = rest
    for start, end in reversed(dates.places):
        undated = undated[:start] + undated[end:]
    company = PREPOSITION.sub("", undated.strip(" ,"), count=1).strip(" ,")
    company = _nominative(company)
    if not (company or dates.places):
        return None
    asked = _undated(before, today)
    whole = understand(asked, names, today)
    found = [one for one in names.mentions(company) if one.end - one.start == len(company)]
    if company and not (found or names.called(company)):
        is_thing = not whole.unknown and of_another(before, company, names, similarity, _ALIKE)
        is_way_to_pay = company.lower() in PAYING and not (whole.companies or whole.unknown)
        if is_thing or is_way_to_pay or not _may_be_company(company):
            return None
    if company:
        others = CompanyNames(dict.fromkeys(whole.unknown, ()))  # "does Twilio" is "do you" as well
        asked = _THEIRS.sub(r"you\1", understand(whole.question, others, today).question)
    if dates.places:
        days = " ".join(rest[start:end].strip() for start, end in dates.places)
        asked = f"{asked.rstrip(' ?.')} {days}?"
    return f"{company}: {asked}" if company else asked


def _of_both(
    before: str, rest: str, names: CompanyNames, today: date, similarity: Similarity
) -> str | None:
    """Ask for another thing of another company: "and Nymgo's text messages?"."""
    named = names.mentions(rest)
    if len(named) != 1:
        return None
    (one,) = named
    if one.start == 0:
        thing = rest[one.end :].strip(" ,")
    elif one.end == len(rest):
        thing = _AT.sub("", rest[: one.start].strip(" ,"))
    else:
        return None
    if not thing:
        return None
    asked = _THEIRS.sub(r"you\1", understand(before, names, today).question)
    read = of_another(asked, thing, names, similarity, -1)
    return f"{_nominative(rest[one.start : one.end])}: {read}" if read else None


def _may_be_company(phrase: str) -> bool:
    """Whether a phrase that stands alone is the name of a company that is not known."""
    words = phrase.split()
    are_names = all(word[0].isupper() and not is_ordinary(word.lower()) for word in words)
    return bool(well_known(phrase)) or (0 < len(words) < 4 and are_names)


def _undated(question: str, today: date) -> str:
    for start, end in reversed(find_dates(question, today).places):
        question = question[:start].rstrip() + question[end:]
    return question


def _nominative(name: str) -> str:
    return re.sub(r"['’]s?$", "", name)
