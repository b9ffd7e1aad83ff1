"""questions.jsonl to figures: hit@k, MRR, what is marked, the verdicts, latency, and two curves.

hit@k and MRR judge the order of what was found, whether it was given as an answer or as nearest
passages; `abstention` judges the verdicts.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from qabot.answering.bot import Bot
from qabot.errors import BadInput
from qabot.evaluation.figures import Bin, auroc, calibration_error, reliability
from qabot.evaluation.questions import LabelledQuestion, is_right, words
from qabot.records import Answer, BoolVector, Citation, FloatVector

_DEPTH = 10  # citations asked for


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a question."""

    question: LabelledQuestion
    answer: Answer
    rank: int | None  #: of the first right citation, from 1; None: none among the first ten
    is_marked: bool  #: the first citation is right and marks a sentence that overlaps a gold text

    @property
    def confidence(self) -> float:
        """Probability, as qabot sees it, that the first citation answers; 0 where there is none."""
        found = self.answer.citations or self.answer.nearest
        return found[0].score if found else 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """What answering above some confidence would bring."""

    threshold: float
    coverage: float  #: share of the covered questions that would be answered
    false_answer_rate: float  #: share of the others that would be answered
    risk: float  #: share of the answers given whose first citation would not be right


def ask_all(bot: Bot, questions: Iterable[LabelledQuestion]) -> list[Row]:
    """Ask every question and judge what comes back."""
    rows = []
    for question in questions:
        answer = bot.ask(question.asked(_DEPTH))
        gold = [words(text) for text in question.gold]
        found = answer.citations or answer.nearest
        right = (n for n, c in enumerate(found, start=1) if is_right(words(c.quote), gold))
        rank = next(right, None)
        is_marked = rank == 1 and any(is_right(words(text), gold) for text in _marked(found[0]))
        rows.append(Row(question, answer, rank, is_marked))
    return rows


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the figures of DESIGN.md's contract, and under "kinds" some for each kind."""
    covered = [row for row in rows if row.question.covered]
    others = [row for row in rows if not row.question.covered]
    ranks = [row.rank for row in covered]
    latency = [row.answer.took_ms for row in rows]
    kinds = sorted({row.question.kind for row in rows} - {""})
    error = calibration_error(_confidences(rows), _right(rows))
    return {
        "questions": len(rows),
        **_hits(covered),
        "mrr@10": round(sum(1 / rank for rank in ranks if rank) / max(1, len(ranks)), 4),
        "marked": _share(row.is_marked for row in covered),
        "abstention": {
            "auroc": _rounded(auroc(_confidences(covered), _confidences(others))),
            **_verdicts(rows),
            "calibration_error": round(error, 4),
        },
        "latency_ms": {
            "p50": round(float(np.percentile(latency, 50)), 2),
            "p99": round(float(np.percentile(latency, 99)), 2),
        },
        **({"kinds": {kind: _of_kind(rows, kind) for kind in kinds}} if kinds else {}),
    }


def _of_kind(rows: Sequence[Row], kind: str) -> dict[str, Any]:
    some = [row for row in rows if row.question.kind == kind]
    covered = [row for row in some if row.question.covered]
    return {
        "questions": len(some),
        **_hits(covered),
        "marked": _share(row.is_marked for row in covered),
        **_verdicts(some),
    }


def _hits(covered: Sequence[Row]) -> dict[str, float | None]:
    return {
        f"hit@{k}": _share(row.rank is not None and row.rank <= k for row in covered)
        for k in (1, 3, 5)
    }


def _verdicts(rows: Sequence[Row]) -> dict[str, float | None]:
    covered = [row.answer.status for row in rows if row.question.covered]
    others = [row.answer.status for row in rows if not row.question.covered]
    return {
        "coverage": _share(status == "answered" for status in covered),
        "false_answer_rate": _share(status == "answered" for status in others),
        "offered": _share(status in ("answered", "uncertain") for status in covered),
    }


def _confidences(rows: Sequence[Row]) -> FloatVector:
    return np.array([row.confidence for row in rows])


def _right(rows: Sequence[Row]) -> BoolVector:
    return np.array([row.question.covered and row.rank == 1 for row in rows], dtype=bool)


def _marked(citation: Citation) -> list[str]:
    return [
        citation.quote[one.start - citation.start : one.end - citation.start]
        for one in citation.highlight
    ]


def risk_coverage(rows: Sequence[Row], points: int = 20) -> list[Point]:
    """Return the curve from answering everything to answering hardly anything."""
    covered = [row.confidence for row in rows if row.question.covered] or [0.0]
    return [_point(rows, float(np.quantile(covered, n / points))) for n in range(points)]


def reliability_of(rows: Sequence[Row]) -> list[Bin]:
    """Return how sure the answers were, and how often their first citation was right."""
    return reliability(_confidences(rows), _right(rows))


def write_details(rows: Iterable[Row], path: Path) -> None:
    """Write a JSON object a question: status, confidence, rank, the citations returned."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            found = row.answer.citations or row.answer.nearest
            detail = {
                "id": row.question.id,
                "question": row.question.question,
                "covered": row.question.covered,
                "status": row.answer.status,
                "confidence": round(row.confidence, 4),
                "rank": row.rank,
                "citations": [
                    {"version": c.version, "start": c.start, "end": c.end, "quote": c.quote}
                    for c in found
                ],
            }
            file.write(json.dumps(detail, ensure_ascii=False) + "\n")


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw risk over coverage, and reliability; the ending of `path` chooses PNG or SVG."""
    if path.suffix.lower() not in (".png", ".svg"):
        raise BadInput(f"{path}: cannot be drawn; let its name end in .png or .svg.")
    if find_spec("matplotlib") is None:
        raise BadInput("Drawing needs matplotlib; install it with: pip install matplotlib")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    risk, sure = figure.subplots(1, 2)
    curve = risk_coverage(rows, points=100)
    coverage = [point.coverage for point in curve]
    risk.plot(coverage, [point.risk for point in curve], label="first citation not right")
    risk.plot(coverage, [point.false_answer_rate for point in curve], label="uncovered, answered")
    risk.set(xlabel="share of covered questions answered", ylabel="share", ylim=(0, 1))
    risk.legend()
    bins = reliability_of(rows)
    sure.plot([0, 1], [0, 1], color="grey", linewidth=0.5)
    sure.plot([one.confidence for one in bins], [one.right for one in bins], marker="o")
    sure.set(xlabel="confidence", ylabel="first citation right", xlim=(0, 1), ylim=(0, 1))
    figure.savefig(path)


def _point(rows: Sequence[Row], threshold: float) -> Point:
    given = [row for row in rows if row.confidence >= threshold]
    covered = [row for row in given if row.question.covered]
    total = sum(row.question.covered for row in rows)
    return Point(
        threshold=threshold,
        coverage=len(covered) / max(1, total),
        false_answer_rate=(len(given) - len(covered)) / max(1, len(rows) - total),
        risk=sum(row.rank != 1 for row in given) / max(1, len(given)),
    )


def _share(truths: Iterable[bool]) -> float | None:
    listed = list(truths)
    return round(sum(listed) / len(listed), 4) if listed else None


def _rounded(figure: float | None) -> float | None:
    return figure if figure is None else round(figure, 4)
