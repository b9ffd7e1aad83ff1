from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qabot.errors import BadInput
from qabot.evaluation.labelling import add, from_passage, from_texts, remove, stale
from qabot.evaluation.questions import LabelledQuestion, read_questions
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.corpus import Corpus
from qabot.index.releases import current_folder
from tests.support.fakes import WordEncoder, policy

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2025, 6, 1)
OLD = "# Privacy\n\nWe keep call records for 24 months. We tell nobody.\n\n## Cookies\n\nNone."
NEW = OLD.replace("24 months", "12 months")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """Return the texts of two companies, one with two versions of a policy."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in {
        "old.md": policy("Harbour", "privacy", "2020-01-01", OLD),
        "new.md": policy("Harbour", "privacy", "2024-01-01", NEW),
        "other.md": policy("Pinecrest", "refunds", "2024-01-01", "We refund within 14 days."),
    }.items():
        (folder / name).write_text(text)
    build(plan([folder], "words"), folder / "index", WordEncoder())
    with closing(Corpus.open(current_folder(folder / "index"))) as corpus:
        yield corpus


def asked(question: str, company: str | None = None, *, covered: bool = True) -> LabelledQuestion:
    """Return a question that is not labelled yet."""
    return LabelledQuestion("", question, company, None, covered=covered, gold=())


def test_sentence_and_passage(corpus: Corpus) -> None:
    """A place names the sentence that begins there, or the passage; its company comes along."""
    text = corpus.text("harbour/privacy@2024-01-01")
    start = text.index("We tell")

    sentence = from_passage(
        asked("Whom do you tell?"), f"harbour/privacy@2024-01-01:{start}", corpus
    )
    passage = from_passage(asked("Calls?"), "harbour/privacy@2024-01-01:0", corpus)

    assert sentence.gold == ("We tell nobody.",)
    assert (sentence.company, sentence.as_of) == ("Harbour", None)
    assert passage.gold[0].endswith("We tell nobody.")
    assert text.startswith(passage.gold[0])


def test_superseded_version_is_asked_of_its_own_day(corpus: Corpus) -> None:
    """What only an earlier version says is asked as of a day when it was in force."""
    labelled = from_texts(asked("How long?"), ["We keep call records for 24 months."], corpus)

    assert labelled.as_of == date(2020, 1, 1)
    assert not stale(labelled, corpus, TODAY)


def test_text_in_force_needs_no_day(corpus: Corpus) -> None:
    """What the version in force says too is asked of today."""
    assert from_texts(asked("Whom?"), ["We tell nobody."], corpus).as_of is None


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("harbour/privacy@2024-01-01", "is no place of a text"),
        ("harbour/privacy@1999-01-01:0", "is no place of a text"),
        ("harbour/privacy@2024-01-01:x", "is no place of a text"),
        ("harbour/privacy@2024-01-01:3", "begins at 3"),
    ],
)
def test_places_that_are_none(corpus: Corpus, place: str, sentence: str) -> None:
    """A place where nothing begins is refused."""
    with pytest.raises(BadInput, match=sentence):
        from_passage(asked("How long?"), place, corpus)


@pytest.mark.parametrize(
    ("golds", "company"),
    [
        (["We keep call records for 36 months."], None),
        (["We tell nobody.", "We refund within 14 days."], None),
        (["We tell nobody."], "Pinecrest"),
    ],
)
def test_texts_that_no_one_company_has(
    corpus: Corpus, golds: list[str], company: str | None
) -> None:
    """A text that no version has, and texts of several companies, are refused."""
    with pytest.raises(BadInput):
        from_texts(asked("How long?", company), golds, corpus)


def test_stale(corpus: Corpus) -> None:
    """A question whose text no version in force has any more is stale; an uncovered one never."""
    gone = LabelledQuestion(
        "1",
        "How long?",
        "Harbour",
        None,
        covered=True,
        gold=("We keep call records for 24 months",),
    )

    assert stale(gone, corpus, TODAY)
    assert not stale(gone, corpus, date(2021, 1, 1))
    assert not stale(asked("Who won?", covered=False), corpus, TODAY)


def test_questions_are_added(tmp_path: Path) -> None:
    """Each question has an id of its own, and what was there stays letter by letter."""
    file = tmp_path / "new" / "questions.jsonl"
    first = add(file, asked("Who won?", covered=False))
    file.write_text(file.read_text().rstrip("\n"))  # as an editor may leave it

    second = add(file, asked("Who lost – and why?", covered=False))

    assert read_questions(file) == [first, second]
    assert (first.id, second.id) == ("q1", "q2")
    assert "–" in file.read_text()
    with pytest.raises(BadInput, match="as q1"):
        add(file, asked("Who won?", covered=False))


def test_samples_own_test_set(tmp_path: Path) -> None:
    """What the sample's test set wants is in the sample's policies, on the day asked about."""
    questions = read_questions(ROOT / "index" / "questions.jsonl")
    build(plan([ROOT / "index" / "policies"], "words"), tmp_path, WordEncoder())
    with closing(Corpus.open(current_folder(tmp_path))) as corpus:
        assert not [one.question for one in questions if stale(one, corpus, date.today())]

    assert len(questions) == 15
    assert {one.covered for one in questions} == {True, False}


def test_question_is_taken_out(tmp_path: Path) -> None:
    """The others stay as they are; without any there is no file; one that is not there is told."""
    file = tmp_path / "questions.jsonl"
    asked = LabelledQuestion("", "Why?", None, None, covered=False, gold=())
    for text in ("Why?", "How é?"):
        add(file, replace(asked, question=text))
    kept = file.read_text().splitlines()[1]

    with pytest.raises(BadInput, match="has no question q7"):
        remove(file, "q7")
    assert remove(file, "q1").question == "Why?"
    assert file.read_text() == f"{kept}\n"
    remove(file, "q2")
    assert not file.exists()
    assert not list(tmp_path.iterdir())


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """It is said in a sentence, with where to add it."""
    (tmp_path / "index").write_text("no folder")
    asked = LabelledQuestion("", "Why?", None, None, covered=False, gold=())

    with pytest.raises(BadInput, match="cannot be written here: keep its questions where"):
        add(tmp_path / "index" / "questions.jsonl", asked)
