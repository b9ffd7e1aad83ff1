"""The companies that a question names: in full, by domain, by a distinctive word, or misspelt."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qabot.answering.query.asked_about import (
    OWNED,
    Certainty,
    acts,
    has_dealings,
    is_asked_about,
    is_dealt_with,
)
from qabot.answering.query.well_known import well_known
from qabot.catalog.names import domain_of, name_key, same_company, slug
from qabot.index.word_frequencies import frequency, is_ordinary

_NAMED_BEFORE = re.compile(r"(?:\bat|\baccording to|\bwhat does) $", re.IGNORECASE)
_NAMED_AFTER = re.compile(rf"['’]s\b|:|{OWNED}| policy\b", re.IGNORECASE)
_PERHAPS_BEFORE = re.compile(
    r"\b(?:does|do|did|is|are|was|were|will|would|can|could|has|have|had|may|might|must|should|"
    r"at|with|by|from|for|to|of|on) $",
    re.IGNORECASE,
)
_OWNED_AFTER = re.compile(OWNED, re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|[.?!:;])[\s\"“‘(]*$")
_HOST = re.compile(r"(?:https?://)?(?:[a-z][\w-]*\.)*$", re.IGNORECASE)
_TOP_LEVEL = re.compile(
    r"\.(?:com|net|org|io|co|app|ai|biz|info|eu|example|[a-z]{2})(?:\.[a-z]{2})?(?![\w-])/?"
)
_ENDING = re.compile(
    r"(?:,? (?:inc|llc|ltd|limited|corp|corporation|plc|gmbh|pty)\b\.?)*"
    r"(?P<possessive>['’]s?(?!\w))?",
    re.IGNORECASE,
)
_ABBREVIATED = frozenset(("inc", "ltd", "corp", "co"))
_MAIL = re.compile(r"(?<!\S)\S+@\S+")
_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_JOINTS = frozenset((" ", "-", ".", "&", " & ", "+", " + ", "'", "’", "/"))  # inside a name
_FREQUENT = 5.0  # Zipf; "at last" names no company
_COMMON = 4.7  # "post"; less so is "amazon", of which the capital tells enough
_RARE = 4.0  # "tumblr"; those whose name it is have a better claim on it than the language
_LONGEST = 6  # words of a name
_LONGEST_MISSPELT = 3
_ARTICLES = frozenset(("the", "a", "an"))
_NO_NAMES = (  # with a capital too: what opens a sentence, and what a company has
    "a about according account accounts also am an and any app are at both but by can could "
    "customer customers dear did do does don doesn during each either even every for from had has "
    "have he hello her hey hi his how i if in is isn it its let may me might must my neither no "
    "not of ok on or our please policies policy privacy refund refunds return returns cookie "
    "cookies per service services she should since site so some statement support tell terms "
    "thanks that the their then these they this those to under until upon user users was we "
    "website were what when where whether which while who whom whose why will with without won "
    "would yes you your notice conditions agreement inc llc ltd limited corp plc gmbh pty"
)


_NO_NAME = frozenset(_NO_NAMES.split())


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a question names a company."""

    companies: tuple[str, ...]  #: several when they share the name, () for one not known
    start: int
    end: int  #: behind "'s" and "Inc."
    is_possessive: bool
    name: str = ""  #: of one not known, as it is written
    is_sure: bool = True  #: it can hardly be anything but a name, wherever it stands


class Word(NamedTuple):  # a question has a dozen, and a dataclass takes longer to make
    """A word of a question."""

    start: int
    end: int
    key: str  #: as `slug` spells it
    is_capital: bool  #: it begins with a capital
    is_marked: bool  #: and this capital tells something: no sentence begins, and others are small


