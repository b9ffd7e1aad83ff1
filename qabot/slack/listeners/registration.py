"""What people write to the bot: each question becomes work before Slack is told that it arrived."""

import re
from asyncio import to_thread
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from qabot.errors import StoreUnavailable
from qabot.slack.listeners.app_home import publish_home, register_workspace
from qabot.slack.listeners.buttons import Pressed, register_buttons, register_modals
from qabot.slack.listeners.parts import Parts
from qabot.slack.views.message import said
from qabot.slack.views.notices import NOT_TAKEN
from qabot.slack.views.prompts import prompts
from qabot.slack.work import slack_questions as questions
from qabot.slack.work.posting import NOT_NOW, Poster, Undeliverable
from qabot.slack.work.worker import log_failure
from qabot.state.stored import Work

_log = structlog.get_logger("qabot.slack")

Body = dict[str, Any]

MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What is raised by reading a delivery that is none of Slack's, though it is signed."""


def register(app: AsyncApp, parts: Parts) -> None:
    """Let the app listen: to questions, buttons and the App Home; the rest it takes in silence."""
    _register_questions(app, parts)
    register_buttons(app, parts)
    register_modals(app, parts)
    register_workspace(app, parts)
    _register_the_rest(app, parts)


def _register_questions(app: AsyncApp, parts: Parts) -> None:
    @app.event("app_mention")
    async def on_mention(body: Body) -> None:
        if work := questions.mention(body):
            await parts.worker.take(work)

    @app.event("message")
    async def on_message(body: Body, context: AsyncBoltContext) -> None:
        if body["event"].get("channel_type") == "im":
            work = questions.direct(body)
        else:
            work = await _unasked(parts, body, str(context.bot_user_id))
        if work:
            await parts.worker.take(work)

    @app.command("/policy")
    async def on_command(ack: AsyncAck, body: Body) -> None:
        await parts.worker.take(questions.command(body))
        await ack()

    @app.shortcut("find_policy")
    async def on_shortcut(ack: AsyncAck, body: Body) -> None:
        await parts.worker.take(questions.shortcut(body))
        await ack()

    @app.event("app_home_opened")
    async def on_home(body: Body, client: AsyncWebClient) -> None:
        event = body["event"]
        if event.get("tab") == "home":
            await publish_home(parts, client, questions.team_of(body), event["user"])
        else:
            await _suggest(parts, client, event["channel"])


async def _unasked(parts: Parts, body: Body, bot: str) -> Work | None:
    event, team = body["event"], questions.team_of(body)
    if not str(event.get("text", "")).rstrip().endswith("?"):
        return None  # most of what is said
    settings = await parts.replies.settings(team)
    is_ours = "thread_ts" in event and await to_thread(
        parts.state.threads.is_ours, team, event["channel"], event["thread_ts"]
    )
    return questions.unasked(body, settings, bot, is_ours=is_ours)


async def _suggest(parts: Parts, client: AsyncWebClient, channel: str) -> None:
    live = parts.replies.questions.live
    suggested = await to_thread(prompts, live.bot, live.index)
    if not suggested:
        return
    try:
        await client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=suggested)
    except SlackClientError as error:  # nice to have
        _log.warning("no prompts suggested", reason=type(error).__name__)


def _register_the_rest(app: AsyncApp, parts: Parts) -> None:
    @app.event(re.compile(".*"))
    async def on_other_event(body: Body) -> None:
        """Take it: Slack ends a subscription whose events are not taken."""

    @app.error
    async def on_error(error: Exception, body: Body, client: AsyncWebClient) -> BoltResponse | None:
        """Take what nobody listens to, such as a button of an old message; 500 for what failed."""
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200)
        if isinstance(error, StoreUnavailable):
            _log.error("delivery refused", reason=str(error))
            return await _refused(body, Poster(client))
        log_failure(error, "-")
        return BoltResponse(status=401) if isinstance(error, MALFORMED) else None


async def _refused(body: Body, poster: Poster) -> BoltResponse:
    """Refuse a delivery while the store is away: Slack sends an event again.

    Whoever used a command, a button or a modal, which it does not send again, is told to do so.
    Slack is told that it arrived only then: where we cannot say it, or end before, Slack does.
    """
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": NOT_TAKEN})
    if body.get("type") == "view_submission":
        block = "missing" if body.get("view", {}).get("callback_id") == "missing" else "company"
        errors = {"response_action": "errors", "errors": {block: NOT_TAKEN}}
        return BoltResponse(status=200, body=errors)
    if "response_url" in body:
        thread_ts = Pressed(body).thread_ts if "actions" in body else None
        try:
            await poster.respond(body["response_url"], said(NOT_TAKEN), thread_ts=thread_ts)
        except (*NOT_NOW, Undeliverable) as error:
            _log.error("not told", reason=type(error).__name__)
        else:
            return BoltResponse(status=200)
    return BoltResponse(status=503)
