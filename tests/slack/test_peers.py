"""The independent Slacks do what the tests of the bot take from them, shown with an echo."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler as OverAiohttp
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler as OverWebsockets
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.doors import Door
from tests.slack.echo import echo, over_http, over_socket
from tests.slack.emulate import CLIENT_ID, CLIENT_SECRET, Emulate
from tests.slack.emulate import TEAM as EMULATED_TEAM
from tests.slack.local_slack import (
    ALICE,
    APP_TOKEN,
    BOB,
    BOT,
    BOT_TOKEN,
    ELSEWHERE,
    GENERAL,
    PRIVATE,
    SECRET,
    TEAM,
    Json,
    LocalSlack,
)
from tests.slack.loops import Background
from tests.slack.programs import eventually, running


def test_every_way_of_asking_over_http(entrance: Door, slack_over_http: LocalSlack) -> None:
    """A mention, a direct message, a command and an App Home come signed, and replies arrive."""
    slack, heard = slack_over_http, list[Json]()
    with over_http(echo(slack.api, heard), entrance):
        asked = slack.mention(ALICE, GENERAL, "one")
        told = slack.tell(ALICE, "two")
        slack.command(BOB, GENERAL, "three")
        slack.open_home(ALICE)

        (reply,) = eventually(lambda: slack.thread(asked))
        (answer,) = eventually(lambda: slack.thread(told))
        (whisper,) = eventually(lambda: slack.whispers(BOB, GENERAL))
        home = eventually(lambda: slack.home(ALICE))

    assert reply["text"] == f"heard: <@{BOT}> one"
    assert (reply["user"], reply["bot_id"], reply["blocks"][0]["block_id"]) == (BOT, "B0BOT", "row")
    assert (answer["text"], answer["channel"]) == ("heard: two", told["channel"])
    assert (whisper["text"], whisper["subtype"]) == ("heard: three", "ephemeral")
    assert slack.whispers(ALICE, GENERAL) == []
    assert slack.messages(ALICE) == [told, answer]
    assert home["type"] == "home"
    assert [call["channel"] for call in slack.calls("chat.postMessage")] == [
        GENERAL,
        told["channel"],
    ]


def test_events_have_the_fields_that_the_docstring_names(
    entrance: Door, slack_over_http: LocalSlack
) -> None:
    """A mention comes as two events with ids of their own; a private channel's like a public's."""
    slack, heard = slack_over_http, list[Json]()
    with over_http(echo(slack.api, heard), entrance):
        first = slack.mention(ALICE, PRIVATE, "one")
        slack.mention(ALICE, PRIVATE, "two", thread=first["ts"])
        slack.mention(ALICE, ELSEWHERE, "where the bot is not")
        slack.open_home(ALICE)
        eventually(lambda: len(heard) == 5)

    message, mention, _, followup, home = heard
    assert message["event_id"] != mention["event_id"]
    assert {body["team_id"] for body in heard} == {TEAM}
    assert message["event"]["channel_type"] == "channel"
    named = {"type", "user", "text", "ts", "channel", "event_ts"}
    assert mention["event"].keys() == named
    assert followup["event"].keys() == named | {"thread_ts"}
    assert followup["event"]["thread_ts"] == first["ts"] == mention["event"]["ts"]
    assert home["event"].keys() == {"type", "user", "channel", "tab", "event_ts"}
    assert home["event"]["tab"] == "home"


def test_edits_and_deletions_are_events_too(entrance: Door, slack_over_http: LocalSlack) -> None:
    """An edited and a deleted message come as subtypes of `message`."""
    slack, heard = slack_over_http, list[Json]()
    with over_http(echo(slack.api, heard), entrance):
        said = slack.say(ALICE, GENERAL, "one")
        slack.edit(said, "two")
        slack.delete(said)

    subtypes = [body["event"].get("subtype") for body in heard]
    assert subtypes == [None, "message_changed", "message_deleted"]
    assert slack.messages(GENERAL) == []


def test_buttons_of_messages(entrance: Door, slack_over_http: LocalSlack) -> None:
    """A button brings its value, a feedback button that of its side; a modal can be submitted."""
    slack, heard = slack_over_http, list[Json]()
    with over_http(echo(slack.api, heard), entrance):
        told = slack.mention(ALICE, GENERAL, "one")
        (reply,) = eventually(lambda: slack.thread(told))
        slack.press(BOB, reply, "more")
        eventually(slack.modal)
        slack.submit(BOB, {"company": {"name": {"type": "plain_text_input", "value": "Harbour"}}})
        slack.press(BOB, reply, "feedback", "unhelpful:1")
        eventually(lambda: slack.messages(GENERAL)[-1]["text"] == "noted unhelpful:1")

    pressed, submitted, rated = heard[-3:]
    (button,), (side,) = pressed["actions"], rated["actions"]
    assert (button["type"], button["value"], button["block_id"]) == ("button", "7", "row")
    assert (side["type"], side["value"]) == ("feedback_buttons", "unhelpful:1")
    assert pressed["container"].keys() == {"type", "message_ts", "channel_id", "is_ephemeral"}
    assert pressed["message"]["thread_ts"] == told["ts"]
    assert pressed["user"]["id"] == BOB
    assert submitted["view"]["state"]["values"]["company"]["name"]["value"] == "Harbour"
    assert slack.modal() is None


@pytest.mark.parametrize("handler", [OverAiohttp, OverWebsockets])
def test_socket_mode(
    handler: type[OverAiohttp] | type[OverWebsockets],
    slack_over_socket: LocalSlack,
    loop: Background,
) -> None:
    """The same bot hears and answers over a socket, with either of bolt's asynchronous clients."""
    slack, heard = slack_over_socket, list[Json]()

    async def handling() -> OverAiohttp | OverWebsockets:
        client = AsyncWebClient(token=APP_TOKEN, base_url=slack.api)
        return handler(echo(slack.api, heard), APP_TOKEN, web_client=client)

    with over_socket(loop.run(handling()), loop):
        eventually(slack.connected)
        asked = slack.mention(ALICE, GENERAL, "one")
        slack.command(ALICE, GENERAL, "two")
        (reply,) = eventually(lambda: slack.thread(asked))
        (whisper,) = eventually(lambda: slack.whispers(ALICE, GENERAL))

    assert (reply["text"], whisper["text"]) == (f"heard: <@{BOT}> one", "heard: two")
    assert not slack.connected()


