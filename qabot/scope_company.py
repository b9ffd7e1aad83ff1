"""The companies that a question names: exactly, by domain, in part, or misspelt."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qabot.names import domain_of, same_company

_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/?", re.IGNORECASE)
_JOINTS = {" ", "-", ".", "&", "'", "’", " & ", "+", ""}  # what may stand inside a name
_LONGEST = 6  # words of a name
_ARTICLES = ("the", "a", "an")
_ALSO_ORDINARY = frozenset(
    "refund refunds childcare prepaid broadband voip wifi login opt billing invoice invoices".split()
)

ASKS = r"(?:does|do|did|is|are|was|were|will|would|can|could|has|have|may|must|should)"
"""What stands before the one who is asked about: "does Vonage sell my data"."""
DEED = r"TODO"
NAMED_BEFORE = re.compile(r"(?:\b(?:at|does|according to|(?:customer|client|user)s? (?:of|with))) $", re.I)
NAMED_AFTER = re.compile(
    r"['’]s\b|:| (?:(?:privacy|refund|returns?|cookies?|cancell?ation) )?"
    r"(?:policy|terms|account|customers?|data|app|website)\b", re.I)
