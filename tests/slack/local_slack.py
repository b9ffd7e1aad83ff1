"""local-slack: a Slack workspace on this machine, written by people who do not know this bot.

It delivers as the workspace's mode says: `events` posts signed requests to one address, `socket`
sends to who connected. Facts about 0.1.8, tried or read in it, that tests must know:

- It starts in a fifth of a second, on a free port, of every interface: it can be told no other.
- A message goes to the bot only where the bot is a member. `say` and its like come back when the
  delivery was acknowledged (in Socket Mode: or after 5 s), not when the bot has replied.
- A mention in a channel comes as two events with two `event_id`s: `message`, then `app_mention`.
  The latter has `type, user, text, ts, channel, event_ts` and perhaps `thread_ts`; no `team`, no
  `channel_type`. `message` has `channel_type`, which is `im` or `channel`, also for private ones.
- An edit is `message` with `message_changed`, a deletion `message_deleted`; what the bot posts
  itself is delivered to nobody. Nothing is ever sent again, and there are no rate limits.
- In Socket Mode every connection gets every envelope, where Slack picks one: two replicas see each
  event twice. Envelopes have no `retry_attempt`.
- Any token is taken, any blocks, any text; an unknown channel is `channel_not_found`.
- `unknown_method`: all of `assistant.threads.*`, `chat.*Stream`, `chat.unfurl`, `usergroups.*`,
  `oauth.*`, `auth.revoke`, `views.*` but `open`, `push`, `update` and `publish`.
- `response_url`: posts to the channel, never into a thread, as often as one likes; what does not
  say `response_type: ephemeral` is seen by all (Slack: by the asker alone); `replace_original` and
  `delete_original` work on the message whose button was pressed. A command has no such message.
- An ephemeral message is among the channel's messages, with `subtype: ephemeral` and
  `ephemeral_to`; its buttons can be pressed, but `container.is_ephemeral` is always false, and
  `message` is sent, which Slack leaves out where only one person sees the message.
- `block_actions` sends of the pressed element `type, action_id, block_id, value, text`; `container`
  has `message_ts, channel_id` and no `thread_ts`, which is in `message`. A button of the App Home
  cannot be pressed, nor a message shortcut chosen: `deliveries` has both.
- `app_home_opened` is always of the tab `home`.
- Of a post it keeps `text`, `blocks` and `thread_ts`; whatever else was asked for, such as
  `unfurl_links`, only `calls` has.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs

import httpx2
from websockets.sync.client import connect

from tests.slack.programs import eventually, installed, running

Json = dict[str, Any]

TEAM, APP, BOT = "T01TEST", "A01APP", "U0BOT"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-test-token", "xapp-test-token", "test-signing-secret"
ALICE, BOB = "U01ALICE", "U02BOB"
GENERAL, SUPPORT, PRIVATE, ELSEWHERE = "C01GENERAL", "C02SUPPORT", "C03PRIVATE", "C04ELSEWHERE"
"""Channels of both users; the bot is in all of them but the last."""

CROWD = tuple(f"C1{number:02}CROWD" for number in range(20))
"""More channels of everybody's."""


