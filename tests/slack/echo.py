"""A bot on slack-bolt as it comes, that repeats what it is told: to try the tests' Slacks with."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.doors import Door
from tests.slack.local_slack import BOT_TOKEN, SECRET, Json
from tests.slack.loops import Background

Call = Callable[..., Awaitable[Any]]

BUTTONS: list[Json] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "more",
                "text": {"type": "plain_text", "text": "More"},
                "value": "7",
            }
        ],
    },
    {
        "type": "context_actions",
        "block_id": "opinion",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {
                    "text": {"type": "plain_text", "text": "Helpful"},
                    "value": "helpful:1",
                },
                "negative_button": {
                    "text": {"type": "plain_text", "text": "Not helpful"},
                    "value": "unhelpful:1",
                },
            }
        ],
    },
]
MODAL: Json = {
    "type": "modal",
    "callback_id": "settings",
    "title": {"type": "plain_text", "text": "Settings"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "company",
            "label": {"type": "plain_text", "text": "Company"},
            "element": {"type": "plain_text_input", "action_id": "name"},
        }
    ],
}


def echo(api: str, heard: list[Json]) -> AsyncApp:
    """Return a bot that repeats what it is told, and keeps every payload that it gets."""
    app = AsyncApp(
        client=AsyncWebClient(token=BOT_TOKEN, base_url=api), signing_secret=SECRET, name="echo"
    )

    @app.middleware
    async def hear(body: Json, next: Call) -> None:
        heard.append(body)
        await next()

    @app.event("app_mention")
    @app.event("message")
    async def repeat(event: Json, say: Call) -> None:
        if event["type"] == "app_mention" or event.get("channel_type") == "im":
            thread = event.get("thread_ts", event["ts"])
            await say(text=f"heard: {event['text']}", blocks=BUTTONS, thread_ts=thread)

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS})

    @app.command("/policy")
    @app.shortcut("find_policy")
    async def whisper(ack: Call, body: Json, respond: Call) -> None:
        await ack()
        text = body.get("text") or body["message"]["text"]
        await respond(text=f"heard: {text}", blocks=BUTTONS, response_type="ephemeral")

    @app.action("more")
    async def more(ack: Call, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.action("feedback")
    async def feedback(ack: Call, action: Json, respond: Call) -> None:
        await ack()
        await respond(text=f"noted {action['value']}", replace_original=False)

    @app.view("settings")
    async def settings(ack: Call) -> None:
        await ack()

    return app


@contextmanager
def over_http(app: AsyncApp, entrance: Door) -> Iterator[None]:
    """Serve a bot as `qabot serve` will."""
    api = FastAPI()
    handler = AsyncSlackRequestHandler(app)

    @api.api_route("/slack/{path:path}", methods=["GET", "POST"])
    async def _slack(request: Request) -> Response:
        return await handler.handle(request)

    with entrance.open(api):
        yield


@contextmanager
def over_socket(handler: AsyncBaseSocketModeHandler, loop: Background) -> Iterator[None]:
    """Connect a bot as `qabot slack` will."""
    loop.run(handler.connect_async())  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        loop.run(handler.close_async())  # type: ignore[no-untyped-call]
