"""What every PassageIndex does, whatever holds the passages: files of this machine, or Milvus."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
import pytest

from qabot.answering.bot import Bot
from qabot.answering.highlighting import unasked
from qabot.evaluation.questions import read_questions
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.lexical import question_terms
from qabot.index.opening import load, tell_milvus, use
from qabot.index.passage_index import PassageIndex
from qabot.index.policy_index import PolicyIndex
from qabot.index.releases import builds_folder, current_folder, current_id
from qabot.records import Answer, AskedQuestion, Span
from tests.support.fakes import WORD_MODELS, WordEncoder, open_files, policy

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "index" / "policies"
QUESTIONS = read_questions(ROOT / "tests" / "data" / "sample-questions.jsonl")
TODAY = date(2026, 1, 1)
ALWAYS = Span(None, None)


@dataclass(frozen=True)
class Held:
    """The sample's build, and where its passages are."""

    folder: Path  #: of the index
    milvus: str  #: address; "": in files

    def bot(self) -> Bot:
        """Open the live build."""
        return Bot.open(self.folder, WORD_MODELS, self.milvus)

    def build(self, *paths: Path) -> None:
        """Make another build of policies, and put it live."""
        encoder = WORD_MODELS.encoder
        planned = plan(paths, encoder.card.name, milvus=self.milvus)
        build(planned, self.folder, encoder, today=TODAY)


def _places() -> Iterator[Any]:
    yield pytest.param("files", id="FAISS")
    yield pytest.param("file of Milvus Lite", id="Milvus Lite", marks=pytest.mark.scale)
    if server := os.environ.get("QABOT_TEST_MILVUS"):
        yield pytest.param(server, id="Milvus", marks=pytest.mark.scale)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of policies of ten companies, 600 passages in all, two versions of each."""
    folder = tmp_path_factory.mktemp("crowd")
    subjects = ("calls", "refunds", "roaming", "routers", "records", "parcels", "cookies")
    for number in range(20):
        sections = "\n\n".join(
            f"## Part {part}\n\nWe keep {subjects[part % 7]} and {subjects[part * number % 7]} for "
            f"{part + number} days."
            for part in range(30)
        )
        company, since = f"Company {number // 2}", f"20{20 + number % 2}-01-01"
        file = folder / f"{number}.md"
        file.write_text(policy(company, "terms", since, f"# Terms\n\n{sections}"))
    return folder


@pytest.fixture(scope="module", params=_places())
def held(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, crowd: Path
) -> Iterator[Held]:
    """Return a build of the sample, with its passages in each place that they can be in."""
    folder = tmp_path_factory.mktemp("index")
    places = {"files": "", "file of Milvus Lite": str(folder / "milvus.db")}
    made = Held(folder, places.get(request.param, request.param))
    made.build(SAMPLE, crowd)
    yield made
    rmtree(builds_folder(folder) / (current_id(folder) or ""))
    tell_milvus(folder, made.milvus)  # a server keeps nothing of it


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, crowd: Path) -> PolicyIndex:
    """Return the sample's build in files: what is to be found is read from them."""
    made = Held(tmp_path_factory.mktemp("files"), "")
    made.build(SAMPLE, crowd)
    return open_files(made.folder)


@pytest.fixture(scope="module")
def index(held: Held) -> Iterator[PassageIndex]:
    """Return the sample's build, opened."""
    with closing(load(current_folder(held.folder), held.milvus)) as opened:
        yield opened


def scopes(index: PassageIndex) -> dict[str, Any]:
    """Return scopes of the sample, from narrow to all of it."""
    companies = sorted({entry.company for entry in index.corpus.entries})
    policies = sorted({entry.policy for entry in index.corpus.entries})
    half = frozenset(companies[::2])
    return {
        "one policy": index.scope(None, policies[0], ALWAYS),
        "one company": index.scope(frozenset(companies[:1]), None, ALWAYS),
        "in force": index.scope(None, None, Span(TODAY, date(2026, 1, 2))),
        "in the past": index.scope(None, None, Span(date(2015, 1, 1), date(2016, 1, 1))),
        "half, now": index.scope(half, None, Span(TODAY, None)),
        "half": index.scope(half, None, ALWAYS),
        "two companies": index.scope(frozenset(companies[-2:]), None, Span(TODAY, None)),
        "everything": index.scope(None, None, ALWAYS),
        "nothing": index.scope(frozenset(["Nobody"]), None, ALWAYS),
    }


def said(answer: Answer) -> dict[str, Any]:
    """Return all of an answer but what differs from build to build, and from run to run."""
    fields = asdict(answer)
    parts = [said(part) for part in answer.parts]
    return {**fields, "id": "", "stages_ms": {}, "parts": parts}


