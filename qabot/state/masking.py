"""Leaves out of a text what names or reaches a person: e-mail addresses, phone and card numbers.

What a person types is masked before it is kept. Dates, years and amounts stay: they are what a
question about a policy is about.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

_EMAIL = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+"
    r"@(?:(?:[\w-]+\.)+[\w-]*\w|\[[0-9a-f:.]+\])",
    re.IGNORECASE,
)

_GROUP = re.compile(r"\d{3,19}")  # of digits, as cards print them
_GAP = re.compile(r"[\s./–-]{1,3}")
_ISSUER = re.compile(r"[3-6]\d{3}|2[2-7]\d\d")  # how card numbers begin, and no year does
_CARD_DIGITS = range(13, 20)

_REGIONS = ("US", "GB", "AU", "IN", "DE", "FR")
"""Whose ways to write a phone number without country code are known; others begin with a "+"."""

_FEWEST_DIGITS = 9  # of a number without country code: shorter ones are amounts and references
_DIGITS = re.compile(r"\d")
_NO_PHONE = re.compile(
    r"""
    (?<![\d+]) (?:
      (?:19|20)\d\d ([./-]) \d{1,2} \1 \d{1,2}                            # 2021-06-10
    | \d{1,2} ([./-]) \d{1,2} \2 (?:19|20)\d\d                            # 10.06.2021
    ) (?!\d)
    | (?<![\d+(]) (?<!\d[\s.,/'-]) (?:
      [1-9]\d{0,2} ([\s.,'\u2019]) \d{3} (?:\3\d{3})* (?:[.,]\d\d?)?   # 1,234,567.89
    | [1-9]\d* [.,]\d\d?                                                # 1234567.89
    ) (?!\d | [\s.,/'-]\d)
    """,
    re.VERBOSE,
)


def mask(text: str) -> str:
    """Return `text` with [e-mail], [card] and [phone] for what it holds of these."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _replaced(text, _cards(text), "[card]")
    return _replaced(text, _phones(text), "[phone]")


def _replaced(text: str, spans: Iterable[tuple[int, int]], by: str) -> str:
    """Return `text` with `by` for each stretch that spans cover; they may overlap."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [text[at:start], by]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def _cards(text: str) -> Iterator[tuple[int, int]]:
    """Yield where payment card numbers are: groups of digits whose check digit is right."""
    groups = list(_GROUP.finditer(text))
    gaps = [text[group.end() : after.start()] for group, after in pairwise(groups)]
    joined = [*map(bool, map(_GAP.fullmatch, gaps)), False]
    for first, group in enumerate(groups):
        digits = ""
        for last in range(first, len(groups)):
            digits += groups[last].group()
            if len(digits) in _CARD_DIGITS and _ISSUER.match(digits) and _is_checked(digits):
                yield group.start(), groups[last].end()
            if len(digits) >= _CARD_DIGITS.stop or not joined[last]:
                break


def _is_checked(digits: str) -> bool:
    """Whether the last digit is the one that Luhn's formula asks for."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(d - 9 * (d > 9) for d in doubled)) % 10 == 0


def _phones(text: str) -> Iterator[tuple[int, int]]:
    if len(_DIGITS.findall(text)) < 7:
        return
    from phonenumbers import Leniency, PhoneNumberMatcher

    text = _NO_PHONE.sub(lambda found: "\n" * len(found.group()), text)
    for found in PhoneNumberMatcher(text, None, leniency=Leniency.POSSIBLE):
        yield found.start, found.end
    for region in _REGIONS:
        for found in PhoneNumberMatcher(text, region):
            if len(_DIGITS.findall(found.raw_string)) >= _FEWEST_DIGITS:
                yield found.start, found.end
