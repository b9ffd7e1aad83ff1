"""Dates as policies and people write them: which days one can mean."""

import re
import unicodedata
from datetime import date

MONTHS = {  #: by the ISO 639 code of the language, January first
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
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

_SHORT_ABROAD = (  # January first; "-" where the English one serves
    "- - mär - mai - - - - okt - dez",
    "- - mrz - mai - - - - okt - dez",
    "janv févr mars avr mai juin juil août - - - déc",
    "ene - - abr mayo - - ago - - - dic",
    "- - mrt - mei - - - - okt - -",
    "gen - - - mag giu lug ago set ott - dic",
    "- fev - abr mai - - ago set out - dez",
)


def _plain(word: str) -> str:
    """Return a word in small letters and without accents: "fevrier"."""
    letters = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_NUMBERS_OF_MONTHS = {
    _plain(name): number
    for names in (*MONTHS.values(), *_SHORT_ABROAD, " ".join(_SHORT))
    for number, name in enumerate(names.split(), 1)
    if name != "-"
} | {"sept": 9, "janner": 1, "feber": 2, "maerz": 3, "setiembre": 9}
_TO_NINTH = "first second third fourth fifth sixth seventh eighth ninth"
_ORDINALS = [
    *f"{_TO_NINTH} tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth".split(),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
    *(f"twenty-{ordinal}" for ordinal in _TO_NINTH.split()),
    *("thirtieth", "thirty-first"),
]
_FIRST_ABROAD = ["ersten", "erster", "premier", "primero", "primo", "eerste", "primeiro"]

_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo|"
    r"(?:maan|dins|woens|donder|vrij|zater|zon)dag|"
    r"(?:lune|marte|mercole|giove|vener)d[ìi]|sabato|domenica|"
    r"(?:segunda|ter[çc]a|quarta|quinta|sexta)(?:-feira)?)"
    r"\.?,?\s+(?:(?:the|de[nmr]|le|el|il|op|dia|d[íi]a)\s+)?"
)
_NAMES = [name for name in _NUMBERS_OF_MONTHS if len(name) > 2]
_ACCENTED = str.maketrans({"a": "[aä]", "e": "[eéè]", "u": "[uû]", "c": "[cç]"})
_ANY_MONTH = (
    rf"(?:{'|'.join(name.translate(_ACCENTED) for name in sorted(_NAMES, key=len)[::-1])})\.?"
)
_ANY_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|ère|ème|e|r[oa]|\.?[º°ªᵒ]|\.)?|"
    rf"{'|'.join(_ORDINALS[::-1] + _FIRST_ABROAD)})(?: day)?"
)
_OF = r"(?: (?:of|de|del|di|do))?"
_OR_SHORT = rf"(?:{YEAR}|[’'‘]\d\d)"
_AT_END = r"\d\d(?=[).]*(?:\n|\Z))"
_DAY_IF_SAID = (  # elsewhere it is rather a number: of a version, a clause, a term
    rf"\d{{1,2}}\. ?\d{{1,2}}\. ?\d\d|{YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_ONLY_A_DATE_IF_SAID = rf"{_DAY_IF_SAID}|{YEAR}-(?:0[1-9]|1[0-2])"
_FIGURES = (
    rf"{YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}(?:[-/.]|\. )\d{{1,2}}(?:[-/.]|\. ){YEAR}|"
    r"\d{1,2}/\d{1,2}/\d\d|\d\d\.\d\d\.\d\d"
)
_DAY_OF_MONTH = (
    rf"{_ANY_MONTH} (?:the )?{_ANY_DAY},? {_OR_SHORT}|{YEAR}[ -]{_ANY_MONTH}[ -]{_ANY_DAY}|"
    rf"(?:the )?{_ANY_DAY}{_OF}[ /.-]{_ANY_MONTH},?{_OF}[ /.-](?:{_OR_SHORT}|{_AT_END})"
)
_MONTH_OF_YEAR = rf"{_ANY_MONTH},?{_OF} {_OR_SHORT}|(?:0?[1-9]|1[0-2])/{YEAR}"
_WRITTEN = rf"(?:{_WEEKDAY})?(?:{_DAY_OF_MONTH}|{_FIGURES})(?!\d|[/.-]\d)"
_NOT_INSIDE = r"(?<![\w/.-])"
WRITTEN_DATE = re.compile(
    rf"{_NOT_INSIDE}(?:{_WRITTEN}|(?:{_MONTH_OF_YEAR}|{_ONLY_A_DATE_IF_SAID})(?!\w|[/.-]\d))",
    re.IGNORECASE,
)
"""Finds a day or a month of a year, in any of the languages of `MONTHS`."""
_NUMBER_OR_DATE = re.compile(rf"(?!\d\d\.\d\d\.)(?:{_ONLY_A_DATE_IF_SAID})")
_LATEST_YEAR = 69  # of two digits, as POSIX has it: 69 and later are of the last century


def is_plain_date(written: str) -> bool:
    """Whether this is a date by its form alone: not "1.3.24", "20240301" and "2024-03"."""
    return _NUMBER_OR_DATE.fullmatch(written) is None


def declared_date(value: str) -> date | None:
    """Return the one day that `value` is, or None: no day, no such day, or which is unclear."""
    value = re.sub(r"[T ]\d\d:\d\d.*", "", value.strip())
    if not re.fullmatch(rf"{_WRITTEN}|{_DAY_IF_SAID}", value, re.IGNORECASE):
        return None
    days = days_meant(value)
    return days[0] if len(days) == 1 else None


def month_in(text: str) -> int | None:
    """Return the number of the first month that `text` names, 1 to 12."""
    words = re.findall(r"[^\W\d_]+", text)
    return next((found for word in words if (found := _NUMBERS_OF_MONTHS.get(_plain(word)))), None)


def days_meant(text: str) -> list[date]:
    """Return the days that a date can mean: the first of a month that stands without a day.

    03/04/2021 can mean two, the one with the month in front first; with dots, 03.04.2021, the day
    is in front wherever people write so. What is no day means none.
    """
    is_day_first = re.search(r"\d\. ?\d{1,2}\.", text) is not None
    orders = (True,) if is_day_first else (False, True)
    days = (_read(text, day_first) for day_first in orders)
    return list(dict.fromkeys(day for day in days if day))


def is_day_first(text: str) -> bool | None:
    """Return whether dates in figures that can be read in one way alone have the day in front.

    None where there are no such dates, or some of either kind.
    """
    orders = set()
    for found in re.finditer(rf"(?<![\w/.-])\d\d?[-/]\d\d?[-/]{YEAR}(?![\w/.-]\d)", text):
        first, second, _ = map(int, re.split("[-/]", found[0]))
        if (first > 12) != (second > 12):
            orders.add(first > 12)
    return orders.pop() if len(orders) == 1 else None


def _read(text: str, day_first: bool) -> date | None:
    month = month_in(text)
    text = re.sub(r"\b(\d{4})(\d\d)(\d\d)\b", r"\1-\2-\3", text)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    year, first = numbers[-1], numbers[0]
    if year <= 99 and first <= 31:
        year += 2000 if year < _LATEST_YEAR else 1900
    if month:
        day = first if len(numbers) > 1 else _ordinal_in(text)
        if first > 31 and len(numbers) > 1:
            year, day = first, numbers[1]
    elif first > 31:
        year, month, day = *numbers, *([1] if len(numbers) == 2 else [])
    elif len(numbers) == 2:
        month, day = first, 1
    else:
        day, month = numbers[:2] if day_first else numbers[1::-1]
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ordinal_in(text: str) -> int:
    """Return the day that a date has in words, and 1 where it has none."""
    found = re.search(rf"\b(?:{'|'.join(_ORDINALS[::-1])})\b", text, re.IGNORECASE)
    return _ORDINALS.index(found[0].lower()) + 1 if found else 1
