"""The corpus's own questions: how the live build answers them, and a form to add one."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from qabot.api.owner.owner_templates import Shell, owner_page, share
from qabot.evaluation.evaluate import Row, reliability_of, risk_coverage
from qabot.evaluation.test_set import is_false_answer, is_hit, is_marked


class Measured(NamedTuple):
    """What became of a question of the test set."""

    question: str
    company: str | None
    expected: str
    found: str


def test_set_page(
    shell: Shell,
    rows: Sequence[Row],
    companies: Collection[str],
    question: str = "",
    company: str = "",
) -> str:
    """Return how the live build answers the corpus's own questions, and a form to add one.

    `question` and `company` are what the form begins with.
    """
    covered = [row for row in rows if row.question.covered]
    others = [row for row in rows if not row.question.covered]
    figures = [
        ("questions", f"{len(rows):,}"),
        ("first quote right", share(sum(map(is_hit, covered)), len(covered))),
        ("right sentence marked", share(sum(map(is_marked, covered)), len(covered))),
        ("answered, though not covered", share(sum(map(is_false_answer, others)), len(others))),
    ]
    return owner_page(
        shell,
        "test_set.html",
        "/test-set",
        "Your own questions",
        "What the live build answers to the questions that must come out right.",
        figures=figures,
        rows=[_measured(row) for row in rows],
        risk=[(point.coverage, point.risk) for point in risk_coverage(rows)] if rows else [],
        sure=[(one.confidence, one.right) for one in reliability_of(rows)] if rows else [],
        companies=sorted(companies),
        question=question,
        company=company,
    )


def _measured(row: Row) -> Measured:
    asked = row.question
    if not asked.covered:
        return Measured(asked.question, asked.company, "not covered", row.answer.status)
    place = f"right at place {row.rank}" if row.rank else "not found"
    marked = ", the right sentence marked" if row.is_marked else ""
    found = f"{row.answer.status.replace('_', ' ')}, {place}{marked}"
    return Measured(asked.question, asked.company, "answered", found)
