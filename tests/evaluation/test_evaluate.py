import json
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.errors import BadInput
from qabot.evaluation.evaluate import (
    Point,
    Row,
    ask_all,
    draw,
    risk_coverage,
    summary,
    write_details,
)
from qabot.evaluation.figures import auroc, calibration_error, reliability
from qabot.evaluation.questions import LabelledQuestion, is_right, read_questions, words
from qabot.records import Answer, Searched, Status
from tests.support.citations import cited
from tests.support.fakes import build_bot, policy

ASKED = "How long do you keep call records?"
GOLD = "We keep call records for eighteen months, then delete them."  # ten words
LINE = {
    "id": "q1",
    "question": ASKED,
    "company": "Harbour",
    "as_of": "2024-03-01",
    "covered": True,
    "gold": [GOLD],
}


def row(
    covered: bool,
    score: float,
    *,
    rank: int | None = None,
    answered: bool = True,
    took_ms: float = 1.0,
) -> Row:
    """Return what became of a question: one citation of this score, the first right one ranked."""
    question = LabelledQuestion("q", "Why?", None, None, covered, ())
    citation = replace(cited("Because.", start=3), version="harbour/terms@2024-03-01", score=score)
    status: Status = "answered" if answered else "not_covered"
    given = ((citation,), ()) if answered else ((), (citation,))
    scope = Searched(None, None, None, None, 1, 1)
    answer = Answer("a", status, given[0], given[1], scope, {"encode": took_ms})
    return Row(question, answer, rank, is_marked=rank == 1)


ROWS = [
    row(True, 0.9, rank=1, took_ms=2.0),
    row(True, 0.8, rank=2, took_ms=4.0),
    row(True, 0.6, rank=4, took_ms=6.0),
    row(True, 0.3, rank=None, answered=False, took_ms=8.0),
    row(False, 0.6, took_ms=10.0),
    row(False, 0.1, answered=False, took_ms=12.0),
]


def test_figures_of_a_list_of_rows() -> None:
    """The summary of six questions is what a person works out by hand."""
    assert summary(ROWS) == {
        "questions": 6,
        "hit@1": 0.25,
        "hit@3": 0.5,
        "hit@5": 0.75,
        "mrr@10": round((1 + 1 / 2 + 1 / 4) / 4, 4),
        "marked": 0.25,
        "abstention": {
            "auroc": round(6.5 / 8, 4),  # of 4 x 2 pairs six are won, one is a tie
            "coverage": 0.75,
            "false_answer_rate": 0.5,
            "offered": 0.75,
            # bins of .1 (right, confidence): .9 (1, .9), .8 (0, .8), .6 (0 of 2), .3 (0), .1 (0)
            "calibration_error": round((0.1 + 0.8 + 2 * 0.6 + 0.3 + 0.1) / 6, 4),
        },
        "latency_ms": {"p50": 7.0, "p99": 11.9},
    }


def test_figures_without_uncovered_questions() -> None:
    """What cannot be measured is None, not a number."""
    abstention = summary(ROWS[:4])["abstention"]

    assert abstention["auroc"] is None
    assert abstention["false_answer_rate"] is None
    assert abstention["coverage"] == abstention["offered"] == 0.75


def test_figures_without_covered_questions() -> None:
    """Without a covered question there is no hit rate, but a rate of false answers."""
    figures = summary(ROWS[4:])

    assert (figures["hit@1"], figures["mrr@10"]) == (None, 0.0)
    assert figures["abstention"]["coverage"] is figures["abstention"]["auroc"] is None
    assert figures["abstention"]["false_answer_rate"] == 0.5


scores = st.lists(st.integers(0, 5).map(lambda n: n / 5), min_size=1, max_size=8)


@given(scores, scores)
def test_auroc_counts_pairs(covered: list[float], others: list[float]) -> None:
    """AUROC is the share of pairs in which the covered question is surer, a tie counting half."""
    wins = sum((yes > no) + (yes == no) / 2 for yes in covered for no in others)

    counted = auroc(np.array(covered), np.array(others))

    assert counted == pytest.approx(wins / len(covered) / len(others))


