"""Whether a question asks about the company of a name in it, or only mentions it.

Patterns of English sentences decide: "does X sell", "X's policy", "pay with X". The functions take
the question and where the name stands in it, from `start` to before `end`.
"""

import re
from collections.abc import Mapping
from enum import IntEnum

from qabot.answering.query.question_words import found_before

ASKED = (
    r"(?:does|do|did|is|are|was|were|will|would|can|could|has|have|had|may|might|must|should|"
    r"doesn['’]?t|don['’]?t|isn['’]?t|won['’]?t|can['’]?t)"
)
"""What stands before the one who is asked about."""

_KIND = (
    r"(?:privacy|refund|returns?|cookies?|cancell?ation|retention|data retention|"
    r"acceptable use|fair use)"
)
_POLICY = r"(?:policy|policies|terms|notice|statement|conditions|agreement)"
OWNED = rf"(?:['’]s? (?:\w+ ){{0,2}}|,? {_KIND} ){_POLICY}\b| terms (?:of|and|&) "
"""What stands after the one whose policy is asked for."""


class Certainty(IntEnum):
    """How sure it is, before the sentence's form is looked at, that a name is a company's."""

    GUESSED = 0  #: an ordinary word in small letters
    NAME = 1  #: a name, which may be that of a product
    COMPANY = 2


def _verbs(*lists: str) -> tuple[str, ...]:
    return tuple(verb.replace("_", " ") for verbs in lists for verb in verbs.split())


_AGREEING = ("does", "did", "do", "will", "would", "can", "could", "may", "might", "must", "should")
_PLAIN_DEEDS = (
    "sell share keep store collect retain delete erase remove disclose track process record "
    "give tell say ask handle refund notify encrypt monitor protect hold sue"
)
_DEEDS = (
    "access acquire add advertise advise aggregate alter amend analyse analyze anonymise anonymize "
    "answer approve arbitrate archive assess audit ban bill block borrow buy call cancel censor "
    "change charge check claim close combine compensate comply confirm consider consult contact "
    "control cooperate copy correct cut decide decline deduct defend deliver deny destroy "
    "determine display dispose edit email employ enforce evaluate explain expose find fix follow "
    "forward freeze guarantee guess hand hear help hire honor honour host inform inspect intervene "
    "investigate invoice know leak learn lend license limit listen lock log mail mention moderate "
    "modify move negotiate offer own pass pay post print profile promise provide publish purge "
    "read recognise recognize recommend recover refuse reimburse reinstate reject release remember "
    "rent repair replace reply report request require respect respond restore restrict return "
    "reveal review revoke scan see seize send settle ship show sort state stop suspend target "
    "terminate train transfer treat update use verify waive warn watch withdraw withhold"
)
_THINGS_DO = "accept allow do get have(?!_to_do) let look make need put run start take want work"
_VERBS = {
    Certainty.GUESSED: _verbs(_PLAIN_DEEDS),
    Certainty.NAME: _verbs(_PLAIN_DEEDS, _DEEDS) + (r"do (?:about|if|when|with|to)",),
    Certainty.COMPANY: _verbs(_PLAIN_DEEDS, _DEEDS, _THINGS_DO),
}
"""What those do who have policies, as "does" asks for it: the surer it is a company, the more."""


_MODAL = r"(?:allowed|permitted|entitled|obliged|required|going|able|bound|free)"


def _ending(verbs: tuple[str, ...]) -> Mapping[str, str]:
    """Return how verbs go on by what asks: "does" (base form), "is" (sharing), "has" (shared)."""
    base = "|".join(verbs)
    stems = "|".join(verb.removesuffix("e") for verb in verbs)
    done = rf"(?:{stems})e?d|kept|sold|gave|given|told|said|held|known|let|made|taken|paid|sent"
    return {
        "does": rf"(?:{base})\b",
        "is": rf"(?:(?:{stems})\w{{0,2}}ing|{_MODAL} to|liable|responsible)\b",
        "has": rf"(?:{done})\b",
        "acts": rf"(?:(?:{base})e?s|has|{done})\b",
    }


