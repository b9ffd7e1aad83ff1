"""Where the parts are put together: Bot.ask(question, ...) -> Answer."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from unicodedata import category

from qabot.answering.answerability import features, fitted
from qabot.answering.citations import cite
from qabot.answering.query.abbreviations import written_out
from qabot.answering.query.language import language_unlike
from qabot.answering.query.spelling import corrected
from qabot.answering.query.understanding import CompanyNames, Understood, understand
from qabot.answering.reranking import hits, judged, ranked
from qabot.answering.retrieval import Candidates, candidates
from qabot.encoder.base import CrossEncoder, Encoder, Models
from qabot.errors import BuildRefused
from qabot.index.policy_index import PolicyIndex, Scope
from qabot.index.releases import current_folder
from qabot.records import Answer, Citation, Searched, Span, Status

ENCODERS = "encoders"
"""Folder of an index in which exported encoders are kept."""


class _Clock:
    """Times the stages of one answer."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """Book the time since the last lap, in milliseconds, to a stage."""
        now = perf_counter()
        self.laps[stage] = 1000 * (now - self._last)
        self._last = now


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what it is put to."""

    question: str  #: without company and date
    companies: frozenset[str] | None  #: None: all
    days: Span
    named: str | None  #: the one company asked about, known or not
    unknown: tuple[str, ...]  #: companies asked about that are not in the corpus
    foreign: bool  #: asks only about companies not in the corpus, or not in the scope given
    as_of: date | None  #: the one day asked about
    span: Span  #: the days asked about, where they are several


