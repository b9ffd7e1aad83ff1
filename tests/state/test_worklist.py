import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from qabot.errors import StoreUnavailable
from qabot.state.database import new_engine
from qabot.state.installations import STATES_LAST, Installations, OAuthStates, Owner
from qabot.state.migrate import SCHEMA, VERSION_TABLE
from qabot.state.store import Store
from qabot.state.stored import Feedback, LoggedQuestion, SlackSettings, Work, now
from qabot.state.threads import THREADS_LAST, Threads
from qabot.state.worklist import ATTEMPTS, DIGEST, DIGESTS_KEPT, KEYS_KEPT, Worklist
from qabot.state.workspaces import Workspaces
from tests.support.databases import Place

ROOT = Path(__file__).resolve().parents[2]
MENTION = Work("T1", "mention", {"question": "May I return a lamp?"}, "Ev1", "C1", "1700.0001")


@dataclass
class Clock:
    """A clock that the test turns."""

    at: datetime = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.at

    def turn(self, span: timedelta) -> None:
        """Let time pass."""
        self.at += span


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def replica(store: Store, clock: Clock) -> Worklist:
    """Return the worklist of a replica."""
    return Worklist(store.engine, clock=clock)


@pytest.fixture
def other(store: Store, clock: Clock) -> Worklist:
    """Return the worklist of another replica of the same service."""
    return Worklist(store.engine, clock=clock)


def _message(number: int, **changed: object) -> Work:
    work = Work("T1", "dm", {"question": f"Question {number}?"}, f"Ev{number}", "D1", f"{number}.0")
    return replace(work, **changed)  # type: ignore[arg-type]


def test_work_is_taken_on_once(replica: Worklist, other: Worklist) -> None:
    """An event is known again, and so is a message of which Slack sends another event."""
    assert replica.take_on(MENTION)
    assert not replica.take_on(_message(1, channel="C9", ts="9.9"))
    assert not other.take_on(_message(2, channel="C1", ts="1700.0001"))
    assert not other.take_on(replace(_message(3), id=MENTION.id))

    assert other.take_on(_message(1, team="T2"))
    assert other.take_on(_message(2, channel="C1"))
    assert other.take_on(_message(3, ts="1700.0001"))


def test_work_without_event_or_message_is_new(replica: Worklist) -> None:
    """What has no event id or belongs to no message is never taken for something else."""
    for _ in range(2):
        assert replica.take_on(_message(1, event_id=None, channel=None, ts=None))
        assert replica.take_on(Work("T1", "button", {}, channel="C1"))
    assert replica.take_on(_message(1, channel=None, ts=None))
    assert replica.take_on(_message(1, event_id=None))


def test_threads_that_take_on_the_same_agree(store: Store) -> None:
    """Of many deliveries at the same moment exactly one is taken on."""

    def deliver(number: int) -> bool:
        return Worklist(store.engine).take_on(_message(number % 10))

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(deliver, range(80)))

    assert sum(taken) == 10


def _at_once(address: str, script: str, count: int = 4) -> list[str]:
    """Return what processes print that start to work on a store at the same moment."""
    prelude = (
        "import json, sys\n"
        "from qabot.state.stored import Work\n"
        "from qabot.state.store import Store\n"
        "from qabot.state.worklist import Worklist\n"
        "store = Store.open(sys.argv[1])\n"
        "worklist, number = Worklist(store.engine), int(sys.argv[2])\n"
        "print(flush=True)\n"
        "sys.stdin.readline()\n"
    )
    start = [sys.executable, "-W", "error", "-c", f"{prelude}{script}", address]
    processes = [
        Popen([*start, str(number)], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True)
        for number in range(count)
    ]
    for process in processes:
        assert process.stdout
        process.stdout.readline()
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    printed = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return printed


_TAKE_ON = """
for n in range(30):
    event = f"Ev{n}" if n % 2 else f"Ev{n}-{number}"  # every other message has an event for each
    if worklist.take_on(Work("T1", "mention", {}, event, "C1", f"{n}.0")):
        print(n)
"""


def test_processes_that_take_on_the_same_agree(place: Place) -> None:
    """Replicas that are sent the same messages at once take each on exactly once."""
    printed = _at_once(place.address, _TAKE_ON)

    assert sorted(map(int, " ".join(printed).split())) == list(range(30))


