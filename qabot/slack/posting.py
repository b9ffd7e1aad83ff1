"""Messages to Slack: what it refuses is sent plainer, what it delays is waited for."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from qabot.slack.message import Message, variants
from qabot.slack.questions import Posed

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


class NotPosted(SlackClientError):
    """Slack did not take a message; it may later."""


class Undeliverable(Exception):
    """Nobody can be told: the channel, the token or the permission is gone for good."""


def retry_handlers() -> list[AsyncRetryHandler]:
    """Return what a client does when Slack is busy, limits it or cannot be reached: tries again."""
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=3),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]


class Poster:
    """Posts with the token of one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client

    async def reply(self, posed: Posed, message: Message) -> None:
        """Post the reply to a question: where it was asked, or for its asker's eyes alone.

        Raises Undeliverable where no further attempt can help, SlackApiError where one may.
        """
        if posed.response_url:
            await self.respond(posed.response_url, message)
            return
        assert posed.channel
        await self.post(posed.channel, message, thread_ts=posed.thread_ts)

    async def post(self, channel: str, message: Message, *, thread_ts: str | None = None) -> None:
        """Post in a channel, in a thread of it where there is one."""
        for last, one in _tried(message):
            try:
                await self.client.chat_postMessage(
                    channel=channel, thread_ts=thread_ts, **_fields(one)
                )
                return
            except SlackApiError as error:
                _raise_unless_plainer_may_do(error, last)

    async def update(self, channel: str, ts: str, message: Message) -> None:
        """Put a message in the place of one of ours."""
        for last, one in _tried(message):
            try:
                await self.client.chat_update(channel=channel, ts=ts, **_fields(one))
                return
            except SlackApiError as error:
                _raise_unless_plainer_may_do(error, last)

    async def respond(self, url: str, message: Message, *, to_all: bool = False) -> None:
        """Answer a command, a shortcut or a button: to whom it was, or to the whole channel."""
        webhook = AsyncWebhookClient(url, retry_handlers=retry_handlers())
        for last, one in _tried(message):
            sent = await webhook.send_dict(
                {
                    **_fields(one),
                    "response_type": "in_channel" if to_all else "ephemeral",
                    "replace_original": False,
                }
            )
            if sent.status_code == 200:
                return
            if sent.status_code in (404, 410) or "expired" in sent.body or "used" in sent.body:
                raise Undeliverable(f"response_url: {sent.status_code}")
            if last or sent.status_code >= 429:
                raise NotPosted(f"response_url: {sent.status_code}")

    async def seen(self, posed: Posed, *, on: bool) -> None:
        """Put eyes on a question that takes longer, or take them away."""
        if posed.channel is None or posed.ts is None:
            return
        call = self.client.reactions_add if on else self.client.reactions_remove
        with suppress(SlackApiError, OSError, TimeoutError):  # the answer matters, not the eyes
            await call(channel=posed.channel, timestamp=posed.ts, name="eyes")


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
    code = error.response["error"]
    if code in _NEVER:
        raise Undeliverable(code) from error
    if last or code not in _TOO_MUCH:
        raise error
    _log.warning("refused, said more plainly", error=code)
