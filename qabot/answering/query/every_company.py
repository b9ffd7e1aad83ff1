"""Whether a question of a conversation is about all companies: "do all companies allow pets?"."""

import re

from qabot.answering.query.asked_about import addresses_company

_ALL = (
    r"(?:all|any|every|each|other|most|which|what|these|the)"
    r"(?: of)?(?: the| these| those| other| different)*"
)
_GETS = r"(?:gets?|receives?|sees?|has|have|had|can|could|may|will|involved|with)"
_OF_ALL = re.compile(
    rf"\b(?<!with )(?<!to )(?<!from )(?<!by )(?<!via )(?<!through ){_ALL} "
    rf"(?:companies|(?<!the )(?<!which )(?<!what )(?<!these )company|providers)\b(?! {_GETS}\b)|"
    r"\bwhich (?:company|one of the companies|provider)\b.*\b(?:\w{3,}est|most|least|best)\b|"
    r"^\W*in general\b|\bin general\W*$|"
    r"^\W*(?:(?:and|but|so|ok),? )*(?:what )?(?:do|does) (?:the others|everyone else|"
    r"everybody else)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?:(?:at|with|for|from|of|to|across) )?(?:(?:all |any of )?(?:the )?(?:others?|rest)|"
    r"(?:everyone|everybody|anyone|anybody) else|(?:the |all |all the |any )?other ones|elsewhere|"
    r"(?:all|any|every|each|other|the other|any other|all other|all the other|all the|all of the) "
    r"(?:compan(?:y|ies)|providers?)|in general|generally|overall)",
    re.IGNORECASE,
)


def is_of_all(question: str) -> bool:
    """Tell whether a question is put to all companies, whichever was asked about before.

    Who gets something is not meant ("do other companies see my data?"), nor is a question to "you".
    """
    return _OF_ALL.search(question) is not None and not addresses_company(question)


def names_all(rest: str) -> bool:
    """Tell whether what is left of a follow-up only names all companies, or the others."""
    return _ALONE.fullmatch(rest) is not None
