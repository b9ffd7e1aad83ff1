"""Conversations with the running bot: where they are held, and what its messages say."""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qabot.service.live import LiveBot
from tests.slack.checks import nodes
from tests.slack.deliveries import stamp
from tests.slack.doors import door
from tests.slack.local_slack import ALICE, GENERAL, TEAM, Json, LocalSlack, local_slack
from tests.slack.ours import Ours, over_http
from tests.slack.programs import eventually


@dataclass(frozen=True, slots=True)
class Talk:
    """An independent Slack, and the bot in it."""

    slack: LocalSlack
    ours: Ours
    events: str  #: where the bot takes deliveries

    def reply(self, asked: Json) -> Json:
        """Wait for the first reply in the thread of a message."""
        return eventually(lambda: self.slack.thread(asked))[0]

    def whisper(self, user: str, channel: str, before: int = 0) -> Json:
        """Wait for one more ephemeral message than there were before, and return it."""
        return eventually(lambda: self.slack.whispers(user, channel)[before:])[0]

    def whispered(self, user: str, message: Json, action: str, value: str | None = None) -> Json:
        """Press a button, and wait for what only who pressed it sees."""
        before = len(self.slack.whispers(user, message["channel"]))
        self.slack.press(user, message, action, value)
        return self.whisper(user, message["channel"], before)


@contextmanager
def talking(folder: Path, live: LiveBot | None = None) -> Iterator[Talk]:
    """Run an independent Slack that posts signed requests to the bot; both end with the block."""
    with (
        door() as entrance,
        local_slack(folder, "events", entrance.events) as slack,
        over_http(folder, entrance, slack.api, live=live) as ours,
    ):
        yield Talk(slack, ours, entrance.events)


def quotes(message: Json) -> list[str]:
    """Return what stands as quotes in a message that the eye sees: the first passage, or all."""
    return ["".join(texts(part)) for part in _parts(message, "rich_text_quote")]


def bold(message: Json) -> list[str]:
    """Return the pieces of its quotes that are bold."""
    return [
        node["text"]
        for part in _parts(message, "rich_text_quote")
        for node in nodes(part)
        if node.get("style", {}).get("bold")
    ]


def links(message: Json) -> list[str]:
    """Return the addresses that a message links to, those folded away last."""
    found = []
    for node in nodes(message["blocks"]):
        if node.get("type") == "mrkdwn" and node["text"].startswith("<http"):
            found.append(html.unescape(node["text"][1:].partition("|")[0]))
        elif "url" in node:
            found.append(node["url"])
    return found


def shown(message: Json) -> str:
    """Return all that the eye reads of a message, or of a view."""
    return "\n".join(texts(message["blocks"]))


def texts(part: object) -> list[str]:
    """Return every text of blocks."""
    return [node["text"] for node in nodes(part) if isinstance(node.get("text"), str)]


def buttons(message: Json) -> dict[str, str]:
    """Return the buttons of a message: what is on each, by its action."""
    return {
        node["action_id"]: node["text"]["text"]
        for node in nodes(message["blocks"])
        if node.get("type") == "button"
    }


def pasted(message: Json) -> str:
    """Return what a message has ready to be copied."""
    (part,) = _parts(message, "rich_text_preformatted")
    return "".join(texts(part))


def pressed_alone(action: str, value: str, response_url: str) -> Json:
    """Return what Slack sends when a button is pressed in a message that one person sees.

    Slack sends no such `message`; local-slack does, and calls it one that everybody sees.
    """
    return {
        "type": "block_actions",
        "user": {"id": ALICE, "team_id": TEAM},
        "team": {"id": TEAM, "domain": "harbour"},
        "trigger_id": stamp(),
        "container": {
            "type": "message",
            "message_ts": stamp(),
            "channel_id": GENERAL,
            "is_ephemeral": True,
        },
        "channel": {"id": GENERAL, "name": "general"},
        "response_url": response_url,
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }


def _parts(message: Json, kind: str) -> Sequence[Json]:
    return [node for node in nodes(message["blocks"]) if node.get("type") == kind]
