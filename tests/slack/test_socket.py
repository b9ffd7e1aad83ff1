"""The bot over Socket Mode: as `qabot slack` connects, and with the other client that bolt has."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler as OverAiohttp
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler as OverWebsockets
from slack_sdk.web.async_client import AsyncWebClient

from qabot.service.ask import Questions
from qabot.slack.app import create_slack
from qabot.state.store import Store
from tests.slack.deliveries import event, mention
from tests.slack.double import Double
from tests.slack.echo import over_socket
from tests.slack.local_slack import (
    ALICE,
    APP_TOKEN,
    BOB,
    BOT_TOKEN,
    GENERAL,
    SUPPORT,
    Json,
    LocalSlack,
    local_slack,
)
from tests.slack.loops import Background
from tests.slack.ours import settings_for
from tests.slack.programs import eventually, running
from tests.slack.talking import buttons, pasted, quotes, shown
from tests.support.fakes import default_models, index_and_open, policy
from tests.support.serving import live_bot

QABOT = [sys.executable, "-c", "import sys; from qabot.cli import main; sys.exit(main())"]
REFUND = "When does Harbour Broadband refund the whole price?"
WHOLE = "We refund the whole price within {} days of the order."

Handler = type[OverAiohttp] | type[OverWebsockets]


@contextmanager
def listening(folder: Path, api: str, client: Handler, loop: Background) -> Iterator[None]:
    """Run the bot of the small corpus, with one of the clients."""
    with closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store:
        settings = settings_for(api)
        questions = Questions(live_bot(folder), store, settings)
        bot = create_slack(questions, store, settings)

        async def connecting() -> OverAiohttp | OverWebsockets:
            web_client = AsyncWebClient(token=APP_TOKEN, base_url=api)
            return client(bot.app, APP_TOKEN, web_client=web_client)

        loop.run(bot.worker.__aenter__())
        try:
            with over_socket(loop.run(connecting()), loop):
                yield
        finally:
            loop.run(bot.worker.__aexit__(None, None, None))


@pytest.mark.parametrize("client", [OverAiohttp, OverWebsockets])
def test_conversation_over_a_socket(
    tmp_path: Path, slack_over_socket: LocalSlack, loop: Background, client: Handler
) -> None:
    """Mention, direct message, command, button and home work as over HTTP, each answered once."""
    slack = slack_over_socket
    with listening(tmp_path, slack.api, client, loop):
        eventually(slack.connected)
        mentioned = slack.mention(ALICE, GENERAL, REFUND)
        told = slack.tell(BOB, REFUND)
        slack.command(BOB, SUPPORT, REFUND)
        slack.open_home(ALICE)
        replies = [eventually(partial(slack.thread, asked)) for asked in (mentioned, told)]
        whispers = eventually(lambda: slack.whispers(BOB, SUPPORT))
        home = eventually(lambda: slack.home(ALICE))
        slack.press(BOB, replies[0][0], "copy")
        copy = eventually(lambda: slack.whispers(BOB, GENERAL))[0]

    for found in (*replies, whispers):
        assert [quotes(one) for one in found] == [[WHOLE.format(14)]]
    assert "share" in buttons(whispers[0])
    assert WHOLE.format(14) in pasted(copy)
    assert "What is indexed" in shown(home)
    assert [len(slack.thread(asked)) for asked in (mentioned, told)] == [1, 1]


@pytest.mark.parametrize("client", [OverAiohttp, OverWebsockets])
def test_envelope_sent_again_is_answered_once(
    tmp_path: Path, moody: Double, loop: Background, client: Handler
) -> None:
    """An envelope that comes again, also after a reconnection, is acknowledged and no more."""
    asked = event(mention(REFUND))
    with listening(tmp_path, moody.api, client, loop):
        eventually(moody.connections)
        assert moody.envelope(asked)
        moody.wait_for("chat.postMessage")
        assert moody.envelope(asked, retry=1)
        moody.drop()
        eventually(lambda: moody.connections() == 1)
        assert moody.envelope(asked, retry=2)

    assert len(moody.accepted("chat.postMessage")) == 1


def test_envelope_is_not_acknowledged_without_the_store(
    tmp_path: Path, moody: Double, loop: Background
) -> None:
    """While the store is away an envelope is not acknowledged; sent again, it is answered once."""
    asked, state = event(mention(REFUND)), tmp_path / "state.sqlite"
    with listening(tmp_path, moody.api, OverAiohttp, loop):
        eventually(moody.connections)
        elsewhere = state.rename(tmp_path / "away")
        assert not moody.envelope(asked, seconds=3)
        elsewhere.rename(state)
        assert moody.envelope(asked, retry=1)
        moody.wait_for("chat.postMessage")
        assert moody.envelope(asked, retry=2)

    assert len(moody.accepted("chat.postMessage")) == 1


def test_command_line_listens(tmp_path: Path, exports: Path) -> None:
    """`qabot slack` answers, takes over a build that goes live, and ends in order on SIGTERM."""
    policies, index = tmp_path / "policies", tmp_path / "index"
    policies.mkdir()
    index.mkdir()
    (index / "encoders").symlink_to(exports)
    _index(policies, index, exports, days=14)
    slack_folder, bot_folder = tmp_path / "slack", tmp_path / "bot"
    slack_folder.mkdir()
    bot_folder.mkdir()
    with local_slack(slack_folder, "socket") as slack:
        with running(_command(index, slack.api), "(listening)", bot_folder):
            eventually(slack.connected)
            first = slack.mention(ALICE, GENERAL, REFUND)
            before = eventually(lambda: slack.thread(first))
            _index(policies, index, exports, days=21)
            after = eventually(lambda: _answer(slack, WHOLE.format(21)))
        eventually(lambda: not slack.connected())

    assert quotes(before[0]) == [WHOLE.format(14)]
    assert quotes(after) == [WHOLE.format(21)]
    said = (bot_folder / "output").read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert "whole price" not in said


def _index(policies: Path, index: Path, exports: Path, days: int) -> None:
    body = f"# Refunds\n\n{WHOLE.format(days)}\n\n## Equipment\n\nA router goes back by post.\n"
    text = policy("Harbour Broadband", "refunds", "2024-03-01", body)
    (policies / "refunds.md").write_text(text, encoding="utf-8")
    index_and_open([policies], index, default_models(exports))


def _command(index: Path, api: str) -> list[str | Path]:
    settings = {
        "INDEX": str(index),
        "STATE": f"sqlite:///{index}/state.sqlite",
        "SLACK_API": api,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
    }
    path = os.pathsep.join(sys.path)
    return [
        "env",
        f"PYTHONPATH={path}",
        *(f"QABOT_{name}={value}" for name, value in settings.items()),
        *QABOT,
        "slack",
    ]


def _answer(slack: LocalSlack, words: str) -> Json | None:
    """Ask once more; return the reply if it says this."""
    asked = slack.mention(ALICE, GENERAL, REFUND)
    reply = eventually(lambda: slack.thread(asked))[0]
    return reply if words in reply["text"] else None
