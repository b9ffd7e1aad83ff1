"""A word of a question that points back to what was asked before: "can I cancel it?"."""

import re
from collections.abc import Sequence

from qabot.answering.query.another_thing import with_pronouns
from qabot.answering.query.asked_about import Certainty, acts
from qabot.answering.query.company_names import CompanyNames, Mention
from qabot.answering.query.ordinary_names import PLACES
from qabot.answering.query.question_things import AUXILIARY, things

_ACTION = re.compile(  # what somebody does: "can I (cancel my contract early)"
    rf"\b(?:{AUXILIARY}(?:n['’]?t)? (?:i|we|you|u|they|one|customers?|people)|"
    rf"(?:if|whether) (?:i|we|you|they) {AUXILIARY}) (?:still |also |ever )?(?P<what>.+)",
    re.IGNORECASE,
)
_TO_ACT = re.compile(  # "what does it cost to (cancel my contract early)"
    r"\b(?:costs?|takes?|fee|charge|possible|allowed|able|like|want|need|have|how) (?:me )?to "
    r"(?P<what>.+)",
    re.IGNORECASE,
)
_IF_ACT = re.compile(  # "what if I (go over the limit)"
    rf"\b(?:if|when) (?:i|we|you|they) (?!(?:{AUXILIARY}|don|didn|just|only|ever|\w+ed|"
    r"paid|lost|broke|sent|got|went|bought|forgot|left|gave|took|made|came|drove|found|told)\b)"
    r"(?P<what>.+)",
    re.IGNORECASE,
)
_THEY = re.compile(  # the company that was asked about
    r"(?:(?<=\bdo )|(?<=\bwill )|(?<=\bcan )|(?<=\bdid ))they(?= (?:still |also |ever )?(?:answer|"
    r"reply|keep|store|sell|share|collect|use|charge|"
    r"refund|offer|record|track|delete|give|send|let|allow|ask|need|require|accept|pay|say|cancel|"
    r"tell|read|see)\b)|\btheir(?= (?:privacy|policy|policies|terms|rules|refunds?|returns?|"
    r"customers?|support)\b)",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"(?<![\w-])(?:it|its|they|them|their|that|those|these|this|one|ones)(?![\w-])", re.IGNORECASE
)
_EMPTY_IT = re.compile(  # nothing is meant: "is it possible to", "how long does it take to"
    r"\b(?:is|was) it to\b|"
    r"\bit (?:possible|legal|allowed|ok|okay|true|necessary|required|normal|safe|matter|free to|"
    r"cost \w+ to|"
    r"(?:take|cost|mean)s? (?:\w+ )?(?:to|if|when|for me to))\b|\b(?:that|this|these|those) "
    r"(?!(?:cost|costs|take|takes|work|works|include|includes|apply|applies|mean|means|expire|"
    r"expires|last|lasts|count|counts|change|changes|happen|happens|too|also|as|for|in|on|if|when|"
    r"be|been|by|after|before|and|or|with|to|at|again|then|online|early|back|per|a|an|each|every|"
    r"included|legal|allowed|ok|right|true|free|all|only|still|really|even|charged|paid|valid|long|"
    r"enough)\b)[a-z]|\bones? (?!(?:too|as|either|instead|for|in|with|at|if|when|now)\b)[a-z]",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\b(?:which|what|this|that|the) $", re.IGNORECASE)
_COSTS_OR_TAKES = re.compile(
    r"\b(?:does|do|will|would|did|is|was) (?P<back>it|that|this) "
    r"(?P<verb>cost|take|free|possible|allowed|ok(?:ay)?|too late)"
    r"(?P<rest>(?: me| us| of charge| anything| something| money| extra| much| long)*)\W*$",
    re.IGNORECASE,
)
_IT_IS = re.compile(  # "what if its locked", "if its a van"
    r"\b(if|when|because|since|unless|while) its"
    r"(?= \w+\W*(?:$|,)| (?:an?|the|not|too|my|your|for|in|on)\b)",
    re.IGNORECASE,
)
_NO_THING = re.compile(  # nothing points back to these: "in 2024", "at 16", "in year 10", "a week"
    r"(?:(?:an?|the|my|this|last|next|each|every|same|few|year|age|grade|class|page|section) )*"
    r"(?:\d[\d.,]*\w{0,2}|today|tomorrow|yesterday|tonight|"
    r"(?:minute|hour|day|week|month|year|night|morning|evening|weekend|"
    r"time|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?)",
    re.IGNORECASE,
)
_CLAUSE_OPENS = re.compile(
    r"\b(?:if|when|while|because|after|before|once|until|unless|although) $", re.IGNORECASE
)
_STOP = re.compile(r"[,.;:!?–—](?!.*[,.;:!?–—])")
ALL_OF_THEM = re.compile(  # the companies that were compared
    r"\b(?:each|both|either|neither|all (?:two|three|four))(?: of (?:them|these|those))?\b|"
    r"\ball of them\b",
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
    action = _ACTION.search(question) or _TO_ACT.search(question) or _IF_ACT.search(question)
    return action["what"].rstrip(" ?.!") if action else None


def pointed(question: str, before: str, names: CompanyNames) -> str:
    """Return a question with what was asked about before in place of a word that points back to it.

    It is returned as it is where no word of it does, or where nothing before can be meant.
    """
    companies = names.mentions(before)
    if not companies and _THEY.search(question):
        return question  # of the company that everything is about here
    if companies:  # "how long do they keep it": who it is stands in front, see `read_with`
        question = _with_companies(question, before, companies)
    question = _IT_IS.sub(r"\1 it is", question)
    bare = _EMPTY_IT.sub(lambda found: "_" * len(found[0]), question)
    if acted := _with_action(question, bare, before):
        return acted
    back = _BACK.search(bare)
    if back is None:
        return question
    if _is_told(question[: back.start()], back[0].lower(), names):
        return question
    thing = _thing_of(before, companies, is_several=back[0].lower() in _SEVERAL)
    if not thing:
        return question
    owned = "'s" if back[0].lower() in ("its", "their") else ""
    if thing.endswith("s"):
        owned = owned[:1]
    return f"{question[: back.start()]}{thing}{owned}{question[back.end() :]}"


def _with_companies(question: str, before: str, companies: Sequence[Mention]) -> str:
    """Put who was asked about in place of "they"; of several compared, of "each" as well."""
    if len(companies) == 1:
        return _THEY.sub(lambda one: "you" if one[0].lower() == "they" else "your", question)
    they = " and ".join(before[one.start : one.end].strip(" ,?.!") for one in companies)

    def named(found: re.Match[str]) -> str:
        is_meant = not question[found.end() :].strip(" ?.!") or acts(
            question, *found.span(), Certainty.COMPANY
        )
        return they if is_meant else found[0]

    question = _THEY.sub(lambda one: they if one[0].lower() == "they" else one[0], question)
    return ALL_OF_THEM.sub(named, question)


def _is_told(near: str, back: str, names: CompanyNames) -> bool:
    """Whether what a word points to stands before it in its own question, whose start is given.

    "how much is a paper bill, I would like one" says itself of what, "the calls they made" who; and
    "my passport is old, does it still count" names the thing in a clause of its own, as "can I
    cancel the order before it is sent" does.
    """
    whose = names.mentions(near)
    own = [
        one
        for one in things(near)
        if all(one.end <= name.start or one.start >= name.end for name in whose)
    ]
    if back in ("one", "ones"):
        return bool(own) or _WHICH.search(near) is not None
    if back in ("they", "their") and whose:
        return True
    if back == "they" and any(one.end == len(near.rstrip()) for one in own):
        return True
    stop = _STOP.search(near)
    return (bool(own) and _CLAUSE_OPENS.search(near) is not None) or (
        stop is not None and any(one.end <= stop.start() for one in own)
    )


def _with_action(question: str, bare: str, before: str) -> str | None:
    """Put into place what somebody does: "is there a fee for that?"; None where nothing is done.

    `bare` is the question with what points nowhere blotted out, at the same places.
    """
    does = action_in(before)
    if does is None:
        return None
    if found := _COSTS_OR_TAKES.search(question):
        costs = f"it {found['verb']}{found['rest'].lower()}"
        return f"{question[: found.start('back')]}{costs} to {does}?"
    if found := _FOR_THAT.search(bare):
        return f"{question[: found.start()]}to {does}?"
    if found := _DO_THAT.search(bare):
        return f"{question[: found.start()]}{does}?"
    return None


def _thing_of(before: str, companies: Sequence[Mention], *, is_several: bool) -> str:
    """Return the last thing that was asked about, "" where there is none; no company is one."""
    meant = [
        before[one.start : one.end]
        for one in things(with_pronouns(before, companies))
        if all(one.end <= name.start or one.start >= name.end for name in companies)
    ]
    meant = [one for one in meant if not (_NO_THING.fullmatch(one) or one.lower() in PLACES)]
    found = [one for one in reversed(meant) if one.endswith("s") == is_several]
    if not found and not is_several:
        found = meant[-1:]
    return found[0] if found else ""
