"""A word of a question that points back to what was asked before: "can I cancel it?"."""

import re
from collections.abc import Sequence

from qabot.answering.query.company_names import CompanyNames, Mention
from qabot.answering.query.question_things import AUXILIARY, things

_ACTION = re.compile(  # what somebody does: "can I (cancel my contract early)"
    rf"\b{AUXILIARY}(?:n['’]?t)? (?:i|we|you|they|one|customers?|people) (?:still |also |ever )?"
    r"(?P<what>.+)",
    re.IGNORECASE,
)
_TO_ACT = re.compile(  # "what does it cost to (cancel my contract early)"
    r"\b(?:costs?|takes?|fee|charge|possible|allowed|able|like|want|need|have|how) (?:me )?to "
    r"(?P<what>.+)",
    re.IGNORECASE,
)
_THEY = re.compile(  # the company that was asked about
    r"(?<=\bdo )they(?= (?:still |also |ever )?(?:keep|store|sell|share|collect|use|charge|"
    r"refund|offer|record|track|delete|give|send|let|allow|ask|need|require|accept|pay|say|cancel|"
    r"tell|read|see)\b)|\btheir(?= (?:privacy|policy|policies|terms|rules|refunds?|returns?|"
    r"customers?|support)\b)",
    re.IGNORECASE,
)
_BACK = re.compile(r"\b(?:it|its|they|them|their|that|those|these|this|one|ones)\b", re.IGNORECASE)
_EMPTY_IT = re.compile(  # nothing is meant: "is it possible to", "how long does it take to"
    r"\bit (?:possible|legal|allowed|ok|okay|true|necessary|required|normal|safe|free to|"
    r"cost \w+ to|"
    r"(?:take|cost|mean)s? (?:\w+ )?(?:to|if|when|for me to))\b|\b(?:that|this|these|those) "
    r"(?!(?:cost|costs|take|takes|work|works|include|includes|apply|applies|mean|means|expire|"
    r"expires|last|lasts|count|counts|change|changes|happen|happens|too|also|as|for|in|on|if|when|"
    r"be|been|by|after|before|and|or|with|to|at|again|then|online|early|back|per|a|an|each|every|"
    r"included|legal|allowed|ok|right|true|free|all|only|still|really|even|charged|paid)\b)[a-z]",
    re.IGNORECASE,
)
_COSTS_OR_TAKES = re.compile(
    r"\b(?:does|do|will|would|did) (?P<back>it|that|this) (?P<verb>cost|take)(?: me)?\W*$",
    re.IGNORECASE,
)
_FOR_THAT = re.compile(
    r"\b(?:for|of) (?P<back>it|that|this|doing (?:it|that|so))\W*$", re.IGNORECASE
)
_DO_THAT = re.compile(r"\bdo (?P<back>it|that|this|so)\b", re.IGNORECASE)
_SEVERAL = ("they", "them", "their", "those", "these", "ones")


def action_in(question: str) -> str | None:
    """Return what somebody does by a question: "cancel my contract" of "Can I cancel my contract?".

    It is None where nobody does anything.
    """
    action = _ACTION.search(question) or _TO_ACT.search(question)
    return action["what"].rstrip(" ?.!") if action else None


def pointed(question: str, before: str, names: CompanyNames) -> str:
    """Return a question with what was asked about before in place of a word that points back to it.

    It is returned as it is where no word of it does, or where nothing before can be meant.
    """
    companies = names.mentions(before)
    if companies:  # "how long do they keep it": who it is stands in front, see `read_with`
        question = _THEY.sub(lambda one: "you" if one[0].lower() == "they" else "your", question)
    bare = _EMPTY_IT.sub(lambda found: "_" * len(found[0]), question)
    back = _BACK.search(bare)
    if back is None:
        return question
    if acted := _with_action(question, bare, before):
        return acted
    if back[0].lower() in ("one", "ones") and things(question[: back.start()]):
        return question  # "how much is a paper bill, I would like one" says itself of what
    near = question[: back.start()].rstrip()
    if back[0].lower() == "they" and any(one.end == len(near) for one in things(near)):
        return question  # "the calls they made" says itself who: somebody
    thing = _thing_of(before, companies, is_several=back[0].lower() in _SEVERAL)
    if not thing:
        return question
    owned = "'s" if back[0].lower() in ("its", "their") else ""
    return f"{question[: back.start()]}{thing}{owned}{question[back.end() :]}"


def _with_action(question: str, bare: str, before: str) -> str | None:
    """Put into place what somebody does: "is there a fee for that?"; None where nothing is done.

    `bare` is the question with what points nowhere blotted out, at the same places.
    """
    does = action_in(before)
    if does is None:
        return None
    if found := _COSTS_OR_TAKES.search(bare):
        return f"{question[: found.start('back')]}it {found['verb']} to {does}?"
    if found := _FOR_THAT.search(bare):
        return f"{question[: found.start()]}to {does}?"
    if found := _DO_THAT.search(bare):
        return f"{question[: found.start()]}{does}?"
    return None


def _thing_of(before: str, companies: Sequence[Mention], *, is_several: bool) -> str:
    """Return the last thing that was asked about, "" where there is none; no company is one."""
    meant = [
        before[one.start : one.end]
        for one in things(before)
        if all(one.end <= name.start or one.start >= name.end for name in companies)
    ]
    return next((one for one in reversed(meant) if one.endswith("s") or not is_several), "")
