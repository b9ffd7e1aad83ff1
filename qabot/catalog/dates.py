"""Dates as policies and people write them, and the phrases that announce one."""

import re
from collections.abc import Iterator
from datetime import date

import dateparser

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_WRITTEN = (
    rf"(?:{_MONTH} {_DAY},? {_YEAR}|(?:the )?{_DAY}(?: of)?[ -]{_MONTH},?[ -]{_YEAR}|"
    rf"{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]{_YEAR})\b"
)
_VERB = (
    r"(?:(?:date of )?(?:the )?(?:last|latest|most recent(?:ly)?) )?"
    r"(?:updated?|revised|revision|modified|amend(?:ed|ment)|changed|reviewed)|effective|"
    r"in (?:force|effect)|(?:takes?|took|comes?|came) (?:effect|into (?:force|effect))|"
    r"version|dated?|published|posted"
)
_BETWEEN = (
    r"[\s:–—-]+(?:(?:date|on|as of|as from|from|since|is|at|of|and|last|updated|effective)\b"
    r"[\s:–—-]*)*"
)
_ANNOUNCED = re.compile(
    rf"\b(?:{_VERB}){_BETWEEN}(?P<date>{_WRITTEN}|{_MONTH},? {_YEAR}\b)", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"\W*(?:[\w\s’'“”\"&-]{0,80}?\b(?:policy|policies|notice|statement|terms|conditions|agreement|"
    r"addendum|document|page|version|guidance)\b[\s”\"’)]*)?"
    r"(?:(?:was|were|is|are|became|has been|have been|and)\b)?\W*",
    re.IGNORECASE,
)
_STARTS = re.compile(r"effective|in|tak|took|com|came", re.IGNORECASE)
_GOES_ON = r"(?:and|last|updated|revised|effective)\b"
_OF_ANOTHER = re.compile(r"\b(?:previous|prior|earlier|former|archived|until|replaces)\b", re.I)
_TOP, _BOTTOM = 1500, 600  # characters in which a policy says its date


def declared_date(value: str) -> date | None:
    """Return the one day that `value` is, or None: no day, no such day, or which is unclear."""
    value = re.sub(r"[T ]\d\d:\d\d.*", "", value.strip())
    if not re.fullmatch(_WRITTEN, value, re.IGNORECASE):
        return None
    readings = {_parse(value, day_first) for day_first in (False, True)} - {None}
    return readings.pop() if len(readings) == 1 else None


def announced_date(text: str, day_first: bool) -> tuple[date, str] | None:
    """Return the day from which `text` says that it is in force, and the phrase that says so.

    What stands on top goes before what stands at the bottom, and this before what stands between.
    Of several dates in one place the latest counts: the text as it stands is no older. A month
    without a day counts from its first. `day_first` settles what 03/04/2021 means.
    """
    found = list(_announcements(text, day_first))
    top = [(day, phrase) for start, day, phrase in found if start < _TOP]
    bottom = [(day, phrase) for start, day, phrase in found if start > len(text) - _BOTTOM]
    between = [(day, phrase) for _, day, phrase in found]
    return max(top or bottom or between[:1], default=None)


def _announcements(text: str, day_first: bool) -> Iterator[tuple[int, date, str]]:
    last = 0
    for found in _ANNOUNCED.finditer(text):
        before = re.split(r"[.!?(;|\n] ?| [–—-] ", text[last : found.start()])[-1]
        after, last = text[found.end() : found.end() + 10], found.end()
        if not _SUBJECT.fullmatch(before) or _OF_ANOTHER.search(before):
            continue
        if _STARTS.match(found[0]) and re.match(rf",? (?!{_GOES_ON})\w", after, re.IGNORECASE):
            continue  # "Effective June 1, 2021, we will charge": the date of something else
        day = _parse(found["date"], day_first)
        if day:
            yield found.start(), day, found[0]


def _parse(value: str, day_first: bool) -> date | None:
    """Read one date; numbers alone are year-month-day, or as `day_first` says."""
    numbers = [int(part) for part in re.split(r"[-/.]", value) if part.isdigit()]
    if len(numbers) == 3:
        if numbers[0] < 1000:
            numbers = [numbers[2], *(numbers[1::-1] if day_first else numbers[:2])]
        try:
            return date(*numbers)
        except ValueError:
            return None
    found = dateparser.parse(
        re.sub(r"\bthe |\bof ", "", value, flags=re.IGNORECASE),
        languages=["en"],
        settings={
            "REQUIRE_PARTS": ["month", "year"],
            "PREFER_DAY_OF_MONTH": "first",
            "PARSERS": ["absolute-time"],
        },
    )
    return found.date() if found else None
