"""The span of days that a question asks about: "in May 2018", "before 2020", "two years ago"."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from qabot.answering.query.question_words import found_before
from qabot.catalog.dates import DAY, MONTH, YEAR, days_meant, month_in
from qabot.records import Span

_PARTS = {  #: of a year, from which month to which
    **dict.fromkeys(("early", "beginning", "start"), (1, 4)),
    **dict.fromkeys(("mid", "middle"), (5, 8)),
    **dict.fromkeys(("late", "end"), (9, 12)),
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "q1": (1, 3),
    "q2": (4, 6),
    "q3": (7, 9),
    "q4": (10, 12),
}
_NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_ANY_YEAR = re.compile(YEAR)  # every phrase has one, and most questions none
_DAY = rf"(?:the )?{DAY}"
_COUNTED = (  # "after 2000 minutes" is an amount, "in the 2018 Act" a law
    r"(?! ?(?:minutes?|hours?|days?|texts?|messages?|sms|calls|characters|words|units|points|"
    r"[kmg]b|users|people|customers|euros?|dollars|pounds|usd|eur|gbp|act|regulations?|directive|"
    r"law|code|form)\b)"
)
_POINT = (
    rf"(?:(?:{_DAY}(?: of)?[ -])?{MONTH}(?: {_DAY})?(?:,| of)?[ -]{YEAR}|"
    rf"{YEAR}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]{YEAR}|{YEAR}-(?:0[1-9]|1[0-2])|"
    rf"(?:the )?(?:{'|'.join(_PARTS)})[ -](?:(?:of|in) )?(?:{MONTH} )?{YEAR}|{YEAR}{_COUNTED})"
)
_POLICY = r"(?:policy|policies|terms|version|notice)"
_OPENING = (
    r"(?:(?P<before>before|prior to|until|till|up to)|(?P<after>after)|"
    r"(?:(?<=policy )|(?<=policies )|(?<=terms )|(?<=version )|(?<=notice ))(?:of|from)|"
    r"(?P<since>since|(?:starting )?from)|between|effective|dated|"
    r"(?:back )?(?:(?:in force|in effect|effective|valid) )?"
    r"(?:as (?:of|at|on)|in|on|at|during|throughout|for))(?: the year)? "
)
_PHRASE = re.compile(
    rf"(?<![\w/.,–$£€#-])(?P<opening>{_OPENING})?(?P<first>{_POINT})"
    rf"(?:(?: (?:and|or|to|until|till|through|[-–]) (?:in )?|[-–])(?P<last>{_POINT}|now|today))?"
    rf"(?![\w%]|[-/.–]\d)(?P<policy>(?=(?:['’]s)? (?:\w+ )?{_POLICY}\b))?",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"\b(?:(?<!the )(?<!this )last (?P<last>year|month)\b(?:['’]s)?|(?:(?:about|around|some) )?"
    rf"(?P<count>\d\d?|an|one|{'|'.join(_NUMBERS[1:])}) (?P<unit>year|month)s? ago\b)",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"(?<!from )(?<!until )(?<!by )(?<!what )\b(?:(?:as of )?(?:right now|now|today(?:['’]s)?)"
    r"(?! that\b)|currently|presently|nowadays|at present|at the moment)(?![\w-])",
    re.IGNORECASE,
)
_LAW = re.compile(  # "Regulation (EU) 2016/679 of 27 April 2016"
    r"\b(?:act|law|regulation|directive|decision|convention|\d+/\d+(?:/\w+)?)\b[^,?!]{0,20} of $",
    re.IGNORECASE,
)
_PAST = re.compile(  # "did you", not "what you did"
    r"(?<!\byou )(?<!\bthey )(?<!\bwe )(?<!\bI )\bdid (?!I\b)|"
    r"(?:^|\b(?:what|much|long|many) )(?:was|were)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(  # "I joined in 2019": what happened to the asker
    r"(?:^|[.!?,;:]|\b(?:if|because|since|when|as|and|but))\s*"
    r"(?:I|we|he|she|they|my|our|someone|(?:(?:a|the) )?customer)\b"
    r"(?:(?!\b(?:how|what|which|whether|if|did|does|do)\b)[^.!?,;:])*$",
    re.IGNORECASE,
)
_HAPPENED = re.compile(  # "The problem happened two years ago. Is it too late?"
    r"\b(?:was|were|had|happened|bought|broke|came|went|got|made|took|died|left|began|lost|paid|sent|"
    r"\w{3,}ed)\b",
    re.IGNORECASE,
)
_OF_POLICY = re.compile(
    r"\b(?:polic(?:y|ies)|terms|version|notice|rules|in force)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!;]\s")
_DATED = re.compile(  # "my order of 12/03/2019", "date of birth 04/05/1981"
    r"\b(?:date of birth|birth ?day|dob|d\.o\.b\.?|born|orders?|ordered|bills?|billed|invoices?|"
    r"receipts?|purchases?|purchased|bought|parcels?|letters?|e-?mails?|visits?|appointments?|"
    r"contracts?|bookings?|booked|tickets?|payments?|deliver(?:y|ed)|membership|account)"
    r"(?: (?:is|was|of|on|from|dated|made|placed|signed|in))*\W{0,3}$",
    re.IGNORECASE,
)
_TOLD_ON = re.compile(  # "In 2019 I signed a contract."
    r",? (?:I|we|he|she|they|my|our)\b(?: \w+){0,2}? (?:\w+ed|bought|was|were|had|got|took|made|"
    r"paid|lost|broke|began|went|came|left)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dates:
    """What a question says of dates."""

    span: Span  #: the days asked about; open on both sides where it names none
    places: tuple[tuple[int, int], ...]  #: start and end of the words that say so, and of "now"


@dataclass(frozen=True, slots=True)
class _DatePhrase:
    """A phrase of a question that names days."""

    span: Span
    start: int
    end: int


def find_dates(question: str, today: date) -> Dates:
    """Return the days that a question asks about; `today` is what "last year" counts from.

    "before June 2020" is all time up to 2020-06-01, "after 2019" all from 2020-01-01 on, and what
    was in force at any time of it is meant; several dates make one span from the first to the
    last. A year alone needs a word that announces it, and a month needs its year. What only tells
    what happened to the asker ("I joined in 2019, can I cancel?") is about the policy of now.
    """
    is_past = _PAST.search(question) is not None
    found = [
        phrase for phrase in _phrases(question, today) if is_past or not _is_told(question, phrase)
    ]
    places = [(phrase.start, phrase.end) for phrase in found]
    places += [now.span() for now in _NOW.finditer(question)]
    first = min((one.span.since for one in found if one.span.since), default=None)
    until = max((one.span.until for one in found if one.span.until), default=None)
    span = Span(first, until)
    if first and until and first >= until:  # "before 2018 or after 2020"
        span = found[0].span
    return Dates(span, tuple(_apart(places)))


def _is_told(question: str, phrase: _DatePhrase) -> bool:
    """Whether a date is that of something that happened, not one asked about."""
    return bool(
        found_before(_TOLD, question, phrase.start)
        or found_before(_DATED, question, phrase.start)
        or _TOLD_ON.match(question, phrase.end)
        or _is_told_before(question, phrase)
    )


def _is_told_before(question: str, phrase: _DatePhrase) -> bool:
    """Whether a sentence tells what happened on that date, and a later one asks."""
    before = max(question.rfind(end, 0, phrase.start) for end in (". ", "! ", "? ", "\n")) + 1
    told, asks, _ = question[before:].partition("?")
    happened = _HAPPENED.search(told) if asks and not _OF_POLICY.search(told) else None
    return happened is not None and _SENTENCE_END.search(told, happened.end()) is not None


def _apart(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out what lies in another: "now" in "from 2019 until now"."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def _phrases(question: str, today: date) -> Iterator[_DatePhrase]:
    phrases = _PHRASE.finditer(question) if _ANY_YEAR.search(question) else ()
    for found in phrases:
        if found["first"].isdigit() and not found["opening"] and found["policy"] is None:
            continue
        if found_before(_LAW, question, found.start()):
            continue
        with suppress(ValueError):  # no such day: 31 June 2020
            yield _DatePhrase(_phrase_span(found), *found.span())
    for found in _AGO.finditer(question):
        count = 1 if found["last"] else _count(found["count"].lower())
        span = _ago(today, count, found["last"] or found["unit"])
        yield _DatePhrase(span, *found.span())


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    return _NUMBERS.index(text) if text in _NUMBERS else 1


def _phrase_span(found: re.Match[str]) -> Span:
    point = _point(found["first"].lower())
    last = (found["last"] or "").lower()
    if last in ("now", "today"):
        return Span(point.since, None)
    if last:  # "2019 to 2021", and "2021 or 2019"
        first, other = sorted((point, _point(last)), key=lambda one: one.since or date.min)
        return Span(first.since, other.until)
    if found["before"]:
        return Span(None, point.until if "end of" in found["first"].lower() else point.since)
    if found["after"] or found["since"]:
        return Span(point.until if found["after"] else point.since, None)
    return point


def _point(text: str) -> Span:
    """Read a day, month, part of a year, or year, as its first day and the day after its last.

    03/04/2021 goes from one day that it can mean to the other. Raises ValueError for no such day.
    """
    words = re.findall(r"q\d|[a-z]+|\d+", text)
    numbers = [int(word) for word in words if word.isdigit()]
    month = month_in(text)
    if len(numbers) == 3 or (month and len(numbers) == 2):
        days = days_meant(text)
        if not days:
            raise ValueError(f"{text}: no such day")
        return Span(min(days), max(days) + timedelta(days=1))
    year = max(numbers)
    part = next((_PARTS[word] for word in words if word in _PARTS), (1, 12))
    month = month or next((number for number in numbers if number != year), None)
    return _months(year, *((month, month) if month else part))


def _months(year: int, first: int, last: int) -> Span:
    return Span(date(year, first, 1), date(year + last // 12, last % 12 + 1, 1))


def _ago(today: date, count: int, unit: str) -> Span:
    if unit.lower() == "year":
        return _months(today.year - count, 1, 12)
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return _months(year, month + 1, month + 1)
