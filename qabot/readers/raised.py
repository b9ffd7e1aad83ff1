"""Raised marks: which refer to a note, and which belong to the number or word before them."""

import re
from collections.abc import Iterable
from itertools import groupby

_ONE_NOTE = r"[\[(]?(?:\d{1,3}|[a-z]|[ivx]{2,4})[\])]?"
_NOTE = re.compile(rf"{_ONE_NOTE}(?:\s*[,;–-]?\s*{_ONE_NOTE})*")
_ORDINAL = re.compile(r"st|nd|rd|th|er|re|ers|res|e|ère|ème|nde?", re.IGNORECASE)
_UNIT = re.compile(
    r"(?:^|[\s\d/(·*.])(?:[kcdmµ]?m|ft|yd|mi|sec|s|sq)$|\d\s?in$|[×x*·]\s?10$"
    r"|(?:^|[\s(+=/*·-])[b-df-hj-z]$"  # a variable
)
_POWER = re.compile(r"[-+−–]?\d{1,2}|n")
_SMALL = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
_NEAR = 12  # characters in front of a mark that tell what it is
_SIGNS = {"tm": "™", "sm": "℠", "o": "º"}


def with_raised(parts: Iterable[tuple[str, bool]]) -> str:
    """Join parts of one paragraph, each given with whether it is raised.

    A number or letter that refers to a note is left out, so that it does not become part of the
    number or word before it; in front of the paragraph it counts a note and becomes "[1]".
    Exponents become "m²"; the "st" of "1st", a fraction's "1" and anything else stay as they are.
    """
    joined = [
        ("".join(text for text, _ in group), raised)
        for raised, group in groupby((part for part in parts if part[0]), key=lambda part: part[1])
    ]
    texts: list[str] = []
    before = ""
    for place, (part, raised) in enumerate(joined):
        after = joined[place + 1][0] if place + 1 < len(joined) else ""
        texts.append(_plain(part, before, after) if raised else part)
        before = (before + texts[-1]).lstrip()[-_NEAR:]
    return "".join(texts)


def _plain(part: str, before: str, after: str) -> str:
    mark = part.strip()
    if not before:
        counts_note = _NOTE.fullmatch(mark) and after.strip()
        return f"[{mark.strip('[]()')}] " if counts_note else part
    if mark.isdecimal() and after.startswith(("/", "⁄")):
        return f" {part}" if before[-1:].isdecimal() else part
    if before[-1:].isdecimal() and _ORDINAL.fullmatch(mark):
        return part
    if _POWER.fullmatch(mark) and (mark[0] in "-−–" or _UNIT.search(before)):
        return mark.translate(_SMALL)
    if mark.casefold() in _SIGNS:
        return _SIGNS[mark.casefold()]
    goes_on = mark.isalpha() and after[:1].isalpha()
    if _NOTE.fullmatch(mark) and not goes_on:
        return part[len(part.rstrip()) :] or part[: len(part) - len(part.lstrip())]
    return part
