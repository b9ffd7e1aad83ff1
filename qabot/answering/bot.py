"""Bot.ask: a question to an answer.

The stages are scope, retrieval, reranking, answerability and citations; each has its own module.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from qabot.answering.answerability import Answerability, features, fitted
from qabot.answering.citations import cite
from qabot.answering.query.abbreviations import written_out
from qabot.answering.query.language import language_unlike
from qabot.answering.query.scoping import ScopedQuestion, names_company, scoped
from qabot.answering.query.spelling import corrected
from qabot.answering.query.understanding import CompanyNames
from qabot.answering.reranking import Ranking, best_place, hits, judged, ranked, signals_of
from qabot.answering.retrieval import Candidates, candidates
from qabot.encoder.base import CrossEncoder, Encoder, Models
from qabot.errors import BuildRefused
from qabot.index.policy_index import PolicyIndex, Scope
from qabot.index.releases import current_folder
from qabot.records import Answer, Citation, Searched, Status

ENCODERS = "encoders"
"""Folder of an index in which exported encoders are kept."""


class _Clock:
    """Times the stages of one answer."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """Record the time since the last lap, in milliseconds, as that of a stage."""
        now = perf_counter()
        self.laps[stage] = 1000 * (now - self._last)
        self._last = now


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
        self._aliases = aliases
        self._names: dict[frozenset[str] | None, CompanyNames] = {}

    @property
    def companies(self) -> Collection[str]:
        """The companies that have policies here, in the order of the corpus."""
        return self._aliases.keys()

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
        today: date | None = None,
        among: frozenset[str] | None = None,
    ) -> Answer:
        """Return what the policies in scope answer: at most `k` citations, or why there are none.

        `company` and `as_of` limit the search; where they are None, those that the question names
        do. Without any date, only versions in force today are searched. `today` None: as the clock
        says. `among` are the companies that the asker may see, None: all; to whoever asks, others
        are companies that have no policies here.
        """
        clock = _Clock()
        today = today or date.today()
        asked = scoped(question, company, as_of, names=self._known(among), today=today)
        scope = self.index.scope(asked.companies or among, None, asked.days)
        asked = self._spelt(asked, scope)
        clock.lap("scope")
        status: Status = "not_covered"
        found: list[Citation] = []
        language: str | None = None
        if asked.is_foreign:
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
            id=self.answer_id(
                question, company=company, as_of=as_of, k=k, today=today, among=among
            ),
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
        return names_company(question, names=self._known(None), today=date.today())

    def answer_id(
        self,
        question: str,
        *,
        company: str | None = None,
        as_of: date | None = None,
        k: int = 3,
        today: date | None = None,
        among: frozenset[str] | None = None,
    ) -> str:
        """Return the id that the answer will have: the same all day for one question and build."""
        seen = None if among is None else sorted(among)
        build = self.index.manifest.id
        asked = (build, today or date.today(), question, company, as_of, k, seen)
        return sha256(repr(asked).encode()).hexdigest()[:16]

    def candidates(
        self, question: str, companies: frozenset[str] | None, as_of: date | None = None
    ) -> Candidates:
        """Return the candidates of a question that is put to these companies, or to all."""
        asked = scoped(question, None, as_of, names=self._known(None), today=date.today())
        scope = self.index.scope(companies, None, asked.days)
        return self._candidates(self._spelt(asked, scope), scope, _Clock())

    def _spelt(self, asked: ScopedQuestion, scope: Scope) -> ScopedQuestion:
        """Write out abbreviations, and correct misspelt words by the texts in scope."""

        def holds(words: Collection[str]) -> set[str]:
            return self.index.corpus.holding(words, scope.versions)

        return replace(asked, question=corrected(written_out(asked.question), holds))

    def _candidates(self, asked: ScopedQuestion, scope: Scope, clock: _Clock) -> Candidates:
        vector = self._encoder.encode_query(asked.question)
        clock.lap("encode")
        found = candidates(asked.question, vector, self.index, scope)
        clock.lap("search")
        return found

    def _ranking(self, found: Candidates, clock: _Clock) -> tuple[Ranking, Answerability]:
        """Return candidates in order, with the model of answerability for this order.

        The cross-encoder judges only where it can change something.
        """
        numbers = fitted()
        model, ranking = numbers.unjudged, ranked(found, numbers.ranking)
        first = model.probability(features(signals_of(ranking, best_place(ranking))))
        judge = self._cross_encoder
        if judge is not None and numbers.doubt[0] <= first < numbers.doubt[1]:
            model = numbers.judged
            ranking = judged(ranking, judge, self.index, numbers.ranking)
        clock.lap("judge")
        return ranking, model

    def _citations(
        self, asked: ScopedQuestion, scope: Scope, k: int, clock: _Clock
    ) -> tuple[list[Citation], Status]:
        """Return at most `k` citations, best first, and whether the first of them answers."""
        found = self._candidates(asked, scope, clock)
        if not len(found.rows):
            return [], "not_covered"
        ranking, model = self._ranking(found, clock)
        corpus = self.index.corpus
        citations = [
            cite(
                hit,
                corpus.entry(hit.passage.version),
                corpus.text(hit.passage.version),
                model.probability(features(hit.signals)),
            )
            for hit in hits(ranking, self.index, k)
        ]
        return citations, model.verdict(citations[0].score)

    def _known(self, among: frozenset[str] | None) -> CompanyNames:
        """Return the names of all companies, or of these alone; made when first needed."""
        names = self._names.get(among)
        if names is None:
            seen = {c: a for c, a in self._aliases.items() if among is None or c in among}
            names = self._names[among] = CompanyNames(seen, self._says)
        return names

    def _says(self, company: str, phrase: str) -> bool:
        """Tell whether a company's policies have a phrase, in any case."""
        pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
        corpus = self.index.corpus
        versions = (corpus.version(one.id) for one in corpus.entries if one.company == company)
        return any(version and pattern.search(version.text) for version in versions)
