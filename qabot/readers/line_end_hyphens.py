"""Whether a hyphen at the end of a printed line belongs to the word or only divides it."""

import re
from collections.abc import Iterable

from qabot.word_frequencies import frequency

_WORD = 2.8  # the frequency from which on a list of words can be believed
_KEEPS = {"all", "anti", "cross", "ex", "half", "non", "quasi", "self", "semi"}
_PARTICLES = {"in", "off", "on", "out", "to", "up"}
_ENDINGS = {"able", "ably", "ful", "ible", "ing", "ings", "less", "ly", "ment", "ness", "ship"}
_WORDS = re.compile(r"\w+(?:-\w+)*")
_AND = re.compile(r"(?:and|or|und|oder|bzw\.|et|ou|y|o|u|e|ed|en)(?!\S)", re.IGNORECASE)
_LAST = re.compile(r"(?<![\w./@_‐-])([^\W\d_]+)[-‐]$")
_NEXT = re.compile(r"[^\W\d_]+(?![\w./@-]*[/@]|[-‐][^\W\d_])")


def words_of(lines: Iterable[str]) -> frozenset[str]:
    """Return the words of a file, in small letters, compounds whole."""
    return frozenset(word for line in lines for word in _WORDS.findall(line.casefold()))


def joined(text: str, line: str, words: frozenset[str]) -> str:
    """Join a wrapped line to the text before it; `words` are those of the file, in small letters.

    A word that the file spells whole elsewhere is spelled so here, and a compound likewise.
    Of any other, everyday English decides: "infor-mation" is one word, "opt-out" and "e-mail" keep
    their hyphen, as do numbers, names and addresses.
    """
    if text.endswith("\u00ad"):
        return text[:-1] + line
    end = text[-2:]
    if re.search(r"\d–$", end) and line[:1].isdecimal():
        return text + line
    if not re.search(r"\w[-‐]$", end) or not re.match(r"\w", line):
        return f"{text} {line}".strip()
    if _AND.match(line):  # "short- and long-term"
        return f"{text} {line}"
    first, rest = _LAST.search(text[-60:]), _NEXT.match(line)
    if first and rest and rest[0].islower() and _is_one(first[1], rest[0], words):
        return text[:-1] + line
    return text + line


def _is_one(first: str, rest: str, words: frozenset[str]) -> bool:
    is_code = first[1:] != first[1:].lower()
    first = first.casefold()
    whole, compound = first + rest, f"{first}-{rest}"
    if is_code or whole in words or compound in words:
        return whole in words and compound not in words
    known = frequency(whole)
    if len(first) == 1 or first == "co" and (rest[0] == "o" or frequency(rest) >= _WORD):
        return False
    if first in _KEEPS:
        return known >= 4
    if rest in _PARTICLES:
        return known >= 5
    if rest in _ENDINGS:
        return True
    rarer = min(frequency(first), frequency(rest))
    return rarer < _WORD or known >= max(_WORD, rarer - 2.6)
