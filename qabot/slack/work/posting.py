"""Messages to Slack: what it refuses is sent plainer, what it delays is waited for."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from aiohttp import ClientConnectionError, ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from qabot.slack.views.message import Message, variants
from qabot.slack.work.slack_questions import SlackQuestion

_log = structlog.get_logger("qabot.slack")

_TOO_MUCH = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
_NEVER = {
    "account_inactive",
    "channel_not_found",
    "invalid_auth",
    "is_archived",
    "message_not_found",
    "not_in_channel",
    "org_login_required",
    "restricted_action",
    "team_access_not_granted",
    "thread_not_found",
    "token_expired",
    "token_revoked",
    "user_not_found",
}


_POSTED_BEFORE = {"duplicate_channel_not_found", "duplicate_message_not_found"}
"""Slack knows the id of a message, and not where it is any more."""


class NotPosted(SlackClientError):
    """Slack did not take a message; it may later."""


class Undeliverable(Exception):
    """Nobody can be told: the channel, the token or the permission is gone for good."""


class Refused(Undeliverable):
    """Slack will not take this message, however plain; another one it may."""


def retry_handlers() -> list[AsyncRetryHandler]:
    """Return what a client does when Slack is busy, limits it or cannot be reached: tries again."""
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=3),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]


_LOST: list[type[Exception]] = [ClientConnectionError, TimeoutError]
"""What is raised where Slack may have done what it was asked, and did not get to say so."""


def _sent_once_more() -> list[AsyncRetryHandler]:
    """Return the handlers of retries at a `response_url`, where Slack knows no second message.

    slack_sdk asks them only where Slack limits the rate, and where no response comes back.
    """
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=1, error_types=_LOST),
        AsyncRateLimitErrorRetryHandler(max_retry_count=3),
    ]


NOT_NOW = (SlackClientError, ClientError, OSError)
"""What is raised where Slack does not take something, and may later."""


class Poster:
    """Posts with the token of one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client

    async def reply(self, question: SlackQuestion, message: Message, *, work_id: str) -> None:
        """Post the reply to a question: where it was asked, or for its asker's eyes alone.

        Slack drops a second reply in a channel by the id of its work. A reply at a `response_url`
        can be given no id: where Slack's response is lost it is sent once more, and of a process
        that dies before it has noted that Slack took one, the next process sends it again.

        Raises Undeliverable where no further attempt can help, one of NOT_NOW where one may.
        """
        if question.response_url:
            await self.respond(question.response_url, message, to_all=question.to_all)
            return
        assert question.channel
        await self.post(question.channel, message, work_id=work_id, thread_ts=question.thread_ts)

    async def post(
        self, channel: str, message: Message, *, work_id: str, thread_ts: str | None = None
    ) -> None:
        """Post a message in a channel, or in a thread of it; raises as `reply` does."""
        message_id = str(UUID(work_id))
        for last, one in _tried(message):
            try:
                await self.client.chat_postMessage(
                    channel=channel,
                    thread_ts=thread_ts,
                    client_msg_id=message_id,
                    **_fields(one),
                )
                return
            except SlackApiError as error:
                if _code(error) in _POSTED_BEFORE:
                    return
                _raise_unless_plainer_may_do(error, last)

    async def tell_asker(self, question: SlackQuestion, message: Message) -> None:
        """Tell the asker alone, where no reply could be posted; raises Undeliverable."""
        try:
            await self.client.chat_postEphemeral(
                channel=str(question.channel),
                user=question.user,
                text=message.text,
                blocks=list(message.blocks),
            )
        except NOT_NOW as error:
            raise Undeliverable(f"not even an apology: {type(error).__name__}") from error

    async def respond(
        self, url: str, message: Message, *, to_all: bool = False, thread_ts: str | None = None
    ) -> None:
        """Answer a command, a shortcut or a button: to whom it was, or to the whole channel.

        It stands in the channel unless a thread of it is named, also where the button does not.
        """
        how = {
            "response_type": "in_channel" if to_all else "ephemeral",
            "replace_original": False,
            **({"thread_ts": thread_ts} if thread_ts else {}),
        }
        await self._send(url, message, how)

    async def replace(self, url: str, message: Message) -> None:
        """Put a message in the place of the one whose button was pressed.

        Unlike chat.update this needs no membership of the channel.
        """
        await self._send(url, message, {"replace_original": True})

    async def _send(self, url: str, message: Message, how: Mapping[str, object]) -> None:
        webhook = AsyncWebhookClient(url, retry_handlers=_sent_once_more())
        for last, one in _tried(message):
            try:
                sent = await webhook.send_dict({**_fields(one), **how})
            except ClientConnectorError:
                raise
            except tuple(_LOST) as error:
                raise Undeliverable(f"response_url: {type(error).__name__} twice") from error
            if sent.status_code == 200:
                return
            if sent.status_code >= 429:
                raise NotPosted(f"response_url: {sent.status_code}")
            if sent.status_code in (404, 410) or "expired" in sent.body or "used" in sent.body:
                raise Undeliverable(f"response_url: {sent.status_code}")
            if last:
                raise Refused(f"response_url: {sent.status_code}")

    async def seen(self, question: SlackQuestion, *, on: bool) -> None:
        """Put eyes on a question that takes longer, or take them away."""
        if question.channel is None or question.ts is None:
            return
        call = self.client.reactions_add if on else self.client.reactions_remove
        with suppress(*NOT_NOW):  # the answer matters, not the eyes
            await call(channel=question.channel, timestamp=question.ts, name="eyes")


def _fields(message: Message) -> dict[str, Any]:
    return {
        "text": message.text,
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
    }


def _tried(message: Message) -> Iterator[tuple[bool, Message]]:
    """Yield each way to say a message, plainer and plainer, with whether it is the last."""
    ways = variants(message)
    return ((one is ways[-1], one) for one in ways)


def _raise_unless_plainer_may_do(error: SlackApiError, last: bool) -> None:
    code = _code(error)
    if code in _NEVER:
        raise Undeliverable(code) from error
    if code not in _TOO_MUCH:
        raise error
    if last:
        raise Refused(code) from error
    _log.warning("refused, said more plainly", error=code)


def _code(error: SlackApiError) -> str:
    """Return Slack's word for what is wrong, "" where it answered something else than it should."""
    try:
        return str(error.response["error"])
    except (TypeError, ValueError, AttributeError):  # by what slack_sdk took for the response
        return ""
