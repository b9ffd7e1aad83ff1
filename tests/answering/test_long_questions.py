"""What a question may cost: time that grows with its length, and few phrases encoded."""

from datetime import date
from time import process_time

import pytest

from qabot.answering.bot import Bot
from qabot.answering.query.question_dates import find_dates
from qabot.encoder.base import Models
from qabot.records import AskedQuestion, FloatVector
from qabot.service.contract import MOST_CHARACTERS
from tests.support.fakes import WordEncoder, WordJudge, build_bot, policy

TODAY = date(2026, 11, 28)
_TEXT = "# Refunds\n\nWe refund the whole price within 14 days. Zamm Box is our router.\n"
_FILES = {"refunds.md": policy("Harbour", "refunds", "2024-03-01", _TEXT)}
ODD = (
    "end up on",
    "google ",
    "COMPANY ",
    "u ",
    "wich ",
    "A-B ",
    "AT&T, ",
    "a.b.c.d.",
    "does Zamm keep ",
    "Harbour and ",
    "Zamm Box's ",
    "in 2019 ",
    "in 2019 it was; ",
    "bought it on 12/03/2019 ",
    "last year ",
    "T&Cs ",
    "acct ",
    "\u1ebf\u4e2d\u0e01 ",
    "\u0915\u094d\u0937\u093f ",
    "Which, does it? ",
)


class CountingEncoder(WordEncoder):
    """Counts the phrases that it encodes."""

    def __init__(self) -> None:
        self.encoded = 0

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question."""
        self.encoded += 1
        return super().encode_query(question)


@pytest.fixture(scope="module")
def encoder() -> CountingEncoder:
    """Return the encoder that all tests share."""
    return CountingEncoder()


@pytest.fixture(scope="module")
def bot(encoder: CountingEncoder, tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return a bot of one company."""
    folder = tmp_path_factory.mktemp("long")
    bot = build_bot(folder, _FILES, Models(encoder, WordJudge()))
    ask(bot, "How long is it since I bought Zamm in 2019, wich Google has?")  # what is loaded once
    return bot


def ask(
    bot: Bot, question: str, company: str | None = None, context: tuple[str, ...] = ()
) -> float:
    """Return the seconds of processor time that a question takes."""
    began = process_time()
    bot.ask(AskedQuestion(question, company=company, context=context), today=TODAY)
    return process_time() - began


@pytest.mark.parametrize("odd", ODD)
def test_time_grows_with_the_length(odd: str, bot: Bot) -> None:
    """Four times the question takes far less than the sixteen times of what is quadratic."""
    text = odd * MOST_CHARACTERS
    for company in (None, "Harbour"):
        short = ask(bot, text[: MOST_CHARACTERS // 4], company)
        long = min(ask(bot, text[:MOST_CHARACTERS], company) for _ in range(2))

        assert long < 8 * short + 0.02


@pytest.mark.parametrize("odd", ["it was; ", "happened; yes. ", "bought 2019 in 2019; "])
def test_time_of_dates_grows_with_the_length(odd: str) -> None:
    """What tells of an event, and asks nothing, is read once."""

    def seconds(length: int) -> float:
        question = f"in 2019 {odd * length}"[:length]
        began = process_time()
        find_dates(question, TODAY)
        return process_time() - began

    assert min(seconds(8_000) for _ in range(2)) < 8 * seconds(2_000) + 0.02


@pytest.mark.parametrize(
    "said",
    ["bookings, 3 trips, wifi, ", "cats? dogs? ", "Zamm fees, a chat, 7 texts? ", "what of cats. "],
)
def test_few_phrases_are_encoded(said: str, bot: Bot, encoder: CountingEncoder) -> None:
    """However many things a conversation has, few are compared with another that is asked about."""
    long = (said * MOST_CHARACTERS)[:MOST_CHARACTERS]
    before = encoder.encoded

    ask(bot, long, context=(long, long, long))
    ask(bot, "and boats?", context=(long, long, long))

    assert encoder.encoded - before < 100