def test_calibration_error_is_the_distance_of_said_from_right() -> None:
    """Twelve confidences in two bins, worked out by hand: half of .9 is right, all of .2."""
    said = np.array([0.92] * 10 + [0.22] * 2)
    right = np.array([True] * 5 + [False] * 5 + [True] * 2)

    assert calibration_error(said, right) == pytest.approx((10 * 0.42 + 2 * 0.78) / 12)
    np.testing.assert_allclose(
        [astuple(one) for one in reliability(said, right)],
        [(2 / 12, 0.22, 1.0), (10 / 12, 0.92, 0.5)],
    )


def test_answer_without_citations_has_no_confidence() -> None:
    """A question that found nothing counts as the least sure."""
    scope = Searched(None, None, None, None, 0, 0)
    question = LabelledQuestion("q", "Why?", None, None, False, ())

    answer = Answer("a", "unknown_company", (), (), scope, {})

    assert Row(question, answer, None, is_marked=False).confidence == 0


@pytest.mark.parametrize(
    ("citation", "right"),
    [
        pytest.param(f"Records. {GOLD} And so on.", True, id="contains it"),
        pytest.param("“we KEEP call-records, for eighteen months”", True, id="is contained"),
        pytest.param("We then delete the logs.", False, id="shares a short run"),
        pytest.param(
            "Call records for eighteen months are what the law of this land asks us for.",
            True,
            id="shares a run of half",
        ),
        pytest.param(
            "Call records for eighteen weeks are what the law of this land asks us for.",
            False,
            id="shares a run of less than half",
        ),
        pytest.param("eighteen months: law asks", True, id="half of a short citation"),
        pytest.param("eighteen years: law asks", False, id="a quarter of a short citation"),
        pytest.param("delete then records call keep We", False, id="the words in another order"),
        pytest.param("", False, id="nothing"),
        pytest.param("—", False, id="no letter"),
    ],
)
def test_citation_is_judged(citation: str, right: bool) -> None:
    """A citation is right when it holds a gold text, lies in one, or shares half the shorter."""
    assert is_right(words(citation), [words("Something else altogether."), words(GOLD)]) is right


@given(st.text(), st.text())
def test_judging_is_mutual(one: str, other: str) -> None:
    """Gold and citation can change places, and every text with a letter is right for itself."""
    assert is_right(words(one), [words(other)]) == is_right(words(other), [words(one)])
    assert is_right(words(one), [words(one)]) == bool(words(one))


def test_no_gold_text_is_never_right() -> None:
    """An uncovered question has no right citation."""
    assert not is_right(words("anything"), [])


def questions_file(folder: Path, lines: Sequence[str]) -> Path:
    """Write lines into a questions file."""
    file = folder / "questions.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_questions_are_read(tmp_path: Path) -> None:
    """A line becomes a question, its date a date."""
    undated = {**LINE, "as_of": None, "company": None, "gold": [], "covered": False}
    undated["kind"] = "near_miss"
    file = questions_file(tmp_path, [json.dumps(LINE), json.dumps(undated)])

    assert read_questions(file) == [
        LabelledQuestion("q1", ASKED, "Harbour", date(2024, 3, 1), True, (GOLD,)),
        LabelledQuestion("q1", ASKED, None, None, False, (), "near_miss"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not JSON",
        "[]",
        '"text"',
        json.dumps({**LINE, "as_of": "last year"}),
        json.dumps({**LINE, "gold": None}),
        json.dumps({**LINE, "gold": []}),
        json.dumps({**LINE, "kind": None}),
        json.dumps({**LINE, "extra": 1}),
        json.dumps({key: value for key, value in LINE.items() if key != "covered"}),
        json.dumps({key: value for key, value in LINE.items() if key != "gold"}),
    ],
)
def test_bad_line_is_named(tmp_path: Path, line: str) -> None:
    """A line that is no question is refused with its number."""
    file = questions_file(tmp_path, [json.dumps(LINE), line, json.dumps(LINE)])

    with pytest.raises(BadInput, match=r"questions\.jsonl, line 2: not a question"):
        read_questions(file)


