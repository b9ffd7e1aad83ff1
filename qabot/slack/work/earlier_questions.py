"""What was asked before in a thread, or in direct messages: read in Slack, and kept nowhere."""

from asyncio import timeout
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from qabot.slack.work.posting import NOT_NOW
from qabot.slack.work.slack_questions import SlackQuestion, question_of

_MOST = 6  # messages that a question may go on from
_READ = 100  # messages of a thread
_RECENT = 15  # direct messages
_WITHIN = 3600  # seconds that direct messages are looked back for
_LONGEST = 0.8  # seconds that the call may take

_log = structlog.get_logger("qabot.slack")

SlackMessage = Mapping[str, Any]


async def earlier_questions(
    client: AsyncWebClient, question: SlackQuestion, *, is_direct: bool
) -> tuple[str, ...]:
    """Return what was asked before a question in its thread, or in direct messages, oldest first.

    () where nothing was, or where Slack does not tell in time: the answer does not depend on it.
    """
    in_thread = question.thread_ts is not None and question.thread_ts != question.ts
    if not (question.channel and question.ts and (in_thread or is_direct)):
        return ()
    try:
        async with timeout(_LONGEST):
            if in_thread:
                found = await client.conversations_replies(
                    channel=question.channel,
                    ts=str(question.thread_ts),
                    latest=question.ts,
                    limit=_READ,
                )
            else:
                found = await client.conversations_history(
                    channel=question.channel,
                    oldest=f"{float(question.ts) - _WITHIN:.6f}",
                    latest=question.ts,
                    limit=_RECENT,
                )
        said: list[SlackMessage] = found.get("messages") or []
        return asked_before(said, question, is_direct=is_direct)
    except (TimeoutError, ValueError, *NOT_NOW) as error:
        _log.warning("asked without what was said before", reason=type(error).__name__)
        return ()


def asked_before(
    said: Iterable[SlackMessage], question: SlackQuestion, *, is_direct: bool
) -> tuple[str, ...]:
    """Return what people asked in messages older than a question, the oldest first.

    In a channel that is what they asked the bot, and what ends in "?" and names nobody else.
    """
    written = [
        one
        for one in said
        if one.get("user") and not one.get("bot_id") and _ts(one) < str(question.ts)
    ]
    asked = []
    for one in sorted(written, key=_ts):
        text = str(one.get("text", ""))
        to_bot = is_direct or (question.bot and f"<@{question.bot}" in text)
        if to_bot or ("<@" not in text and text.rstrip().endswith("?")):
            asked.append(question_of(text))
    return tuple(filter(None, asked[-_MOST:]))


def _ts(message: SlackMessage) -> str:
    return str(message.get("ts", ""))
