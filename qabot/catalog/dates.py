"""Months and days as policies and people write them, and the phrases that announce a date."""

import re
from collections.abc import Iterator
from datetime import date

MONTHS = {  #: by the ISO 639 code of the language, January first
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_SHORT = [name[:3] for name in MONTHS["en"].split()]
MONTH_NAMES = frozenset({*" ".join(MONTHS.values()).split(), *_SHORT, "sept", "jänner"})
"""The names of months in all of these languages, and the short ones in English."""

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
"""Matches a month in English, in small letters."""
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
YEAR = r"(?:19|20)\d\d"

_WRITTEN = (
    rf"(?:{MONTH} {DAY},? {YEAR}|(?:the )?{DAY}(?: of)?[ -]{MONTH},?[ -]{YEAR}|"
    rf"{YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]{YEAR})\b"
)
_VERB = (
    r"(?:(?:date of )?(?:the )?(?:last|latest|most recent(?:ly)?) )?"
    r"(?:updated?|revised|revision|modified|amend(?:ed|ment)|changed|reviewed)|effective|"
    r"in (?:force|effect)|(?:takes?|took|comes?|came) (?:effect|into (?:force|effect))|"
    r"version|dated?|published|posted"
)
_BETWEEN = (
    r"[\s:–—-]+(?:(?:date|on|as of|as from|from|since|is|at|of|and|last|updated|effective)\b"
    r"[\s:–—-]*){0,6}"
)
_ANNOUNCED = re.compile(
    rf"\b(?:{_VERB}){_BETWEEN}(?P<date>{_WRITTEN}|{MONTH},? {YEAR}\b)", re.IGNORECASE
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
    days = days_meant(value)
    return days[0] if len(days) == 1 else None


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
        day = _read(found["date"], day_first)
        if day:
            yield found.start(), day, found[0]


def month_in(text: str) -> int | None:
    """Return the number of the first month that `text` names in English, 1 to 12."""
    words = re.findall(r"[a-z]+", text.lower())
    return next((_SHORT.index(word[:3]) + 1 for word in words if word[:3] in _SHORT), None)


def days_meant(text: str) -> list[date]:
    """Return the days that a date can mean: the first of a month that stands without a day.

    03/04/2021 can mean two, the one with the month in front first; what is no day means none.
    """
    days = (_read(text, day_first) for day_first in (False, True))
    return list(dict.fromkeys(day for day in days if day))


def _read(text: str, day_first: bool) -> date | None:
    month = month_in(text)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    first, year = numbers[0], numbers[-1]
    if month:
        day = first if len(numbers) > 1 else 1
    elif first > 31:
        year, month, day = numbers
    else:
        day, month = numbers[:2] if day_first else numbers[1::-1]
    try:
        return date(year, month, day)
    except ValueError:
        return None
