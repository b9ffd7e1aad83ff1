"""What a question asks about: the company it names, the date, and the question without them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qabot.scope_company import ASKED, CompanyNames, Mention
from qabot.scope_date import find_dates
from qabot.scope_unknown import unknown_company

__all__ = ["CompanyNames", "Understood", "understand"]

_DROPPED_BEFORE = re.compile(  # what goes with a name that only says where to look
    r"(?:\b(?:at|on|for|of|in|under|per|regarding|about|according to)|"
    r"^\W*(?:what|how) (?:does|do|about)) (?:the )?$",
    re.IGNORECASE,
)
_DROPPED_AFTER = re.compile(r" (?:say|state|tell(?: me| us)?)(?: about| on)?\b", re.IGNORECASE)
_DETERMINED = re.compile(
    r"(?:^\W*|[.!?:;,]\s*|\b(?:the|an?|my|our|your|their|his|her|this|that|any|all|other|"
    r"new|old|former|current|previous) )$",
    re.IGNORECASE,
)
_OWN_THING = re.compile(
    r"\W*$| (?:(?:privacy|refund|returns?|cookies?) )?(?:policy|policies|terms|notice|account|app|"
    r"website|site|service|services|customers?|users?|subscribers?|employees?|staff)\b",
    re.IGNORECASE,
)
_AGREEING = {"does": "do", "is": "are", "was": "were", "has": "have"}
_ASKED = re.compile(rf"\b({ASKED}) $", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question, taken apart."""

    question: str  #: without company and date; as asked if no word is left
    companies: tuple[str, ...]  #: known ones that are named, in order of mention
    unknown: str | None  #: named as the one asked about, and in no policy: "Twilio"
    since: date | None  #: first day asked about; None: since ever, or no date if `until` is None
    until: date | None  #: day after the last one asked about; None: now and on


def understand(question: str, names: CompanyNames, today: date) -> Understood:
    """Find company and date in `question`; `today` is what "last year" counts from.

    "Vonage's" becomes "your"; the one that is asked about becomes "you" ("Do you sell my data?");
    a name that only says where to look, or whose app or policy it is, is dropped ("at Vonage").
    """
    question = unicodedata.normalize("NFC", question)
    (since, until), dates = find_dates(question, today)
    undated = _tidy(_cut(question, [(start, end, "") for start, end in dates]))
    mentions = names.mentions(undated)
    companies = tuple(dict.fromkeys(name for one in mentions for name in one.companies))
    unknown = None if companies else unknown_company(undated)
    bare = _tidy(_cut(undated, [_replacement(undated, mention) for mention in mentions]))
    if not any(character.isalnum() for character in bare):
        bare = question
    return Understood(bare, companies, unknown, since, until)


def _cut(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def _tidy(text: str) -> str:
    """Close the gaps that were cut; the capital of a sentence stays one."""
    ...
