"""Leaves out of a text what names or reaches a person.

What a person types is masked before it is kept. Dates, years and amounts stay, as they are
what a question about a policy is about; the day of somebody's birth does not.
"""

import re
from collections.abc import Iterable
from functools import partial

from qabot.state.masked_codes import codes, paths, plates, secrets
from qabot.state.masked_numbers import accounts, cards, phones, references
from qabot.state.masked_people import birthdays, names
from qabot.state.masked_places import addresses, coordinates, joined

_DOT = r"\s*(?:[(\[{]\s*)?(?:dot|punkt|point|punto|ponto)(?:\s*[)\]}])?\s*"
_TOP = (
    r"(?:com|net|org|info|eu|io|co|uk|de|fr|es|it|nl|at|ch|be|ie|pl|pt|se|dk|us|ca|au|edu|example)"
)
_PROVIDED_EMAIL = re.compile(  # "janemiller gmail com"
    r"\b[\w.+-]{2,64}(?: at| ?@)? (?:gmail|googlemail|hotmail|yahoo|outlook|icloud|gmx|protonmail|"
    r"aol) ?(?:dot |\.)? ?(?:com|co uk|de|fr)\b",
    re.IGNORECASE,
)
_SPELT_EMAIL = re.compile(  # "jane dot smith at mail dot com", "jane (at) mail.com"
    rf"(?<![\w+-])[\w+-]{{1,64}}(?:(?:\.|(?<=\w)\s{_DOT})[\w+-]{{1,64}}){{0,4}}"
    rf"(?:\s+(?:at|ät|arroba|chiocciola)\s+[\w-]+(?:\s{_DOT}[\w-]+){{0,4}}\s{_DOT}{_TOP}|"
    rf"\s*[(\[{{]\s*(?:at|ät|@)\s*[)\]}}]\s*[\w-]+(?:(?:\.|{_DOT})[\w-]+){{1,5}})\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+"
    r"@(?:(?:[\w-]+\.)+[\w-]*\w|\[[0-9a-f:.]+\])",
    re.IGNORECASE,
)


def mask(text: str, company: str | None = None) -> str:
    """Return `text` with [e-mail], [card], [account] and so on for what it holds of these.

    `company` is asked about: its name stays, though a person might bear it.
    """
    for pattern in (_EMAIL, _SPELT_EMAIL, _PROVIDED_EMAIL):
        text = pattern.sub("[e-mail]", text)
    for find, by in (
        (paths, "[path]"),
        (coordinates, "[location]"),
        (birthdays, "[date]"),
        (secrets, "[secret]"),
        (cards, "[card]"),
        (accounts, "[account]"),
        (phones, "[phone]"),
        (plates, "[number plate]"),
        (addresses, "[address]"),
        (codes, "[number]"),
        (references, "[number]"),
        (partial(names, company=company), "[name]"),
    ):
        text = _replaced(text, find(text), by)
    return joined(text)


def _replaced(text: str, spans: Iterable[tuple[int, int]], by: str) -> str:
    """Return `text` with `by` for each stretch that spans cover; they may overlap."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [text[at:start], by]
        at = max(at, end)
    return "".join([*pieces, text[at:]])
