"""Bot.ask: a question to an answer.

The stages are scope, retrieval, reranking, answerability and citations; each has its own module.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from qabot.answering.answer_parts import MOST as MOST_PARTS
from qabot.answering.answer_parts import Part, combined, parts_of
from qabot.answering.answerability import Answerability, features, fitted
from qabot.answering.citations import cite
from qabot.answering.indexed_companies import IndexedCompanies
from qabot.answering.query.abbreviations import written_out
from qabot.answering.query.another_thing import Similarity
from qabot.answering.query.changes_asked import ChangesAsked, changed_policy, changes_asked
from qabot.answering.query.every_company import is_of_all
from qabot.answering.query.follow_up import asks_all
from qabot.answering.query.language import language_unlike
from qabot.answering.query.remarks import remark_of
from qabot.answering.query.scoping import ScopedQuestion, names_company, scoped
from qabot.answering.query.spelling import corrected
from qabot.answering.reranking import Ranking, best_place, hits, judged, ranked, signals_of
from qabot.answering.retrieval import Candidates, candidates
from qabot.answering.stage_clock import StageClock
from qabot.encoder.base import CrossEncoder, Encoder, Models
from qabot.errors import BuildRefused
from qabot.index.opening import load
from qabot.index.passage_index import PassageIndex
from qabot.index.releases import current_folder
from qabot.index.scope import Scope
from qabot.records import (
    Answer,
    AskedQuestion,
    Citation,
    FloatMatrix,
    Remark,
    Searched,
    Span,
    Status,
)


class Bot:
    """Answers questions from one build. Safe to ask from several threads."""

    def __init__(
        self, index: PassageIndex, encoder: Encoder, cross_encoder: CrossEncoder | None = None
    ) -> None:
        self.index = index
        self.encoder = encoder
        self._cross_encoder = cross_encoder
        self._companies = IndexedCompanies(index)

    @property
    def companies(self) -> Collection[str]:
        """The companies that have policies here, in the order of the corpus."""
        return self._companies.displayed

    @classmethod
    def open(cls, index: Path, models: Models, milvus: str = "") -> "Bot":
        """Open the live build of an index; `milvus` is as `qabot.index.opening.load` takes it.

        Raises BuildRefused where there is no whole build, or another encoder made it.
        """
        return cls.of_build(current_folder(index), models, milvus)

    @classmethod
    def of_build(cls, folder: Path, models: Models, milvus: str = "") -> "Bot":
        """Open the build in a folder, live or not; raises BuildRefused as `open` does."""
        encoder = models.encoder
        index = load(folder, milvus)
        made_by = index.manifest.encoder
        if made_by != encoder.card:
            raise BuildRefused(
                f"{folder}: built with the encoder {made_by.name!r} "
                f"({made_by.weights_sha256[:8]}), but {encoder.card.name!r} "
                f"({encoder.card.weights_sha256[:8]}) is set; build again with: qabot index"
            )
        return cls(index, encoder, models.cross_encoder)

    def ask(self, asked: AskedQuestion, *, today: date | None = None) -> Answer:
        """Return what the policies in scope answer, or why they do not.

        A message that asks several questions, or compares companies, is answered in parts. Without
        any date, only versions in force today are searched. `today` None: as the clock says.
        """
        clock = StageClock()
        today = today or date.today()
        answer_id = self.answer_id(asked, today=today)
        names = self._companies.names(asked.among)
        if remark := remark_of(asked.text, goes_on=bool(asked.context)):
            return _unasked(answer_id, asked, remark, clock)
        parts = parts_of(asked, names=names, today=today, similarity=self._similarity())
        clock.lap("parts")
        answers = [self._answer(part, today) for part in parts[:MOST_PARTS]]
        if len(parts) > 1:
            left_out = dict.fromkeys(part.question for part in parts[MOST_PARTS:])
            return combined(answers, answer_id, list(left_out))
        (answer,) = answers
        read_as = parts[0].put.text
        return replace(
            answer,
            id=answer_id,
            question="",
            read_as=read_as if read_as != asked.text else "",
            stages_ms={**clock.laps, **answer.stages_ms},
        )

    def _answer(self, part: Part, today: date) -> Answer:
        """Answer one question that is put to one company, or to all."""
        clock = StageClock()
        put = part.put
        names = self._companies.names(put.among)
        asked = scoped(put.text, put.company, put.as_of, names=names, today=today)
        companies = asked.companies or put.among
        scope = self.index.scope(companies, None, asked.days)
        asked = self._spelt(asked, scope)
        clock.lap("scope")
        first: date | None = None
        status: Status = "not_covered"
        found: list[Citation] = []
        language: str | None = None
        entries = self.index.corpus.entries
        changed = None
        if not (put.as_of or asked.is_foreign):
            changed = changed_policy(put.text, entries, companies, names, today)
        if changed:
            status = "no_question"
        elif asked.is_foreign:
            scope = Scope((), frozenset(), None, asked.days)
            status = "unknown_company"
        elif not scope.entries:
            status = "no_version_in_force"
            first = self._first_in_force(companies)
        elif any(character.isalnum() for character in asked.question):
            found, status = self._citations(asked, scope, put.k, clock)
            quotes = [citation.quote for citation in found]
            language = language_unlike(asked.question, quotes) if quotes else None
            status = "uncertain" if language else status
        clock.lap("answer")
        return Answer(
            id=self.answer_id(put, today=today),
            status=status,
            citations=tuple(found) if status == "answered" else (),
            nearest=tuple(found) if status in ("uncertain", "not_covered") else (),
            scope=_searched(asked, scope, first),
            stages_ms=clock.laps,
            language=language,
            question=part.question,
            read_as=put.text if put.text != part.question else "",
            remark="changes" if changed else None,
            changed=changed,
        )

    def _first_in_force(self, companies: frozenset[str] | None) -> date | None:
        """Return from which day on any version of these companies, or of all, is in force."""
        entries = self.index.scope(companies, None, Span(None, None)).entries
        return min((entry.begins for entry in entries if entry.begins), default=None)

    def read(self, asked: AskedQuestion, *, today: date | None = None) -> tuple[str, ...]:
        """Return the questions of a message, each whole: read with what was asked before it."""
        names, today = self._companies.names(asked.among), today or date.today()
        parts = parts_of(asked, names=names, today=today, similarity=self._similarity())
        return tuple(dict.fromkeys(part.put.text for part in parts))

    def names_company(self, question: str) -> bool:
        """Tell whether a question names a company, one of the corpus or not."""
        return names_company(question, names=self._companies.names(None), today=date.today())

    def asks_all(self, asked: AskedQuestion) -> bool:
        """Tell whether a message asks all companies, by itself or as a follow-up."""
        before = asked.context[-1] if asked.context else ""
        return is_of_all(asked.text) or bool(before) and asks_all(asked.text, before)

    def changes_asked(self, question: str) -> ChangesAsked | None:
        """Return the policy whose changes a question asks for, None where it asks for none."""
        entries, today, names = self.index.corpus.entries, date.today(), self._companies.names(None)
        changes = changes_asked(question, entries, names, today)
        of_others = changes and scoped(question, None, None, names=names, today=today).is_foreign
        return None if of_others else changes

    def answer_id(self, asked: AskedQuestion, *, today: date | None = None) -> str:
        """Return the id that the answer will have: the same all day for one question and build."""
        seen = None if asked.among is None else sorted(asked.among)
        whole = (self.index.manifest.id, today or date.today(), replace(asked, among=None), seen)
        return sha256(repr(whole).encode()).hexdigest()[:16]

    def candidates(
        self, question: str, companies: frozenset[str] | None, as_of: date | None = None
    ) -> Candidates:
        """Return the candidates of a question that is put to these companies, or to all."""
        asked = scoped(question, None, as_of, names=self._companies.names(None), today=date.today())
        scope = self.index.scope(companies, None, asked.days)
        return self._candidates(self._spelt(asked, scope), scope, StageClock())

    def vectors(self, questions: Sequence[str]) -> FloatMatrix:
        """Return the unit vectors of questions, shape (len(questions), dimension), in order."""
        vectors = [self.encoder.encode_query(question) for question in questions]
        shape = len(questions), self.encoder.card.dimension
        return np.array(vectors, dtype=np.float32).reshape(shape)

    def _similarity(self) -> Similarity:
        """Return what tells how alike two phrases are; it encodes each once."""
        vector = cache(self.encoder.encode_query)
        return lambda one, other: float(vector(one) @ vector(other))

    def _spelt(self, asked: ScopedQuestion, scope: Scope) -> ScopedQuestion:
        """Write out abbreviations, and correct misspelt words by the texts in scope."""

        def holds(words: Collection[str]) -> set[str]:
            return self.index.corpus.holding(words, scope.versions)

        return replace(asked, question=corrected(written_out(asked.question), holds))

    def _candidates(self, asked: ScopedQuestion, scope: Scope, clock: StageClock) -> Candidates:
        vector = self.encoder.encode_query(asked.question)
        clock.lap("encode")
        found = candidates(asked.question, vector, self.index, scope)
        clock.lap("search")
        return found

    def _ranking(self, found: Candidates, clock: StageClock) -> tuple[Ranking, Answerability]:
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
        self, asked: ScopedQuestion, scope: Scope, k: int, clock: StageClock
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


def _searched(asked: ScopedQuestion, scope: Scope, first_in_force: date | None) -> Searched:
    """Return what is said of the scope that a question was put to."""
    return Searched(
        company=asked.named,
        as_of=asked.as_of,
        since=asked.span.since,
        until=asked.span.until,
        versions=len(scope.entries),
        passages=len(scope.rows),
        unknown=asked.unknown,
        first_in_force=first_in_force,
    )


def _unasked(answer_id: str, asked: AskedQuestion, remark: Remark, clock: StageClock) -> Answer:
    """Return what is returned where nothing is asked: nothing was searched."""
    clock.lap("parts")
    return Answer(
        id=answer_id,
        status="no_question",
        citations=(),
        nearest=(),
        scope=Searched(asked.company, asked.as_of, None, None, versions=0, passages=0),
        stages_ms=clock.laps,
        remark=remark,
    )
