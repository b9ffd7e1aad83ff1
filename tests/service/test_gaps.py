import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from qabot.answering.bot import Bot
from qabot.encoder.load import load_encoder
from qabot.encoder.model_names import DEFAULT
from qabot.records import Status
from qabot.service.gaps import alike, find_gaps
from qabot.state.store import Store
from qabot.state.stored import Feedback, LoggedQuestion, now
from tests.support.fakes import build_bot, policy

PARAPHRASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "gap-paraphrases.jsonl")
    .read_text()
    .splitlines()
]
WEEK = timedelta(7)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return a bot of one company's shop rules."""
    text = "# Shops\n\nGuide dogs may come into our shops. Smoking is not allowed."
    return build_bot(
        tmp_path_factory.mktemp("gaps"), {"a.md": policy("Acme", "shops", "2024-01-01", text)}
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store with nothing in it."""
    with closing(Store.open(f"sqlite:///{tmp_path / 'state.sqlite'}")) as store:
        yield store


def ask(store: Store, text: str, status: Status = "not_covered", *, days: int = 0) -> str:
    """Log a question that was asked so many days ago; return the answer's id."""
    answer = f"{crc32((text + status).encode()):016x}"
    asked = now() - timedelta(days)
    store.log_question(LoggedQuestion(answer, text, "Acme", None, status, "build", asked))
    return answer


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_paraphrases_are_grouped(exports: Path, name: str) -> None:
    """Fifty ways to ask five things make at most seven groups, none of two things."""
    rows = [row for row in PARAPHRASES if row["set"] == name]
    assert len(rows) == 50
    encoder = load_encoder(DEFAULT, exports)
    vectors = np.array([encoder.encode_query(row["question"]) for row in rows])

    groups = alike(vectors)

    assert len(set(groups)) <= 7
    assert len({(group, row["gap"]) for group, row in zip(groups, rows, strict=True)}) == len(
        set(groups)
    )


def test_few_questions_of_several_things_stay_apart(exports: Path) -> None:
    """What is like nothing else joins no small group, however near it is by comparison."""
    encoder = load_encoder(DEFAULT, exports)
    asked = [
        "Can I bring my own router?",
        "Do you sell phones?",
        "Do you sell yachts and boats?",
        "Can I buy a boat from you?",
        "Is there a discount for pensioners?",
        "Do seniors pay less?",
    ]
    groups = alike(np.array([encoder.encode_query(one) for one in asked]))

    assert groups.count(groups[0]) == 1
    assert groups[2] == groups[3] != groups[4] == groups[5]


def test_what_was_answered_is_no_gap(store: Store, bot: Bot) -> None:
    """Counted are what stayed open and what did not help, of the days asked about."""
    ask(store, "May my parrot come in?")
    ask(store, "May my parrot come in?")
    ask(store, "parrot may come in?", "uncertain")
    ask(store, "Is smoking allowed?", "answered")
    poor = ask(store, "Are guide dogs welcome here?", "answered")
    ask(store, "Do you sell yachts?", days=30)
    store.save_feedback(Feedback(poor, "someone", helpful=False))
    store.hand_over(poor)
    store.hand_over(poor)

    parrot, dogs = find_gaps(store, bot, now() - WEEK)

    assert (parrot.count, parrot.not_covered, parrot.uncertain) == (3, 2, 1)
    assert parrot.wordings == ("May my parrot come in?", "parrot may come in?")
    assert parrot.company == "Acme"
    assert parrot.nearest and parrot.nearest.policy == "acme/shops"
    assert (dogs.count, dogs.unhelpful, dogs.handed_over) == (1, 1, 2)
    assert parrot.handed_over == 0
    assert find_gaps(store, bot, now() - WEEK, "Birch") == []


def test_nearest_is_looked_for_where_it_is_shown(store: Store, bot: Bot) -> None:
    """It takes most of the time of many gaps: those outside of the slice have none."""
    for text in ("May parrots come in?", "Who won the cup?", "Is there a sauna?"):
        store.log_question(LoggedQuestion("a" * 16, text, "Acme", None, "not_covered", "b"))

    every = find_gaps(store, bot, now() - WEEK)
    second = find_gaps(store, bot, now() - WEEK, looked_at=slice(1, 2))

    assert [one.wordings for one in second] == [one.wordings for one in every]
    assert [one.nearest for one in second] == [None, every[1].nearest, None]


def test_only_company_there_is_need_not_be_named(store: Store, bot: Bot) -> None:
    """Where there is one, whoever names none asks the same as who names it."""
    for company in ("Acme", None):
        store.log_question(LoggedQuestion("a", "Any yachts?", company, None, "not_covered", "b"))

    (gap,) = find_gaps(store, bot, now() - WEEK, "ACME")

    assert (gap.company, gap.count) == ("Acme", 2)


@pytest.mark.parametrize("texts", [[], ["one"], ["one", "two"]])
def test_few_questions_are_grouped(bot: Bot, texts: Sequence[str]) -> None:
    """None, one, and two that are not alike."""
    assert len(set(alike(bot.vectors(texts)))) == len(texts)


def test_what_is_too_old_is_forgotten(store: Store) -> None:
    """Questions, feedback and handovers of before a moment are deleted, later ones stay."""
    ask(store, "old", days=100)
    ask(store, "new", days=10)
    store.save_feedback(Feedback("a", "x", helpful=True, said=now() - timedelta(100)))
    store.save_feedback(Feedback("b", "x", helpful=True))
    store.hand_over("a")

    assert store.forget_before(now() - timedelta(90)) == 2

    assert [one.text for one in store.questions()] == ["new"]
    assert [one.answer for one in store.feedback()] == ["b"]
    assert store.handed_over(now() - WEEK) == ["a"]
    assert store.questions(now() - WEEK) == []