async def _call(slack: LocalSlack, method: str) -> None:
    client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api)
    await client.api_call(method, params={"channel": "C09NOWHERE", "text": "one"})


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("assistant.threads.setStatus", "unknown_method"),
        ("assistant.threads.setSuggestedPrompts", "unknown_method"),
        ("chat.startStream", "unknown_method"),
        ("usergroups.list", "unknown_method"),
        ("chat.postMessage", "channel_not_found"),
    ],
)
def test_what_local_slack_refuses(slack_over_socket: LocalSlack, method: str, error: str) -> None:
    """It knows none of the agents' methods, and no channel that is not there."""
    with pytest.raises(SlackApiError, match=error):
        asyncio.run(_call(slack_over_socket, method))


def installable(slack: Emulate, entrance: Door, folder: Path) -> AsyncApp:
    """Return a bot that can be installed by OAuth, and asks for one scope."""
    settings = AsyncOAuthSettings(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        scopes=["chat:write"],
        redirect_uri=f"{entrance.address}/slack/oauth_redirect",
        authorization_url=slack.authorize,
        installation_store=FileInstallationStore(base_dir=str(folder), client_id=CLIENT_ID),
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder)),
    )
    client = AsyncWebClient(base_url=slack.api)
    return AsyncApp(client=client, signing_secret=SECRET, oauth_settings=settings)


# slack_sdk 3.47 still calls `oauth.v2.access` with what aiohttp 3.14 advises against.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
def test_installation(entrance: Door, installer: Emulate, tmp_path: Path) -> None:
    """Someone installs the bot: its token is stored, and is good for what was asked for alone."""
    app = installable(installer, entrance, tmp_path / "bots")
    with over_http(app, entrance):
        page = installer.install(f"{entrance.address}/slack/install")

    store = FileInstallationStore(base_dir=str(tmp_path / "bots"), client_id=CLIENT_ID)
    bot = store.find_bot(enterprise_id=None, team_id=EMULATED_TEAM)
    assert page.status_code == 200
    assert bot is not None
    assert (bot.bot_scopes, bot.bot_token[:5]) == (["chat:write"], "xoxb-")
    assert installer.call(bot.bot_token, "auth.test")["team_id"] == EMULATED_TEAM
    sent = installer.call(bot.bot_token, "chat.postMessage", channel="support", text="one")
    reacted = installer.call(
        bot.bot_token, "reactions.add", channel=sent["channel"], timestamp=sent["ts"], name="eyes"
    )
    assert (sent["ok"], reacted["error"]) == (True, "missing_scope")
    assert installer.call("xoxb-unknown", "chat.postMessage")["error"] == "missing_scope"


def test_programs_end_with_whoever_started_them(tmp_path: Path) -> None:
    """A program is gone after the block, and after a failure in it; one that breaks is told."""
    script = "echo at $$; exec sleep 60"
    with (
        pytest.raises(ZeroDivisionError),
        running(["sh", "-c", script], r"at (\d+)\n", tmp_path) as process,
    ):
        assert subprocess.run(["kill", "-0", process], check=False).returncode == 0
        raise ZeroDivisionError

    left = subprocess.run(["kill", "-0", process], check=False, capture_output=True)
    assert left.returncode == 1
    with (
        pytest.raises(AssertionError, match="it ended with 7: no workspace"),
        running(["sh", "-c", "echo no workspace; exit 7"], r"at (\d+)\n", tmp_path),
    ):
        pass
