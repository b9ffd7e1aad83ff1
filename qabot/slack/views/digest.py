"""The weekly digest: what nobody answered, as Slack shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qabot.service.gaps import Gap
from qabot.service.wording import happened, written
from qabot.slack.views.blocks import Block, context, header, link, quote, rich_text, section
from qabot.slack.views.blocks import text as words
from qabot.slack.views.message import Message, message, said
from qabot.slack.views.phrases import READ, place_of
from qabot.slack.views.quotes import address
from qabot.slack.views.text_limits import BLOCKS, label, size

SHOWN = 10
"""Gaps, where there is room."""

_LONGEST = 200  # characters of a wording
_LONGEST_URL = 400  # bytes of a link, so that a long one takes not the room of a gap


@dataclass(frozen=True, slots=True)
class Digest:
    """What was asked in a week, and what of it stayed unanswered."""

    first: date
    last: date
    asked: int  #: questions, answered ones among them
    gaps: Sequence[Gap]  #: the most frequent first
    is_logged: bool  #: whether questions are kept
    page: str | None  #: address at which the owner finds all gaps


def digest_message(digest: Digest) -> Message:
    """Return a week's digest; one line where nothing stayed unanswered, or nothing is kept."""
    days = _days(digest.first, digest.last)
    if not digest.gaps:
        return said(f"{days}: {_nothing(digest)}")
    head = f"What nobody answered, {days}"
    count = sum(gap.count for gap in digest.gaps)
    counted = (
        f"{count:,} of {_number(digest.asked, 'question', 'questions')} got no answer, or one that "
        f"did not help: {_number(len(digest.gaps), 'gap', 'gaps')}."
    )
    blocks: list[Block] = [header(head), rich_text(section(words(counted)))]
    shown = 0
    for gap in digest.gaps[:SHOWN]:
        more = list(_gap(gap))
        if size([*blocks, *more]) > BLOCKS - size(_end(digest, len(digest.gaps))):
            break
        blocks += more
        shown += 1
    blocks += _end(digest, len(digest.gaps) - shown)
    spoken = [f"{_times(gap)}: {label(gap.wordings[0], _LONGEST)}" for gap in digest.gaps[:shown]]
    return message([f"{head}\n{counted}", *spoken], blocks)


def _gap(gap: Gap) -> Iterator[Block]:
    first, *others = (label(one, _LONGEST) for one in gap.wordings)
    also = [quote(words("\n".join(others)))] if others else []
    yield rich_text(section(words(f"{_times(gap)}: "), words(first, bold=True)), *also)
    whose = f"{label(gap.company)} · " if gap.company else ""
    yield context(f"{whose}{happened(gap)}")
    if gap.nearest:
        url = address(gap.nearest.url, _LONGEST_URL)
        yield context(f"Nearest: {place_of(gap.nearest)}", link=(READ, url) if url else None)


def _end(digest: Digest, left_out: int) -> list[Block]:
    more = f"And {_number(left_out, 'more', 'more')}. " if left_out else ""
    if digest.page:
        whole = link("All of it, at the owner's page", digest.page)
        return [rich_text(section(*([words(more)] if more else []), whole))]
    return [rich_text(section(words(f"{more}All of it: qabot gaps --days 7")))]


def _nothing(digest: Digest) -> str:
    if digest.asked:
        asked = _number(digest.asked, "question was", "questions were")
        return f"{asked} asked, and none stayed unanswered."
    if digest.is_logged:
        return "nobody asked anything."
    return (
        "questions are not kept, so nobody can tell what stayed unanswered: "
        "QABOT_LOG_QUESTIONS=on keeps them, personal data masked."
    )


def _days(first: date, last: date) -> str:
    """Return days of a week as "16 to 22 November 2026"."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {written(last)}"
    return f"{written(first)} to {written(last)}"


def _times(gap: Gap) -> str:
    return _number(gap.count, "time", "times")


def _number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
