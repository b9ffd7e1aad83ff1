"""`qabot slack` and `qabot serve` as processes: what they say at the start, and how they end."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from qabot.cli import main
from tests.slack.double import Double, Reply, refused
from tests.slack.local_slack import ALICE, APP_TOKEN, BOT_TOKEN, GENERAL, SECRET, LocalSlack
from tests.slack.programs import eventually
from tests.support.serving import FILES

QABOT = [sys.executable, "-c", "import sys; from qabot.cli import main; sys.exit(main())"]
KEPT = "When is the whole price refunded?"
QUOTED = "We refund the whole price within 14 days of the order."
NOBODY = "http://127.0.0.1:9/api/"
"""Where no Slack listens: the port is kept for throwing away."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Path:
    """Return a folder with the real encoder and a build made with it."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "encoders").symlink_to(exports)
    (folder / "policies").mkdir()
    for name, text in FILES.items():
        (folder / "policies" / name).write_text(text, encoding="utf-8")
    index(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, built: Path) -> Path:
    """Return a copy of that folder."""
    return shutil.copytree(built, tmp_path / "index", symlinks=True)


def index(folder: Path) -> None:
    """Make a build of the folder's policies, and let it go live."""
    command = [*QABOT, "index", "policies"]
    subprocess.run(command, env=environment(folder), cwd=folder, check=True, capture_output=True)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return an environment in which index and state are in a folder of the test."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("QABOT_")}
    ours = {"INDEX": str(folder), "STATE": f"sqlite:///{folder}/state.sqlite", **settings}
    return others | {f"QABOT_{name}": value for name, value in ours.items()}


def with_tokens(api: str, **more: str) -> dict[str, str]:
    """Return the settings of a bot in the one workspace of a Slack; an empty one is not set."""
    known = {"SLACK_API": api, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    return known | more


def refusal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    *arguments: str,
    **settings: str,
) -> str:
    """Run a command that is given too little, in this process; the sentence that it says."""
    for name, value in environment(folder, **settings).items():
        monkeypatch.setenv(name, value)
    assert main(arguments) == 2
    said = capsys.readouterr()
    (sentence,) = said.err.splitlines()
    assert said.out == ""
    return sentence


