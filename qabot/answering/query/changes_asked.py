"""Whether somebody asks what changed in a policy: "what changed in Vonage's privacy policy?"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qabot.answering.query.company_names import CompanyNames
from qabot.answering.query.question_dates import find_dates
from qabot.catalog.names import slug
from qabot.records import ChangedPolicy, Entry

_CHANGE = r"(?:change|update|amend|revise)"
_CHANGED = r"(?:changed|updated|amended|revised)"
_CHANGES = r"(?:changes?|amendments?|updates?|revisions?|differences?)"
_OF_A_TEXT = re.compile(
    r"\b(?:polic(?:y|ies)|terms|notice|agreement|code|schedule|conditions|statement)\b",
    re.IGNORECASE,
)
_NO_NAME = (  # what no title of a policy has; "my policy" is a contract
    r"(?:in|to|of|for|from|on|by|with|without|i|my|his|her|we|if|when|where|under|that|which|who|"
    r"than|during|at|is|are|was|were|be|been|do|does|did|has|have|will|would|can|could|may|about|"
    r"made|before|after|(?:policy|terms|notice|agreement|and) (?:and|the|your|our|their))\b"
)
_TEXT = (  # "the last two versions of Vonage's privacy policy"; "_" is a company
    r"(?:(?:the )?(?:\w+ ){0,2}versions? of )?"
    rf"(?:(?!{_NO_NAME})[^\s?.!,;:]+ ){{0,6}}?"
    r"(?:terms (?:of (?:service|use|sale|business)|(?:and|&) conditions)|"
    r"conditions of (?:service|use|sale|carriage)|code of \w+|"
    r"polic(?:y|ies)|terms|notice|agreement|code|schedule|conditions|statement)"
    r"(?:,? (?:(?:of|for|at|from) (?:the )?)?_)?"
)
_LATELY = r"(?: (?:recently|lately|just|ever|now|all|actually|exactly|so far|at all|been|last))*"
_LAST = (  # what stands behind the text
    rf"{_LATELY}(?:,? (?:since|compared|between|from|over|this|last|recently|and when|"
    r"please|to the (?:new|latest|current)|(?:that )?(?:i|we) (?:should|need|must|have)|"
    r"for (?!me\b|my\b|our\b|us\b))"
    r"[^?.!,;]*)?[\s?.!()]*$"
)
_ABOUT_WHAT = r"(?: (?:about|regarding|concerning|as to) [^?.!,;]{1,60}?)?"
_IN_TEXT = rf"{_ABOUT_WHAT} (?:in|to|with|of|between|since|from) {_TEXT}{_LAST}"
_PARTS = r"which (?:parts?|sections?|rules?|clauses?|sentences?)"
_ADDRESSED = (  # "Vonage: hello, can you tell me ..."
    r"(?:[^:?.!]{1,60}: )?(?:(?:hi|hello|hey|please|and|so|ok),? )*(?:(?:can|could) you )?"
    r"(?:(?:tell|show|give) (?:me|us) )?"
)
_WHAT_CHANGED = (  # "what's recently changed in the terms"
    r"what(?:['’]?s| is| was| has| have| were)?(?: (?:been|all|just|recently|actually|exactly))* "
    rf"{_CHANGED}{_IN_TEXT}"
)
_WHAT_IS_NEW = (  # "what is new in the terms"
    r"what(?:['’]?s| is| was| has)(?: been| all)* (?:changing|new|different)"
    rf"{_ABOUT_WHAT} (?:in|with|between|since|from|to|on) {_TEXT}(?! for\b){_LAST}"
)
_WHAT_DID_YOU = rf"what (?:did|have|has) (?:you|they|we|_) (?:{_CHANGE}|{_CHANGED}){_IN_TEXT}"
_WHICH_CHANGES = (  # "which changes were made to the terms"
    rf"(?:what|which) {_CHANGES}(?: (?:have|has|were|was|are)(?: been| recently)* (?:made|there))?"
    rf"{_IN_TEXT}"
)
_THE_CHANGES = (  # "summarise the latest changes to your terms"
    r"(?:(?:what (?:are|were|is)|list|summari[sz]e|describe|compare|are there|were there|is there|"
    r"(?:have|has) there been|any|all|an?|the|latest|last|recent|main) ){1,4}"
    rf"{_CHANGES}(?: made)?{_IN_TEXT}"
)
_WHICH_PARTS = (  # "which sections of the policy were updated"
    rf"{_PARTS} (?:of|in) {_TEXT}(?: (?:have|has|were|was|are|is))?(?: been| all)*"
    rf" (?:{_CHANGED}|new|different)(?! for\b){_LAST}"
)
_WHICH_CHANGED = (  # "which sections changed in the policy"
    rf"{_PARTS}(?: (?:have|has|were|was|are|is))?(?: been)? {_CHANGED}{_IN_TEXT}"
)
_ANYTHING = (  # "has anything changed in the terms", "anything new in the terms"
    r"(?:(?:did|has|have|is|was)(?: there)?(?: been)? )?anything (?:been )?"
    rf"(?:(?:{_CHANGE}|{_CHANGED}){_IN_TEXT}|"
    rf"(?:new|different){_ABOUT_WHAT} (?:in|with|to|about) {_TEXT}(?! for\b){_LAST})"
)
_DID_IT = (  # "have your terms recently changed", "when was the policy last updated"
    rf"(?:(?:how|when) )?(?:did|has|have|was|were) {_TEXT}{_LATELY} (?:{_CHANGE}|{_CHANGED}){_LAST}"
)
_DID_YOU = (  # "when did you change the terms"
    rf"(?:(?:how|when) )?(?:did|have|has) (?:you|they|we|_){_LATELY}"
    rf" (?:{_CHANGE}|{_CHANGED}) {_TEXT}{_LAST}"
)
_ASKED_IN = (
    *(_WHAT_CHANGED, _WHAT_IS_NEW, _WHAT_DID_YOU, _WHICH_CHANGES, _THE_CHANGES, _WHICH_PARTS),
    *(_WHICH_CHANGED, _ANYTHING, _DID_IT, _DID_YOU),
)
_ASKS = re.compile(rf"^\W*{_ADDRESSED}(?:{'|'.join(_ASKED_IN)})", re.IGNORECASE)
_CHANGING = re.compile(
    rf"\b(?:{_CHANGE}|{_CHANGED}|{_CHANGES}|changing|new|different)\b", re.IGNORECASE
)
_TWICE = re.compile(r"\b(\w+) and (?:the )?(?=\1\b)", re.IGNORECASE)  # "terms and the (2022) terms"
_INSIDE = re.compile(
    rf" (?:about|regarding|concerning|as to) (?P<what>.+?) (?:in|to|of) {_TEXT}", re.IGNORECASE
)
_ABOUT = re.compile(r"[ (](?:about|regarding|concerning|as to|when it comes to) (?P<what>[^?.!)]+)")


@dataclass(frozen=True, slots=True)
class ChangesAsked:
    """A policy, the days between which its changes are asked for, and what they are about."""

    policy: str
    since: date | None  #: None: from the version before
    until: date | None  #: last day; None: today
    about: str  #: "" for everything


def changes_asked(
    question: str, entries: Iterable[Entry], names: CompanyNames, today: date
) -> ChangesAsked | None:
    """Return what changes a question asks for, of these versions; None where it asks for none.

    The policy is that of the company named, or of the only one there is, whose title or id the
    question has a word of. Of several that it may mean, none is.
    """
    if not (_CHANGING.search(question) and _OF_A_TEXT.search(question)):  # most do not
        return None
    dates = find_dates(question, today)
    undated = question
    for start, end in reversed(dates.places):
        undated = f"{undated[:start]} {undated[end:]}"
    what, rest = "", undated
    if about := _ABOUT.search(undated):
        what, rest = about["what"], undated[: about.start()]
    asks = _asks(rest, names)
    if about and not asks:  # "what changed about cookies in the privacy policy?"
        asks, inside = _asks(undated, names), _INSIDE.search(undated)
        if inside:
            what = inside["what"]
            rest = f"{undated[: inside.start('what')]} {undated[inside.end('what') :]}"
    if not asks:
        return None
    named = {company for one in names.mentions(rest) for company in one.companies}
    own = [entry for entry in entries if not named or entry.company in named]
    policies = _meant(rest, own)
    if len(policies) != 1:
        return None
    since, until = dates.span.since, dates.span.until
    last = until - timedelta(days=1) if since and until and until <= today else None
    return ChangesAsked(policies.pop(), since, last, " ".join(what.split()))


def changed_policy(
    question: str,
    entries: Sequence[Entry],
    companies: frozenset[str] | None,
    names: CompanyNames,
    today: date,
) -> ChangedPolicy | None:
    """Return the policy whose changes a question asks for, of these companies (None: of all).

    None where it asks for none, or where the policy has no earlier version.
    """

    def seen() -> Iterator[Entry]:
        return (one for one in entries if companies is None or one.company in companies)

    asked = changes_asked(question, seen(), names, today)
    if asked is None:
        return None
    versions = [one for one in seen() if one.policy == asked.policy]
    begun = [one for one in versions if one.effective_from and one.effective_from <= today]
    if len(begun) < 2:
        return None
    last = begun[-1]
    return ChangedPolicy(
        company=last.company,
        policy=last.policy,
        title=last.title,
        version=last.id,
        since=asked.since,
        until=asked.until,
        about=asked.about,
    )


def _asks(question: str, names: CompanyNames) -> bool:
    """Tell whether a question without its days asks what changed in a text."""
    for one in reversed(names.mentions(question)):
        question = f"{question[: one.start]}_{question[one.end :]}"
    plain = _TWICE.sub("", " ".join(question.split()))
    return _ASKS.match(plain) is not None


def _meant(question: str, entries: Sequence[Entry]) -> set[str]:
    """Return the policies whose own words the question has most of; all of them where they tie."""
    asked = set(slug(question).split("-"))
    shares: dict[str, int] = {}
    for entry in entries:
        company = set(slug(entry.company).split("-"))
        own = set(slug(f"{entry.title} {entry.policy.rpartition('/')[2]}").split("-"))
        telling = own - company - {"policy", "policies", "terms", "of", "and", "the", "notice"}
        if "terms" in asked and "terms" in own:
            telling.add("terms")
        shares[entry.policy] = max(shares.get(entry.policy, 0), len(asked & telling))
    most = max(shares.values(), default=0)
    return {
        policy for policy, share in shares.items() if share == most and (share or len(shares) == 1)
    }
