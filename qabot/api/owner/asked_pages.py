"""What people asked and said: gaps, feedback, the questions of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qabot.api.owner.owner_templates import Shell, nothing_asked, owner_page
from qabot.service.gaps import Gap
from qabot.state.stored import LoggedQuestion


@dataclass(frozen=True, slots=True)
class ShownFeedback:
    """What somebody said of an answer, and what it was about."""

    said: datetime
    helpful: bool
    question: str | None  #: None: questions are not kept
    cited: Sequence[tuple[str, str]]  #: version, and the address of the place in it
    comment: str | None


def gaps_page(shell: Shell, gaps: Sequence[Gap], days: int, *, is_logged: bool) -> str:
    """Return what nobody answers."""
    return owner_page(
        shell,
        "gaps.html",
        "/gaps",
        "What nobody answers",
        "Questions that the policies did not answer, or not well, grouped by meaning.",
        gaps=gaps,
        days=days,
        nothing="Nothing stayed unanswered." if is_logged else nothing_asked(is_logged=is_logged),
    )


def feedback_page(shell: Shell, said: Sequence[ShownFeedback]) -> str:
    """Return what people said of answers."""
    return owner_page(shell, "feedback.html", "/feedback", "Feedback", said=said)


def questions_page(
    shell: Shell, asked: Sequence[LoggedQuestion], sought: str, more: int, *, is_logged: bool
) -> str:
    """Return questions of the log, the newest first, that hold the words sought."""
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
        more=more,
        nothing=nothing,
    )