class CompanyNames:
    """All names of all companies, prepared for being found in questions.

    Takes each company's display name with its further names: legal names, domains, aliases. Also
    known are a name without its article ("Ledger" for "The Ledger"), the label of a domain ("nexmo"
    for nexmo.com) and the first word of a name ("Larkfield" for "Larkfield Telecom"). Where two
    companies have a claim on a name, it is that of the one whose own name it is, then of those of
    whom it is a further name, then of those of whom it is a part. `says` tells whether a company's
    policies have a phrase: "Larkfield Voice" is then a product of Larkfield, and no other company.
    """

    def __init__(
        self,
        names: Mapping[str, Iterable[str]],
        says: Callable[[str, str], bool] = lambda company, phrase: False,
    ) -> None:
        self.says = says
        self._spelling: dict[str, str] = {}
        own_names = {same_company(company): company for company in names}
        given = {
            company: (
                company,
                *(name for name in others if own_names.get(same_company(name), company) == company),
            )
            for company, others in names.items()
        }
        own = _keys({company: (company,) for company in given}, _whole_keys)
        further = _keys(given, _whole_keys)
        parts = _keys(given, _parts)
        first_words = _keys(given, _first_words)
        for name in (name for all_names in given.values() for name in reversed(all_names)):
            for key in (*_parts(name), *_whole_keys(name)):
                self._spelling[key] = name
        self._companies = {**first_words, **parts, **further, **own}
        self._companies.pop("", None)
        self._brief = {
            key
            for key in first_words.keys() - parts.keys() - further.keys() - own.keys()
            if is_ordinary(key) or (len(key) < 4 and key.isalpha())
        }
        self._beginnings = {key[:end] for key in self._companies for end in range(len(key) + 1)}
        # What a misspelt word is compared with: same first letter, and with a dot only domains.
        self._similar: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
        for key in self._companies:
            if len(key) > 4 and key not in self._brief:
                spelling = self._spelling.get(key, "")
                is_domain = bool(_DOMAIN.fullmatch(spelling)) and key == name_key(spelling)
                self._similar[key[0], is_domain].append(key)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the companies that `name` is a name of, as a question would be understood."""
        exact = self._companies.get(name_key(name)) or self._companies.get(same_company(name))
        if exact:
            return exact
        question = f"at {name}"
        mentions = self.mentions(question)
        if len(mentions) != 1:
            return ()
        rest = question[3 : mentions[0].start] + question[mentions[0].end :]
        is_all = all(word[0].lower() in _ARTICLES for word in _WORD.finditer(rest))
        return mentions[0].companies if is_all else ()

    def called(self, name: str) -> tuple[str, ...]:
        """Return the companies that are called so, whatever the sentence says."""
        return self._companies.get(name_key(name), ())

    def is_short(self, name: str, companies: Iterable[str]) -> bool:
        """Tell whether `name` may stand for one of the companies: words of it, or initials."""
        words = slug(name.removesuffix("'s").removesuffix("’s")).split("-")
        for company in companies:
            own = slug(company).split("-")
            initials = "".join(word[0] for word in own)
            parts = [own[i : i + len(words)] for i in range(len(own))]
            if words in parts or (len(own) > 1 and words == [initials]):
                return True
        return False

    def mentions(self, question: str) -> list[Mention]:
        """Return where `question` names companies, in order, without overlap."""
        words = words_of(question)
        found: list[Mention] = []
        for first, word in enumerate(words):
            if found and word.start < found[-1].end:
                continue
            mention = self._exact(question, words, first) or self._misspelt(question, words, first)
            if mention:
                found.append(mention)
        return found

    def _exact(self, question: str, words: list[Word], first: int) -> Mention | None:
        """Find the longest name that the words from `first` on spell."""
        runs = takewhile(self._begins, runs_from(question, words, first))
        for key, run in reversed(list(runs)):
            companies = self._companies.get(key)
            domain = _TOP_LEVEL.match(question, run[-1].end)
            if domain:  # "pairs.com" is Pairs', and "ted.org" is not that of ted.com
                if companies and not _DOMAIN.fullmatch(self._spelling.get(key, "")):
                    return replace(_mention(question, run, companies), end=domain.end())
                continue
            if companies and self._is_meant(question, words, run, key):
                return _mention(question, run, companies)
            companies = self._companies.get(key[:-1]) if key.endswith("s") else None
            if companies and len(key) > 4 and not is_ordinary(key[:-1]):  # "vonages policy"
                return replace(_mention(question, run, companies), is_possessive=True)
        return None

    def _begins(self, run: tuple[str, list[Word]]) -> bool:
        """Whether a name, or its plural, begins with these words."""
        key, _ = run
        return key in self._beginnings or key[:-1] in self._beginnings

    def _is_meant(self, question: str, words: list[Word], run: list[Word], key: str) -> bool:
        """Whether it is the name and not the ordinary words that it looks like."""
        start, end = run[0].start, run[-1].end
        if not _WORD.search(question[:start] + question[end:]):
            return True
        telling = [word for word in run if word.key not in _ARTICLES] or run
        as_declared = len(telling) > 1 and _told(word.key for word in telling) == _told(
            slug(self._spelling.get(key, "")).split("-")
        )
        if key not in self._brief and (
            as_declared or not all(is_ordinary(word.key) for word in telling)
        ):
            return True
        is_asked = acts(question, start, end, Certainty.COMPANY) or is_asked_about(
            question, start, end, Certainty.NAME
        )
        is_capital = all(word.is_capital for word in telling)
        if is_capital and (any(word.is_marked for word in telling) or is_asked):
            return not _is_part_of_name(question, words, run) and (
                key not in self._brief
                or is_asked
                or (
                    run[-1].is_marked
                    and (frequency(key) < _COMMON or bool(well_known(key.title())))
                )
                or is_dealt_with(question, start, end)
                or has_dealings(question, start, end)
            )
        if key in self._brief:
            return False
        is_rare = len(run) == 1 and (frequency(key) < _RARE or well_known(key))
        if is_rare and not _is_determined(question, start):
            return True
        before, after = _NAMED_BEFORE.search(question, 0, start), _NAMED_AFTER.match(question, end)
        if (before or after) and (len(telling) > 1 or frequency(key) < _FREQUENT):
            return True
        is_noun = run[0].key in _ARTICLES or _is_determined(question, start)
        return not is_noun and acts(question, start, end, Certainty.COMPANY)

    def _misspelt(self, question: str, words: list[Word], first: int) -> Mention | None:
        """Find a name of 5 to 8 letters with one slip, or a longer one with two.

        The first letter is right, it is none of the frequent words, and it is written with a
        capital or stands where a name may stand; names equally near are a tie, and not found.
        """
        if all(is_ordinary(word.key) for word in words[first : first + _LONGEST_MISSPELT]):
            return None
        best: list[tuple[float, int, str]] = []
        for key, run in islice(runs_from(question, words, first), _LONGEST_MISSPELT):
            if len(key) > 3 and key.isalpha() and _may_be_name(question, run):
                has_dot = "." in question[run[0].start : run[-1].end]
                similar = self._similar.get((key[0], has_dot), [])
                near = process.extract(
                    key, similar, scorer=OSA.distance, score_cutoff=2, limit=None
                )
                best += [
                    (distance, -len(run), name)
                    for name, distance, _ in near
                    if (distance == 1 or len(name) > 8)
                    and (not is_ordinary(name) or _is_asked(question, run))
                ]
        nearest = [one for one in best if one[:2] == min(best)[:2]]
        companies = {self._companies[name] for _, _, name in nearest}
        if len(companies) != 1:
            return None
        return _mention(question, words[first : first - nearest[0][1]], companies.pop())


def _keys(
    names: Mapping[str, Iterable[str]], keys_of: Callable[[str], Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the companies by each key of each of their names."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)  # ordered sets
    for company, all_names in names.items():
        for name in all_names:
            for key in keys_of(name):
                found[key][company] = None
    return {key: tuple(companies) for key, companies in found.items()}


def _whole_keys(name: str) -> Iterator[str]:
    """Yield a name's keys with and without its legal form."""
    yield name_key(name)
    yield same_company(name)


