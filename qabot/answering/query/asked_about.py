"""Whom a sentence asks about: who acts, whose policy it is, and who is only mentioned in it.

All functions take the question and where a name stands in it.
"""

import re
from collections.abc import Mapping

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
_AGREEING = ("does", "did", "do", "will", "would", "can", "could", "may", "might", "must", "should")
# What those do who have policies, as "does" asks for it; products are not said to do it.
_DEEDS = (
    *("sell", "share", "keep", "store", "collect", "retain", "delete", "erase", "remove"),
    *("disclose", "track", "process", "record", "give", "tell", "say", "ask", "comply", "handle"),
    *("refund", "notify", "encrypt", "monitor", "protect", "pass", "hold", "know", "rent"),
    *("transfer", "reimburse", "compensate", "answer", "respond", "reply", "read", "see"),
)
_OFFERS = ("charge", "offer", "provide", "use", "need", "allow", "require", "have(?! to do)", "do", "let")
_OFFERS_ALSO = ("accept", "cancel", "block", "close", "take", "want", "send", "pay", "make", "get")


def _ending(verbs: tuple[str, ...]) -> Mapping[str, str]:
    """Return how verbs go on by what asks: "does" (base form), "is" (sharing), "has" (shared)."""
    base = "|".join(verbs)
    stems = "|".join(verb.removesuffix("e") for verb in verbs)
    done = rf"(?:{stems})e?d|kept|sold|gave|given|told|said|held|known|let|made|taken|paid|sent"
    return {
        "does": rf"(?:{base})\b",
        "is": rf"(?:(?:{stems})\w{{0,2}}ing|allowed to)\b",
        "has": rf"(?:{done})\b",
        "acts": rf"(?:(?:{base})e?s|has|{done})\b",
    }


_ADVERB = r"(?:(?:ever|also|still|really|actually|not|already|just|always|even|only) )?"
_DOES = re.compile(rf"\b(?:{'|'.join(_AGREEING)}|doesn['’]?t|don['’]?t|won['’]?t|can['’]?t) (?:the )?$", re.I)
_IS = re.compile(r"\b(?:is|are|was|were|isn['’]?t) (?:the )?$", re.I)
_HAS = re.compile(r"\b(?:has|have|had) (?:the )?$", re.I)
_CLAUSE = re.compile(r"(?:\b(?:how \w+|why|whether|(?:what|which) \w+)|^when) (?:the )?$", re.I)
_BY_VERBS = {
    is_any: [
        (before, re.compile(rf" {_ADVERB}{_ending(verbs)[form]}", re.I))
        for before, form in ((_DOES, "does"), (_IS, "is"), (_HAS, "has"), (_CLAUSE, "acts"))
    ]
    for is_any, verbs in ((False, _DEEDS), (True, _DEEDS + _OFFERS + _OFFERS_ALSO))
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
_LEFT = re.compile(r"\b(?:leave|leaving|left|quit|join|joined|sue|cancel(?:ling)?) (?:my )?$", re.I)
_CALLED = re.compile(r"^\W*(?:(?:hi|hello|hey|dear|ok|so) )?$", re.I)
_CALLED_AFTER = re.compile(r" ?[,:!](?: |$)")
_CALLED_LAST = re.compile(r"(?:^|\s)[a-z][\w'’]*, $")
_WORD = re.compile(r"\w")
_POSSESSIVE = re.compile(r"['’]s?$", re.I)
_MY = re.compile(r"(?<!with )(?<!using )(?<!use )(?<!via )(?<!through )(?<!link )(?<!connect )\bmy $", re.I)
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


def acts(question: str, start: int, end: int, is_company: bool = False) -> bool:
    """Tell whether the one named does what companies do: "does X sell", "how long X keeps".

    What products are said to do as well ("does X allow") counts where it `is_company` for sure.
    """
    return any(
        after.match(question, end) and before.search(question, 0, start)
        for before, after in _BY_VERBS[is_company]
    )


def owns_policy(question: str, start: int, end: int) -> bool:
    """Tell whether the policy asked for is that of the one named: "X's terms"."""
    possessive = _POSSESSIVE.search(question, start, end)
    end = possessive.start() if possessive else end
    return bool(_OWNED_AFTER.match(question, end) or _POLICY_OF.search(question, 0, start))


def is_asked_about(question: str, start: int, end: int, is_company: bool = False) -> bool:
    """Tell whether the one named is asked about, whatever else the question says.

    It acts, it is its policy, it is where things happen ("at X"), or who is spoken to ("Hi X,").
    Where it `is_company` for sure, it also is what one leaves or has a contract of.
    """
    return bool(
        acts(question, start, end, is_company)
        or owns_policy(question, start, end)
        or _QUOTED.search(question, 0, start)
        or (_SAID.match(question, end) and _SAYS.search(question, 0, start))
        or _AT.search(question, 0, start)
        or (_CALLED_AFTER.match(question, end) and _CALLED.match(question, 0, start))
        or (_CALLED_LAST.search(question, 0, start) and not _WORD.search(question, end))
        or (is_company and _LEFT.search(question, 0, start))
        or (is_company and _MINE.match(question, end) and _MY.search(question, 0, start))
    )


def is_dealt_with(question: str, start: int, end: int) -> bool:
    """Tell whether the asker has dealings with the one named: "a refund from X", "safe with X"."""
    return not is_third_party(question, start, end) and bool(
        _DEALINGS.search(question, 0, start) or _COMPARED.search(question, 0, start)
    )


def has_dealings(question: str, start: int, end: int) -> bool:
    """Tell whether what is asked about is of the one named: "X orders", "X's fees"."""
    return not is_third_party(question, start, end) and bool(
        _THING.match(question, end)
        or (_POSSESSIVE.search(question, start, end) and _OF_WHAT.search(question, 0, start))
    )


def is_third_party(question: str, start: int, end: int) -> bool:
    """Tell whether the one named is only made use of, or gets something: "pay with X"."""
    return bool(_THIRD.search(question, 0, start) or _DONE_TO.match(question, end))


def addresses_company(question: str) -> bool:
    """Tell whether a question speaks to the company that it is about: "Do you ..."."""
    return bool(_YOU.search(question))