_ADVERB = (
    r"(?:(?:\w+ly|ever|also|still|not|already|just|always|even|first|then|once|itself|sometimes|"
    r"often|never) )?"
)
_DOES = re.compile(
    rf"\b(?:{'|'.join(_AGREEING)}|doesn['’]?t|don['’]?t|won['’]?t|can['’]?t) (?:the )?$", re.I
)
_IS = re.compile(r"\b(?:is|are|was|were|isn['’]?t) (?:the )?$", re.I)
_HAS = re.compile(r"\b(?:has|have|had) (?:the )?$", re.I)
_CLAUSE = re.compile(r"(?:\b(?:how \w+|why|whether|(?:what|which) \w+)|^when) (?:the )?$", re.I)
_BY_VERBS = {
    certainty: [
        (before, re.compile(rf" {_ADVERB}{_ending(verbs)[form]}", re.I))
        for before, form in ((_DOES, "does"), (_IS, "is"), (_HAS, "has"), (_CLAUSE, "acts"))
    ]
    for certainty, verbs in _VERBS.items()
}
_OWNED_AFTER = re.compile(OWNED, re.I)
_POLICY_OF = re.compile(rf"\b{_POLICY} (?:of|at|from) (?:the )?$", re.I)
_QUOTED = re.compile(r"\baccording to (?:the )?$", re.I)
_SAYS = re.compile(r"\bwhat (?:does|do|did) (?:the )?$", re.I)
_SAID = re.compile(r" (?:say|state|tell|mean|do with|promise)\b", re.I)
_AT = re.compile(
    r"(?<!logged in )(?<!log in )(?<!sign in )(?<!signed in )(?<!end up )(?<!ended up )(?<!hosted )"
    r"(?<!look )(?<!bought )(?<!buy )(?<!shop )\bat (?:the )?$",
    re.I,
)
_COMPARE = re.compile(
    r"\b(?:compar(?:e|ing)|(?:comparison|differences?) (?:between|of)) (?:the )?$", re.I
)
_LEFT = re.compile(r"\b(?:leave|leaving|left|quit|join|joined|sue|cancel(?:ling)?) (?:my )?$", re.I)
_CALLED = re.compile(r"^\W*(?:(?:hi|hello|hey|dear|ok|so) )?$", re.I)
_CALLED_AFTER = re.compile(r" ?[,:!](?: |$)")
_CALLED_LAST = re.compile(r"\S\s+\S+\s+[a-z][\w'’]*, $")
_SEVERAL = re.compile(r" (?:and|or|&) |, ")
_WORD = re.compile(r"\w")
_POSSESSIVE = re.compile(r"['’]s?$", re.I)
_MY = re.compile(
    r"(?<!with )(?<!using )(?<!use )(?<!via )(?<!through )(?<!link )(?<!connect )\bmy $", re.I
)
_MINE = re.compile(r" (?:contract|plan|tariff|bill|subscription|membership|invoice|number)\b", re.I)

_DEALINGS = re.compile(
    r"\b(?:(?:accounts?|contracts?|subscriptions?|plans?|memberships?|safe|secure|stay\w*|"
    r"agreement) (?:with|at)|(?:refund(?:ed)?|back|compensation|orders?|bought) (?:from|by)|"
    r"complain(?:ing)? (?:to|about)|complaint (?:to|about|against)|(?:customers?|employees?) of|"
    r"(?:data|information|messages) (?:with|at|by)|(?:work(?:s|ed|ing)?|jobs?) (?:at|for)) "
    r"(?:the )?$",
    re.I,
)
_COMPARED = re.compile(r"\b(?:than|compared (?:to|with)|versus|vs\.?) (?:the )?$", re.I)
_THING = re.compile(
    r"(?:['’]s)? (?:customers?|users?|subscribers?|members?|orders?|subscriptions?|contracts?|"
    r"employees?|staff|tickets?|deliver(?:y|ies))\b",
    re.I,
)
_OF_WHAT = re.compile(r"\b(?:is|are|was|were|do|does|did|what['’]?s|under|about) $", re.I)
_THIRD = re.compile(
    r"(?:\b(?:shar\w+|pay(?:ing)?|paid|sign\w*(?: (?:in|up))?|log\w*(?: in)?|sync\w*|connect\w*|"
    r"integrat\w+|link\w*|register\w*|works?|visible)\b[^.?!;]{0,40}? with|"
    r"\b(?:shar\w+|sell\w*|sold|pass\w*|giv\w+|transfer\w*|export\w*|upload\w*|post(?:ed|ing)?|"
    r"forward\w*|disclos\w+)\b[^.?!;]{0,40}? to|\bimport\w*\b[^.?!;]{0,40}? from|"
    r"\b(?:via|through|accept|install|support|such as|apart from)|"
    r"\b(?:end|ended|land|landed|log|logged|sign|signed)\b[^.?!;]{0,12}? (?:at|on|in|into)) "
    r"(?:(?:the|a|my|your) )?$",
    re.I,
)
_DONE_TO = re.compile(
    r" (?:accepted|used|supported|allowed(?! to)|enabled|available|involved|required|included|"
    r"needed|installed)\b",
    re.I,
)
_YOU = re.compile(r"\b(?:you|your|yours|yourselves|u|ur)\b", re.I)


