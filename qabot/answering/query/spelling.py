"""Spelling correction of a question, by the texts in scope and by everyday English.

A word that the texts hold, that is ordinary, or that looks like a name or a code is left alone.
Another is replaced by a known word at an edit distance of 1, or up to 2 where it is long. Of
several the best is taken, by the sum of its frequency, whether the texts hold it, and what speaks
against such a slip of the fingers. Where two come close, the word stays as typed: a wrong word
misleads more than a misspelt one.

The method is that of "How to Write a Spelling Corrector", https://norvig.com/spell-correct.html.
"""

import re
from collections.abc import Callable, Collection
from functools import cache
from os.path import commonprefix
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qabot.answering.query.language import other_language, typicality
from qabot.answering.query.question_words import found_before
from qabot.word_frequencies import frequency, rare_words

Holds = Callable[[Collection[str]], Collection[str]]
"""Returns those of some words in lower case that the texts in scope hold."""

_WORD = re.compile(  # not in an address, a domain, a file's name, a code, "O'Neill"
    r"(?<![\w@./\\#$€£&+=_'’])[A-Za-z]{3,}(?:['’]s)?(?![\w@/\\&+=_'’]|[.:]\w)"
)
_SENTENCE_START = re.compile(r"(?:^|[.?!:;])[\s\"“‘(]*$")
_POSSESSIVE = re.compile(r"['’]s$")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        (r"(.)\1", r"\1"),  # "adress", "untill"
        (r"wh", "w"),  # "wich"
        (r"ph", "f"),
        (r"ck|k|q", "k"),
        (r"z|c(?=[eiy])", "s"),  # "licence", "proccess"
        (r"ei", "ie"),  # "recieve"
        (r"(?<=.{3})[aeiou]+(?=.{3})", "a"),  # "seperate", "definately"
    )
)
_VOWELS = frozenset("aeiouy")
_SHORTEST = 3  # letters
_LONGEST = 30  # letters; what is longer is no misspelt word, and has thousands of neighbours
_MOST = 12  # words that nobody knows; a text with more of them is not misspelt
_LONG = 8  # letters; from here on words that the texts hold are looked for two slips away

# What speaks for a word, all on the Zipf scale (tenfold is 1).
_COMMON = 5.2  # from here on a word needs no text that holds it
_HELD = 2.0  # that the texts hold it, or that it is common
_UNLISTED = 2.0  # how frequent a word counts that the texts hold and English does not list
_SELDOM = 1.5  # what a slip costs that fingers seldom make
_FIRST = 0.7  # what a slip in the first letter costs
_SECOND = 1.0  # what the second slip costs
_LEAD = 0.4  # by how much the best must lead
_LEAST = {3: 6.5, 4: 5.5, 5: 4.5}  # what the best must reach, by letters of what was typed
_LEAST_LONG = 3.0
_RARE = 3.5  # a listed word below it may be a slip for a much more frequent one ("wat")
_MUCH = 2.5  # what "much" is
_ALIKE = 0.7  # what it speaks for a word that it sounds like what was typed


def corrected(question: str, holds: Holds) -> str:
    """Return a question in English with its misspelt words put right, all else as it was."""
    shouts = question.isupper()
    suspects = [
        found
        for found in _WORD.finditer(question)
        if len(found[0]) <= _LONGEST
        and frequency(_bare(found[0])) < _RARE
        and (shouts or _is_word(found, question))
    ]
    suspected = {_bare(found[0]) for found in suspects}
    unknown = suspected.difference(holds(suspected)) if suspected else suspected
    if len(unknown) > _MOST:
        return question
    nearest = {word: _nearest(word, holds) for word in unknown}
    right = question
    for found in reversed(suspects):
        word = nearest.get(_bare(found[0]))
        if word:
            end = found.start() + len(_bare(found[0]))
            typed = question[found.start() : end]
            right = right[: found.start()] + _cased(word, typed) + right[end:]
    return right if right == question or _is_english(question, right) else question


def _is_english(question: str, right: str) -> bool:
    """Whether a question is in English, given what correcting it made of it.

    "wat is teh periode" looks Dutch and is English: corrected, its words are more typical of
    English than they were of Dutch as typed.
    """
    other = other_language(question, "en")
    return other is None or typicality(right, "en") > typicality(question, other)


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.lower())


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word if like.islower() else word.capitalize()