def _parts(name: str) -> Iterator[str]:
    """Yield the keys of a domain's label and of a name without its article."""
    if _DOMAIN.fullmatch(name):
        yield name_key(domain_of(f"https://{name}").split(".")[0])
    article, _, rest = name.partition(" ")
    if article.lower() in _ARTICLES and rest:
        yield from _whole_keys(rest)


def _first_words(name: str) -> Iterator[str]:
    """Yield the key of the first word of several, where it is long enough to tell something."""
    words = [] if _DOMAIN.fullmatch(name) else _WORD.findall(name)
    if len(words) > 1:
        first = slug(words[0])
        if len(first) > 3 or (words[0].isupper() and not first.isdigit()):
            yield first


def _told(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key != "and" and key not in _ARTICLES]


def words_of(question: str) -> list[Word]:
    """Return the words of a question; those of mail addresses are left out."""
    found = list(_WORD.finditer(_MAIL.sub(lambda mail: "@" * len(mail[0]), question)))
    long = [word[0] for word in found if len(word[0]) > 3]
    shouts = question.isupper() or (len(long) > 3 and all(word[0].isupper() for word in long))
    words = []
    for one in found:
        word = one[0]
        is_capital = word[0].isupper() and not shouts
        is_marked = is_capital and not _SENTENCE_START.search(question, 0, one.start())
        key = word.lower() if word.isascii() else slug(word)  # the same, ten times faster
        words.append(Word(*one.span(), key, is_capital, is_marked))
    return words


