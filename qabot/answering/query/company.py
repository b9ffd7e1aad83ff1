"""The companies that a question names: in full, by domain, by a distinctive word, or misspelt."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qabot.catalog.names import domain_of, same_company, slug
from qabot.vocabulary import is_ordinary

ASKED = (
    r"(?:does|do|did|is|are|was|were|will|would|can|could|has|have|had|may|might|must|should|"
    r"doesn['’]?t|isn['’]?t|won['’]?t|can['’]?t)"
)
"""What stands before the one who is asked about."""
DEED = (
    r"(?:(?:ever|also|still|really|actually|not|already|just) )?(?:sell|shar|keep|stor|collect|"
    r"retain|delet|eras|remov|disclos|track|process|record|giv|tell|say|ask|compl|handl|refund|"
    r"notify|encrypt|monitor|protect|pass|hold|know|rent|transfer|respond|allowed to)"
)
"""What those do who have policies; products are not said to do it."""
_KIND = r"(?:privacy|refund|returns?|cookies?|cancell?ation|retention)"
OWNED = (
    rf"(?:['’]s? (?:\w+ ){{0,2}}|,? {_KIND} )(?:policy|policies|terms|notice|statement|conditions|"
    r"agreement)\b| terms (?:of|and|&) "
)
"""What stands after the one whose policy is asked for."""

_NAMED_BEFORE = re.compile(r"(?:\bat|\baccording to|\bwhat does) $", re.IGNORECASE)
_NAMED_AFTER = re.compile(rf"['’]s\b|:|{OWNED}| policy\b", re.IGNORECASE)
_OWNED_AFTER = re.compile(OWNED, re.IGNORECASE)
_ASKED_BEFORE = re.compile(rf"\b{ASKED} $", re.IGNORECASE)
_DEED_AFTER = re.compile(
    rf" (?:{DEED}|charg|offer|provid|use|need|allow|requir|have)", re.IGNORECASE
)
_PERHAPS_BEFORE = re.compile(rf"\b(?:{ASKED}|at|with|by|from|for|to|of|on) $", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|[.?!:;])[\s\"“‘(]*$")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?$", re.IGNORECASE)
_ENDING = re.compile(
    r"(?:,? (?:inc|llc|ltd|limited|corp|corporation|plc|gmbh|pty)\b\.?)*"
    r"(?P<possessive>['’]s?(?!\w))?",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<!\S)\S+@\S+")
_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_JOINTS = frozenset((" ", "-", ".", "&", " & ", "+", "'", "’"))  # inside a name
_LONGEST = 6  # words of a name
_LONGEST_MISSPELT = 3
_ARTICLES = frozenset(("the", "a", "an"))


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a question names a company."""

    companies: tuple[str, ...]  #: several when they share the name
    start: int
    end: int  #: behind "'s" and "Inc."
    is_possessive: bool


class _Word(NamedTuple):  # a question has a dozen, and a dataclass takes longer to make
    start: int
    end: int
    key: str  #: as `slug` spells it
    is_capital: bool  #: it begins with a capital
    is_marked: bool  #: and this capital tells something: it does not begin a sentence or shout


