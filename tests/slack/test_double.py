"""The double does what it is told to, as `slack_sdk` and slack-bolt see it."""

import asyncio
from threading import Event, Thread

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import deliveries
from tests.slack.doors import Door
from tests.slack.double import (
    RESPONSE,
    Double,
    Reply,
    broken,
    ratelimited,
    refused,
    without_blocks,
)
from tests.slack.echo import BUTTONS, echo, over_http, over_socket
from tests.slack.local_slack import ALICE, APP_TOKEN, BOT, BOT_TOKEN, GENERAL, Json
from tests.slack.loops import Background
from tests.slack.programs import eventually


def post(slack: Double, *handlers: AsyncRetryHandler, **message: object) -> None:
    """Post a message as a bot does, with these ways of trying again."""

    async def calling() -> None:
        client = AsyncWebClient(
            token=BOT_TOKEN, base_url=slack.api, retry_handlers=list(handlers), timeout=1
        )
        await client.api_call("chat.postMessage", json={"channel": GENERAL, **message})

    asyncio.run(calling())


def test_limits_and_outages_pass(moody: Double) -> None:
    """A client that tries again, as told, gets one message through; every call is remembered."""
    moody.next("chat.postMessage", ratelimited(1), broken())

    # `max_retry_count` is of all attempts together, whichever handler asked for them.
    limit, outage = AsyncRateLimitErrorRetryHandler(2), AsyncServerErrorRetryHandler(2)
    post(moody, limit, outage, text="one")

    first, second, third = moody.calls
    assert second.at - first.at >= 1
    assert [call.reply.status for call in moody.calls] == [429, 503, 200]
    assert moody.accepted("chat.postMessage") == [{"channel": GENERAL, "text": "one"}]
    assert third.token == BOT_TOKEN


@pytest.mark.parametrize("error", ["channel_not_found", "token_revoked", "ratelimited"])
def test_refusals(moody: Double, error: str) -> None:
    """An error that is scripted is what the client raises; the call after it is done."""
    moody.next("chat.postMessage", refused(error))

    with pytest.raises(SlackApiError, match=error):
        post(moody, text="one")
    post(moody, text="two")

    assert [said["text"] for said in moody.accepted("chat.postMessage")] == ["two"]


def test_blocks_are_refused_where_plain_text_is_not(moody: Double) -> None:
    """With `without_blocks` a message gets through once its blocks are left out."""
    moody.always("chat.postMessage", without_blocks)

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        post(moody, text="one", blocks=BUTTONS)
    post(moody, text="one")

    assert moody.accepted("chat.postMessage") == [{"channel": GENERAL, "text": "one"}]


def test_slowness(moody: Double) -> None:
    """A reply can take longer than a client waits, or until the test lets it go."""
    held = Event()
    moody.next("chat.postMessage", Reply(seconds=2), Reply(after=held))

    with pytest.raises(TimeoutError):
        post(moody, text="one")
    posting = Thread(target=post, args=(moody,), kwargs={"text": "two"})
    posting.start()
    eventually(lambda: len(moody.calls) == 2)
    assert posting.is_alive()
    held.set()
    posting.join()


def test_deliveries_again_at_once_and_to_two_replicas(entrance: Door, moody: Double) -> None:
    """An event can come several times; slack-bolt, which does not count them, answers each."""
    heard = list[Json]()
    asked = deliveries.event(deliveries.mention("one"))
    with over_http(echo(moody.api, heard), entrance):
        again = deliveries.deliver(entrance.events, asked, deliveries.retry(1))
        at_once = deliveries.deliver_at_once([entrance.events] * 2, [asked] * 2)
        replies = moody.wait_for("chat.postMessage", 5)

    assert [response.status_code for response in (again, *at_once)] == [200] * 5
    assert {body["event_id"] for body in heard} == {asked["event_id"]}
    assert {reply["text"] for reply in replies} == {f"heard: <@{BOT}> one"}


def test_signatures(entrance: Door, moody: Double) -> None:
    """What is signed wrongly, late or with another secret is refused; the body may be anything."""
    body, kind = deliveries.delivery(deliveries.event(deliveries.mention("one")))
    now = deliveries.now()
    with over_http(echo(moody.api, []), entrance):
        for headers, status in [
            (deliveries.signed(body), 200),
            (deliveries.signed(body, now - 400), 401),
            (deliveries.signed(body, now + 400), 401),
            (deliveries.signed(body, secret="another"), 401),
            (deliveries.signed(body + b" "), 401),
            ({}, 401),
        ]:
            response = deliveries.send(entrance.events, body, {"Content-Type": kind, **headers})
            assert response.status_code == status, headers


def test_shortcuts_and_home(entrance: Door, moody: Double) -> None:
    """A message shortcut comes, is answered at its `response_url`, and a button at the App Home."""
    heard = list[Json]()
    chosen = deliveries.message("a customer asks", GENERAL)
    with over_http(echo(moody.api, heard), entrance):
        deliveries.deliver(
            entrance.events, deliveries.shortcut("find_policy", chosen, moody.response_url)
        )
        deliveries.deliver(entrance.events, deliveries.event(deliveries.home_opened()))
        (whisper,) = moody.wait_for(RESPONSE)
        (home,) = moody.wait_for("views.publish")
        button = {**BUTTONS[0]["elements"][0], "block_id": "row"}
        deliveries.deliver(entrance.events, deliveries.home_action(home["view"], button, state={}))
        moody.wait_for("views.open")

    assert (whisper["text"], whisper["response_type"]) == ("heard: a customer asks", "ephemeral")
    assert (home["user_id"], heard[1]["event"]["tab"]) == (ALICE, "messages")


def test_envelopes(moody: Double, loop: Background) -> None:
    """An envelope goes to one connection, may come again, and clients return after a drop."""
    heard = list[Json]()

    async def handling() -> AsyncSocketModeHandler:
        client = AsyncWebClient(token=APP_TOKEN, base_url=moody.api)
        return AsyncSocketModeHandler(echo(moody.api, heard), APP_TOKEN, web_client=client)

    asked = deliveries.event(deliveries.mention("one"))
    with over_socket(loop.run(handling()), loop):
        eventually(moody.connections)
        assert moody.envelope(asked)
        assert moody.envelope(asked, retry=1)
        moody.drop()
        eventually(lambda: moody.connections() == 1)
        assert moody.envelope(asked, retry=2)
        moody.wait_for("chat.postMessage", 3)

    assert {body["event_id"] for body in heard} == {asked["event_id"]}
