"""Query understanding: the companies and days that a question names, and what is left of it."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qabot.answering.query.asked_about import (
    ASKED,
    Certainty,
    addresses_company,
    has_dealings,
    is_asked_about,
    is_compared_to,
    is_dealt_with,
    is_third_party,
    owns_policy,
)
from qabot.answering.query.company_names import CompanyNames, Mention
from qabot.answering.query.question_dates import find_dates
from qabot.answering.query.question_words import found_before
from qabot.answering.query.unknown_company import is_meant, unknown_names
from qabot.records import Span

__all__ = ["CompanyNames", "UnderstoodQuestion", "understand"]

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
_HEAD = re.compile(
    r"(?:(?:^|[.!?])\W*(?:(?:hi|hello|hey|dear|ok) )?|\b(?:policy|terms) )$", re.IGNORECASE
)
_ACTS = re.compile(r" \w+s\b")  # "how long Vonage keeps"
_COMPARING = re.compile(  # "compare you on refunds": what is left is asked of each
    r"^\W*(?:compar(?:e|ing)|(?:what(?:['’]s| is| are) )?(?:the )?differences? between) you\b\W*"
    r"(?:(?:on|in|for|about|regarding|when it comes to) )?",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"\b(?:with|from|by|to) $", re.IGNORECASE)
_JOINED = re.compile(
    r",? (?:(?:and|or|versus|vs\.?) )?(?:(?:at|of|by|with|for|the) )*| ?[/+&] ?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class UnderstoodQuestion:
    """A question with the companies and days that it names, before it is put to a scope."""

    question: str  #: without company and date; as asked if no word is left
    companies: tuple[str, ...]  #: known ones that are asked about, in order of mention
    unknown: tuple[str, ...]  #: asked about as well, and without a policy here: "Twilio"
    span: Span  #: the days asked about; open on both sides where it names none
    compared: tuple[str, ...] = ()  #: those asked about, where they are two or more


@dataclass(frozen=True, slots=True)
class _Edit:
    """A piece of a question, and what takes its place."""

    start: int
    end: int
    new: str


def understand(
    question: str, names: CompanyNames, today: date, given: Collection[str] = ()
) -> UnderstoodQuestion:
    """Return a question with the companies and days that it asks about.

    `names` are the companies there are, `today` is what "last year" counts from, and `given` are
    the companies that the question is put to, if any.

    A company that is made use of, or gets something ("do you share data with Facebook?"), is not
    asked about. One that is only named is, where none is given, none is asked about by a pattern of
    `asked_about`, and the question says "you" to none.

    Of the question returned, the days are cut out. "Vonage's" becomes "your", and a company that is
    asked about "you" ("Do you sell my data?"); a name that says where to look ("at Vonage"), or
    whose app or policy it is, is cut out.
    """
    question = unicodedata.normalize("NFC", question)
    dates = find_dates(question, today)
    undated = _tidy(_edited(question, [_Edit(start, end, "") for start, end in dates.places]))
    asked = _asked(undated, names, given)
    companies = tuple(dict.fromkeys(name for one in asked for name in one.companies))
    unknown = tuple(dict.fromkeys(one.name for one in asked if not one.companies))
    bare = undated
    if companies:
        merged = [one for one in _merged(undated, asked) if one.companies]
        replacements = [_replacement(undated, mention) for mention in merged]
        bare = _tidy(_COMPARING.sub("", _tidy(_edited(undated, replacements)), count=1))
    if not any(character.isalnum() for character in bare):
        bare = question
    named = dict.fromkeys(one.companies[0] if one.companies else one.name for one in asked)
    is_plain = len(named) > 1 and all(len(one.companies) < 2 for one in asked)
    return UnderstoodQuestion(
        bare, companies, unknown, dates.span, tuple(named) if is_plain else ()
    )


def _asked(question: str, names: CompanyNames, given: Collection[str]) -> list[Mention]:
    """Return the mentions of those that a question asks about, in order."""
    known = [_as_given(one, question, names, given) for one in names.mentions(question)]
    unknown = [_as_known(one, names) for one in unknown_names(question, known)]
    known, unknown = _longer_names_apart(question, known, unknown, names)
    is_addressed = addresses_company(question)
    asked: list[Mention] = []
    perhaps: list[Mention] = []
    for group in _joined(question, sorted([*known, *unknown], key=lambda one: one.start)):
        start, end = group[0].start, group[-1].end
        is_plain = is_asked_about(question, start, end, Certainty.COMPANY) or (
            not is_addressed
            and (is_dealt_with(question, start, end) or has_dealings(question, start, end))
        )
        is_mentioned = is_addressed or is_third_party(question, start, end)
        for one in group:
            if not one.companies:
                is_other = is_meant(question, one, start, end, is_addressed) or (
                    is_plain and any(other.companies for other in group)
                )
                if is_other and not _is_of_given(one, question, names, given):
                    asked.append(one)
            elif is_plain or {*one.companies} & {*given}:
                asked.append(one)
            elif one.is_sure and not is_mentioned:
                perhaps.append(one)
    known_ones = [one for one in asked if one.companies]
    if not given and all(is_compared_to(question, one.start) for one in known_ones):
        asked += perhaps
    return sorted(asked, key=lambda one: one.start)


def _is_of_given(
    mention: Mention, question: str, names: CompanyNames, given: Collection[str]
) -> bool:
    """Whether a name that is not known belongs to the company that the question is put to.

    It is its name in short, or its own policies speak of it: a product, a parent company, a partner
    of whom they may say what is asked. What another's policy says, they cannot tell.
    """
    return names.is_short(mention.name, given) or (
        not owns_policy(question, mention.start, mention.end)
        and any(names.says(company, mention.name) for company in given)
    )


def _as_known(mention: Mention, names: CompanyNames) -> Mention:
    """Take a name for the companies whose it is in other cases: "google", "cancel netflix"."""
    companies = names.called(mention.name)
    return replace(mention, companies=companies, is_sure=False) if companies else mention


def _longer_names_apart(
    question: str, known: Sequence[Mention], unknown: Sequence[Mention], names: CompanyNames
) -> tuple[list[Mention], list[Mention]]:
    """Decide between a known name and a longer one that it is a part of.

    The longer one is another company's where only a company can stand, unless it is a product.
    """
    kept, others = [*known], []
    for one in unknown:
        inside = [other for other in kept if _overlap(one, other)]
        if not inside:
            others.append(one)
        elif is_asked_about(question, one.start, one.end, Certainty.NAME) and not any(
            names.says(company, one.name) for other in inside for company in other.companies
        ):
            others.append(one)
            kept = [other for other in kept if other not in inside]
    return kept, others


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _as_given(
    mention: Mention, question: str, names: CompanyNames, given: Collection[str]
) -> Mention:
    """Take "Google" for the Google Store that the question is put to."""
    of_given = tuple(one for one in mention.companies if one in given)
    if not of_given and names.is_short(question[mention.start : mention.end], given):
        of_given = tuple(given)
    return replace(mention, companies=of_given) if of_given else mention


def _joined(question: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Put together those that are named together: "Vonage and Twilio"."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        if groups and _JOINED.fullmatch(question[groups[-1][-1].end : mention.start]):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _merged(question: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Make one mention of "Vonage and Nexmo"."""
    merged: list[Mention] = []
    for mention in mentions:
        between = question[merged[-1].end : mention.start] if merged else "not joined"
        if _JOINED.fullmatch(between):
            companies = merged[-1].companies + mention.companies
            merged[-1] = replace(mention, start=merged[-1].start, companies=companies)
        else:
            merged.append(mention)
    return merged


