"""questions.jsonl to figures: hit@k, MRR, abstention, latency, and the risk-coverage curve.

hit@k and MRR judge the order of what was found, whether it was given as an answer or as nearest
passages; `abstention` judges that decision.
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
from qabot.evaluation.questions import Question, is_right, words
from qabot.records import Answer

_DEPTH = 10  # citations asked for


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a question."""

    question: Question
    answer: Answer
    rank: int | None  #: of the first right citation, from 1; None: none among the first ten

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


def ask_all(bot: Bot, questions: Iterable[Question]) -> list[Row]:
    """Ask every question and judge what comes back."""
    rows = []
    for question in questions:
        answer = bot.ask(
            question.question, company=question.company, as_of=question.as_of, k=_DEPTH
        )
        gold = [words(text) for text in question.gold]
        found = answer.citations or answer.nearest
        right = (n for n, c in enumerate(found, start=1) if is_right(words(c.quote), gold))
        rows.append(Row(question, answer, next(right, None)))
    return rows


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the figures of DESIGN.md's contract."""
    covered = [row for row in rows if row.question.covered]
    ranks = [row.rank for row in covered]
    latency = [row.answer.took_ms for row in rows]
    return {
        "questions": len(rows),
        **{f"hit@{k}": _share(rank is not None and rank <= k for rank in ranks) for k in (1, 3, 5)},
        "mrr@10": round(sum(1 / rank for rank in ranks if rank) / max(1, len(ranks)), 4),
        "abstention": {
            "auroc": auroc(rows),
            "coverage": _share(row.answer.status == "answered" for row in covered),
            "false_answer_rate": _share(
                row.answer.status == "answered" for row in rows if not row.question.covered
            ),
        },
        "latency_ms": {
            "p50": round(float(np.percentile(latency, 50)), 2),
            "p99": round(float(np.percentile(latency, 99)), 2),
        },
    }


def auroc(rows: Sequence[Row]) -> float | None:
    """Return how surely a covered question gets more confidence than another; None without both.

    Ties count half: the Mann-Whitney statistic over all pairs.
    """
    yes = np.array([row.confidence for row in rows if row.question.covered])
    no = np.array([row.confidence for row in rows if not row.question.covered])
    if not len(yes) or not len(no):
        return None
    wins = (yes[:, None] > no).mean() + (yes[:, None] == no).mean() / 2
    return round(float(wins), 4)


def risk_coverage(rows: Sequence[Row], points: int = 20) -> list[Point]:
    """Return the curve from answering everything to answering hardly anything."""
    covered = [row.confidence for row in rows if row.question.covered] or [0.0]
    return [_point(rows, float(np.quantile(covered, n / points))) for n in range(points)]


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
    """Draw the risk-coverage curve; the ending of `path` chooses PNG or SVG."""
    if path.suffix.lower() not in (".png", ".svg"):
        raise BadInput(f"{path}: cannot be drawn; let its name end in .png or .svg.")
    if find_spec("matplotlib") is None:
        raise BadInput("Drawing needs matplotlib; install it with: pip install matplotlib")
    from matplotlib.figure import Figure

    curve = risk_coverage(rows, points=100)
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    coverage = [point.coverage for point in curve]
    axes.plot(coverage, [point.risk for point in curve], label="first citation not right")
    axes.plot(coverage, [point.false_answer_rate for point in curve], label="uncovered, answered")
    axes.set(xlabel="share of covered questions answered", ylabel="share", ylim=(0, 1))
    axes.legend()
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
