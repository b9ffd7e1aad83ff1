"""Slack's deliveries to two replicas that are killed and lose their store: one reply each.

Slack is the suite's double: it knows a second message by its `client_msg_id` as Slack does, answers
late, with errors and limits, and loses responses. An event that is not taken is delivered again,
as Slack does, only sooner; who typed a command that is not taken types it again.
"""

import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from threading import Event, Lock
from time import monotonic, sleep

import httpx2

from qabot.slack.views.notices import NOT_TAKEN
from qabot.slack.work import slack_questions
from qabot.slack.work.worker import reference_of
from qabot.state.store import Store
from qabot.state.stored import Work
from qabot.state.worklist import backlog
from tests.chaos.postgresql import away
from tests.chaos.row import Row, Trial
from tests.slack.deliveries import (
    Json,
    command,
    deliver,
    delivery,
    event,
    mention,
    message,
    now,
    retry,
    shortcut,
    signed,
)
from tests.slack.double import RESPONSE, Call, Double, Reply, broken, double, ratelimited
from tests.slack.local_slack import CROWD
from tests.support.databases import running_server

LEASE = 6.0
"""Seconds that a replica holds work, in place of a minute: so much more can go wrong. It has to be
more than the store is waited for, as the minute is."""

_QUESTION = "When is the whole price refunded?"
_POST = "chat.postMessage"
_DELIVERIES = 600  # with each kind of store
_AT_ONCE = 64
_A_SECOND = 10.0
_PATIENCE = 600.0  # seconds for what only a hang or a busy machine lets take so long
_UNREAD = 2.0  # seconds after its end in which what a process sent may still be read


@dataclass(slots=True)
class Asked:
    """Something that somebody asked, and what came of it."""

    name: str  #: by which its replies are known
    payload: Json
    taken: list[float] = field(default_factory=list)  #: when it was
    by: set[str] = field(default_factory=set)  #: processes that took it
    is_refused: bool = False  #: its user was told to ask again

    @property
    def reference(self) -> str:
        """What names it in the logs."""
        if "command" in self.payload:
            work: Work | None = slack_questions.command(self.payload)
        elif "event" in self.payload:
            is_direct = self.payload["event"]["type"] == "message"
            made = slack_questions.direct if is_direct else slack_questions.mention
            work = made(self.payload)
        else:
            work = slack_questions.shortcut(self.payload)
        return reference_of(work) if work else "?"


@dataclass(slots=True)
class Replica:
    """One of the processes that share a store, and the next ones in its place."""

    command: Sequence[str | Path]
    logs: Path  #: the beginning of their names
    process: subprocess.Popen[bytes] | None = None
    address: str = ""
    number: int = 0
    killed: dict[str, float] = field(default_factory=dict)
    """Those that could not say what they had done: killed, or ended without the store, and when."""

    @property
    def name(self) -> str:
        """Which process it is now."""
        return f"{self.logs.name}-{self.number}"

    def start(self) -> None:
        """Start the next process, and wait until it listens."""
        self.number += 1
        said = self.logs.with_name(self.name)
        with said.open("wb") as output:
            self.process = subprocess.Popen(self.command, stdout=output, stderr=output)
        began = monotonic()
        while not (found := re.search(rb"at (http://\S+)", said.read_bytes())):
            if self.process.poll() is not None or monotonic() - began > _PATIENCE:
                break  # the store is away: it is started again
            sleep(0.05)
        if found:
            self.address = f"{found[1].decode()}/slack/events"
        else:
            self.end(signal.SIGKILL)

    def end(self, by: signal.Signals, *, is_parted: bool = False) -> None:
        """Kill it, or tell it to end; `is_parted`: while it can say nothing to the store."""
        if self.process:
            self.process.send_signal(by)
            self.process.wait(_PATIENCE)
            if by == signal.SIGKILL or is_parted:
                self.killed[self.name] = monotonic()
            self.process = None