def acts(question: str, start: int, end: int, certainty: Certainty) -> bool:
    """Tell whether the one named does what companies do: "does X sell", "how long X keeps"."""
    return any(
        after.match(question, end) and found_before(before, question, start)
        for before, after in _BY_VERBS[certainty]
    )


def owns_policy(question: str, start: int, end: int) -> bool:
    """Tell whether the policy asked for is that of the one named: "X's terms"."""
    possessive = _POSSESSIVE.search(question, start, end)
    end = possessive.start() if possessive else end
    return bool(_OWNED_AFTER.match(question, end) or found_before(_POLICY_OF, question, start))


def is_asked_about(question: str, start: int, end: int, certainty: Certainty) -> bool:
    """Tell whether the one named is asked about, whatever else the question says.

    So it is where it acts ("does X sell"), owns the policy ("X's terms"), is quoted ("according to
    X"), is where things happen ("at X"), is compared or is spoken to ("Hi X,"). With
    Certainty.COMPANY it is so too where the asker leaves it ("cancel X") or has a contract with it
    ("my X contract").
    """
    is_company = certainty is Certainty.COMPANY
    return bool(
        acts(question, start, end, certainty)
        or owns_policy(question, start, end)
        or found_before(_QUOTED, question, start)
        or (_SAID.match(question, end) and found_before(_SAYS, question, start))
        or found_before(_AT, question, start)
        or found_before(_COMPARE, question, start)
        or (_CALLED_AFTER.match(question, end) and _CALLED.match(question, 0, start))
        or (
            found_before(_CALLED_LAST, question, start)
            and not _WORD.search(question, end)
            and not _SEVERAL.search(question, start, end)  # "for books, DVDs and films"
        )
        or (is_company and found_before(_LEFT, question, start))
        or (is_company and _MINE.match(question, end) and found_before(_MY, question, start))
    )


def is_dealt_with(question: str, start: int, end: int) -> bool:
    """Tell whether the asker has dealings with the one named: "a refund from X", "safe with X"."""
    return not is_third_party(question, start, end) and bool(
        found_before(_DEALINGS, question, start) or found_before(_COMPARED, question, start)
    )


def is_compared_to(question: str, start: int) -> bool:
    """Tell whether another is compared to the one named: "is X cheaper than Y?"."""
    return found_before(_COMPARED, question, start) is not None


def has_dealings(question: str, start: int, end: int) -> bool:
    """Tell whether what is asked about is of the one named: "X orders", "X's fees"."""
    return not is_third_party(question, start, end) and bool(
        _THING.match(question, end)
        or (_POSSESSIVE.search(question, start, end) and found_before(_OF_WHAT, question, start))
    )


def is_third_party(question: str, start: int, end: int) -> bool:
    """Tell whether the one named is only made use of, or gets something: "pay with X"."""
    return bool(found_before(_THIRD, question, start) or _DONE_TO.match(question, end))


def addresses_company(question: str) -> bool:
    """Tell whether a question speaks to the company that it is about: "Do you ..."."""
    return bool(_YOU.search(question))
