"""The corpus's own questions: how the live build answers them, and a form to add one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qabot.api.owner.owner_templates import Shell, owner_page, share
from qabot.evaluation.evaluate import Row, reliability_of, risk_coverage
from qabot.evaluation.test_set import is_false_answer
from qabot.service.build_figures import figures_of
from qabot.service.wording import verdict_of, written
from qabot.state.stored import BuildFigures

_SHARES: tuple[tuple[str, Callable[[BuildFigures], tuple[int, int]]], ...] = (
    ("first quote right", lambda one: (one.hits, one.covered)),
    ("right sentence marked", lambda one: (one.marked, one.covered)),
    ("answered", lambda one: (one.answered, one.covered)),
    ("answered, though not covered", lambda one: (one.false_answers, one.uncovered)),
)
"""The figures that are shown, each a share: how many, of how many."""


class Measured(NamedTuple):
    """What became of a question of the test set."""

    question: str
    company: str | None
    expected: str
    found: str
    is_right: bool
    id: str
    gold: Sequence[str]
    is_stale: bool  #: no version in force has the sentence any more


@dataclass(frozen=True, slots=True)
class Line:
    """A figure over the measurements, the oldest first."""

    name: str
    points: Sequence[tuple[int, float]]  #: number of the measurement, and the share
    first: str  #: in percent
    last: str


def test_set_page(
    shell: Shell,
    rows: Sequence[Row],
    kept: Sequence[BuildFigures],
    companies: Collection[str],
    question: str = "",
    company: str = "",
    *,
    gold: str = "",
    refused: str = "",
    stale: Collection[str] = (),
) -> str:
    """Return how the live build answers the corpus's own questions, and a form to add one.

    `kept` are the figures of the builds that were measured, the newest first; `question`, `company`
    and `gold` are what the form begins with, `refused` is why it was not taken. `stale` are the ids
    of questions whose sentence no version in force has any more.
    """
    now = figures_of("", rows)
    return owner_page(
        shell,
        "test_set.html",
        "/test-set",
        "Your own questions",
        "What the live build answers to the questions that must come out right.",
        figures=[("questions", f"{len(rows):,}"), *_shares(now)],
        names=[name for name, _ in _SHARES],
        kept=[(one, _shares(one)) for one in kept],
        lines=list(filter(None, (_line(name, of, kept) for name, of in _SHARES))),
        span=(written(kept[-1].measured.date()), written(kept[0].measured.date())) if kept else (),
        rows=sorted((_measured(row, stale) for row in rows), key=lambda row: row.is_right),
        risk=[(point.coverage, point.risk) for point in risk_coverage(rows)] if rows else [],
        sure=[(one.confidence, one.right) for one in reliability_of(rows)] if rows else [],
        companies=sorted(companies),
        question=question,
        company=company,
        gold=gold,
        refused=refused,
    )


def _shares(figures: BuildFigures) -> list[tuple[str, str]]:
    return [(name, share(*of(figures))) for name, of in _SHARES]


def _line(
    name: str,
    of: Callable[[BuildFigures], tuple[int, int]],
    kept: Sequence[BuildFigures],
) -> Line | None:
    """Return a figure over time; None where it is of no question, or of a single measurement."""
    counts = [of(one) for one in reversed(kept)]
    points = [(number, part / whole) for number, (part, whole) in enumerate(counts) if whole]
    if len(points) < 2:
        return None
    first, last = counts[points[0][0]], counts[points[-1][0]]
    return Line(name, points, share(*first), share(*last))


def _measured(row: Row, stale: Collection[str]) -> Measured:
    """Say what became of a question: it is right where the first quote is, or rightly none is."""
    asked, status = row.question, verdict_of(row.answer.status)
    if not asked.covered:
        is_right = not is_false_answer(row)
        expected, found = "not covered", status if is_right else f"{status}, wrongly"
    else:
        place = f"first quote wrong, right at place {row.rank}" if row.rank else "not found"
        if row.rank == 1:
            place = f"first quote right{', right sentence marked' if row.is_marked else ''}"
        is_right = row.rank == 1
        expected, found = "answered", f"{status}: {place}"
    return Measured(
        asked.question,
        asked.company,
        expected,
        found,
        is_right,
        asked.id,
        asked.gold,
        asked.id in stale,
    )