def _replacement(question: str, mention: Mention) -> _Edit:
    """Return what takes the place of a name, and of the words around it that go with it."""
    start, end = mention.start, mention.end
    if mention.is_possessive:
        return _Edit(start, end, "your")
    says, said = found_before(_SAYS, question, start), _SAID.match(question, end)
    if says and said:
        return _Edit(says.start(), said.end(), "")
    asked, is_thing = found_before(_ASKED, question, start), _THING.match(question, end)
    if asked and not is_thing:
        return _Edit(asked.start(), end, f"{_agreeing(asked['verb'])} you")
    place, determiner = (found_before(rule, question, start) for rule in (_PLACE, _DETERMINER))
    is_head = found_before(_HEAD, question, start)
    is_called = question[:start].endswith(", ") and not question[end:].strip(" ?.!")
    if is_called:  # "do you sell my data, Vonage?"
        return _Edit(start, end, "")
    if _ALONE.match(question, end):
        before = place or determiner
        new = "" if place or is_head else "you"
        return _Edit(before.start() if before else start, end, new)
    is_of_noun = (
        is_thing or place or determiner or is_head or found_before(_ATTACHED, question, start)
    )
    return _Edit(start, end, "you" if _ACTS.match(question, end) and not is_of_noun else "")


def _agreeing(verb: str) -> str:
    plural = _AGREEING.get(verb.lower(), verb)
    return plural.capitalize() if verb[0].isupper() else plural


def _edited(text: str, edits: Sequence[_Edit]) -> str:
    """Return a text after these edits, which stand in its order and do not overlap."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def _tidy(text: str) -> str:
    """Remove the spaces and punctuation that are left over where words were cut out."""
    text = re.sub(r"\s+", " ", re.sub(r"\(\s*\)", "", text))
    text = re.sub(r" (?=[?.!,;:])", "", text)
    text = re.sub(r"[,;:]+(?=[?.!,;:])", "", text)
    return re.sub(r"^[\s,;:.?!–-]+", "", text).rstrip()
