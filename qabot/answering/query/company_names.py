"""Where a question names a company that is known: by any of its names, or one misspelt."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice, takewhile

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
from qabot.answering.query.known_names import ARTICLES, DOMAIN, known_names
from qabot.answering.query.question_words import (
    WORD,
    Word,
    WordRun,
    found_before,
    is_name_word,
    runs_from,
    words_of,
)
from qabot.answering.query.well_known import well_known
from qabot.catalog.names import name_key, same_company, slug
from qabot.word_frequencies import frequency, is_ordinary

_NAMED_BEFORE = re.compile(r"(?:\bat|\baccording to|\bwhat does) $", re.IGNORECASE)
_NAMED_AFTER = re.compile(rf"['’]s\b|:|{OWNED}| policy\b", re.IGNORECASE)
_PERHAPS_BEFORE = re.compile(
    r"\b(?:does|do|did|is|are|was|were|will|would|can|could|has|have|had|may|might|must|should|"
    r"at|with|by|from|for|to|of|on) $",
    re.IGNORECASE,
)
_OWNED_AFTER = re.compile(OWNED, re.IGNORECASE)
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
_FREQUENT = 5.0  # Zipf; "at last" names no company
_COMMON = 4.7  # "post"; less so is "amazon", of which the capital tells enough
_RARE = 4.0  # "tumblr"; those whose name it is have a better claim on it than the language
_LONGEST_MISSPELT = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a question names a company."""

    companies: tuple[str, ...]  #: several when they share the name, () for one not known
    start: int
    end: int  #: behind "'s" and "Inc."
    is_possessive: bool
    name: str = ""  #: of one not known, as it is written
    is_sure: bool = True  #: it can hardly be anything but a name, wherever it stands


class CompanyNames:
    """All companies there are, to be found in questions by their names.

    Takes each company's display name with its further names, as `known_names` does, and `says`,
    which tells whether a company's policies have a phrase: "Larkfield Voice" is then a product of
    Larkfield, and no other company.
    """

    def __init__(
        self,
        names: Mapping[str, Iterable[str]],
        says: Callable[[str, str], bool] = lambda company, phrase: False,
    ) -> None:
        self.says = says
        self.are_several = len(names) > 1
        self._names = known_names(names)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the companies that `name` is a name of, as in the question "at `name`"."""
        exact = self._names.companies.get(name_key(name)) or self._names.companies.get(
            same_company(name)
        )
        if exact:
            return exact
        question = f"at {name}"
        mentions = self.mentions(question)
        if len(mentions) != 1:
            return ()
        rest = question[3 : mentions[0].start] + question[mentions[0].end :]
        is_all = all(word[0].lower() in ARTICLES for word in WORD.finditer(rest))
        return mentions[0].companies if is_all else ()

    def called(self, name: str) -> tuple[str, ...]:
        """Return the companies that are called so, whatever the sentence says."""
        return self._names.companies.get(name_key(name), ())

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
            companies = self._names.companies.get(key)
            domain = _TOP_LEVEL.match(question, run[-1].end)
            if domain:  # "pairs.com" is Pairs', and "ted.org" is not that of ted.com
                if companies and not DOMAIN.fullmatch(self._names.spelling.get(key, "")):
                    return replace(_mention(question, run, companies), end=domain.end())
                continue
            if companies and self._is_meant(question, words, run, key):
                return _mention(question, run, companies)
            companies = self._names.companies.get(key[:-1]) if key.endswith("s") else None
            if companies and len(key) > 4 and not is_ordinary(key[:-1]):  # "vonages policy"
                return replace(_mention(question, run, companies), is_possessive=True)
        return None

    def _begins(self, run: WordRun) -> bool:
        """Whether a name, or its plural, begins with these words."""
        return run.key in self._names.beginnings or run.key[:-1] in self._names.beginnings

    def _is_meant(self, question: str, words: list[Word], run: list[Word], key: str) -> bool:
        """Whether it is the name and not the ordinary words that it looks like."""
        start, end = run[0].start, run[-1].end
        if not WORD.search(question[:start] + question[end:]):
            return True
        telling = [word for word in run if word.key not in ARTICLES] or run
        as_declared = len(telling) > 1 and _told(word.key for word in telling) == _told(
            slug(self._names.spelling.get(key, "")).split("-")
        )
        if key not in self._names.brief and (
            as_declared or not all(is_ordinary(word.key) for word in telling)
        ):
            return True
        is_asked = acts(question, start, end, Certainty.COMPANY) or is_asked_about(
            question, start, end, Certainty.NAME
        )
        is_capital = all(word.is_capital for word in telling)
        if is_capital and (any(word.is_marked for word in telling) or is_asked):
            return not _is_part_of_name(question, words, run) and (
                key not in self._names.brief
                or is_asked
                or (
                    run[-1].is_marked
                    and (frequency(key) < _COMMON or bool(well_known(key.title())))
                )
                or is_dealt_with(question, start, end)
                or has_dealings(question, start, end)
            )
        if key in self._names.brief:
            return False
        is_rare = len(run) == 1 and (frequency(key) < _RARE or well_known(key))
        if is_rare and not _is_determined(question, start):
            return True
        before, after = (
            found_before(_NAMED_BEFORE, question, start),
            _NAMED_AFTER.match(question, end),
        )
        if (before or after) and (len(telling) > 1 or frequency(key) < _FREQUENT):
            return True
        is_noun = run[0].key in ARTICLES or _is_determined(question, start)
        return not is_noun and acts(question, start, end, Certainty.COMPANY)

    def _misspelt(self, question: str, words: list[Word], first: int) -> Mention | None:
        """Find a name of 5 to 8 letters at an edit distance of 1, or a longer one of up to 2.

        The distance is that of optimal string alignment. The first letter must be right, and the
        words none of the frequent ones; they have capitals or stand where a name may stand. None
        is found where names of several companies are equally near.
        """
        if all(is_ordinary(word.key) for word in words[first : first + _LONGEST_MISSPELT]):
            return None
        best: list[tuple[float, int, str]] = []
        for key, run in islice(runs_from(question, words, first), _LONGEST_MISSPELT):
            if len(key) > 3 and key.isalpha() and _may_be_name(question, run):
                has_dot = "." in question[run[0].start : run[-1].end]
                similar = self._names.similar.get((key[0], has_dot), [])
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
        companies = {self._names.companies[name] for _, _, name in nearest}
        if len(companies) != 1:
            return None
        return _mention(question, words[first : first - nearest[0][1]], companies.pop())


def _told(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key != "and" and key not in ARTICLES]


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
        or found_before(_PERHAPS_BEFORE, question, start)
        or _OWNED_AFTER.match(question, end)
    )


def _mention(question: str, run: list[Word], companies: tuple[str, ...]) -> Mention:
    """Return a mention of a name with what belongs to it: "www.", "Inc." and "'s"."""
    before = found_before(_HOST, question, run[0].start)
    stop = question[run[-1].end :][:1] == "." and run[-1].key in _ABBREVIATED
    after = _ENDING.match(question, run[-1].end + stop)
    assert before and after  # both match nothing as well
    is_possessive = bool(after["possessive"]) or run[-1].key == "s"
    return Mention(companies, before.start(), after.end(), is_possessive)