_TAKE_UP = """
while found := worklist.take_up(at_most=3):
    print(*(work.payload["question"] for work in found), flush=True)
    for work in found:
        assert worklist.posting(work)
        worklist.finish(work)
"""


def test_processes_take_up_what_another_left(place: Place, store: Store) -> None:
    """Work that a lost replica held is taken up by exactly one of many."""
    lost = Worklist(store.engine)
    for number in range(40):
        assert lost.take_on(_message(number, payload={"question": number}))
    lost.release()

    printed = _at_once(place.address, _TAKE_UP)

    assert sorted(map(int, " ".join(printed).split())) == list(range(40))


def test_killed_process_leaves_its_work_to_others(place: Place) -> None:
    """A process that is killed at work loses none: when its lease is over, another gets all."""
    script = (
        "import sys; from datetime import timedelta\n"
        "from qabot.state.stored import Work\n"
        "from qabot.state.store import Store\n"
        "from qabot.state.worklist import Worklist\n"
        "worklist = Worklist(Store.open(sys.argv[1]).engine, lease=timedelta(seconds=30))\n"
        "for n in (1, 2):\n"
        "    work = Work('T1', 'dm', {'question': n}, f'Ev{n}')\n"
        "    assert worklist.take_on(work)\n"
        "assert worklist.posting(work)\n"
        "print(flush=True)\n"
        "sys.stdin.readline()\n"
    )
    run = [sys.executable, "-c", script, place.address]
    with Popen(run, cwd=ROOT, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()
    assert process.returncode == -signal.SIGKILL

    with closing(Store.open(place.address)) as store:
        now = datetime.now(UTC)
        soon = Worklist(store.engine, clock=lambda: now + timedelta(seconds=15))
        later = Worklist(store.engine, clock=lambda: now + timedelta(seconds=31))
        assert soon.take_up(9) == []
        left = later.take_up(9)

    assert [(work.payload["question"], work.posting) for work in left] == [(1, False), (2, True)]


def test_work_taken_up_is_as_it_was(replica: Worklist, other: Worklist, clock: Clock) -> None:
    """Work is held for its lease, then given to one, as it was taken on, with one attempt more."""
    odd = replace(MENTION, payload={"question": "Où ? \0 😀", "k": 3, "at": {"ts": None, "x": [1]}})
    kept = {**odd.payload, "question": "Où ? \ufffd 😀"}
    assert replica.take_on(odd)
    clock.turn(replica.lease - timedelta(seconds=1))
    assert other.take_up(9) == []

    clock.turn(timedelta(seconds=1))

    assert other.take_up(9) == [replace(odd, payload=kept, attempts=2)]
    assert replica.take_up(9) == []
    assert other.take_up(9) == []


def test_oldest_work_is_taken_up_first(replica: Worklist, clock: Clock) -> None:
    """As much is taken up as was asked for, and who waits longest comes first."""
    works = [_message(n, taken=clock() - timedelta(seconds=n)) for n in (3, 1, 4, 2)]
    for work in works:
        assert replica.take_on(work)
    replica.release()

    assert [work.ts for work in replica.take_up(3)] == ["4.0", "3.0", "2.0"]
    assert [work.ts for work in replica.take_up(3)] == ["1.0"]


def test_renewed_work_stays_where_it_is(replica: Worklist, other: Worklist, clock: Clock) -> None:
    """A replica goes on holding what it renews, and nothing that another has taken up since."""
    slow, stuck = _message(1), _message(2)
    assert replica.take_on(slow)
    assert replica.take_on(stuck)
    for _ in range(3):
        clock.turn(replica.lease / 2)
        replica.renew([slow])
    taken_up = other.take_up(9)
    assert [work.id for work in taken_up] == [stuck.id]

    clock.turn(replica.lease)
    replica.renew([stuck])
    replica.renew([])

    assert {work.id for work in replica.take_up(9)} == {slow.id, stuck.id}


def test_released_work_is_taken_up_at_once(replica: Worklist, other: Worklist) -> None:
    """A replica that stops leaves its unfinished work to others, and theirs alone."""
    mine, done, theirs = _message(1), _message(2), _message(3)
    assert replica.take_on(mine)
    assert replica.take_on(done)
    assert other.take_on(theirs)
    replica.finish(done)

    replica.release()

    assert [work.id for work in other.take_up(9)] == [mine.id]


def test_finished_work_is_over(replica: Worklist, store: Store, clock: Clock) -> None:
    """What is done is never taken up, leaves nothing of what was asked, and stays known."""
    assert replica.take_on(MENTION)
    replica.finish(MENTION)
    replica.finish(MENTION)
    replica.renew([MENTION])
    replica.release()
    clock.turn(timedelta(hours=1))

    assert replica.take_up(9) == []
    assert not replica.posting(MENTION)
    assert not replica.take_on(replace(MENTION, id="another"))
    with store.engine.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM qabot_slack_work")).mappings()
    assert row["payload"] is None
    assert "lamp" not in str(row)


def test_latest_attempt_alone_may_post(replica: Worklist, other: Worklist, clock: Clock) -> None:
    """A replica that was too slow is told not to post, even if the other one has not yet."""
    assert replica.take_on(MENTION)
    clock.turn(replica.lease)
    (taken_up,) = other.take_up(9)

    assert not taken_up.posting
    assert not replica.posting(MENTION)
    assert other.posting(taken_up)
    assert other.posting(taken_up)
    assert not replica.posting(MENTION)


def test_attempt_that_got_to_posting_is_told(
    replica: Worklist, other: Worklist, clock: Clock
) -> None:
    """Who takes work up learns that its reply may be out already; posting starts the lease anew."""
    assert replica.take_on(MENTION)
    clock.turn(replica.lease / 2)
    assert replica.posting(MENTION)
    clock.turn(replica.lease / 2)
    assert other.take_up(9) == []

    clock.turn(replica.lease / 2)

    (first,) = other.take_up(9)
    assert first == replace(MENTION, attempts=2, posting=True)
    other.release()
    (second,) = replica.take_up(9)
    assert second == replace(MENTION, attempts=3, posting=True)


def test_digest_is_known_while_it_is_due(replica: Worklist, clock: Clock) -> None:
    """Two weeks after it was posted, when another has long been due, and not for ever."""
    digest = Work("", DIGEST, {"channel": "C1"}, taken=clock())
    assert replica.take_on(digest)
    replica.finish(digest)
    clock.turn(DIGESTS_KEPT - timedelta(seconds=1))
    replica.forget_old()
    assert not replica.take_on(digest)

    clock.turn(timedelta(seconds=1))
    replica.forget_old()

    assert replica.take_on(digest)


def test_work_that_is_put_back_is_new(replica: Worklist, other: Worklist, clock: Clock) -> None:
    """By whoever has its latest attempt, and only while it is not done."""
    assert replica.take_on(MENTION)
    clock.turn(replica.lease)
    (latest,) = other.take_up(9)
    replica.put_back(MENTION)
    assert not replica.take_on(MENTION)

    other.put_back(latest)
    assert replica.take_on(MENTION)
    replica.finish(MENTION)
    replica.put_back(MENTION)

    assert not other.take_on(MENTION)


def test_attempts_are_counted_until_it_is_done(replica: Worklist, clock: Clock) -> None:
    """Work that fails each time is told by its attempts, and is given until somebody ends it."""
    assert replica.take_on(MENTION)
    attempts = []
    for _ in range(ATTEMPTS + 1):
        clock.turn(replica.lease)
        (work,) = replica.take_up(9)
        attempts.append(work.attempts)
    assert attempts == [2, 3, 4, 5]

    replica.finish(work)

    clock.turn(replica.lease)
    assert replica.take_up(9) == []


def test_done_work_is_forgotten_after_a_day(replica: Worklist, clock: Clock) -> None:
    """What was done is known for a day and no longer; what is not done is kept however old."""
    done, undone = (_message(number, taken=clock()) for number in (1, 2))
    assert replica.take_on(done)
    assert replica.take_on(undone)
    replica.finish(done)

    clock.turn(KEYS_KEPT - timedelta(seconds=1))
    replica.forget_old()
    assert not replica.take_on(replace(done, id="again"))
    clock.turn(timedelta(seconds=1))
    replica.forget_old()

    assert replica.take_on(replace(done, id="again"))
    assert not replica.take_on(replace(undone, id="once more"))


@dataclass
class Replica:
    """A replica as the bot runs it, which may be stopped between any two of its steps."""

    worklist: Worklist
    slack: Counter[str]  # replies that are out, by the work they belong to
    begun: list[Work] = field(default_factory=list)
    may_post: dict[str, datetime] = field(default_factory=dict)  # until when
    posted: set[str] = field(default_factory=set)

    def deliver(self, work: Work) -> None:
        """Receive an event."""
        if self.worklist.take_on(work):
            self.begun.append(work)

    def take_up(self) -> None:
        """Look for work that nobody holds."""
        self.begun += self.worklist.take_up(at_most=9)

    def die(self) -> None:
        """Forget everything, as a process that is killed does."""
        self.begun, self.may_post, self.posted = [], {}, set()

    def go_on(self) -> None:
        """Take the next step with the work begun last: ask to post, post, let go."""
        for work in self.begun[-1:]:
            if work.id in self.posted:
                self.worklist.finish(work)
                self.begun.remove(work)
            elif work.id in self.may_post:
                self.post(work)
            elif self.worklist.posting(work):
                self.may_post[work.id] = self.worklist.clock() + self.worklist.lease
            else:
                self.begun.remove(work)

    def post(self, work: Work) -> None:
        """Post the reply, unless it is out already; a call to Slack ends within the lease."""
        if self.worklist.clock() < self.may_post.pop(work.id):
            if not (work.posting and self.slack[work.id]):
                self.slack[work.id] += 1
            self.posted.add(work.id)


_STEPS = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["deliver", "take_up", "go_on", "go_on", "die", "wait", "wait"]),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store that examples of one property share."""
    with closing(Store.open(f"sqlite:///{tmp_path_factory.mktemp('shared')}/state.sqlite")) as it:
        yield it


_SLOW = [(0, "wait"), (0, "wait"), (1, "take_up"), (0, "go_on"), (1, "go_on")]
_POSTING = [(0, "wait"), (0, "go_on"), (0, "wait"), (1, "take_up"), (1, "go_on"), (1, "go_on")]


@example([*_SLOW, (0, "go_on"), (1, "go_on")])
@example([*_POSTING, (0, "go_on")])
@given(steps=st.lists(_STEPS, max_size=16))
def test_every_question_has_one_reply(shared: Store, steps: list[tuple[int, str]]) -> None:
    """Whatever replicas do and wherever they die, a question has one reply in the end."""
    clock, slack = Clock(), Counter[str]()
    replicas = [Replica(Worklist(shared.engine, clock=clock), slack) for _ in range(2)]
    question = _message(1, team=uuid4().hex, channel=uuid4().hex)
    for number, step in [(0, "deliver"), *steps]:
        if step == "wait":
            clock.turn(replicas[0].worklist.lease / 2)
        elif step == "deliver":
            replicas[number].deliver(replace(question, id=uuid4().hex))
        else:
            getattr(replicas[number], step)()

    for replica in replicas:
        replica.die()
    clock.turn(replicas[0].worklist.lease)
    replicas[0].take_up()
    while replicas[0].begun:
        replicas[0].go_on()

    assert list(slack.values()) == [1]


def test_thread_is_ours_for_a_while(store: Store, clock: Clock) -> None:
    """A thread is known where the bot answered in it, until a month after its last answer."""
    threads = Threads(store.engine, clock)
    threads.answered("T1", "C1", "1.0")

    assert threads.is_ours("T1", "C1", "1.0")
    for elsewhere in (("T2", "C1", "1.0"), ("T1", "C2", "1.0"), ("T1", "C1", "1.1")):
        assert not threads.is_ours(*elsewhere)

    clock.turn(THREADS_LAST / 2)
    threads.answered("T1", "C1", "1.0")
    clock.turn(THREADS_LAST - timedelta(seconds=1))
    threads.forget_old()
    assert threads.is_ours("T1", "C1", "1.0")
    clock.turn(timedelta(seconds=1))
    assert not threads.is_ours("T1", "C1", "1.0")


def test_old_threads_are_forgotten(store: Store, clock: Clock) -> None:
    """What is no longer known of is no longer kept either."""
    threads = Threads(store.engine, clock)
    threads.answered("T1", "C1", "1.0")
    clock.turn(THREADS_LAST)
    threads.answered("T1", "C1", "2.0")

    threads.forget_old()

    with store.engine.connect() as connection:
        kept = connection.execute(text("SELECT thread_ts FROM qabot_slack_threads")).scalars()
        assert list(kept) == ["2.0"]


def test_settings_are_a_workspaces_own(store: Store) -> None:
    """A workspace has the defaults until it chooses, then what it chose last, as a whole."""
    workspaces = Workspaces(store.engine)
    first = SlackSettings(
        "Larkfield Telecom", {"C1": "Harbour Broadband"}, "S0HUMANS", frozenset({"C1", "C2"})
    )
    last = SlackSettings(channel_companies={"C2": "Larkfield Telecom"})

    assert workspaces.settings("T1") == SlackSettings(None, {}, None, frozenset())
    workspaces.choose("T1", first)
    assert workspaces.settings("T1") == first
    workspaces.choose("T1", last)
    workspaces.choose("T2", first)

    assert workspaces.settings("T1") == last
    assert workspaces.settings("T2") == first
    assert workspaces.settings("T3") == SlackSettings()


def test_settings_chosen_at_once_are_one_choice(store: Store) -> None:
    """Of settings chosen at the same moment one stays, unmixed."""
    workspaces = Workspaces(store.engine)
    choices = [SlackSettings(f"Company {n}", {"C1": f"Company {n}"}, f"S{n}") for n in range(30)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda chosen: workspaces.choose("T1", chosen), choices))

    assert workspaces.settings("T1") in choices


def test_state_of_an_installation_counts_once(store: Store, clock: Clock) -> None:
    """A state that was issued is taken once, in time; whatever else is shown is refused."""
    states = OAuthStates(store.engine, clock)
    shown, late = states.issue(), states.issue()
    assert shown != late

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(states.consume, [shown] * 20))
    assert sum(taken) == 1
    assert not states.consume(shown[:-1])
    assert not states.consume("")
    clock.turn(STATES_LAST)

    assert not states.consume(late)
    states.issue()
    with store.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM qabot_slack_states")) == 1


def test_state_in_the_files_lets_nobody_in(tmp_path: Path) -> None:
    """Who reads the files learns no state that could be shown."""
    with closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store:
        states = OAuthStates(store.engine)
        issued = states.issue()
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())

        assert issued.encode() not in stored
        assert states.consume(issued)


def test_slack_tables_are_added_to_a_store_in_use(place: Place) -> None:
    """A store that the first release wrote opens with all that is in it, at the newest step."""
    engine = new_engine(place.address)
    config = Config()
    config.set_main_option("script_location", "qabot.state:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    before = Store(engine)
    key, token = before.add_key("server", "Ticket system")
    before.save_feedback(feedback := Feedback("answer", "asker", helpful=True, comment="Clear."))
    before.log_question(
        question := LoggedQuestion("answer", "Why?", None, None, "answered", "build")
    )
    secret = before.secret("links")
    assert "qabot_slack_work" not in inspect(engine).get_table_names()
    before.close()

    with closing(Store.open(place.address)) as store:
        assert store.find_key(token) == key
        assert store.feedback() == [feedback]
        assert store.questions() == [question]
        assert store.secret("links") == secret
        assert Worklist(store.engine).take_on(MENTION)
        with store.engine.connect() as connection:
            step = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        assert step == SCHEMA


def _calls(store: Store) -> Sequence[Callable[[], object]]:
    worklist, threads = Worklist(store.engine), Threads(store.engine)
    workspaces, states = Workspaces(store.engine), OAuthStates(store.engine)
    installations, owner = Installations(store.engine, "app"), Owner("", "T1")
    return (
        lambda: worklist.take_on(MENTION),
        lambda: worklist.take_up(1),
        lambda: worklist.renew([MENTION]),
        lambda: worklist.posting(MENTION),
        lambda: worklist.finish(MENTION),
        worklist.release,
        worklist.forget_old,
        lambda: threads.answered("T1", "C1", "1.0"),
        lambda: threads.is_ours("T1", "C1", "1.0"),
        threads.forget_old,
        lambda: workspaces.settings("T1"),
        lambda: workspaces.choose("T1", SlackSettings()),
        lambda: installations.find(owner),
        lambda: installations.newest_of_users(owner),
        lambda: installations.save([(owner, now(), b"")]),
        lambda: installations.delete(owner),
        lambda: installations.delete_of_users(owner),
        lambda: installations.encrypt_anew(bytes),
        states.issue,
        lambda: states.consume("state"),
    )


def test_lost_database_is_told_by_every_call(store: Store, place: Place) -> None:
    """When the database is lost, each call of the Slack bot says so in a sentence."""
    store.keys()
    place.lose()

    for call in _calls(store):
        with pytest.raises(StoreUnavailable, match=r"^The state store \S+.* cannot be .*\.$"):
            call()