@dataclass(slots=True)
class Workspace:
    """The double with its moods, and who was told what."""

    slack: Double
    random: Random
    is_moody: bool = False
    posted: dict[str, float] = field(default_factory=dict)  #: ids of messages, since when
    dropped: list[tuple[str, float, float]] = field(default_factory=list)
    """Replies that came a second time, by an id that Slack knew: which, since when, and when."""
    faults: list[tuple[float, str]] = field(default_factory=list)  #: what was done when
    lost: list[str] = field(default_factory=list)  #: names of replies whose response was lost
    lock: Lock = field(default_factory=Lock)

    def respond(self, arguments: Json) -> Reply:
        """Take a message, unless in a mood; a second one of its id is none."""
        with self.lock:
            mood = self.random.random() if self.is_moody else 1.0
            if mood < 0.05:
                return broken(503)
            if mood < 0.08:
                return ratelimited(1)
            message_id = arguments.get("client_msg_id", "")
            if message_id in self.posted:
                dropped = replied_to(arguments), self.posted[message_id], monotonic()
                self.dropped.append(dropped)
                return Reply({"ok": True, "is_duplicate": True})
            if message_id:
                self.posted[message_id] = monotonic()
            if mood < 0.2:
                self.lost.append(replied_to(arguments))
                return Reply(lost=True)
            return Reply(seconds=0.3 if mood < 0.4 else 0)


def replied_to(arguments: Json) -> str:
    """Return the name of what a reply is to."""
    return str(arguments.get("asked") or arguments.get("thread_ts"))


def delivered(trial: Trial) -> Iterator[Row]:
    """Deliver while each kind of store fails."""
    sqlite = trial.folder / "sqlite"
    sqlite.mkdir()
    state = sqlite / "state.sqlite"
    ways = [partial(_moved_away, state), partial(_locked, state)]
    yield _row(trial, sqlite, f"sqlite:///{state}", "a SQLite that is locked and gone", ways)
    postgres = trial.folder / "postgresql"
    postgres.mkdir()
    with running_server() as server:
        server.run("CREATE DATABASE slack")
        ways = [partial(away, server, way, "slack") for way in ("stopped", "locked", "hung")]
        what = "a PostgreSQL that is stopped, locked and hung"
        yield _row(trial, postgres, server.address("slack"), what, ways)


Fault = Callable[[], AbstractContextManager[None]]


def _row(trial: Trial, folder: Path, state: str, what: str, ways: Sequence[Fault]) -> Row:
    row = Row(
        f"Slack's deliveries to two replicas that are killed, with {what}; responses lost, "
        "replays, other order: one reply each"
    )
    with double() as slack, ExitStack() as started:
        workspace = Workspace(slack, trial.random)
        for method in (_POST, RESPONSE):
            slack.always(method, workspace.respond)
        replicas = [_replica(folder, name, state, slack) for name in ("one", "two")]
        for replica in replicas:
            started.callback(replica.end, signal.SIGKILL)
            replica.start()
        asked = _asked(trial, workspace, replicas, ways)
        workspace.is_moody = False
        _settled(slack, asked, state)
        for replica in replicas:
            replica.end(signal.SIGTERM)
        killed = replicas[0].killed | replicas[1].killed
        logs = [line for log in folder.glob("log-*") for line in log.read_text().splitlines()]
        twice = _judge(row, asked, _replies(slack), workspace.lost, killed, logs)
        row.note = f"{len(killed)} kills, {len(workspace.dropped)} dropped by Slack by their id"
        for name, since, at in workspace.dropped:  # only who could not know may send it again
            if name not in workspace.lost and not _killed_within(killed, since, at):
                row.failures.append(f"{name} was sent again after {at - since:.1f} s")
        if row.failures:
            row.failures[0] += f"\n{workspace.faults}"
        if twice:
            row.note += f", {twice} private replies sent once more, see deploy/README.md"
    return row