def failed(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run a command that cannot start; its exit code, and the sentence that it says."""
    ended = subprocess.run(
        [*QABOT, *arguments],
        env=environment(folder, **settings),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,  # a busy machine takes its time to start
        check=False,
    )
    assert ended.stdout == ""
    (sentence,) = ended.stderr.splitlines()
    assert not re.search(r"Traceback|xoxb-test|xapp-test", sentence)
    return ended.returncode, sentence


@pytest.mark.parametrize(
    ("command", "settings", "said"),
    [
        ("slack", {"SLACK_BOT_TOKEN": ""}, r"^No token for Slack is set; set QABOT_SLACK_BOT_T"),
        ("slack", {"SLACK_APP_TOKEN": ""}, r"^No app token for Slack is set; set QABOT_SLACK_APP"),
        ("slack", {"SLACK_CLIENT_ID": "1.2"}, r"^QABOT_SLACK_CLIENT_ID is set without .*_SECRET; "),
        (
            "slack",
            {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"},
            r"^QABOT_SLACK_KEYS encrypts .* no key; make one with",
        ),
        ("serve", {"SLACK_CLIENT_ID": "1.2"}, r"^QABOT_SLACK_CLIENT_ID is set without .*SIGNING_S"),
    ],
)
def test_what_is_missing_is_said(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    settings: dict[str, str],
    said: str,
) -> None:
    """What is not set is said in one sentence, before anything is sent anywhere."""
    known = with_tokens(NOBODY, **settings)

    sentence = refusal(monkeypatch, capsys, folder, command, **known)

    assert re.search(said, sentence), sentence


def test_slack_out_of_reach_is_said(folder: Path) -> None:
    """A Slack that is not there is said in one sentence."""
    code, sentence = failed(folder, "slack", **with_tokens(NOBODY))

    assert code == 2
    assert re.search(r"^Slack cannot be reached \(ClientConnectorError\); .*\.$", sentence)


@pytest.mark.parametrize(
    ("method", "error", "said"),
    [
        ("auth.test", "invalid_auth", r"^Slack refuses the bot token \(invalid_auth\); set .*BOT"),
        (
            "apps.connections.open",
            "not_allowed_token_type",
            r"^Slack refuses the app token \(not_allowed_token_type\); set .*APP_TOKEN",
        ),
    ],
)
def test_wrong_token_is_said(
    folder: Path, moody: Double, method: str, error: str, said: str
) -> None:
    """A token that Slack refuses is said in one sentence, and not tried again."""
    moody.always(method, lambda _: refused(error))

    code, sentence = failed(folder, "slack", **with_tokens(moody.api))

    assert code == 2
    assert re.search(said, sentence), sentence
    assert [one.method for one in moody.calls].count(method) == 1


def test_no_build_is_said(tmp_path: Path, moody: Double) -> None:
    """Without anything indexed there is nothing to answer from; Slack is not asked."""
    code, sentence = failed(tmp_path, "slack", **with_tokens(moody.api))

    assert code == 1
    assert "qabot index" in sentence
    assert moody.calls == []


def test_many_workspaces_are_for_the_service(folder: Path, moody: Double) -> None:
    """Installs come over HTTP, so Socket Mode is not for many workspaces."""
    app = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    app |= {"SLACK_KEYS": Fernet.generate_key().decode()}

    code, sentence = failed(folder, "slack", **with_tokens(moody.api, **app))

    assert code == 2
    assert sentence.startswith("Many workspaces install the bot over HTTP: run qabot serve")


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("", r"^No token for Slack is set; set QABOT_SLACK_BOT_TOKEN "),
        (BOT_TOKEN, r"^Slack refuses the bot token \(invalid_auth\); "),
    ],
)
def test_service_says_what_is_wrong(folder: Path, moody: Double, token: str, said: str) -> None:
    """The service too says in one sentence which token it lacks, or that it is refused."""
    moody.always("auth.test", lambda _: refused("invalid_auth"))
    settings = with_tokens(moody.api, SLACK_SIGNING_SECRET=SECRET, SLACK_BOT_TOKEN=token)

    code, sentence = failed(folder, "serve", "--port", "0", **settings)

    assert code == 2
    assert re.search(said, sentence), sentence


def test_service_starts_without_slack(folder: Path) -> None:
    """Slack being down keeps nobody from asking over HTTP."""
    settings = with_tokens(NOBODY, SLACK_SIGNING_SECRET=SECRET)
    with started(folder, "serve", "--port", "0", **settings) as (process, log):
        assert process.stdout
        assert "Ask on http://127.0.0.1:" in process.stdout.readline().decode()
        assert "Slack cannot be reached" in log()


@contextmanager
def started(
    folder: Path, *arguments: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], str]]]:
    """Run a command until the block ends; gives the process, and what reads its log."""
    errors = folder / "stderr"
    with errors.open("wb") as file:
        process = subprocess.Popen(
            [*QABOT, *arguments],
            env=environment(folder, **settings),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=file,
        )
    try:
        yield process, errors.read_text
    finally:
        process.kill()
        process.communicate()


def listens(log: Callable[[], str]) -> str:
    """Return the team that a bot says it listens in, "" while it has not."""
    lines = [json.loads(line) for line in log().splitlines() if line.startswith("{")]
    return next((str(one["team"]) for one in lines if one["event"] == "listening"), "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_listens_answers_and_ends(
    folder: Path, slack_over_socket: LocalSlack, number: signal.Signals, code: int
) -> None:
    """With its tokens it says where it listens, answers a mention, and ends when it is told to."""
    slack = slack_over_socket
    with started(folder, "slack", **with_tokens(slack.api)) as (process, log):
        assert eventually(lambda: listens(log), "listening") == "Harbour"
        asked = slack.mention(ALICE, GENERAL, KEPT)
        (reply,) = eventually(lambda: slack.thread(asked), "the reply")
        assert QUOTED in reply["text"]

        process.send_signal(number)
        assert process.wait(timeout=30) == code
    assert "Traceback" not in log()


def test_it_ends_while_it_cannot_connect(folder: Path, moody: Double) -> None:
    """Told to end while Slack takes no connection, it ends at once."""
    moody.always("apps.connections.open", lambda _: Reply({"url": "ws://127.0.0.1:9/"}))
    with started(folder, "slack", **with_tokens(moody.api)) as (process, log):
        eventually(lambda: "Failed to connect" in log(), "a try to connect")
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=30) == 0
    assert listens(log) == ""


def test_a_new_build_goes_live(folder: Path, slack_over_socket: LocalSlack) -> None:
    """What is indexed while the bot listens is what it answers from, within seconds."""
    slack = slack_over_socket
    with started(folder, "slack", **with_tokens(slack.api)) as (_, log):
        eventually(lambda: listens(log), "listening")
        changed = folder / "policies" / "harbour-refunds-2024.md"
        changed.write_text(changed.read_text("utf-8").replace("14 days", "28 days"), "utf-8")
        index(folder)
        eventually(lambda: '"build"' in log(), "the new build")
        asked = slack.mention(ALICE, GENERAL, KEPT)
        (reply,) = eventually(lambda: slack.thread(asked), "the reply")

    assert QUOTED.replace("14", "28") in reply["text"]
