"""The weekly digest: what it says, and that it is posted once."""

from asyncio import gather, run, sleep, timeout
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from qabot.errors import BadInput
from qabot.records import Status
from qabot.service.ask import Questions
from qabot.service.gaps import Gap
from qabot.service.live import LiveBot
from qabot.slack.app import SlackBot, create_slack
from qabot.slack.views.digest import Digest, digest_message
from qabot.slack.views.message import variants
from qabot.slack.views.text_limits import BLOCKS, size
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion
from qabot.state.tables import slack_work
from qabot.state.worklist import ATTEMPTS, Worklist
from tests.slack.checks import faults, nodes, refused_by_types
from tests.slack.double import Double, Reply, refused
from tests.slack.logs import logged
from tests.slack.made import CITATION
from tests.slack.ours import settings_for
from tests.support.databases import Place
from tests.support.serving import live_bot

CHANNEL = "C0OWNERS"
POST = "chat.postMessage"
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
MORNING = MONDAY + timedelta(hours=8)
WEEK = timedelta(7)


@dataclass
class Clock:
    """A clock that the test sets."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.at


@dataclass(frozen=True)
class Replicas:
    """Several processes of one bot, which share a store and a clock."""

    bots: Sequence[SlackBot]
    store: Store
    clock: Clock

    def look(self, until: Callable[[], bool] = lambda: True) -> None:
        """Let each of them look at once what is due, and finish what it began until then."""

        async def look() -> None:
            async with timeout(60), AsyncExitStack() as running:
                for bot in self.bots:
                    await running.enter_async_context(bot.worker)
                await gather(*(bot.worker.take_due() for bot in self.bots))
                while not until():
                    await sleep(0.01)

        run(look())


Running = Callable[..., Replicas]


@pytest.fixture
def running(tmp_path: Path, moody: Double) -> Iterator[Running]:
    """Return what makes replicas with these settings, all of one place for a store."""
    live = live_bot(tmp_path)
    with ExitStack() as stack:

        def make(count: int = 2, address: str = "", **more: object) -> Replicas:
            clock = Clock()
            address = address or f"sqlite:///{tmp_path}/state.sqlite"
            made = [
                stack.enter_context(_replica(live, address, moody, clock, more))
                for _ in range(count)
            ]
            return Replicas([bot for bot, _ in made], made[0][1], clock)

        yield make


@contextmanager
def _replica(
    live: LiveBot, address: str, slack: Double, clock: Clock, more: dict[str, Any]
) -> Iterator[tuple[SlackBot, Store]]:
    known = {"slack_digest_channel": CHANNEL, "log_questions": True}
    settings = settings_for(slack.api, **(known | more))
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store.open(address)))
        questions = stack.enter_context(closing(Questions(live, store, settings)))
        yield create_slack(questions, store, settings, clock=clock), store


def log(store: Store, text: str, at: datetime, status: Status = "not_covered") -> None:
    """Log a question as asked at a moment."""
    store.log_question(LoggedQuestion("a" * 16, text, "Pinecrest Mobile", None, status, "b", at))


def text_of(posted: dict[str, Any]) -> str:
    """Return all that is written in a message's blocks."""
    texts = (node.get("text") for node in nodes(posted["blocks"]))
    return "\n".join(text for text in texts if isinstance(text, str))


def test_two_replicas_post_a_week_once(place: Place, running: Running, moody: Double) -> None:
    """Both look at once, and again: the week's digest is there once, the next week's too."""
    replicas = running(address=place.address)
    log(replicas.store, "May my parrot travel?", MORNING - timedelta(1))
    log(replicas.store, "May my parrot travel?", MORNING)
    replicas.look()
    replicas.look()
    (first,) = moody.accepted(POST)

    replicas.clock.at = MORNING + WEEK - timedelta(microseconds=1)
    replicas.look()
    assert moody.accepted(POST) == [first]
    replicas.clock.at = MORNING + WEEK
    replicas.look()
    replicas.look()

    first, second = moody.accepted(POST)
    assert first["channel"] == second["channel"] == CHANNEL
    assert first["client_msg_id"] != second["client_msg_id"]
    assert "What nobody answered, 16 to 22 November 2026" in text_of(first)
    assert "What nobody answered, 23 to 29 November 2026" in text_of(second)
    for posted in (first, second):
        assert "1 of 1 question got no answer" in text_of(posted)
        assert "1 time: \nMay my parrot travel?" in text_of(posted)


