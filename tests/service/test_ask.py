from asyncio import gather, run, sleep
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qabot.records import AskedQuestion
from qabot.service.ask import Questions, TooManyQuestions
from qabot.service.page_links import OwnPages
from qabot.settings import Settings
from qabot.state.store import Store
from qabot.state.stored import Feedback, now
from tests.support.serving import MoodyEncoder, live_bot

REFUND = "When is the whole price refunded?"
HARBOUR, PINECREST = "Harbour Broadband", "Pinecrest Mobile"
PAGES = OwnPages("https://answers.example", b"secret")


@pytest.fixture
def encoder() -> MoodyEncoder:
    """Return an encoder that thinks about "eternity" until it is told to go on."""
    return MoodyEncoder()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open a store."""
    with closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store:
        yield store


@pytest.fixture
def questions(tmp_path: Path, store: Store, encoder: MoodyEncoder) -> Iterator[Questions]:
    """Take two questions at once about a small corpus of two companies, and log them."""
    settings = Settings(in_flight=2, log_questions=True)
    with closing(Questions(live_bot(tmp_path, encoder), store, settings)) as questions:
        yield questions


def counted(questions: Questions) -> float:
    """Return how many answers were counted."""
    lines = questions.metrics.exposition().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("qabot_answers_total"))


def test_answer_is_of_the_build_and_day_that_it_was_put_to(questions: Questions) -> None:
    """What is known of a question before it is asked is what its answer has."""
    put = questions.put(AskedQuestion(REFUND, company=HARBOUR))
    answer = run(questions.answer(put, None))

    assert answer.id == put.id
    assert put.build == questions.live.bot.index.manifest.id
    said = questions.live.bot.ask(AskedQuestion(REFUND, company=HARBOUR), today=put.today)
    assert replace(answer, stages_ms={}) == replace(said, stages_ms={})


def test_answer_looked_at_again_is_no_new_question(questions: Questions, store: Store) -> None:
    """A question is counted and logged each time it is asked, not when its answer is shown anew."""
    put = questions.put(AskedQuestion(REFUND, company=HARBOUR))
    for is_new in (True, False, True):
        run(questions.answer(put, None, is_new=is_new))

    questions.close()  # the log is written beside the answers
    assert counted(questions) == 2
    assert [one.answer for one in store.questions()] == [put.id] * 2
    summary = questions.summary(put.id)
    assert summary is not None and summary["build"] == put.build


@pytest.mark.parametrize(
    ("question", "company", "expected"),
    [
        (REFUND, None, PINECREST),
        (REFUND, HARBOUR, HARBOUR),
        (f"What does {HARBOUR} refund?", None, None),
    ],
)
def test_company_of_the_channel_is_for_who_names_none(
    questions: Questions, question: str, company: str | None, expected: str | None
) -> None:
    """The company set for where a question is asked counts where nothing else names one."""
    put = questions.put(AskedQuestion(question, company=company), unless_named=PINECREST)

    assert put.asked.company == expected


def test_follow_up_is_about_the_company_that_was_named_before(questions: Questions) -> None:
    """Who named another company than the channel's goes on asking about that one."""
    before = (f"What does {HARBOUR} refund?",)
    going_on = questions.put(AskedQuestion("and in 2023?", context=before), unless_named=PINECREST)
    new = questions.put(
        AskedQuestion("Do you set cookies?", context=before), unless_named=PINECREST
    )

    assert run(questions.answer(going_on, None)).scope.company == HARBOUR
    assert new.asked.company == PINECREST


def test_too_many_questions_are_turned_away(questions: Questions, encoder: MoodyEncoder) -> None:
    """Beyond the places there are a question is refused, and remembered ones need no place."""
    known = questions.put(AskedQuestion(REFUND, company=HARBOUR))
    slow = [questions.put(AskedQuestion(f"eternity {number}")) for number in range(2)]

    async def ask() -> None:
        await questions.answer(known, None)
        waiting = gather(*(questions.answer(one, None) for one in slow))
        await sleep(0)  # both take their places
        try:
            with pytest.raises(TooManyQuestions, match="Too many questions at once; ask again"):
                await questions.answer(questions.put(AskedQuestion("And a router?")), None)
            await questions.answer(known, None)
        finally:
            encoder.go_on.set()
            await waiting

    run(ask())


def test_citations_without_address_are_linked(questions: Questions) -> None:
    """Whoever asks is given links to the service's own pages, at the address they know."""
    put = questions.put(AskedQuestion("How long are call records kept?", company=PINECREST))
    linked = run(questions.answer(put, PAGES))
    plain = run(questions.answer(put, None))

    assert [one.url for one in plain.citations] == [None] * len(plain.citations)
    assert linked.citations
    assert all(str(one.url).startswith("https://answers.example/v1/") for one in linked.citations)


def test_parts_of_a_message_are_logged_each(questions: Questions, store: Store) -> None:
    """Each is a question of its own, as it was read; what is none is not kept."""
    message = f"1) {REFUND} 2) How long are call records kept? 3) And who wants cheese?"

    run(questions.answer(questions.put(AskedQuestion(message, company=HARBOUR)), None))
    run(questions.answer(questions.put(AskedQuestion("thanks!")), None))
    questions.close()

    kept = store.questions()
    assert [one.text for one in kept] == [
        REFUND,
        "How long are call records kept?",
        "And who wants cheese?",
    ]
    assert {one.company for one in kept} == {HARBOUR}


def test_what_is_older_than_is_kept_is_deleted(tmp_path: Path, store: Store) -> None:
    """A service deletes it when it begins, also where no questions are kept."""
    store.save_feedback(Feedback("a", "x", helpful=True, said=now() - timedelta(8)))
    store.save_feedback(Feedback("b", "x", helpful=True, said=now() - timedelta(6)))

    Questions(live_bot(tmp_path, MoodyEncoder()), store, Settings(log_days=7)).close()

    assert [said.answer for said in store.feedback()] == ["b"]


@pytest.mark.parametrize(
    ("question", "context", "company"),
    [
        (REFUND, (), HARBOUR),
        ("which companies refund the whole price?", (), None),
        ("and the others?", (REFUND,), None),
        ("is the whole price sent to other companies?", (), HARBOUR),
    ],
)
def test_the_company_set_is_not_asked_alone_where_all_are(
    questions: Questions, question: str, context: tuple[str, ...], company: str | None
) -> None:
    """It is the one of a question that names none, and not of one to all."""
    put = questions.put(AskedQuestion(question, context=context), unless_named=HARBOUR)

    assert put.asked.company == company
