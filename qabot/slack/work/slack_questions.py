"""What of Slack's deliveries is a question, and the work that it makes: functions without I/O."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from qabot.service.contract import MOST_CHARACTERS
from qabot.slack.views.button_values import ButtonQuestion
from qabot.state.stored import SlackSettings, Work

Body = Mapping[str, Any]

_NAMESPACE = UUID("5f3c2b8e-9d0a-4c61-8a57-0d1f6e2b7c94")  # of the ids of work, nothing else

_ASKED_IN = (None, "file_share", "thread_broadcast")  # of all subtypes those that people write
_MARK = re.compile(r"<(?P<what>[^>|]*)(?:\|(?P<label>[^>]*))?>")
_EMOJI = re.compile(r":(?:[a-z][\w'-]*|[+-]1)(?:::skin-tone-\d)?:")
_PICTURE = "🙂"  # stands for what a message of nothing but emoji shows


@dataclass(frozen=True, slots=True)
class SlackQuestion:
    """A question as somebody in Slack put it, and where its reply goes."""

    question: str
    user: str
    channel: str | None = None
    ts: str | None = None  #: of the message that asks
    thread_ts: str | None = None
    response_url: str | None = None  #: where a reply goes that the asker alone sees
    enterprise: str | None = None
    company: str | None = None  #: chosen with a button, or None
    as_of: str | None = None  #: year-month-day, carried over from an earlier answer
    build: str | None = None  #: that gave the earlier answer
    shortened: bool = False  #: whether the button could not carry the whole question
    to_all: bool = False  #: whether a reply at `response_url` is for the whole channel
    bot: str = ""  #: id of the bot's own user, where a delivery says it

    @property
    def day(self) -> date | None:
        """The day asked about."""
        return date.fromisoformat(self.as_of) if self.as_of else None


def mention(body: Body) -> Work | None:
    """Return the work that a mention in a channel makes, None where it makes none."""
    return _of_event(body, "mention") if _is_written(body["event"]) else None


def direct(body: Body) -> Work | None:
    """Return the work that a direct message makes."""
    is_direct = body["event"].get("channel_type") == "im"
    return _of_event(body, "direct") if is_direct and _is_written(body["event"]) else None


def unasked(body: Body, settings: SlackSettings, bot: str, *, is_ours: bool) -> Work | None:
    """Return the work that a channel's message makes, without a mention of the bot.

    That is one that ends in "?", in a thread that the bot has answered or at the top of a channel
    chosen for that. One with a mention comes a second time, as a mention.
    """
    event = body["event"]
    text = str(event.get("text", ""))
    if not _is_written(event) or f"<@{bot}" in text:
        return None
    if "thread_ts" in event:
        is_for_us = is_ours and "<@" not in text
    else:
        is_for_us = event.get("channel") in settings.unasked_channels
    return _of_event(body, "unasked") if is_for_us and text.rstrip().endswith("?") else None


def command(body: Body) -> Work:
    """Return the work that `/policy QUESTION` makes."""
    return _private(body, "command", str(body.get("text", "")), body["user_id"], body["channel_id"])


def shortcut(body: Body) -> Work:
    """Return the work that "Find the policy" on a message makes."""
    text = str(body["message"].get("text", ""))
    return _private(body, "shortcut", text, body["user"]["id"], body["channel"]["id"])


def narrowed(body: Body, asked: ButtonQuestion) -> Work:
    """Return the work that a company's button makes: the question again, of that company."""
    return _work(body, "narrowed", _again(body, asked), event_id=str(body["trigger_id"]))


def human(body: Body, asked: ButtonQuestion) -> Work:
    """Return the work that "Ask a human" makes: one for each message, however often pressed."""
    where = body["container"]
    question = replace(_again(body, asked), to_all=True)
    return _work(
        body, "human", question, event_id=f"human:{where['channel_id']}:{where['message_ts']}"
    )


def _again(body: Body, asked: ButtonQuestion) -> SlackQuestion:
    """Return the question that a button carries, as who pressed it asks it."""
    container = body["container"]
    message = body.get("message") or {}
    return SlackQuestion(
        question=asked.question,
        user=body["user"]["id"],
        channel=container.get("channel_id"),
        thread_ts=(
            message.get("thread_ts") or container.get("thread_ts") or container.get("message_ts")
        ),
        response_url=body.get("response_url") if container.get("is_ephemeral") else None,
        enterprise=_enterprise(body),
        company=asked.company,
        as_of=asked.as_of.isoformat() if asked.as_of else None,
        build=asked.build,
        shortened=asked.shortened,
    )


def question_of(text: str) -> str:
    """Return what a person wrote, of a text with Slack's marks and entities."""

    def shown(mark: re.Match[str]) -> str:
        what, label = mark["what"], mark["label"]
        if what.startswith(("@", "!")):
            return ""
        return label or what.removeprefix("#").removeprefix("mailto:").removeprefix("tel:")

    written = html.unescape(_MARK.sub(shown, text))
    lines = (" ".join(_EMOJI.sub(" ", line).split()) for line in written.splitlines())
    words = "\n".join(line for line in lines if line)
    if not words and (pictures := _EMOJI.findall(written)):
        words = "hello" if ":wave:" in pictures else _PICTURE
    return words[:MOST_CHARACTERS]


def _is_written(event: Mapping[str, Any]) -> bool:
    """Tell whether a person wrote this just now: no bot, no edit, no deletion, no joining."""
    by_person = event.get("user") not in (None, "USLACKBOT") and not event.get("bot_id")
    return by_person and event.get("subtype") in _ASKED_IN and "edited" not in event


def _of_event(body: Body, kind: str) -> Work:
    event = body["event"]
    question = SlackQuestion(
        question=question_of(str(event.get("text", ""))),
        user=event["user"],
        channel=event["channel"],
        ts=event["ts"],
        thread_ts=event.get("thread_ts") or event["ts"],
        enterprise=_enterprise(body),
        bot=str(_authorized(body).get("user_id") or ""),
    )
    return _work(body, kind, question, event_id=body.get("event_id"))


def _private(body: Body, kind: str, text: str, user: str, channel: str) -> Work:
    question = SlackQuestion(
        question=question_of(text),
        user=user,
        channel=channel,
        response_url=body["response_url"],
        enterprise=_enterprise(body),
    )
    return _work(body, kind, question, event_id=str(body["trigger_id"]))


def _work(body: Body, kind: str, question: SlackQuestion, *, event_id: str | None) -> Work:
    team = team_of(body)
    asked_at = (question.channel, question.ts) if question.ts else (event_id,)
    return Work(
        team=team,
        kind=kind,
        payload=asdict(question),
        event_id=event_id,
        channel=question.channel if question.ts else None,
        ts=question.ts,
        id=uuid5(_NAMESPACE, json.dumps([team, *asked_at])).hex,
    )


def team_of(body: Body) -> str:
    """Return the workspace that the bot is asked in; of a channel shared with others, its own."""
    team = _authorized(body).get("team_id") or body.get("team_id")
    return str(team or (body.get("team") or {}).get("id") or _enterprise(body))


def _enterprise(body: Body) -> str | None:
    whose = _authorized(body) or body
    found = whose.get("enterprise_id") or (body.get("enterprise") or {}).get("id")
    return str(found) if found else None


def _authorized(body: Body) -> Body:
    """Return whose installation an event comes for; `team_id` beside it may be another's."""
    first: Body = next(iter(body.get("authorizations") or ()), {})
    return first