@dataclass(frozen=True, slots=True)
class LocalSlack:
    """A running workspace, and what its people do and see there."""

    address: str

    @property
    def api(self) -> str:
        """Where the Web API is: the `base_url` of a client."""
        return f"{self.address}/api/"

    def say(self, user: str, channel: str, text: str, thread: str | None = None) -> Json:
        """Post a message; to a user, named as the channel, it goes to their direct messages."""
        said = {"channel": channel, "user": user, "text": text}
        message: Json = self._control(
            "message", **said, **({"thread_ts": thread} if thread else {})
        )
        return message

    def tell(self, user: str, text: str, thread: str | None = None) -> Json:
        """Send the bot a direct message."""
        return self.say(user, user, text, thread)

    def mention(self, user: str, channel: str, text: str, thread: str | None = None) -> Json:
        """Post a message that begins with the bot's name."""
        return self.say(user, channel, f"<@{BOT}> {text}", thread)

    def command(self, user: str, channel: str, text: str, command: str = "/policy") -> None:
        """Type a slash command."""
        self._control("command", channel=channel, user=user, command=command, text=text)

    def response_url(self) -> str:
        """Return where the latest command may be answered, and anything else that a test makes."""
        log = self._get("log")["log"]
        commands = [one["detail"] for one in log if one["kind"] == "slash_commands"]
        sent: str = [said for said in commands if said][-1]
        return parse_qs(sent)["response_url"][0]

    def press(self, user: str, message: Json, action: str, value: str | None = None) -> None:
        """Press the button of a message with this `action_id` (with `value`, one of a pair)."""
        pressed = pressing(message.get("blocks", []), action, value)
        place = {"channel": message["channel"], "messageTs": message["ts"]}
        self._control("interact", **place, user=user, action=pressed)

    def edit(self, message: Json, text: str) -> None:
        """Let its author change a message."""
        self._control("edit-message", **_author(message), text=text)

    def delete(self, message: Json) -> None:
        """Let its author delete a message."""
        self._control("delete-message", **_author(message))

    def open_home(self, user: str) -> None:
        """Open the bot's App Home."""
        self._control("open-home", user=user)

    def home(self, user: str) -> Json | None:
        """Return the view that the bot published for a user, if it has."""
        view: Json | None = self._seen()["homeViews"].get(user, {}).get(APP)
        return view

    def modal(self) -> Json | None:
        """Return the modal on top, if one is open."""
        stack: list[Json] = self._seen()["modalStack"]
        return stack[-1] if stack else None

    def submit(self, user: str, values: Json) -> None:
        """Submit the modal on top with `values[block_id][action_id]`."""
        with connect(f"{self.address.replace('http', 'ws', 1)}/ui") as page:
            page.recv()
            page.send(json.dumps({"t": "view_submit", "user": user, "values": values}))
            eventually(lambda: json.loads(page.recv(timeout=30))["t"] in {"view", "view_errors"})

    def messages(self, channel: str) -> list[Json]:
        """Return all messages of a channel, or of a user's direct messages, in their order."""
        messages: list[Json] = self._get(f"messages/{self._place(channel)}")["messages"]
        return messages

    def thread(self, message: Json) -> list[Json]:
        """Return what was said in the thread of a message, without that message."""
        return [
            one
            for one in self.messages(message["channel"])
            if one.get("thread_ts") == message["ts"]
        ]

    def whispers(self, user: str, channel: str) -> list[Json]:
        """Return the ephemeral messages that only this user sees."""
        return [one for one in self.messages(channel) if one.get("ephemeral_to") == user]

    def calls(self, method: str) -> list[Json]:
        """Return the arguments of each call of a method of the Web API, of the last 1000 events."""
        log = self._get("log")["log"]
        return [
            one["detail"]
            for one in log
            if (one["direction"], one["kind"], one["summary"]) == ("from_bot", "web_api", method)
        ]

    def connected(self) -> bool:
        """Whether a client of Socket Mode is there."""
        return bool(self._seen()["apps"][0]["connected"])

    def _place(self, channel: str) -> str:
        if not channel.startswith("U"):
            return channel
        channels = self._get("state")["channels"]
        private = [one["id"] for one in channels if one["is_im"] and channel in one["members"]]
        return private[0] if private else channel

    def _seen(self) -> Json:
        with connect(f"{self.address.replace('http', 'ws', 1)}/ui", max_size=None) as page:
            state: Json = json.loads(page.recv())["state"]
            return state

    def _control(self, verb: str, **body: object) -> Json:
        response = httpx2.post(f"{self.address}/_control/{verb}", json=body, timeout=30)
        assert response.status_code == 200, response.text
        said: Json = response.json().get("message") or {}
        return said

    def _get(self, path: str) -> Json:
        response = httpx2.get(f"{self.address}/_control/{path}", timeout=30)
        state: Json = response.raise_for_status().json()
        return state


@contextmanager
def local_slack(
    folder: Path, mode: Literal["events", "socket"], request_url: str = ""
) -> Iterator[LocalSlack]:
    """Run a workspace of its own; in the mode `events` it posts to `request_url`."""
    program = installed("local-slack-linux-x64", "bin", "local-slack")
    config = folder / "workspace.json"
    config.write_text(json.dumps(_workspace(mode, request_url)), encoding="utf-8")
    command = [program, "--config", config, "--port", "0", "--base-host", "127.0.0.1"]
    with running(list(map(str, command)), r"Control API: +(\S+)/_control\n", folder) as address:
        yield LocalSlack(address)


def pressing(blocks: list[Json], action: str, value: str | None = None) -> Json:
    """Return what is sent when the element with this `action_id` is pressed.

    Of `feedback_buttons` the two buttons have the values, and the pair has the `action_id`.
    """
    for block in blocks:
        inside = [*block.get("elements", []), block.get("accessory", {})]
        for element in (one for one in inside if one.get("action_id") == action):
            sides = [element.get(f"{side}_button", {}) for side in ("positive", "negative")]
            button: Mapping[str, Any] = next(
                (side for side in sides if value and side.get("value") == value), element
            )
            assert value in {None, button.get("value")}, f"no {value!r} in {element}"
            return {
                "type": element["type"],
                "action_id": action,
                "block_id": block.get("block_id"),
                "value": button.get("value"),
                "text": button.get("text"),
            }
    raise AssertionError(f"no element {action!r} in {blocks}")


def _author(message: Json) -> Json:
    return {"channel": message["channel"], "ts": message["ts"], "user": message["user"]}


def _workspace(mode: str, request_url: str) -> Json:
    people = [ALICE, BOB]
    app = {"appId": APP, "botUserId": BOT, "botName": "policies", "botToken": BOT_TOKEN}
    app |= {"appToken": APP_TOKEN, "signingSecret": SECRET, "mode": mode}
    app |= {"requestUrl": request_url} if request_url else {}
    channels = [
        {"id": channel, "name": channel.lower(), "members": [*people, BOT]}
        for channel in (GENERAL, SUPPORT, PRIVATE, *CROWD)
    ]
    channels.append({"id": ELSEWHERE, "name": "elsewhere", "members": people})
    return {
        "workspace": {"name": "Harbour", "domain": "harbour", "teamId": TEAM},
        "apps": [app],
        "users": [{"id": ALICE, "name": "alice"}, {"id": BOB, "name": "bob"}],
        "channels": [{**one, "is_private": one["id"] == PRIVATE} for one in channels],
    }