def test_another_process_knows_what_was_posted(running: Running, moody: Double) -> None:
    """A process that starts on another day of the week posts nothing anew, two weeks long."""
    running(1).look()
    (posted,) = moody.accepted(POST)
    later = running(1)
    for days in (1, 6):
        later.clock.at = MORNING + timedelta(days)
        later.look()
    far = Worklist(later.store.engine, clock=lambda: datetime.now(UTC) + timedelta(14))
    far.forget_old()
    later.look()

    assert moody.accepted(POST) == [posted]


def test_nothing_is_due_before_monday_morning(running: Running, moody: Double) -> None:
    """In the night to Monday nobody is told anything; a bot that starts on Thursday is late."""
    replicas = running()
    for at in (MONDAY, MORNING - timedelta(seconds=1)):
        replicas.clock.at = at
        replicas.look()
    assert moody.accepted(POST) == []

    replicas.clock.at = MORNING + timedelta(3)
    replicas.look()

    (posted,) = moody.accepted(POST)
    assert "16 to 22 November 2026: nobody asked anything." in text_of(posted)


def test_week_ends_on_sunday(running: Running, moody: Double) -> None:
    """The last question of Sunday counts, the first of Monday and that before it do not."""
    replicas = running(1)
    instant = timedelta(microseconds=1)
    log(replicas.store, "Too early?", MONDAY - WEEK - instant)
    log(replicas.store, "First of the week?", MONDAY - WEEK)
    log(replicas.store, "Last of the week?", MONDAY - instant, "answered")
    log(replicas.store, "Too late?", MONDAY)
    replicas.look()

    (posted,) = moody.accepted(POST)
    assert "1 of 2 questions got no answer" in text_of(posted)
    assert "First of the week?" in text_of(posted) and "Too" not in text_of(posted)


@pytest.mark.parametrize(
    ("asked", "is_logged", "said"),
    [
        (1, True, "1 question was asked, and none stayed unanswered."),
        (0, True, "nobody asked anything."),
        (0, False, "questions are not kept, so nobody can tell"),
    ],
)
def test_week_without_gaps_is_a_line(
    running: Running, moody: Double, asked: int, is_logged: bool, said: str
) -> None:
    """It says why there is nothing: all was answered, nothing asked, or nothing kept."""
    replicas = running(1, log_questions=is_logged)
    for _ in range(asked):
        log(replicas.store, "Are call records kept?", MONDAY - timedelta(1), "answered")
    replicas.look()

    (posted,) = moody.accepted(POST)
    assert said in text_of(posted)
    assert len(posted["blocks"]) == 1


def test_what_names_a_person_is_masked(running: Running, moody: Double) -> None:
    """Wordings are as they are kept; the nearest passage has a link, as has the owner's page."""
    replicas = running(1)
    log(replicas.store, "Are records of 020 7946 0018 kept?", MONDAY - timedelta(1), "uncertain")
    replicas.store.hand_over("a" * 16)
    replicas.look()

    (posted,) = moody.accepted(POST)
    assert "Are records of [phone] kept?" in text_of(posted)
    assert "7946" not in str(posted)
    assert "Pinecrest Mobile · uncertain 1; then: a person asked 1" in text_of(posted)
    assert "https://answers.example/v1/versions/pinecrest-mobile/privacy" in text_of(posted)
    links = [one["url"] for one in nodes(posted["blocks"]) if one.get("type") == "link"]
    assert links == ["https://answers.example/owner/gaps?days=14"]


def works(store: Store) -> list[str]:
    """Return the state of all work that the store knows."""
    with store.engine.connect() as connection:
        return list(connection.scalars(select(slack_work.c.state)))


def test_bot_that_is_not_invited_yet(running: Running, moody: Double) -> None:
    """It is told in the log, and tried again until somebody invites the bot."""
    replicas = running(1)
    moody.next(POST, refused("not_in_channel"))
    with logged() as lines:
        replicas.look()
    assert "digest not posted" in lines() and "not_in_channel" in lines()
    assert works(replicas.store) == []

    replicas.look()

    assert len(moody.accepted(POST)) == 1
    assert works(replicas.store) == ["done"]


def _called(slack: Double, times: int) -> bool:
    return len(slack.calls) >= times


