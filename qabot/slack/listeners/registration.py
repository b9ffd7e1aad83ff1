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
from qabot.slack.delivery.guard import MALFORMED
from qabot.slack.listeners import posed as questions
from qabot.slack.listeners.app_home import publish_home, register_workspace
from qabot.slack.listeners.buttons import register_buttons
from qabot.slack.listeners.office import Office
from qabot.slack.views.prompts import prompts
from qabot.slack.work.worker import log_failure
from qabot.state.stored import Work

_log = structlog.get_logger("qabot.slack")

Body = dict[str, Any]


def register(app: AsyncApp, office: Office) -> None:
    """Let the app listen: to questions, buttons and the App Home; the rest it takes in silence."""
    _register_questions(app, office)
    register_buttons(app, office)
    register_workspace(app, office)
    _register_the_rest(app)


def _register_questions(app: AsyncApp, office: Office) -> None:
    @app.event("app_mention")
    async def on_mention(body: Body) -> None:
        if work := questions.mention(body):
            await office.worker.take(work)

    @app.event("message")
    async def on_message(body: Body, context: AsyncBoltContext) -> None:
        if body["event"].get("channel_type") == "im":
            work = questions.direct(body)
        else:
            work = await _overheard(office, body, str(context.bot_user_id))
        if work:
            await office.worker.take(work)

    @app.command("/policy")
    async def on_command(ack: AsyncAck, body: Body) -> None:
        await office.worker.take(questions.command(body))
        await ack()

    @app.shortcut("find_policy")
    async def on_shortcut(ack: AsyncAck, body: Body) -> None:
        await office.worker.take(questions.shortcut(body))
        await ack()

    @app.event("app_home_opened")
    async def on_home(body: Body, client: AsyncWebClient) -> None:
        event = body["event"]
        if event.get("tab") == "home":
            await publish_home(office, client, questions.team_of(body), event["user"])
        else:
            await _suggest(office, client, event["channel"])


async def _overheard(office: Office, body: Body, bot: str) -> Work | None:
    event, team = body["event"], questions.team_of(body)
    if not str(event.get("text", "")).rstrip().endswith("?"):
        return None  # most of what is said
    settings = await office.replies.settings(team)
    is_ours = False
    if "thread_ts" in event:
        try:
            is_ours = await to_thread(
                office.threads.is_ours, team, event["channel"], event["thread_ts"]
            )
        except StoreUnavailable as error:  # then a mention is needed
            _log.error("thread not looked up", reason=str(error))
    return questions.overheard(body, settings, bot, is_ours=is_ours)


async def _suggest(office: Office, client: AsyncWebClient, channel: str) -> None:
    suggested = await to_thread(prompts, office.replies.questions.live.bot)
    if not suggested:
        return
    try:
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=channel, prompts=list(suggested)
        )
    except SlackClientError as error:  # nice to have
        _log.warning("no prompts suggested", reason=type(error).__name__)


def _register_the_rest(app: AsyncApp) -> None:
    @app.event(re.compile(".*"))
    async def on_other_event(body: Body) -> None:
        """Take it: Slack ends a subscription whose events are not taken."""

    @app.error
    async def on_error(error: Exception) -> BoltResponse | None:
        """Take what nobody listens to, such as a button of an old message; 500 for what failed."""
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200)
        log_failure(error, "-")
        return BoltResponse(status=401) if isinstance(error, MALFORMED) else None