def _replica(folder: Path, name: str, state: str, slack: Double) -> Replica:
    (folder / name).mkdir()
    run: list[str | Path] = [
        sys.executable,
        "-u",  # what is logged is there however it ends
        "-m",
        "tests.chaos.replica",
        folder / name,
        state,
        slack.api,
        str(LEASE),
    ]
    return Replica(run, folder / f"log-{name}")


def _asked(
    trial: Trial, workspace: Workspace, replicas: Sequence[Replica], ways: Sequence[Fault]
) -> list[Asked]:
    """Ask while one thing fails after another; return what was asked once all of it is taken."""
    random = trial.random
    asked: list[Asked] = []
    stop = Event()
    with ThreadPoolExecutor(1) as thread:
        doing = [thread.submit(_fail, random, workspace, replicas, ways, stop)]
        try:
            with ThreadPoolExecutor(_AT_ONCE) as threads:
                for number in range(trial.times(_DELIVERIES)):
                    its = Random(random.random())
                    asking = partial(_ask, its, workspace.slack, replicas, asked, number)
                    doing.append(threads.submit(asking))
                    sleep(random.expovariate(_A_SECOND))
        finally:
            stop.set()
    for one in doing:
        one.result()  # raises what went wrong in the harness itself
    return asked


def _fail(
    random: Random,
    workspace: Workspace,
    replicas: Sequence[Replica],
    ways: Sequence[Fault],
    stop: Event,
) -> None:
    """Let one thing fail after another, at times two at once, until told to stop."""

    def note(what: str) -> None:
        workspace.faults.append((round(monotonic(), 2), what))

    while not stop.is_set():
        workspace.is_moody = random.random() < 0.5
        chosen = random.random()
        way = random.choice(ways) if chosen < 0.6 else None
        with way() if way else nullcontext():
            note(f"store away: {way}" if way else "calm")
            sleep(random.uniform(0.2, 2 * LEASE))
            if chosen > 0.4:
                replica = random.choice(replicas)
                by = random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM])
                note(f"{by.name} to {replica.name}")
                replica.end(by, is_parted=way is not None)
                note("ended")
            sleep(random.uniform(0, LEASE / 2))
        note("store back")
        for replica in replicas:
            while replica.process is None:
                replica.start()
                note(f"{replica.name} started")
        stop.wait(random.uniform(0, 3))


def _ask(
    random: Random, slack: Double, replicas: Sequence[Replica], asked: list[Asked], number: int
) -> None:
    """Ask something, in one of the ways, until it is taken."""
    for again in count():
        name = f"{number}.{again}"
        url = f"{slack.response_url}?asked={name}"
        kind = random.choice(["mention", "mention", "message", "command", "shortcut"])
        if kind in ("mention", "message"):
            one = _event(random, kind)
            asked.append(one)
            _deliver_event(random, replicas, one)
            return
        chosen = message(_QUESTION, random.choice(CROWD))
        made = command(_QUESTION, url) if kind == "command" else None
        one = Asked(name, made or shortcut("find_policy", chosen, url))
        asked.append(one)
        if _deliver_once(random, replicas, one):
            return
        sleep(random.uniform(0.5, 2))


def _event(random: Random, kind: str) -> Asked:
    made = mention if kind == "mention" else message
    said = made(_QUESTION, random.choice(CROWD)) if kind == "mention" else message(_QUESTION)
    return Asked(said["ts"], event(said))


def _deliver_event(random: Random, replicas: Sequence[Replica], one: Asked) -> None:
    """Deliver until it is taken, and at times again afterwards, or at once to both."""
    again = random.randint(0, 3)
    others = [one.payload]
    if one.payload["event"]["type"] == "app_mention" and random.random() < 0.3:
        same = {**one.payload["event"], "type": "message", "channel_type": "im"}
        others.append(event(same))  # one message that comes as two events
    for number in count():
        for payload in random.sample(others, len(others)):
            _sent(random.choice(replicas), one, payload, number)
        if one.taken:
            again -= 1
            if again < 0:
                return
        sleep(random.uniform(0, 0.5) + min(2.0, 0.2 * number))


