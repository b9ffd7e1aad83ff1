"""What people asked and said: gaps, feedback, the questions of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from qabot.api.owner.owner_templates import Shell, nothing_asked, owner_page
from qabot.service.gaps import Gap
from qabot.state.stored import LoggedQuestion


@dataclass(frozen=True, slots=True)
class ShownFeedback:
    """What somebody said of an answer, and what it was about."""

    said: datetime
    helpful: bool
    question: LoggedQuestion | None  #: None: questions are not kept
    cited: Sequence[tuple[str, str]]  #: version, and the address of the place in it
    comment: str | None


MOST = 50
"""Gaps, questions, and what was said, that a page shows."""


class Rest(NamedTuple):
    """Which part of a list a page shows, and where the others are."""

    said: str  #: "51 to 100 of 521"
    before: str | None  #: address of the part before
    after: str | None


def _rest(asked: Mapping[str, object], skip: int, shown: int, total: int) -> Rest | None:
    """Return which part of a list is shown; None where it is all."""
    if not shown or shown == total:
        return None

    def at(place: int) -> str:
        return f"?{urlencode({**asked, 'skip': place})}"

    return Rest(
        f"{skip + 1:,} to {skip + shown:,} of {total:,}",
        at(max(0, skip - MOST)) if skip else None,
        at(skip + shown) if skip + shown < total else None,
    )


def gaps_page(
    shell: Shell, gaps: Sequence[Gap], days: int, skip: int, total: int, *, is_logged: bool
) -> str:
    """Return what nobody answers: of so many gaps those behind the first `skip`."""
    return owner_page(
        shell,
        "gaps.html",
        "/gaps",
        "What nobody answers",
        "Questions that the policies did not answer, or not well, grouped by meaning.",
        gaps=gaps,
        days=days,
        rest=_rest({"days": days}, skip, len(gaps), total),
        nothing="Nothing stayed unanswered." if is_logged else nothing_asked(is_logged=is_logged),
    )


def feedback_page(shell: Shell, said: Sequence[ShownFeedback]) -> str:
    """Return what people said of answers."""
    return owner_page(shell, "feedback.html", "/feedback", "Feedback", said=said)


def questions_page(
    shell: Shell,
    asked: Sequence[LoggedQuestion],
    sought: str,
    skip: int,
    total: int,
    *,
    is_logged: bool,
) -> str:
    """Return questions of the log, the newest first, that hold the words sought.

    Of so many these are the ones behind the first `skip`.
    """
    nothing = (
        f"No question has the words “{sought}”." if sought else nothing_asked(is_logged=is_logged)
    )
    return owner_page(
        shell,
        "questions.html",
        "/questions",
        "Questions",
        "As they are kept: without what names or reaches a person.",
        asked=asked,
        sought=sought,
        rest=_rest({"q": sought}, skip, len(asked), total),
        nothing=nothing,
    )