def _is_word(found: re.Match[str], question: str) -> bool:
    """Whether it is written as an ordinary word is, and not as a name or an abbreviation."""
    word = found[0]
    if word.islower():
        return True
    return word[2:].islower() and bool(found_before(_SENTENCE_START, question, found.start()))


def _nearest(word: str, holds: Holds) -> str | None:
    """Return the word that is meant, or None where none is near or several are."""
    known = rare_words()
    typed = known.get(word, 0.0)
    near = _one_slip_away(word)
    held = holds(near)
    near = {one for one in near if one in held or one in known}
    if len(word) >= _LONG and not near and not typed:
        held = holds(_two_slips_away(word))
        near = set(held)
    if len(word) == _SHORTEST:  # "dpo" and "vpn" are no slips for "do" and "van"
        near = {one for one in near if _cost(word, one) <= 0}
    scores = sorted((_weight(one, one in held) - _cost(word, one), one) for one in near)[-2:]
    if not scores or scores[-1][0] < _LEAST.get(len(word), _LEAST_LONG):
        return None
    (best, right), lead = scores[-1], scores[-1][0] - scores[0][0]
    if len(scores) > 1 and lead < _LEAD:
        return None
    return right if not typed or best - _HELD >= typed + _MUCH else None


def _weight(word: str, is_held: bool) -> float:
    typical = rare_words().get(word, _UNLISTED)
    return typical + (_HELD if is_held or typical >= _COMMON else 0)


def _one_slip_away(word: str) -> set[str]:
    """Return every word that a letter more, less, other or swapped with the next makes of one."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    swapped = {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    less = {a + b[1:] for a, b in parts if b}
    more = {a + letter + b for a, b in parts for letter in ascii_lowercase}
    other = {a + letter + b[1:] for a, b in parts if b for letter in ascii_lowercase}
    return (swapped | less | more | other) - {word}


def _two_slips_away(word: str) -> set[str]:
    """Return the known words two slips away that begin alike."""
    pool = _beginning(word[0], len(word))
    found = process.extract(word, pool, scorer=OSA.distance, score_cutoff=2, limit=None)
    return {other for other, _, _ in found}


@cache
def _beginning(letter: str, length: int) -> tuple[str, ...]:
    """Return the known words with this first letter that are two letters longer at most."""
    lengths = range(length - 2, length + 3)
    return tuple(word for word in rare_words() if word[0] == letter and len(word) in lengths)


def _sound(word: str) -> str:
    """Return a key that is equal for spellings that sound alike, or nearly so."""
    for spelling, sound in _SOUNDS:
        word = spelling.sub(sound, word)
    return word


def _cost(typed: str, meant: str) -> float:
    """Return what speaks against a slip, on the Zipf scale: more for one that is seldom made."""
    place = len(commonprefix((typed, meant)))
    cost = (_FIRST if typed[0] != meant[0] else 0.0) - _ALIKE * (_sound(typed) == _sound(meant))
    before, after = typed[place : place + 1], meant[place : place + 1]
    if OSA.distance(typed, meant) > 1:
        return cost + _SECOND
    if len(typed) < len(meant) or typed[place : place + 2] == meant[place : place + 2][::-1]:
        return cost  # left out, or swapped
    if len(typed) > len(meant):
        return cost if before == typed[place - 1 : place] else cost + _SELDOM
    is_near = after in _keys_beside(before) or (before in _VOWELS and after in _VOWELS)
    return cost if is_near else cost + _SELDOM


@cache
def _keys_beside(letter: str) -> frozenset[str]:
    """Return the letters beside this one on an American keyboard."""
    (row,) = (row for row in _ROWS if letter in row)
    height, place = _ROWS.index(row), row.index(letter)
    # each row stands half a key to the right of the one above it
    above = _ROWS[height - 1][place : place + 2] if height else ""
    below = _ROWS[height + 1][max(0, place - 1) : place + 1] if height < 2 else ""
    return frozenset(row[max(0, place - 1) : place + 2] + above + below) - {letter}
