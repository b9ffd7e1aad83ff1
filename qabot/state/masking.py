"""Leaves out of a text what names or reaches a person.

What a person types is masked before it is kept. Dates, years and amounts stay, as they are
what a question about a policy is about; the day of somebody's birth does not.
"""

import re
from collections.abc import Iterable

from qabot.state.masked_codes import codes, paths, plates, secrets
from qabot.state.masked_numbers import accounts, cards, phones, references
from qabot.state.masked_people import addresses, birthdays, names

_DOT = r"\s*(?:[(\[{]\s*)?(?:dot|punkt|point|punto|ponto)(?:\s*[)\]}])?\s*"
_TOP = (
    r"(?:com|net|org|info|eu|io|co|uk|de|fr|es|it|nl|at|ch|be|ie|pl|pt|se|dk|us|ca|au|edu|example)"
)
_SPELT_EMAIL = re.compile(  # "jane dot smith at mail dot com", "jane (at) mail.com"
    rf"\b[\w+-]+(?:(?:\.|(?<=\w)\s{_DOT})[\w+-]+)*"
    rf"(?:\s+(?:at|ät|arroba|chiocciola)\s+[\w-]+(?:\s{_DOT}[\w-]+)*\s{_DOT}{_TOP}|"
    rf"\s*[(\[{{]\s*(?:at|ät|@)\s*[)\]}}]\s*[\w-]+(?:(?:\.|{_DOT})[\w-]+)+)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+"
    r"@(?:(?:[\w-]+\.)+[\w-]*\w|\[[0-9a-f:.]+\])",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """Return `text` with [e-mail], [card], [account] and so on for what it holds of these."""
    text = _SPELT_EMAIL.sub("[e-mail]", _EMAIL.sub("[e-mail]", text))
    for find, by in (
        (paths, "[path]"),
        (birthdays, "[date]"),
        (secrets, "[secret]"),
        (cards, "[card]"),
        (accounts, "[account]"),
        (phones, "[phone]"),
        (plates, "[number plate]"),
        (addresses, "[address]"),
        (codes, "[number]"),
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
