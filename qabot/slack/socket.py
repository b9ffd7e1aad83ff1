"""Slack's deliveries over Socket Mode: no address of ours need be reachable."""

import signal
from asyncio import Event, get_running_loop

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from qabot.errors import BadInput
from qabot.settings import Settings
from qabot.slack.app import SlackBot, check_token

_log = structlog.get_logger("qabot.slack")


async def listen(bot: SlackBot, settings: Settings) -> None:
    """Take what Slack delivers until the process is told to stop; what is under way is finished.

    Raises BadInput where Slack refuses a token.
    """
    team = await check_token(bot.app)
    handler = AsyncSocketModeHandler(
        bot.app,
        settings.slack_app_token,
        web_client=AsyncWebClient(token=settings.slack_app_token, base_url=settings.slack_api),
    )
    stopped = Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        get_running_loop().add_signal_handler(signal_number, stopped.set)
    async with bot.worker:
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        except SlackApiError as error:
            raise BadInput(
                f"Slack refuses the app token ({error.response['error']}); set "
                "QABOT_SLACK_APP_TOKEN to one with connections:write (xapp-...)."
            ) from error
        except (SlackClientError, OSError) as error:
            raise BadInput(
                f"Slack cannot be reached ({type(error).__name__}); check the network."
            ) from error
        _log.info("listening", team=team)
        try:
            await stopped.wait()
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]