def runs_from(question: str, words: list[Word], first: int) -> Iterator[tuple[str, list[Word]]]:
    """Yield the words from `first` on that may be one name, one more each time, with their key."""
    key = ""
    for end, word in enumerate(words[first : first + _LONGEST], start=first + 1):
        if end > first + 1 and question[words[end - 2].end : word.start] not in _JOINTS:
            return
        if word.key != "and" or not key:
            key += word.key
            yield key, words[first:end]


def is_name_word(word: Word) -> bool:
    """Whether a word with a capital can be one of a name."""
    return word.key not in _NO_NAME and len(word.key) > (not word.is_marked)


def _is_part_of_name(question: str, words: list[Word], run: list[Word]) -> bool:
    """Whether capitals go on before or behind: "Play" in "Google Play"."""
    first, last = words.index(run[0]), words.index(run[-1])
    before, after = words[:first][-1:], words[last + 1 :][:1]
    return any(
        question[one.end : other.start] == " " and _names_more(extra)
        for one, other, extra in (
            *((word, run[0], word) for word in before),
            *((run[-1], word, word) for word in after),
        )
    )


def _names_more(word: Word) -> bool:
    return (word.is_marked or not is_ordinary(word.key) or bool(well_known(word.key))) and (
        word.is_capital and is_name_word(word)
    )


def _is_determined(question: str, start: int) -> bool:
    return bool(
        re.search(r"\b(?:the|an?|my|our|your|their|any|this|each|every) $", question[:start])
    )


def _is_asked(question: str, run: list[Word]) -> bool:
    return is_asked_about(question, run[0].start, run[-1].end, Certainty.COMPANY)


def _may_be_name(question: str, run: list[Word]) -> bool:
    if all(is_ordinary(word.key) for word in run):
        return False
    start, end = run[0].start, run[-1].end
    return bool(
        all(word.is_capital for word in run)
        or _PERHAPS_BEFORE.search(question, 0, start)
        or _OWNED_AFTER.match(question, end)
    )


def _mention(question: str, run: list[Word], companies: tuple[str, ...]) -> Mention:
    """Take what belongs to the name with it: "www.", "Inc." and "'s"."""
    before = _HOST.search(question, 0, run[0].start)
    stop = question[run[-1].end :][:1] == "." and run[-1].key in _ABBREVIATED
    after = _ENDING.match(question, run[-1].end + stop)
    assert before and after  # both match nothing as well
    is_possessive = bool(after["possessive"]) or run[-1].key == "s"
    return Mention(companies, before.start(), after.end(), is_possessive)