def test_file_without_questions_is_named(tmp_path: Path) -> None:
    """A file that is not there, is not UTF-8, or has no line is refused by name."""
    with pytest.raises(BadInput, match="absent.jsonl: cannot be read"):
        read_questions(tmp_path / "absent.jsonl")
    (tmp_path / "latin.jsonl").write_bytes("é".encode("latin-1"))
    with pytest.raises(BadInput, match="latin.jsonl: cannot be read"):
        read_questions(tmp_path / "latin.jsonl")
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(BadInput, match="empty.jsonl: holds no question"):
        read_questions(tmp_path / "empty.jsonl")


def test_questions_are_asked_and_judged(tmp_path: Path) -> None:
    """Each question is put to its company on its day, and the first right citation is ranked."""
    body = "# Terms\n\n## Calls\n\nWe keep call records {}.\n\n## Fees\n\nNone."
    bot = build_bot(
        tmp_path,
        {
            "old.md": policy("Harbour", "terms", "2020-01-01", body.format("for eighteen months")),
            "new.md": policy("Harbour", "terms", "2024-01-01", body.format("only a year")),
        },
    )
    asked = "Do you keep call records?"
    old = LabelledQuestion(
        "q1", asked, "Harbour", date(2021, 1, 1), True, ("call records for eighteen months",)
    )
    today = LabelledQuestion(
        "q2", asked, "Harbour", None, True, ("call records for eighteen months",)
    )
    stranger = LabelledQuestion("q3", asked, "Twilio", None, False, ())

    rows = ask_all(bot, [old, today, stranger])

    assert [one.question for one in rows] == [old, today, stranger]
    assert [one.rank for one in rows] == [1, None, None]
    assert rows[2].answer.status == "unknown_company"


def test_details_are_a_line_a_question(tmp_path: Path) -> None:
    """Details say of each question what was decided, how surely, and what was quoted."""
    file = tmp_path / "details.jsonl"

    write_details(ROWS, file)

    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) == len(ROWS)
    assert lines[3] == {
        "id": "q",
        "question": "Why?",
        "covered": True,
        "status": "not_covered",
        "confidence": 0.3,
        "rank": None,
        "citations": [
            {"version": "harbour/terms@2024-03-01", "start": 3, "end": 11, "quote": "Because."}
        ],
    }


def test_curve_from_answering_all() -> None:
    """Each point says what answering above its threshold brings."""
    everything, surest = risk_coverage(ROWS, points=2)

    assert everything == Point(threshold=0.3, coverage=1.0, false_answer_rate=0.5, risk=4 / 5)
    assert surest.threshold == pytest.approx(0.7)
    assert (surest.coverage, surest.false_answer_rate, surest.risk) == (0.5, 0.0, 0.5)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=10))
def test_curve_falls(found: list[tuple[bool, int]]) -> None:
    """The higher the threshold, the fewer questions are answered, covered or not."""
    curve = risk_coverage([row(True, 0.5), *(row(c, score / 5) for c, score in found)])

    for values in ([p.coverage for p in curve], [p.false_answer_rate for p in curve]):
        assert values == sorted(values, reverse=True)
    assert curve[0].coverage == 1


@pytest.mark.parametrize(("name", "begins"), [("curve.png", b"\x89PNG"), ("curve.svg", b"<?xml")])
def test_curve_is_drawn(tmp_path: Path, name: str, begins: bytes) -> None:
    """The file's ending chooses the picture's format."""
    draw(ROWS, tmp_path / name)

    assert (tmp_path / name).read_bytes().startswith(begins)


def test_other_pictures_are_refused(tmp_path: Path) -> None:
    """A file name that ends otherwise is refused by name."""
    with pytest.raises(BadInput, match=r"curve\.txt: cannot be drawn"):
        draw(ROWS, tmp_path / "curve.txt")
