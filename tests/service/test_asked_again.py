"""What people ask again in other words, and how it is kept that they did."""

from asyncio import run
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import MetaData, select

from qabot.answering.bot import Bot
from qabot.records import AskedQuestion, Status
from qabot.service.ask import Questions
from qabot.service.asked_again import WITHIN, asked_again
from qabot.service.gaps import find_gaps
from qabot.settings import Settings
from qabot.state.store import Store
from qabot.state.stored import Feedback, LoggedQuestion, now
from tests.support.fakes import build_bot, default_models, policy
from tests.support.serving import MoodyEncoder, live_bot

TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Bot:
    """Return a bot that tells by meaning, of one company's shop rules."""
    text = "# Shops\n\nGuide dogs may come into our shops."
    files = {"a.md": policy("Acme", "shops", "2024-01-01", text)}
    return build_bot(tmp_path_factory.mktemp("again"), files, default_models(exports))


@pytest.mark.parametrize(
    ("before", "text", "is_again"),
    [
        (["Is there a discount for pensioners?"], "Do seniors pay less?", True),
        (["Can I bring my parrot?"], "Are birds allowed?", True),
        (["Can I bring my parrot?", "When do you open?"], "Are birds allowed?", True),
        (["Will you refund me?"], "Do I get my money back?", True),
        (["Will you refund me?"], "How long does a refund take?", False),
        (["Do you sell my data?"], "Can I cancel my contract early?", False),
        (["Can I bring my parrot?"], "can I bring my parrot", False),
        (["Can I bring my parrot?"], "and my dog?", False),
        (["Can I bring my parrot?", "and my dog?"], "Are dogs allowed?", True),
        ([], "Are birds allowed?", False),
    ],
)
def test_other_words_are_told_from_another_question(
    bot: Bot, before: list[str], text: str, is_again: bool
) -> None:
    """Another thing, a follow-up and the same words again are no other words for a question."""
    asked = AskedQuestion(text, context=tuple(before))
    (whole,) = bot.read(asked, today=TODAY)

    assert (asked_again(bot, asked, whole, TODAY) is not None) == is_again


def test_what_is_asked_again_is_the_whole_question(bot: Bot) -> None:
    """A follow-up that is asked again in other words is found as it was read."""
    asked = AskedQuestion(
        "Are dogs allowed?", context=("Can I bring my parrot?", "what about my dog?")
    )

    assert asked_again(bot, asked, asked.text, TODAY) == "Can I bring my dog?"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store:
        yield store


def ask(questions: Questions, text: str, *before: str) -> str:
    """Ask a question after others; return the answer's id."""
    asked = AskedQuestion(text, company="Pinecrest Mobile", context=before)
    return run(questions.answer(questions.put(asked), None)).id


PARROTS = "Are there call records of parrots? Call 020 7946 0018."


@pytest.mark.parametrize(
    ("again", "is_answered"),
    [("Are call records kept?", True), ("Are there call records of any parrots?", False)],
)
def test_other_words_are_counted_with_their_gap(
    tmp_path: Path, store: Store, again: str, is_answered: bool
) -> None:
    """The gap says that it was asked again, and whether that helped; the same again is nothing."""
    live = live_bot(tmp_path)
    with closing(Questions(live, store, Settings(log_questions=True))) as questions:
        for text, before in ((PARROTS, ()), (PARROTS, (PARROTS,)), (again, (PARROTS,))):
            ask(questions, text, *before)

    gap = next(
        one
        for one in find_gaps(store, live.bot, now() - WITHIN)
        if "of parrots? " in one.wordings[0]
    )
    assert (gap.rephrased, gap.rephrased_answered) == (1, int(is_answered))


def test_nothing_is_kept_of_who_asks(tmp_path: Path, store: Store) -> None:
    """A row says which answer did not do, when, and whether the other words did: no more."""
    with closing(Questions(live_bot(tmp_path), store, Settings(log_questions=True))) as questions:
        first = ask(questions, PARROTS)
        ask(questions, "Are call records kept?", PARROTS)

    kept = MetaData()
    kept.reflect(store.engine)
    with store.engine.connect() as connection:
        (row,) = connection.execute(select(kept.tables["qabot_rephrasings"])).mappings()
    columns = {table: set(kept.tables[table].columns.keys()) for table in kept.tables}
    assert (row["answer"], bool(row["answered"])) == (first, True)
    assert columns["qabot_rephrasings"] == {"answer", "at", "answered"}
    assert columns["qabot_questions"] == {
        *("number", "answer", "text", "company", "as_of", "status", "build", "asked")
    }


def test_without_the_log_nothing_is_kept(tmp_path: Path, store: Store) -> None:
    """What is asked again is part of the question log, off unless it is set."""
    with closing(Questions(live_bot(tmp_path), store, Settings())) as questions:
        ask(questions, PARROTS)
        ask(questions, "Are call records kept?", PARROTS)

    assert store.rephrased(now() - WITHIN) == []


def test_encoder_that_breaks_loses_no_question(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it cannot be told whether a question is asked again the log goes on, without it."""
    live = live_bot(tmp_path, MoodyEncoder())
    with closing(Questions(live, store, Settings(log_questions=True))) as questions:
        ask(questions, "Are call records kept?", "Is there a volcano of records?")
        ask(questions, PARROTS)

    assert len(store.questions()) == 2
    assert "volcano" not in capsys.readouterr().out


def _logged(text: str, answer: str, status: Status, minutes: int) -> LoggedQuestion:
    asked = now() - timedelta(minutes=minutes)
    return LoggedQuestion(answer, text, None, None, status, "build", asked)


def test_a_company_that_bears_a_first_name_is_known_again(store: Store) -> None:
    """Its name is not masked, neither when a question is kept nor when it is asked again."""
    text, company = "does John Lewis repair what Jane bought?", "John Lewis"
    kept = replace(_logged(text, "first", "not_covered", 5), company=company)
    store.log_question(kept)

    store.rephrase(text, now() - WITHIN, answered=True, company=company)

    (found,) = store.questions(now() - WITHIN)
    assert (found.text, found.company) == ("does John Lewis repair what [name] bought?", company)
    assert store.rephrased(now() - WITHIN) == [("first", True)]


def test_latest_that_stayed_open_is_meant(store: Store) -> None:
    """One that was answered is none, unless it did not help; neither is one of too long ago."""
    for text, answer, status, minutes in (
        ("parrots?", "old", "not_covered", 40),
        ("parrots?", "first", "uncertain", 9),
        ("parrots?", "second", "not_covered", 5),
        ("parrots?", "done", "answered", 1),
        ("yachts?", "poor", "answered", 3),
        ("late?", "late", "not_covered", 40),
    ):
        store.log_question(_logged(text, answer, cast(Status, status), minutes))
    since = now() - WITHIN
    for text in ("parrots?", "yachts?", "late?"):
        store.rephrase(text, since, answered=False)
    assert store.rephrased(since) == [("second", False)]

    store.save_feedback(Feedback("poor", "x", helpful=False))
    store.rephrase("yachts?", since, answered=True)

    assert dict(store.rephrased(since)) == {"second": False, "poor": True}
    assert store.forget_before(now() + timedelta(1)) == 9
    assert store.rephrased(since) == []
