"""Where a question names a company of which there is no policy."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qabot.answering.query.asked_about import (
    Certainty,
    acts,
    has_dealings,
    is_asked_about,
    is_dealt_with,
    owns_policy,
)
from qabot.answering.query.company_names import Mention
from qabot.answering.query.ordinary_names import (
    ABBREVIATIONS,
    GENERAL,
    HEADS,
    PAYING,
    PLACES,
    REGULATORS,
    TOOLS,
)
from qabot.answering.query.question_words import Word, found_before, is_name_word, words_of
from qabot.answering.query.well_known import LISTED, well_known
from qabot.word_frequencies import frequency, is_ordinary, words

_DOMAIN = re.compile(
    r"(?<![\w@.-])(?:[\w-]+\.)+(?:com|net|org|io|co|app|ai|biz|info|eu)(?:\.[a-z]{2})?(?![\w@-])",
    re.IGNORECASE,
)
_SINGULAR = re.compile(r"\b(?:does|is|has|was) (?:the )?$", re.IGNORECASE)
_DETERMINED = re.compile(
    r"\b(?:the|an?|my|our|your|his|her|their|its|any|this|that|these|those|each|every|all|some|no|"
    r"what|which|whose|other|another) $",
    re.IGNORECASE,
)
_AT = re.compile(r"\bat $", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
_ABSTRACT = re.compile(r"(?:ing|[ts]ion|ment|ness|[aei]ty|[ae]nce|ship|ism|ware)s?$")

_PLURAL = re.compile(r"[A-Z]{2,5}s")  # "DVDs"
_BY = re.compile(r"\b(?:by|with|via|through|to|on|my|a|using) (?:my |a )?$", re.IGNORECASE)
_MAY = re.compile(r"\b(?:can|may) $", re.IGNORECASE)
_PEOPLE = re.compile(r"(?:an|er|or|ist|ee)s$")  # "Canadians"
_LINKS = ("of", "and")
_JOINTS = (" ", "-", ".", "&", " & ", "'", "’", " + ", "+")

_FREQUENT = 5.0  # Zipf; more frequent words are hardly names, even with a capital: "Support"
_RARE = 4.7  # and without one: "anchor", "netflix"
_SLIP_OF = 4.0  # a word that is not listed may be one of these, misspelt


def unknown_names(question: str, known: Sequence[Mention]) -> list[Mention]:
    """Return what in a question may be the name of a company that is none of the known, in order.

    That is a domain, a well-known company, capitalised words that are no body, place or
    abbreviation in general use, and a single word without a capital that is not listed or, where
    only a name can stand ("does anchor keep my data"), is not frequent. A longer name that contains
    a known one is among them: "Alpha Widgets" where "Alpha" is known.
    """
    found: list[Mention] = []
    taken = bytearray(len(question))
    starts, ends = [one.start for one in known], [one.end for one in known]
    for name in _names(question):
        if any(taken[name.start : name.end]):
            continue
        inside = known[bisect_right(ends, name.start) : bisect_left(starts, name.end)]
        if inside and not (name.is_capital and _goes_beyond(question, name, inside)):
            continue
        if _may_be_company(question, name):
            one = _mention(question, name)
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def is_meant(question: str, mention: Mention, start: int, end: int, is_addressed: bool) -> bool:
    """Tell whether an unknown name is that of a company asked about.

    `start` and `end` are of all names joined to it ("Vonage and Twilio"); `is_addressed` tells
    that the question says "you" to another.
    """
    if _PLURAL.fullmatch(mention.name) or mention.name.lower() in REGULATORS:
        return False
    owns = owns_policy(question, start, end)
    if not owns and mention.name.lower() in PAYING and found_before(_BY, question, start):
        return False
    is_listed = well_known(mention.name) is not None
    if not (is_listed or owns) and found_before(_MAY, question, start):  # "Can Elsie borrow books?"
        return False
    certainty = Certainty.COMPANY if is_listed else Certainty.NAME
    if _is_abbreviation(mention.name) and not is_listed:  # "at HQ" is a place
        return is_asked_about(question, start, end, certainty) and not found_before(
            _AT, question, start
        )
    is_small = mention.name.islower() and not is_listed and "." not in mention.name
    if not is_asked_about(question, start, end, certainty) and (
        is_addressed
        or not mention.is_sure
        or not (
            is_dealt_with(question, start, end)
            or (not is_small and has_dealings(question, start, end))
        )
    ):
        return False
    return not (is_small and _is_slip(mention.name))


@dataclass(frozen=True, slots=True)
class _Name:
    start: int
    end: int
    text: str
    words: tuple[Word, ...]
    is_capital: bool


def _names(question: str) -> Iterator[_Name]:
    """Yield what may be names: first domains and runs of capitals, then words in small letters."""
    tokens = words_of(question)
    for found in _DOMAIN.finditer(question):
        yield _named(question, tokens, *found.span(), is_capital=False)
    capital = list(_capital_runs(question, tokens))
    for found in LISTED.finditer(question):
        if not any(one.start <= found.start() and found.end() <= one.end for one in capital):
            yield _named(question, tokens, *found.span(), is_capital=False)
    yield from capital
    for word in tokens:
        yield _Name(word.start, word.end, question[word.start : word.end], (word,), False)


def _named(question: str, tokens: Sequence[Word], start: int, end: int, is_capital: bool) -> _Name:
    inside = tuple(word for word in tokens if start <= word.start < end)
    return _Name(start, end, question[start:end], inside, is_capital)


def _capital_runs(question: str, tokens: Sequence[Word]) -> Iterator[_Name]:
    """Yield the words with capitals that stand together: "Corner Bank", "AT&T", "Bank of Ireland".

    "Marks and Spencer" is one name after "does", and "Vonage and Twilio" are two after "do".
    """
    run: list[Word] = []
    for word in (*tokens, None):
        if word and not (word.is_capital and is_name_word(word)):
            if not run or word.key not in _LINKS:
                yield from _run(question, tokens, run)
                run = []
            continue
        if run and not (word and _goes_on(question, run, word)):
            yield from _run(question, tokens, run)
            run = []
        if word:
            run.append(word)


def _goes_on(question: str, run: Sequence[Word], word: Word) -> bool:
    between = question[run[-1].end : word.start]
    if between == " and ":
        return found_before(_SINGULAR, question, run[0].start) is not None
    return between in _JOINTS or between == " of "


def _run(question: str, tokens: Sequence[Word], run: Sequence[Word]) -> Iterator[_Name]:
    if run:
        first = run[len(run) > 1 and _only_opens(question, run)]
        yield _named(question, tokens, first.start, run[-1].end, is_capital=True)


def _only_opens(question: str, run: Sequence[Word]) -> bool:
    """Whether the first word has its capital as the first of a sentence: "Besides Amazon"."""
    rest = question[run[1].start : run[-1].end]
    return not run[0].is_marked and is_ordinary(run[0].key) and well_known(rest) is not None


def _goes_beyond(question: str, name: _Name, inside: Sequence[Mention]) -> bool:
    """Whether a name has words that the known ones in it, and what joins them, have not."""
    return any(not any(one.start <= word.start < one.end for one in inside) for word in name.words)


def _may_be_company(question: str, name: _Name) -> bool:
    if well_known(name.text) or _DOMAIN.fullmatch(name.text):
        return True
    if name.is_capital:
        return _is_capital_name(question, name)
    (word,) = name.words[:1] or (None,)
    if word is None or word.key in GENERAL or word.key in ABBREVIATIONS:
        return False
    if not word.key.isalpha():  # "37signals", not "24h" or "2nd"
        return bool(re.fullmatch(r"\d*[a-z]{3,}\d*", word.key)) and not word.key.isdigit()
    if found_before(_DETERMINED, question, name.start) or len(word.key) < 4:
        return False
    if not is_ordinary(word.key):
        return True
    return _stands_as_name(question, name, word.key)


def _is_capital_name(question: str, name: _Name) -> bool:
    keys = [word.key for word in name.words]
    if keys[-1] in HEADS | TOOLS or all(key in PLACES for key in keys):
        return False
    if len(keys) == 1 and _PEOPLE.search(keys[0]):
        return False
    if _is_abbreviation(name.text):
        return keys[0] not in ABBREVIATIONS
    if not all(is_ordinary(key) for key in keys):
        return True
    if not any(word.is_marked for word in name.words):
        return len(keys) > 1
    if len(keys) > 1:
        return True
    return frequency(keys[0]) < _FREQUENT and keys[0] not in GENERAL


def _stands_as_name(question: str, name: _Name, word: str) -> bool:
    """Whether an ordinary word in small letters stands where only a name can."""
    is_plural = word.endswith("s") and not found_before(_SINGULAR, question, name.start)
    return (
        frequency(word) < _RARE
        and not is_plural
        and not _ABSTRACT.search(word)
        and word.removesuffix("s") not in GENERAL
        and word not in PLACES
        and acts(question, name.start, name.end, Certainty.GUESSED)
    )


def _is_abbreviation(name: str) -> bool:
    return name.isupper() and name.isalpha() and len(name) < 6


@cache
def _frequent(first_letter: str) -> list[str]:
    return [
        word
        for word, value in words().items()
        if value >= _SLIP_OF and word.startswith(first_letter) and len(word) > 2
    ]


def _is_slip(word: str) -> bool:
    """Whether a word that is not listed looks like a frequent one misspelt."""
    allowed = 1 if len(word) < 8 else 2
    if is_ordinary(word) or not word.isalpha():
        return False
    near = process.extractOne(word, _frequent(word[0]), scorer=OSA.distance, score_cutoff=allowed)
    return near is not None


def _mention(question: str, name: _Name) -> Mention:
    possessive = _POSSESSIVE.match(question, name.end)
    is_sure = bool(
        well_known(name.text)
        or _DOMAIN.fullmatch(name.text)
        or not all(is_ordinary(word.key) for word in name.words)
        or len(name.words) > 1
    )
    return Mention(
        companies=(),
        start=name.start,
        end=possessive.end() if possessive else name.end,
        is_possessive=possessive is not None,
        name=well_known(name.text) or name.text,
        is_sure=is_sure,
    )
