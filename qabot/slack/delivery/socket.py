"""Slack's deliveries over Socket Mode: no address of ours need be reachable."""

import signal
from asyncio import Future, create_task, get_running_loop

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from qabot.errors import BadInput
from qabot.service.live import LiveBot, watch
from qabot.service.pulling import pull_builds
from qabot.settings import Settings
from qabot.slack.app import SlackBot
from qabot.slack.install.bot_tokens import OneWorkspace, SlackUnreachable
from qabot.slack.work.posting import NOT_NOW, retry_handlers

_log = structlog.get_logger("qabot.slack")


async def listen(bot: SlackBot, live: LiveBot, settings: Settings) -> int:
    """Take what Slack delivers until a signal ends it, which is returned; first work is finished.

    A build that goes live meanwhile takes over. Raises BadInput where Slack refuses a token.
    """
    if not isinstance(bot.tokens, OneWorkspace):
        raise BadInput(
            "Many workspaces install the bot over HTTP: run qabot serve, or unset "
            "QABOT_SLACK_CLIENT_ID."
        )
    team = await bot.tokens.check()
    client = AsyncWebClient(
        token=settings.slack_app_token, base_url=settings.slack_api, retry_handlers=retry_handlers()
    )
    address = await _address(client)
    handler = AsyncSocketModeHandler(bot.app, settings.slack_app_token, web_client=client)
    handler.client.wss_uri = address
    stopped: Future[int] = get_running_loop().create_future()
    for number in (signal.SIGINT, signal.SIGTERM):
        get_running_loop().add_signal_handler(number, _stop, stopped, number)
    async with bot.worker:
        work = watch(live), pull_builds(live.releases), _connect(handler, team)
        beside = [create_task(one) for one in work]
        try:
            return await stopped
        finally:
            for task in beside:
                task.cancel()
            await handler.close_async()  # type: ignore[no-untyped-call]


async def _connect(handler: AsyncSocketModeHandler, team: str) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]  # tries until it is
    _log.info("listening", team=team)


async def _address(client: AsyncWebClient) -> str:
    """Return where to connect to; the handler itself would ask for it forever."""
    try:
        return str((await client.apps_connections_open(app_token=str(client.token)))["url"])
    except SlackApiError as error:
        raise BadInput(
            f"Slack refuses the app token ({error.response['error']}); set QABOT_SLACK_APP_TOKEN "
            "to one with connections:write (xapp-...)."
        ) from error
    except NOT_NOW as error:
        raise SlackUnreachable(error) from error


def _stop(stopped: Future[int], number: int) -> None:
    if not stopped.done():
        stopped.set_result(number)
