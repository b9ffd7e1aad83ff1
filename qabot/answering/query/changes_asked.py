"""Whether somebody asks what changed in a policy: "what changed in Vonage's privacy policy?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qabot.answering.query.company_names import CompanyNames
from qabot.answering.query.question_dates import find_dates
from qabot.catalog.names import slug
from qabot.records import ChangedPolicy, Entry

_CHANGED = r"(?:changed|updated|amended|revised)"
_CHANGES = r"(?:changes|amendments|updates|revisions|differences?)"
_ADDRESSED = (  # "Vonage: hello, can you tell me ..."
    r"(?:[^:?.!]{1,60}: )?(?:(?:hi|hello|hey|please|and|so|ok),? )*(?:(?:can|could) you )?"
    r"(?:(?:tell|show|give) (?:me|us) )?"
)
_WHAT_CHANGED = (  # "what's recently changed"
    r"what(?:['’]?s| is| was| has| have| were)?(?: (?:been|all|just|recently|actually|exactly))* "
    rf"{_CHANGED}"
)
_WHAT_IS_NEW = (  # "what is new in the terms"
    r"what(?:['’]?s| is| was| has)(?: been| all)* (?:changing|new|different)"
    r"(?= (?:in|with|about|between|since|from|to|on|here|there|compared)\b|\W*$)"
)
_WHAT_DID_YOU = r"what did (?:you|they|we) (?:change|update|amend|revise)"
_WHICH_CHANGES = (  # "which changes were made"
    rf"(?:what|which) {_CHANGES}"
    r"(?: in| (?:have been|were)(?: recently)? (?:made|there)| (?:are|were) there)"
)
_THE_CHANGES = (  # "summarise the latest changes to your terms"
    r"(?:(?:what (?:are|were|is)|list|summari[sz]e|describe|compare|are there|were there|is there|"
    rf"any|all|the|latest|last|recent|main) ){{1,4}}{_CHANGES} "
    r"(?:in|to|of|between|since|from|made)"
)
_WHICH_PARTS = (  # "which sections of the policy were updated"
    r"which (?:parts?|sections?|rules?|clauses?|sentences?)(?: of [^.?!]{1,60}?)?"
    r"(?: (?:have|has|were|was|are|is))?(?: been)? "
    rf"(?:{_CHANGED}|new|different)"
)
_HOW_OR_WHEN = (  # "when was the policy last updated", but not "how did I change my plan"
    r"(?:how|when) (?:did|has|have|was|were) (?!(?:\w+ ){0,4}(?:i|you|we)\b)[^.?!]{1,60}? "
    rf"(?:last )?(?:changed?|update|(?:been |last )*{_CHANGED})"
)
_ANYTHING = (  # "has anything changed"
    r"(?:did|has|have|is|was)(?: there)? anything (?:been )?"
    rf"(?:change|{_CHANGED}|new|different)"
)
_DID_IT = (  # "have your terms recently changed", but not "... changed if I move"
    r"(?:did|has|have|was|were) (?:the|your|our|their|its|[^.?!]{1,40}?['’]s?) [^.?!,]{1,60}?"
    rf"(?: (?:recently|just|ever|been|lately))* (?:change|{_CHANGED})(?! (?:if|when|by|without)\b)"
)
_ASKED_IN = (
    *(_WHAT_CHANGED, _WHAT_IS_NEW, _WHAT_DID_YOU, _WHICH_CHANGES, _THE_CHANGES, _WHICH_PARTS),
    *(_HOW_OR_WHEN, _ANYTHING, _DID_IT),
)
_ASKS = re.compile(rf"^\W*{_ADDRESSED}(?:{'|'.join(_ASKED_IN)})\b", re.IGNORECASE)
_ABOUT = re.compile(r"[ (](?:about|regarding|concerning|as to|when it comes to) (?P<what>[^?.!)]+)")
_OF_A_TEXT = re.compile(r"\b(?:polic(?:y|ies)|terms|notice|agreement|code|schedule|conditions)\b")


@dataclass(frozen=True, slots=True)
class ChangesAsked:
    """A policy, the days between which its changes are asked for, and what they are about."""

    policy: str
    since: date | None  #: None: from the version before
    until: date | None  #: last day; None: today
    about: str  #: "" for everything


def changes_asked(
    question: str, entries: Sequence[Entry], names: CompanyNames, today: date
) -> ChangesAsked | None:
    """Return what changes a question asks for, of these versions; None where it asks for none.

    The policy is that of the company named, or of the only one there is, whose title or id the
    question has a word of. Of several that it may mean, none is.
    """
    if not _ASKS.search(question) or not _OF_A_TEXT.search(question.lower()):
        return None
    dates = find_dates(question, today)
    undated = question
    for start, end in reversed(dates.places):
        undated = f"{undated[:start]} {undated[end:]}"
    about = _ABOUT.search(undated)
    rest = undated[: about.start()] if about else undated
    named = {company for one in names.mentions(rest) for company in one.companies}
    own = [entry for entry in entries if not named or entry.company in named]
    policies = _meant(rest, own)
    if len(policies) != 1:
        return None
    what = " ".join(about["what"].split()) if about else ""
    since, until = dates.span.since, dates.span.until
    last = until - timedelta(days=1) if since and until and until <= today else None
    return ChangesAsked(policies.pop(), since, last, what)


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
    if not _ASKS.search(question):  # most do not: no version is looked at
        return None
    seen = [one for one in entries if companies is None or one.company in companies]
    asked = changes_asked(question, seen, names, today)
    if asked is None:
        return None
    versions = [one for one in seen if one.policy == asked.policy]
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
