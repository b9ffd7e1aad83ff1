"""Leaves out of a text what names or reaches a person.

What a person types is masked before it is kept. Dates, years and amounts stay, as they are
what a question about a policy is about; the day of somebody's birth does not.
"""

import re
from collections.abc import Iterable

from qabot.state.masked_numbers import accounts, cards, phones, references
from qabot.state.masked_people import addresses, birthdays, names

_EMAIL = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+"
    r"@(?:(?:[\w-]+\.)+[\w-]*\w|\[[0-9a-f:.]+\])",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """Return `text` with [e-mail], [card], [account] and so on for what it holds of these."""
    text = _EMAIL.sub("[e-mail]", text)
    for find, by in (
        (birthdays, "[date]"),
        (cards, "[card]"),
        (accounts, "[account]"),
        (phones, "[phone]"),
        (addresses, "[address]"),
        (references, "[number]"),
        (names, "[name]"),
    ):
        text = _replaced(text, find(text), by)
    return text


def _replaced(text: str, spans: Iterable[tuple[int, int]], by: str) -> str:
    """Return `text` with `by` for each stretch that spans cover; they may overlap."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [text[at:start], by]
        at = max(at, end)
    return "".join([*pieces, text[at:]])