class CompanyNames:
    """All names of all companies, prepared for being found in questions.

    Takes each company's display name with its further names: legal names, domains, aliases. Also
    known then are a domain's label ("nexmo") and a name's first word that is no frequent word of
    English and no other company's ("Larkfield" of "Larkfield Telecom").
    """

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        declared: defaultdict[str, dict[str, None]] = defaultdict(dict)  # ordered sets
        self._spelling: dict[str, str] = {}
        derived: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for company, others in names.items():
            for name in (company, *others):
                declared[same_company(name)][company] = None
                self._spelling[same_company(name)] = name
                for word in _short_forms(name):
                    derived[word][company] = None
        for company in names:
            declared[same_company(company)] = {company: None}
        for word, companies in derived.items():
            if len(companies) == 1:
                declared.setdefault(word, companies)
        declared.pop("", None)
        self._companies = {key: tuple(companies) for key, companies in declared.items()}
        self._beginnings = {key[:end] for key in declared for end in range(len(key) + 1)}
        # What a misspelt word is compared with: same first letter, and with a dot only domains.
        self._similar: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
        for key in self._companies:
            if len(key) > 4 and not is_ordinary(key):
                is_domain = bool(_DOMAIN.fullmatch(self._spelling.get(key, "")))
                self._similar[key[0], is_domain].append(key)

    def mentions(self, question: str) -> list[Mention]:
        """Return where `question` names companies, in order, without overlap."""
        words = _words(question)
        found: list[Mention] = []
        for first, word in enumerate(words):
            if found and word.start < found[-1].end:
                continue
            mention = self._exact(question, words, first) or self._misspelt(question, words, first)
            if mention:
                found.append(mention)
        return found

    def _exact(self, question: str, words: list[_Word], first: int) -> Mention | None:
        """Find the longest name that the words from `first` on spell."""
        runs = takewhile(self._begins, _runs(question, words, first))
        for key, run in reversed(list(runs)):
            companies = self._companies.get(key)
            if companies and self._is_meant(question, run, key):
                return _mention(question, run, companies)
            companies = self._companies.get(key[:-1]) if key.endswith("s") else None
            if companies and len(key) > 4 and not is_ordinary(key[:-1]):  # "vonages policy"
                return replace(_mention(question, run, companies), is_possessive=True)
        return None

    def _begins(self, run: tuple[str, list[_Word]]) -> bool:
        """Whether a name, or its plural, begins with these words."""
        key, _ = run
        return key in self._beginnings or key[:-1] in self._beginnings

    def _is_meant(self, question: str, run: list[_Word], key: str) -> bool:
        """Whether it is the name and not the ordinary words that it looks like."""
        telling = [word for word in run if word.key not in _ARTICLES] or run
        as_declared = len(telling) > 1 and len(run) == len(
            _WORD.findall(self._spelling.get(key, ""))
        )
        if as_declared or not all(is_ordinary(word.key) for word in telling):
            return True
        if all(word.is_capital for word in telling) and any(word.is_marked for word in telling):
            return True
        start, end = run[0].start, run[-1].end
        is_asked = _ASKED_BEFORE.search(question, 0, start) and _DEED_AFTER.match(question, end)
        is_all = not _WORD.search(question[:start] + question[end:])
        before, after = _NAMED_BEFORE.search(question, 0, start), _NAMED_AFTER.match(question, end)
        return bool(is_asked or is_all or before or after)

    def _misspelt(self, question: str, words: list[_Word], first: int) -> Mention | None:
        """Find a name of 5 to 7 letters with one slip, or a longer one with two.

        The first letter is right, it is none of the frequent words, and it is written with a
        capital or stands where a name may stand; names equally near are a tie, and not found.
        """
        if all(is_ordinary(word.key) for word in words[first : first + _LONGEST_MISSPELT]):
            return None
        best: list[tuple[float, int, str]] = []
        for key, run in islice(_runs(question, words, first), _LONGEST_MISSPELT):
            if len(key) > 3 and key.isalpha() and _may_be_name(question, run):
                has_dot = "." in question[run[0].start : run[-1].end]
                similar = self._similar.get((key[0], has_dot), [])
                near = process.extract(
                    key, similar, scorer=OSA.distance, score_cutoff=2, limit=None
                )
                best += [
                    (distance, -len(run), name)
                    for name, distance, _ in near
                    if distance == 1 or len(name) > 7
                ]
        nearest = [one for one in best if one[:2] == min(best)[:2]]
        companies = {self._companies[name] for _, _, name in nearest}
        if len(companies) != 1:
            return None
        return _mention(question, words[first : first - nearest[0][1]], companies.pop())


def _short_forms(name: str) -> Iterator[str]:
    if _DOMAIN.fullmatch(name):
        yield slug(domain_of(f"https://{name}").split(".")[0]).replace("-", "")
        return
    words = _WORD.findall(name)
    first = slug(words[0]) if len(words) > 1 else ""
    if len(first) > 3 and not is_ordinary(first):
        yield first


def _words(question: str) -> list[_Word]:
    shouts = question.isupper()
    words = []
    for found in _WORD.finditer(_MAIL.sub(lambda mail: "@" * len(mail[0]), question)):
        is_capital = found[0][0].isupper() and not shouts
        is_marked = is_capital and not _SENTENCE_START.search(question, 0, found.start())
        word = found[0]
        key = word.lower() if word.isascii() else slug(word)  # the same, ten times faster
        words.append(_Word(*found.span(), key, is_capital, is_marked))
    return words


def _runs(question: str, words: list[_Word], first: int) -> Iterator[tuple[str, list[_Word]]]:
    """Yield the words from `first` on that may be one name, one more each time, with their key."""
    key = ""
    for end, word in enumerate(words[first : first + _LONGEST], start=first + 1):
        if end > first + 1 and question[words[end - 2].end : word.start] not in _JOINTS:
            return
        key += word.key
        yield key, words[first:end]


def _may_be_name(question: str, run: list[_Word]) -> bool:
    if all(is_ordinary(word.key) for word in run):
        return False
    start, end = run[0].start, run[-1].end
    return bool(
        all(word.is_capital for word in run)
        or _PERHAPS_BEFORE.search(question, 0, start)
        or _OWNED_AFTER.match(question, end)
    )


def _mention(question: str, run: list[_Word], companies: tuple[str, ...]) -> Mention:
    """Take what belongs to the name with it: "www.", "Inc." and "'s"."""
    before = _HOST.search(question, 0, run[0].start)
    after = _ENDING.match(question, run[-1].end)
    assert before and after  # both match nothing as well
    is_possessive = bool(after["possessive"]) or run[-1].key == "s"
    return Mention(companies, before.start(), after.end(), is_possessive)
