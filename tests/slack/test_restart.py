import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx2
import pytest
from sqlalchemy import select

from qabot.state.store import Store
from qabot.state.tables import slack_work
from qabot.state.worklist import Worklist
from tests.slack.deliveries import Json, deliver, event, mention, message
from tests.slack.double import Double, Reply, broken
from tests.slack.local_slack import APP_TOKEN, BOT_TOKEN, SECRET
from tests.slack.programs import eventually
from tests.support.processes import PATIENCE, QABOT, environment

QUESTION = "How long do you keep call records?"
QUOTE = "Call records are kept for 12 months."
POST = "chat.postMessage"
WAYS = {"http": ["serve", "--port", "0"], "socket": ["slack"]}


@dataclass(frozen=True, slots=True)
class Running:
    """A bot in a process of its own, and the Slack that it talks to."""

    process: subprocess.Popen[bytes]
    slack: Double
    address: str  #: "" over Socket Mode

    def deliver(self, payload: Json) -> bool:
        """Deliver as Slack does; tell whether it was taken."""
        if self.address:
            return deliver(f"{self.address}/slack/events", payload).status_code == 200
        return self.slack.envelope(payload)

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; return the exit status."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


@pytest.fixture
def folder(tmp_path: Path, real_build: Path) -> Path:
    """Return a copy of that folder."""
    return shutil.copytree(real_build, tmp_path / "index", symlinks=True)


@contextmanager
def running(folder: Path, slack: Double, way: str) -> Iterator[Running]:
    """Run the bot; kills it if the test has not ended it."""
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API": slack.api}
    other = {"SLACK_SIGNING_SECRET": SECRET} if way == "http" else {"SLACK_APP_TOKEN": APP_TOKEN}
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [*QABOT, *WAYS[way]],
            env=environment(folder, tokens | other) | {"PYTHONUNBUFFERED": "1"},
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    try:
        if way == "http":
            found = eventually(lambda: re.search(rb"http://[\d.]+:\d+", said.read_bytes()))
            address = found[0].decode()
            httpx2.get(f"{address}/health/live", timeout=PATIENCE)
        else:
            address = ""
            eventually(lambda: b'"listening"' in said.read_bytes())
            eventually(slack.connections)
        yield Running(process, slack, address)
    finally:
        process.kill()
        process.wait()
    assert b"Traceback" not in said.read_bytes()
    for secret in (QUESTION, BOT_TOKEN, APP_TOKEN, SECRET):
        assert secret.encode() not in said.read_bytes()


def calls(slack: Double) -> int:
    """Return how often the bot tried to post."""
    return sum(call.method == POST for call in slack.calls)


def works(folder: Path) -> Sequence[tuple[str, str, object]]:
    """Return replica, state and question of all work in the store."""
    with closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store:
        work = slack_work.c
        with store.engine.connect() as connection:
            found = connection.execute(select(work.replica, work.state, work.payload))
            return [(row.replica, row.state, row.payload) for row in found]


def let_the_lease_end(folder: Path) -> None:
    """Let go of what a killed process holds, as the end of its minute would."""
    ((replica, _, _),) = works(folder)
    with closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store:
        Worklist(store.engine, replica=replica).release()


@pytest.mark.parametrize("way", WAYS)
def test_told_to_end_it_finishes(folder: Path, moody: Double, way: str) -> None:
    """Told to end while a reply is on its way, it waits for that, and leaves no work."""
    held = Event()
    moody.next(POST, Reply(after=held))
    with running(folder, moody, way) as bot:
        assert bot.deliver(event(mention(QUESTION)))
        eventually(lambda: calls(moody))
        bot.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            bot.process.wait(0.5)
        held.set()
        status = bot.process.wait(PATIENCE)

    assert status in {0, -signal.SIGTERM}
    (reply,) = moody.accepted(POST)
    assert QUOTE in reply["text"]
    assert [found[1:] for found in works(folder)] == [("done", None)]


def test_next_process_takes_up_what_is_left(folder: Path, moody: Double) -> None:
    """What Slack did not take before the end is posted by the next process, once."""
    moody.always(POST, lambda _: broken())
    with running(folder, moody, "socket") as bot:
        for asked in (mention(QUESTION), message(QUESTION)):
            assert bot.deliver(event(asked))
        eventually(lambda: calls(moody) >= 2)
        assert bot.end() in {0, -signal.SIGTERM}
    assert not moody.accepted(POST)
    assert {found[1] for found in works(folder)} == {"posting"}

    moody.always(POST, lambda _: Reply())
    with running(folder, moody, "http") as bot:
        replies = moody.wait_for(POST, 2)
        eventually(lambda: {found[1] for found in works(folder)} == {"done"})
        bot.end()

    assert {reply["channel"] for reply in replies} == {"C01GENERAL", "D01ALICE"}
    assert len(moody.accepted(POST)) == 2


def test_killed_process_is_restarted(folder: Path, moody: Double) -> None:
    """A question taken before the process was killed is answered by the next one, exactly once."""
    moody.always(POST, lambda _: broken())
    asked = event(mention(QUESTION))
    with running(folder, moody, "http") as bot:
        assert bot.deliver(asked)
        eventually(lambda: calls(moody))
        assert bot.end(signal.SIGKILL) == -signal.SIGKILL
    let_the_lease_end(folder)

    moody.always(POST, lambda _: Reply())
    with running(folder, moody, "http") as bot:
        (reply,) = moody.wait_for(POST)
        assert bot.deliver(asked)
        eventually(lambda: [found[1:] for found in works(folder)] == [("done", None)])
        bot.end()

    assert QUOTE in reply["text"]
    assert len(moody.accepted(POST)) == 1


def test_killed_while_it_posts(folder: Path, moody: Double) -> None:
    """Killed before Slack said that it posted, the reply is posted again under the same id."""
    moody.next(POST, Reply(after=Event()))
    with running(folder, moody, "socket") as bot:
        assert bot.deliver(event(mention(QUESTION)))
        eventually(lambda: calls(moody))
        bot.end(signal.SIGKILL)
    let_the_lease_end(folder)

    with running(folder, moody, "socket") as bot:
        first, again = moody.wait_for(POST, 2)
        bot.end()

    assert first["client_msg_id"] == again["client_msg_id"]
    assert first["thread_ts"] == again["thread_ts"]