def test_answers_are_those_of_files(held: Held, files: PolicyIndex) -> None:
    """The sample's questions get the same verdicts, and the same citations with the same scores."""
    expected = Bot(files, WORD_MODELS.encoder, WORD_MODELS.cross_encoder)
    bot = held.bot()
    statuses = set()
    for one in QUESTIONS[::4]:
        asked = AskedQuestion(one.question, one.company, as_of=one.as_of, k=5)
        answer = bot.ask(asked, today=TODAY)
        statuses.add(answer.status)

        assert said(answer) == said(expected.ask(asked, today=TODAY))

    assert {"answered", "not_covered"} <= statuses
    bot.index.close()


@pytest.mark.parametrize("count", [1, 10, 100])
def test_nearest_in_scope_are_found(index: PassageIndex, files: PolicyIndex, count: int) -> None:
    """However narrow the scope, none of the nearest in it is missed, and no other is returned."""
    others = scopes(files)
    for name, scope in scopes(index).items():
        for one in QUESTIONS[:10]:
            vector = WordEncoder().encode_query(one.question)
            rows = others[name].rows.rows()
            found = index.nearest(vector, count, scope)

            assert set(found) <= set(rows), name
            assert len(found) == len(set(found)) == min(count, len(rows)), name
            best, exact = (
                np.sort(files.vectors.rows(some) @ vector)[::-1] for some in (found, rows)
            )
            np.testing.assert_allclose(best, exact[: len(best)], atol=1e-6, err_msg=name)


def test_best_by_words_are_found(index: PassageIndex, files: PolicyIndex) -> None:
    """Words weigh the same everywhere, and the passages with the highest BM25 are found."""
    others = scopes(files)
    for name, scope in scopes(index).items():
        for one in QUESTIONS[:10]:
            terms = question_terms(one.question)
            rarities = index.rarities(terms, scope)
            rows = others[name].rows.rows()
            found = index.best_by_words(rarities, 10, scope)

            assert rarities == files.rarities(terms, others[name]), name
            assert set(found) <= set(rows), name
            best, scores = (
                np.sort(files.words.scores(rarities, some))[::-1] for some in (found, rows)
            )
            exact = scores[scores > 0][:10]
            np.testing.assert_allclose(best, exact, rtol=1e-5, err_msg=name)


def test_signals_are_those_of_the_rows_asked_for(index: PassageIndex, files: PolicyIndex) -> None:
    """Signals come in the order of the rows, without those that cannot answer."""
    question = QUESTIONS[0].question
    vector, terms = WordEncoder().encode_query(question), question_terms(question)
    rarities = index.rarities(terms, scopes(index)["everything"])
    rows = np.arange(index.manifest.counts["passages"])[::-3]
    without = unasked(question)

    found, expected = (one.signals(rows, vector, rarities, without) for one in (index, files))

    assert 0 < len(expected.rows) < len(rows)

    for name, values in asdict(expected).items():
        np.testing.assert_allclose(getattr(found, name), values, atol=1e-6, err_msg=name)
    np.testing.assert_array_equal(
        index.sentence_vectors(rows), files.sentence_vectors(rows), strict=True
    )


def test_known_texts_are_not_encoded_again(index: PassageIndex, files: PolicyIndex) -> None:
    """Every vector is known by the digest of its text, as it was encoded."""
    known, expected = index.vector_files(), files.vector_files()

    assert len(known) == len(expected) == 2
    for found, right in zip(known, expected, strict=True):
        np.testing.assert_array_equal(found.digests, right.digests)
        rows = np.arange(len(right.digests))[::-2]
        np.testing.assert_allclose(found.rows(rows), right.rows(rows), atol=1e-3)


def test_another_build_takes_over_and_back(held: Held, crowd: Path, tmp_path: Path) -> None:
    """A build goes live while the one before still answers, and that one can be gone back to."""
    more = tmp_path / "aurora.md"
    more.write_text(policy("Aurora Mobile", "fees", "2024-01-01", "# Fees\n\nA SIM costs £3."))
    first = current_id(held.folder)
    assert first
    before = held.bot()
    asked = AskedQuestion("What does a SIM cost?", "Aurora Mobile")

    held.build(SAMPLE, crowd, more)
    after = held.bot()
    answered = [bot.ask(asked, today=TODAY).status for bot in (before, after)]
    use(held.folder, first, held.milvus)
    back = held.bot()

    assert answered == ["unknown_company", "answered"]
    assert back.ask(asked, today=TODAY).status == "unknown_company"
    for bot in (before, after, back):
        bot.index.close()
