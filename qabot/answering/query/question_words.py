"""The words of a question, and runs of them that may be one name."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from qabot.catalog.names import slug

WORD = re.compile(r"[^\W_]+")
"""Finds the words of a text: letters and digits."""

WH = r"(?:what|when|where|who|whom|whose|which|why|how)"
"""Pattern of the words that a question asks with."""

_SENTENCE_START = re.compile(r"(?:^|[.?!:;])[\s\"“‘(]*$")
_MAIL = re.compile(r"(?<!\S)\S+@\S+")
_JOINTS = frozenset((" ", "-", ".", "&", " & ", "+", " + ", "'", "’", "/"))  # inside a name
_LONGEST = 6  # words of a name
_NEAR = 120  # characters before a place that tell something of it
_NO_NAMES = (  # with a capital too: what opens a sentence, and what a company has
    "a about according account accounts also am an and any app are at both but by can could "
    "compare comparing customer customers dear did do does don doesn during each either even "
    "every for from had has "
    "have he hello her hey hi his how i if in is isn it its let may me might must my neither no "
    "not of ok on or our please policies policy privacy refund refunds return returns cookie "
    "cookies per service services she should since site so some statement support tell terms "
    "thanks that the their then these they this those to under until upon user users was we "
    "website were what when where whether which while who whom whose why will with without won "
    "would yes you your notice conditions agreement inc llc ltd limited corp plc gmbh pty"
)


_NO_NAME = frozenset(_NO_NAMES.split())


class Word(NamedTuple):  # a question has a dozen, and a dataclass takes longer to make
    """A word of a question."""

    start: int
    end: int
    key: str  #: as `slug` spells it
    is_capital: bool  #: it begins with a capital
    is_marked: bool  #: and this capital tells something: no sentence begins, and others are small


class WordRun(NamedTuple):
    """Words that stand together and may be one name."""

    key: str  #: of all of them, as `catalog.names.name_key` spells a name
    words: list[Word]


def found_before(pattern: re.Pattern[str], question: str, place: int) -> re.Match[str] | None:
    """Find a pattern that ends in "$" right before a place of a question.

    It looks at the last 120 characters there: searched from its start for each of its words, a long
    question would take time that grows with the square of its length.
    """
    return pattern.search(question, max(0, place - _NEAR), place)


def words_of(question: str) -> list[Word]:
    """Return the words of a question; those of mail addresses are left out."""
    found = list(WORD.finditer(_MAIL.sub(lambda mail: "@" * len(mail[0]), question)))
    long = [word[0] for word in found if len(word[0]) > 3]
    shouts = question.isupper() or (len(long) > 3 and all(word[0].isupper() for word in long))
    words = []
    for one in found:
        word = one[0]
        is_capital = word[0].isupper() and not shouts
        is_marked = is_capital and not found_before(_SENTENCE_START, question, one.start())
        key = word.lower() if word.isascii() else slug(word)  # the same, ten times faster
        words.append(Word(*one.span(), key, is_capital, is_marked))
    return words


def runs_from(question: str, words: list[Word], first: int) -> Iterator[WordRun]:
    """Yield the words from `first` on that may be one name, one more each time, with their key."""
    key = ""
    for end, word in enumerate(words[first : first + _LONGEST], start=first + 1):
        if end > first + 1 and question[words[end - 2].end : word.start] not in _JOINTS:
            return
        if word.key != "and" or not key:
            key += word.key
            yield WordRun(key, words[first:end])


def is_name_word(word: Word) -> bool:
    """Whether a word with a capital can be one of a name."""
    return word.key not in _NO_NAME and len(word.key) > (not word.is_marked)
