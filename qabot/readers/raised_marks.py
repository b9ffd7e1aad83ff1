"""Raised letters and digits: the mark of a note, an exponent, or the end of an ordinal.

In plain text a raised mark would become a digit of the number before it: "within 14¹ days" is not
"within 141 days". A note's mark is written in brackets, as Word's notes are, an exponent with the
raised digits of Unicode, and the end of an ordinal or of an abbreviation as it stands.
"""

import re
from collections.abc import Set

_NOTE = re.compile(r"[\[(]?(?P<mark>\d{1,3}|[a-z]|[ivx]{1,5})[\])]?\.?", re.IGNORECASE)
_SEVERAL = re.compile(r"\d{1,3}(?:(?:\s*[,;–-]\s*|\s)\d{1,3})+")
_EXPONENT = re.compile(r"[+−–-]?\d{1,3}[+−–-]?")
_ORDINAL = re.compile(  # "1st", "1er", "2ème", "1.ª", "XIXe", "No", "Mme", "n°", and trade marks
    r"st|nd|rd|th|er|ers|re|res|ère|e|es|ème|èmes|nde?|ième|a|o|as|os|ª|º|me|mes|lle|lles|r|gr|de|ste"
    r"|tm|sm|mc|md|®|©|™|℠|°",
    re.IGNORECASE,
)
_BEFORE_ORDINAL = re.compile(r"(?:\d|\b[IVXLC]+|\b[NnMD]|\b[Mm]lle|\bVve)\.?$")
_LENGTH = re.compile(r"(?<![^\W\d_])(?:[mckdµn]?m|ft|yd|km|ha)$")
_UNIT = re.compile(
    r"(?:\d\s*|\b(?:per|pro|par|por)\s+|/\s*)(?:in|mi|s|sec|h|min|[mckdµn]?m|ft|yd)$"
)
_POWER = re.compile(r"(?<![\w.,])(?:2|10|[a-z])$")
_PRICE = re.compile(r"[€$£]\s?\d+$")  # in front of raised cents: £9 and 99
_FRACTION = re.compile(r"[/⁄]\s*(?:\d|$)")
_CURRENCY = re.compile(r"\s?(?:[€$£]|(?:EUR|CHF|USD|GBP|[Ee]uros?)\b)")  # behind raised cents
_SIGNS = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_SYMBOLS = re.compile(r"[^\w\s]+")


def raised(
    text: str,
    before: str,
    after: str = "",
    *,
    refers: bool = False,
    notes: Set[str] = frozenset(),
) -> str:
    """Return how raised `text` is written between `before` and `after`, which stand next to it.

    `refers`: it is a link to a note. `notes`: the marks that a note of the file begins with.
    """
    mark = " ".join(text.split())
    if not mark or _SYMBOLS.fullmatch(mark):
        return mark  # "*", "†"
    if mark.isdecimal() and _FRACTION.match(after) and not before[-1:].isalpha():
        return f" {mark}" if before[-1:].isdecimal() else mark
    note = _NOTE.fullmatch(mark)
    is_known = note is not None and note["mark"] in notes
    if (
        _EXPONENT.fullmatch(mark)
        and not refers
        and _is_power(before, mark, after, is_note=is_known)
    ):
        return mark.translate(_SIGNS)
    if _ORDINAL.fullmatch(mark) and not refers and not is_known:
        is_letter = len(mark) == 1 and mark.isalpha()
        if not is_letter or _BEFORE_ORDINAL.search(before):
            return mark
    if note:
        return f"[{note['mark']}]"
    if _SEVERAL.fullmatch(mark):
        return f"[{re.sub(r'(?<=[0-9]) (?=[0-9])', ',', mark)}]"
    if mark[0].isalnum() and before[-1:].isalnum():
        return f" {mark}"
    return mark


def note_mark(text: str) -> str:
    """Return the number or letter of a note's mark, as "1" of "[1]"; "" if `text` is no mark."""
    found = _NOTE.fullmatch(" ".join(text.split()))
    return found["mark"] if found else ""


def _is_power(before: str, mark: str, after: str, *, is_note: bool) -> bool:
    """Whether a raised number is an exponent: of a unit, of ten or a letter, or with a sign.

    The cents of a price are written as one.
    """
    if not mark.isdecimal():
        return True
    is_price = _PRICE.search(before) or before[-1:].isdecimal() and _CURRENCY.match(after)
    if len(mark) == 2 and not is_note and is_price:
        return True
    if mark in ("2", "3") and (_UNIT.search(before) or _LENGTH.search(before)):
        return True
    return not is_note and _POWER.search(before) is not None and mark not in ("0", "1")
