"""What a question asks about: the company it names, the date, and the question without them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from qabot.answering.query.company import ASKED, CompanyNames, Mention
from qabot.answering.query.question_dates import find_dates
from qabot.answering.query.unknown_company import unknown_company

__all__ = ["CompanyNames", "Understood", "understand"]

_SAYS = re.compile(r"^\W*what (?:does|do|did) $", re.IGNORECASE)
_SAID = re.compile(r" (?:say|state|tell(?: me| us)?)(?: (?:about|on))?\b", re.IGNORECASE)
_ASKED = re.compile(rf"\b(?P<verb>{ASKED}) $", re.IGNORECASE)
_AGREEING = {"does": "do", "is": "are", "was": "were", "has": "have", "doesn't": "don't"}
_THING = re.compile(  # "Do Vonage customers", "Is Vonage Voice"
    r" (?:(?:privacy|refund|returns?|cookies?) )?(?:policy|policies|terms|notice|accounts?|app|"
    r"website|site|services?|customers?|users?|subscribers?|employees?|staff|"
    r"(?-i:[A-Z]\w*[a-z]\w*))\b",
    re.IGNORECASE,
)
_ALONE = re.compile(  # no noun follows that it could belong to
    r"\W*$|[^\w\s]| (?:after|before|during|since|at|by|for|from|if|in|on|to|when|what|while|with|"
    r"without|and|or|is|are|was|has|have|does|do|did|will|can|may)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(  # a name behind it only says where to look
    r"\b(?:at|on|for|of|in|under|per|regarding|about|according to) $", re.IGNORECASE
)
_DETERMINER = re.compile(r"\b(?:the|an?|my|our|your|their|his|her|this|any|all) $", re.IGNORECASE)
_HEAD = re.compile(r"(?:(?:^|[.!?])\W*|\b(?:policy|terms) )$", re.IGNORECASE)
_ACTS = re.compile(r" \w+s\b")  # "how long Vonage keeps"
_ATTACHED = re.compile(r"\b(?:with|from|by|to) $", re.IGNORECASE)
_JOINED = re.compile(r",? (?:(?:and|or|versus|vs\.?) )?| ?[/+&] ?", re.IGNORECASE)


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
    bare = _tidy(
        _cut(undated, [_replacement(undated, mention) for mention in _merged(undated, mentions)])
    )
    if not any(character.isalnum() for character in bare):
        bare = question
    return Understood(bare, companies, unknown, since, until)


def _merged(question: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Make one mention of "Vonage and Nexmo"."""
    merged: list[Mention] = []
    for mention in mentions:
        between = question[merged[-1].end : mention.start] if merged else "not joined"
        if _JOINED.fullmatch(between):
            merged[-1] = replace(mention, start=merged[-1].start)
        else:
            merged.append(mention)
    return merged


def _replacement(question: str, mention: Mention) -> tuple[int, int, str]:
    """Return from where to where the name goes, and what comes in its place."""
    start, end = mention.start, mention.end
    if mention.is_possessive:
        return start, end, "your"
    says, said = _SAYS.search(question, 0, start), _SAID.match(question, end)
    if says and said:
        return says.start(), said.end(), ""
    asked, is_thing = _ASKED.search(question, 0, start), _THING.match(question, end)
    if asked and not is_thing:
        return asked.start(), end, f"{_agreeing(asked['verb'])} you"
    place, determiner = (rule.search(question, 0, start) for rule in (_PLACE, _DETERMINER))
    is_head = _HEAD.search(question, 0, start)
    if _ALONE.match(question, end):
        before = place or determiner
        return before.start() if before else start, end, "" if place or is_head else "you"
    is_of_noun = is_thing or place or determiner or is_head or _ATTACHED.search(question, 0, start)
    return start, end, "you" if _ACTS.match(question, end) and not is_of_noun else ""


def _agreeing(verb: str) -> str:
    plural = _AGREEING.get(verb.lower(), verb)
    return plural.capitalize() if verb[0].isupper() else plural


def _cut(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def _tidy(text: str) -> str:
    """Close the gaps that were cut, and begin with what is left."""
    text = re.sub(r"\s+", " ", re.sub(r"\(\s*\)", "", text))
    text = re.sub(r" (?=[?.!,;:])", "", text)
    text = re.sub(r"[,;:]+(?=[?.!,;:])", "", text)
    return re.sub(r"^[\s,;:.?!–-]+", "", text).rstrip()