def test_slack_that_is_down_for_long(running: Running, moody: Double) -> None:
    """After its attempts a digest is due anew, and posted once Slack is back."""
    replicas = running(1)
    moody.always(POST, lambda _: refused("internal_error"))
    for attempt in range(1, ATTEMPTS + 2):
        assert len(works(replicas.store)) == (attempt > 1)
        replicas.look(partial(_called, moody, attempt))
    assert works(replicas.store) == []

    moody.always(POST, lambda _: Reply())
    replicas.look()

    assert len(moody.accepted(POST)) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"slack_digest_channel": "#policies"}, "'#policies'; set the channel's id"),
        ({"slack_client_id": "1.2", "slack_client_secret": "s"}, "for a bot of one workspace"),
    ],
)
def test_what_is_no_channel_is_refused(
    tmp_path: Path, store: Store, more: dict[str, Any], said: str
) -> None:
    """A name, and a bot that many workspaces share, are refused at the start in a sentence."""
    known = {"slack_digest_channel": CHANNEL, "slack_keys": Fernet.generate_key().decode()}
    settings = settings_for("http://127.0.0.1:9/api/", **(known | more))
    questions = Questions(live_bot(tmp_path), store, settings)
    with closing(questions), pytest.raises(BadInput, match=said):
        create_slack(questions, store, settings)


def test_without_a_channel_nothing_is_due(running: Running, moody: Double) -> None:
    """Nobody who has not asked for it gets a digest."""
    running(1, slack_digest_channel="").look()

    assert moody.accepted(POST) == []


GAP = Gap(
    company="Pinecrest Mobile",
    count=1_234,
    not_covered=1_000,
    uncertain=200,
    unhelpful=34,
    handed_over=12,
    rephrased=3,
    rephrased_answered=1,
    wordings=("May my <!channel> parrot *come*?", "@here parrots?", "& <@U012AB3CD>"),
    last=MORNING,
    nearest=CITATION,
)


def digest(*gaps: Gap, page: str | None = "https://answers.example/owner/gaps") -> Digest:
    """Return a week's digest of these gaps."""
    return Digest(date(2026, 11, 30), date(2026, 12, 6), 5_000, gaps, True, page)


@pytest.mark.parametrize(
    "gap",
    [
        GAP,
        replace(GAP, company=None, nearest=None, wordings=("One?",)),
        replace(GAP, nearest=replace(CITATION, url=None)),
        replace(GAP, nearest=replace(CITATION, url="javascript:alert(1)")),
        replace(GAP, wordings=("個人情報は何か月保存しますか" * 200,) * 3, company="會社" * 500),
        replace(GAP, nearest=replace(CITATION, url=f"https://a.example/{'x' * 5_000}")),
        replace(GAP, wordings=("👩‍👩‍👧‍👦" * 500, "\ud800 \x07", "```code``` :smile:")),
    ],
)
@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("page", [None, "https://answers.example/owner/gaps"])
def test_slack_takes_every_digest(gap: Gap, count: int, page: str | None) -> None:
    """Whatever was asked, and however much, the message is one of Slack's and pings nobody."""
    made = digest_message(digest(*[gap] * count, page=page))

    for one in variants(made):
        assert faults(one) == []
    assert size(made.blocks) <= BLOCKS
    written = str(made.blocks)
    assert "30 November 2026 to 6 December 2026" in written
    assert ("All of it: qabot gaps --days 7" in written) == (page is None)
    assert ("more. " in written) == (count == 40)


def test_slack_types_take_a_digest(tmp_path: Path) -> None:
    """The TypeScript compiler has nothing against its blocks, by Slack's own types."""
    made = [
        digest_message(digest()),
        digest_message(digest(GAP)),
        digest_message(digest(GAP, page=None)),
    ]

    assert refused_by_types([one.blocks for one in made], tmp_path) == ""


def test_what_a_gap_says() -> None:
    """How often, in which words, of whom, what people then did, and what comes closest."""
    made = digest_message(digest(GAP))
    texts = [node["text"] for node in nodes(made.blocks) if isinstance(node.get("text"), str)]

    assert texts == [
        "What nobody answered, 30 November 2026 to 6 December 2026",
        "1,234 of 5,000 questions got no answer, or one that did not help: 1 gap.",
        "1,234 times: ",
        GAP.wordings[0],
        "\n".join(GAP.wordings[1:]),
        "Pinecrest Mobile · not covered 1,000, uncertain 200, said not to help 34; then: "
        "a person asked 12, asked in other words 3 (answered 1)",
        "Nearest: Harbour Broadband: Privacy Policy · 4. Retention",
        "<https://harbour.example/privacy#:~:text=We%20keep|Read it in the policy>",
        "All of it, at the owner's page",
    ]
    assert made.text.startswith("What nobody answered, 30 November")
    assert "1,234 times: May my &lt;!channel&gt; parrot" in made.text