def _deliver_once(random: Random, replicas: Sequence[Replica], one: Asked) -> bool:
    """Deliver what Slack delivers once; tell whether its user need not ask again."""
    body = _sent(random.choice(replicas), one, one.payload, 0)
    if body is None or NOT_TAKEN in body:
        one.is_refused = True
        return False
    return True


def _sent(replica: Replica, one: Asked, payload: Json, number: int) -> str | None:
    """Deliver; return what was answered, None where it was not taken."""
    headers = retry(number) if number else {}
    headers |= signed(delivery(payload)[0], now() + number % 200)  # another second is no replay
    by = replica.name
    try:
        response = deliver(replica.address, payload, headers)
    except httpx2.HTTPError:
        one.by.add(by)  # it may have been taken
        return None
    if response.status_code != 200:
        return None
    one.by.add(by)
    one.taken.append(monotonic())
    return response.text


def _replies(slack: Double) -> dict[str, list[Call]]:
    """Return the replies that people see, by what they are to; a duplicate is not seen."""
    seen: dict[str, list[Call]] = {}
    for call in list(slack.calls):
        is_reply = call.method in (_POST, RESPONSE) and call.accepted
        if is_reply and not call.reply.body.get("is_duplicate"):
            seen.setdefault(replied_to(call.arguments), []).append(call)
    return seen


def _settled(slack: Double, asked: list[Asked], state: str) -> None:
    """Wait until everything is answered, or all work is done and nothing will be any more.

    Then wait as long as somebody could answer again.
    """
    began = monotonic()
    with closing(Store.open(state)) as store:
        while monotonic() - began < _PATIENCE:
            is_done = not backlog(store.engine).works
            seen = _replies(slack)
            if is_done or all(one.is_refused or one.name in seen for one in asked):
                break
            sleep(0.5)
    sleep(2 * LEASE)


def _judge(
    row: Row,
    asked: list[Asked],
    seen: dict[str, list[Call]],
    lost: Sequence[str],
    killed: dict[str, float],
    logs: list[str],
) -> int:
    """Count what was asked and how it was answered; return how many replies Slack left no way."""
    unavoidable = 0
    for one in asked:
        told = seen.get(one.name, [])
        replies = [call for call in told if call.arguments["text"] != NOT_TAKEN]
        is_refused = one.is_refused or len(told) > len(replies)
        failure = ""
        if len(replies) > 1:
            if _is_unavoidable(one, replies, lost, killed):
                unavoidable += 1
            else:
                texts = [(round(c.at, 2), c.method, c.arguments["text"][:40]) for c in replies]
                failure = f"{one.name} was answered {len(replies)} times: {texts} by {one.by}"
        if not replies and not is_refused:
            failure = (
                f"{one.name} was not answered, taken at {one.taken} by {one.by}: {one.payload}"
            )
        about = (one.reference, "reference=-")  # the latter: of nothing that was taken on
        logged = [line for line in logs if failure and any(each in line for each in about)]
        row.tried("\n".join([failure, *logged]) if failure else "")
    return unavoidable


def _is_unavoidable(
    one: Asked, replies: Sequence[Call], lost: Sequence[str], killed: dict[str, float]
) -> bool:
    """Tell whether before each further reply nobody could know of one.

    That is where its response was lost, or who knew was killed.
    """
    first, *_, last = (call.at for call in replies)
    unknown = lost.count(one.name) + len(_killed_within(killed, first, last))
    return replies[0].method == RESPONSE and len(replies) <= 1 + unknown


def _killed_within(killed: dict[str, float], since: float, until: float) -> list[str]:
    return [name for name, at in killed.items() if since - _UNREAD <= at <= until]


@contextmanager
def _moved_away(state: Path) -> Iterator[None]:
    elsewhere = state.rename(state.with_suffix(".away"))
    try:
        yield
    finally:
        elsewhere.rename(state)


@contextmanager
def _locked(state: Path) -> Iterator[None]:
    with closing(sqlite3.connect(state, timeout=30, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")
