from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from qabot.answering.bot import Bot
from qabot.answering.reranking import Weights, hits, judged, ranked
from qabot.answering.retrieval import SIGNALS, candidates
from qabot.records import FloatVector, Span
from tests.support.fakes import WordEncoder, build_bot, policy

TODAY = Span(date(2026, 1, 1), date(2026, 1, 2))
TEXT = """# Terms

## Fees

A second router costs five pounds.

## Router

The router stays ours. A second router is lent to you.

## Speed

A router far away is slow.
"""


class Reader:
    """Judges a passage by a word in it, and remembers what it has read."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[str] = []

    def scores(self, question: str, passages: Sequence[str]) -> FloatVector:
        """Return 4 where the word stands, else -4."""
        self.read += passages
        return np.array([4.0 if self.word in text else -4.0 for text in passages], dtype=np.float32)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return a bot of one policy of three sections."""
    files = {"terms.md": policy("Harbour Broadband", "terms", "2024-01-01", TEXT)}
    return build_bot(tmp_path_factory.mktemp("terms"), files)


def order(
    bot: Bot, reader: Reader | None, weight: float, count: int, close: float = 99.0
) -> list[str]:
    """Return the headings of the hits for a question, best first."""
    question = "Is a second router lent?"
    scope = bot.index.scope(None, None, TODAY)
    found = candidates(question, WordEncoder().encode_query(question), bot.index, scope)
    weights = Weights((1.0,) * len(SIGNALS), weight, count, close)
    ranking = ranked(found, weights)
    if reader:
        ranking = judged(ranking, reader, bot.index, weights)
    return [hit.passage.trail[-1] for hit in hits(ranking, bot.index, 3)]


def test_judgement_changes_the_order(bot: Bot) -> None:
    """A passage that the cross-encoder finds to answer comes first, if it weighs enough."""
    assert order(bot, None, 0.0, 3)[0] == "Router"
    assert order(bot, Reader("five pounds"), 100.0, 3)[0] == "Fees"
    assert order(bot, Reader("five pounds"), 0.0, 3)[0] == "Router"


def test_only_the_first_are_read(bot: Bot) -> None:
    """The cross-encoder reads so many of the first, and none passes them by not being read."""
    reader = Reader("nowhere")

    found = order(bot, reader, 100.0, 2)

    assert len(reader.read) == 2
    assert found == order(bot, None, 0.0, 3)


def test_what_is_far_behind_the_first_is_not_read(bot: Bot) -> None:
    """Where no other candidate comes close to the first, the first alone is read."""
    reader = Reader("nowhere")

    order(bot, reader, 100.0, 3, close=0.0)

    assert len(reader.read) == 1


def test_headings_are_read_too(bot: Bot) -> None:
    """What is read of a passage is what was encoded of it: headings and text."""
    reader = Reader("nowhere")

    order(bot, reader, 1.0, 3)

    assert "Terms > Fees\nA second router costs five pounds." in reader.read
