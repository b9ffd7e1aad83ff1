"""Slack's deliveries over HTTP, taken by the service: add_slack(api, bot, signing secret)."""

from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from qabot.slack.app import SlackBot
from qabot.slack.delivery.guard import REFUSED, Guard
from qabot.slack.install.bot_tokens import ManyWorkspaces
from qabot.slack.listeners.registration import MALFORMED
from qabot.slack.work.worker import log_failure


def add_slack(api: FastAPI, bot: SlackBot, signing_secret: str) -> None:
    """Let the service take what Slack delivers, and where many may install it, the install."""
    handler = AsyncSlackRequestHandler(bot.app)

    async def deliver(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await handler.handle(Request(scope, receive))
        except MALFORMED as error:  # outside of what Bolt itself looks after
            log_failure(error, "-")
            response = REFUSED
        await response(scope, receive, send)

    events = Route("/slack/events", Guard(deliver, signing_secret), methods=["POST"])
    api.router.routes.append(events)
    if isinstance(bot.tokens, ManyWorkspaces):

        async def install(request: Request) -> Response:
            return await handler.handle(request)

        for path in ("/slack/install", "/slack/oauth_redirect"):
            api.router.routes.append(Route(path, install, methods=["GET"]))
