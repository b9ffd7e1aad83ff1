"""The App Home: what is indexed, and the workspace's settings for those who may change them."""

from asyncio import to_thread
from collections.abc import Callable
from datetime import date
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from qabot.errors import BadInput
from qabot.slack.listeners.parts import Parts
from qabot.slack.views.home import home_view
from qabot.slack.views.modals import (
    channel_modal,
    chosen_channel,
    chosen_settings,
    settings_modal,
)
from qabot.state.stored import SlackSettings

_log = structlog.get_logger("qabot.slack")

Body = dict[str, Any]
Chosen = Callable[[dict[str, Any], SlackSettings], SlackSettings]


async def publish_home(parts: Parts, client: AsyncWebClient, team: str, user: str) -> None:
    """Show the App Home to a user as it is now."""
    settings = await parts.replies.settings(team)
    may_change = await _may_change(client, user)
    entries = parts.replies.questions.live.bot.index.corpus.entries
    view = home_view(entries, settings, date.today(), may_change=may_change)
    await client.views_publish(user_id=user, view=view)


def register_workspace(app: AsyncApp, parts: Parts) -> None:
    """Let the app listen to the settings."""

    @app.action("home_settings")
    async def on_settings(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        settings = await parts.replies.settings(body["team"]["id"])
        view = settings_modal(settings, parts.replies.questions.live.bot.index.corpus.entries)
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action("home_channel")
    async def on_channel(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        view = channel_modal(parts.replies.questions.live.bot.index.corpus.entries)
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("home_settings")
    async def on_settings_chosen(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await _choose(parts, ack, body, client, chosen_settings)

    @app.view("home_channel")
    async def on_channel_chosen(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await _choose(parts, ack, body, client, chosen_channel)


async def _choose(
    parts: Parts, ack: AsyncAck, body: Body, client: AsyncWebClient, chosen: Chosen
) -> None:
    team, user = body["team"]["id"], body["user"]["id"]
    if not await _may_change(client, user):
        await ack()
        return
    before = await to_thread(parts.state.workspaces.settings, team)
    try:
        settings = chosen(body["view"]["state"]["values"], before)
    except BadInput as error:
        await ack(response_action="errors", errors={"humans": str(error)})
        return
    await to_thread(parts.state.workspaces.choose, team, settings)
    await ack()
    await publish_home(parts, client, team, user)


async def _may_change(client: AsyncWebClient, user: str) -> bool:
    """Tell whether Slack says that a user runs the workspace."""
    try:
        found: dict[str, Any] = (await client.users_info(user=user))["user"]
    except SlackApiError as error:
        _log.warning("user not looked up", reason=error.response["error"])
        return False
    return bool(found.get("is_admin") or found.get("is_owner"))