class Bot:
    """Answers questions from one build. Safe to ask from several threads."""

    def __init__(
        self, index: PolicyIndex, encoder: Encoder, cross_encoder: CrossEncoder | None = None
    ) -> None:
        self.index = index
        self._encoder = encoder
        self._cross_encoder = cross_encoder
        aliases: dict[str, list[str]] = {}
        for entry in index.corpus.entries:
            aliases.setdefault(entry.company, []).extend(entry.aliases)
        self._names = CompanyNames(aliases, self._says)

    @classmethod
    def open(cls, index: Path, models: Models) -> "Bot":
        """Open the live build of an index; raises BuildRefused if another encoder made it."""
        encoder = models.encoder
        folder = current_folder(index)
        policy_index = PolicyIndex.load(folder)
        made_by = policy_index.manifest.encoder
        if made_by != encoder.card:
            raise BuildRefused(
                f"{folder}: built with the encoder {made_by.name!r} "
                f"({made_by.weights_sha256[:8]}), but {encoder.card.name!r} "
                f"({encoder.card.weights_sha256[:8]}) is set; build again with: qabot index"
            )
        return cls(policy_index, encoder, models.cross_encoder)

    def ask(
        self,
        question: str,
        *,
        company: str | None = None,
        as_of: date | None = None,
        k: int = 3,
    ) -> Answer:
        """Return what the policies in scope answer: at most `k` citations, or why there are none.

        `company` and `as_of` limit the search; where they are None, those that the question names
        do. Without any date, only versions in force today are searched.
        """
        clock = _Clock()
        asked = self._understood(question, company, as_of)
        scope = self.index.scope(asked.companies, None, asked.days)
        asked = self._spelt(asked, scope)
        clock.lap("scope")
        status: Status = "not_covered"
        found: list[Citation] = []
        language: str | None = None
        if asked.foreign:
            scope = Scope(())
            status = "unknown_company"
        elif not scope.entries:
            status = "no_version_in_force"
        elif any(character.isalnum() for character in asked.question):
            found, status = self._citations(asked, scope, k, clock)
            quotes = [citation.quote for citation in found]
            language = language_unlike(asked.question, quotes) if quotes else None
            status = "uncertain" if language else status
        clock.lap("answer")
        return Answer(
            id=self.answer_id(question, company=company, as_of=as_of, k=k),
            status=status,
            citations=tuple(found) if status == "answered" else (),
            nearest=tuple(found) if status in ("uncertain", "not_covered") else (),
            scope=Searched(
                company=asked.named,
                as_of=asked.as_of,
                since=asked.span.since,
                until=asked.span.until,
                versions=len(scope.entries),
                passages=len(scope.rows),
                unknown=asked.unknown,
            ),
            stages_ms=clock.laps,
            language=language,
        )

    def names_company(self, question: str) -> bool:
        """Tell whether a question names a company, one of the corpus or not."""
        read = understand(_whole(question), self._names, date.today())
        return bool(read.companies or read.unknown)

    def answer_id(
        self, question: str, *, company: str | None = None, as_of: date | None = None, k: int = 3
    ) -> str:
        """Return the id that the answer will have: the same all day for one question and build."""
        asked = (self.index.manifest.id, date.today(), question, company, as_of, k)
        return sha256(repr(asked).encode()).hexdigest()[:16]

    def look(
        self, question: str, companies: frozenset[str] | None, as_of: date | None = None
    ) -> tuple[Asked, Candidates]:
        """Return a question put to these companies, and its candidates: what is fitted on."""
        asked = self._understood(question, None, as_of)
        scope = self.index.scope(companies, None, asked.days)
        asked = self._spelt(asked, scope)
        vector = self._encoder.encode_query(asked.question)
        return asked, candidates(asked.question, vector, self.index, scope)

    def _spelt(self, asked: Asked, scope: Scope) -> Asked:
        """Write out what is typed in short, and put misspelt words right by the texts in scope."""

        def holds(words: Collection[str]) -> set[str]:
            return self.index.corpus.holding(words, scope.versions)

        return replace(asked, question=corrected(written_out(asked.question), holds))

    def _citations(
        self, asked: Asked, scope: Scope, k: int, clock: "_Clock"
    ) -> tuple[list[Citation], Status]:
        """Return the best citations, and whether the first answers."""
        numbers = fitted()
        vector = self._encoder.encode_query(asked.question)
        clock.lap("encode")
        found = candidates(asked.question, vector, self.index, scope)
        clock.lap("search")
        if not len(found.rows):
            return [], "not_covered"
        model, ranking = numbers.unjudged, ranked(found, numbers.ranking)
        first = model.probability(features(ranking, int(ranking.scores.argmax())))
        judge = self._cross_encoder
        if judge is not None and numbers.doubt[0] <= first < numbers.doubt[1]:
            model = numbers.judged
            ranking = judged(ranking, asked.question, judge, self.index, numbers.ranking)
        clock.lap("judge")
        citations = [
            cite(
                hit,
                self.index.corpus.entry(hit.passage.version),
                model.probability(features(ranking, place)),
            )
            for place, hit in hits(ranking, self.index, k)
        ]
        return citations, model.verdict(citations[0].score)

    def _understood(self, question: str, company: str | None, as_of: date | None) -> Asked:
        today = date.today()
        given = None if company is None else self._names.named(_whole(company))
        read = understand(_whole(question), self._names, today, given or ())
        companies = frozenset(read.companies if given is None else given)
        unknown = read.unknown if given or company is None else (company,)
        is_foreign = given == () or (
            companies.isdisjoint(read.companies) and bool(read.companies or read.unknown)
        )
        if is_foreign and unknown and not (given and read.companies):
            named: str | None = unknown[0]
        else:
            named = _one(companies)
        day = as_of or _one_day(read)
        return Asked(
            question=read.question,
            companies=companies or None,
            days=_days(read, as_of, today),
            named=named,
            unknown=unknown,
            foreign=is_foreign,
            as_of=day,
            span=Span(None, None) if day else Span(read.since, read.until),
        )

    def _says(self, company: str, phrase: str) -> bool:
        """Tell whether a company's policies have a phrase, in any case."""
        pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
        corpus = self.index.corpus
        versions = (corpus.version(one.id) for one in corpus.entries if one.company == company)
        return any(version and pattern.search(version.text) for version in versions)


def _whole(question: str) -> str:
    """Return a question as text that can be read: no half characters, none that cannot be seen."""
    text = question.encode(errors="replace").decode()
    kinds = ((character, category(character)) for character in text)
    return "".join(" " if kind == "Cc" else one for one, kind in kinds if kind != "Cf")


def _days(read: Understood, as_of: date | None, today: date) -> Span:
    if as_of is None and (read.since or read.until):
        return Span(read.since, read.until)
    day = as_of or today
    return Span(day, day + timedelta(days=1) if day < date.max else None)


def _one_day(read: Understood) -> date | None:
    if read.since and read.until == read.since + timedelta(days=1):
        return read.since
    return None


def _one(companies: frozenset[str] | None) -> str | None:
    return next(iter(companies)) if companies and len(companies) == 1 else None
