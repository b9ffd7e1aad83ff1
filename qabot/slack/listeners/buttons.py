"""What the buttons of a reply do. Each puts its question again: it carries no answer."""

import json
import re
from asyncio import to_thread
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from qabot.service.ask import TooManyQuestions
from qabot.slack.listeners.parts import Parts
from qabot.slack.views.answers import more_message
from qabot.slack.views.button_values import ButtonQuestion, asked_of, button_value
from qabot.slack.views.followups import copy_message, resolved_message, shared_message
from qabot.slack.views.message import Message, said
from qabot.slack.views.modals import (
    chosen_company,
    company_modal,
    missing_modal,
    what_was_missing,
)
from qabot.slack.views.notices import busy_message, failed_message, nobody_message, noting
from qabot.slack.views.quotes import quoted
from qabot.slack.work.posting import NOT_NOW, Poster
from qabot.slack.work.replies import Found
from qabot.slack.work.slack_questions import human, narrowed
from qabot.slack.work.worker import log_failure
from qabot.state.stored import Feedback

Body = dict[str, Any]

_MORE = 5  # passages: what is further down hardly ever answers
_THANKS = said("Thank you, that was noted.")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that somebody pressed, and where."""

    body: Body

    @property
    def asked(self) -> ButtonQuestion:
        """The question that the button carries."""
        return asked_of(str(self.body["actions"][0]["value"]))

    @property
    def user(self) -> str:
        """Who pressed it."""
        return str(self.body["user"]["id"])

    @property
    def team(self) -> str:
        """The workspace."""
        return str((self.body.get("team") or {}).get("id") or self.body["user"]["team_id"])

    @property
    def channel(self) -> str:
        """Where its message stands."""
        return str(self.body["container"]["channel_id"])

    @property
    def thread_ts(self) -> str | None:
        """The thread that its message stands in, if it does."""
        message, container = self.body.get("message") or {}, self.body["container"]
        within: str | None = message.get("thread_ts") or container.get("thread_ts")
        return within

    @property
    def response_url(self) -> str:
        """Where to answer who pressed it."""
        return str(self.body["response_url"])


def register_buttons(app: AsyncApp, parts: Parts) -> None:
    """Let the app listen to the buttons of replies."""
    for action, does in _BUTTONS.items():
        _listen(app, parts, action, does)

    @app.action(re.compile(r"company:\d+"))
    async def on_company(ack: AsyncAck, body: Body) -> None:
        await parts.worker.take(narrowed(body, Pressed(body).asked))
        await ack()

    @app.action("human")
    async def on_human(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        pressed = Pressed(body)
        if (await parts.replies.settings(pressed.team)).humans:
            await parts.worker.take(human(body, pressed.asked))
        else:
            parts.worker.begin(_show(Poster(client), pressed, nobody_message()))
        await ack()

    @app.action("company:other")
    async def on_other_company(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        entries = parts.replies.questions.live.bot.index.corpus.entries
        view = company_modal(entries, _carried(Pressed(body)))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action(re.compile(r"open:\d+"))
    async def on_link(ack: AsyncAck) -> None:
        await ack()


def register_modals(app: AsyncApp, parts: Parts) -> None:
    """Let the app listen to the modals that buttons open."""

    @app.view("company")
    async def on_company_chosen(ack: AsyncAck, body: Body) -> None:
        carried = json.loads(body["view"]["private_metadata"])
        company = chosen_company(body["view"]["state"]["values"])
        asked = replace(asked_of(carried["value"]), company=company)
        trigger = {"trigger_id": body.get("trigger_id") or body["view"]["id"]}
        await parts.worker.take(narrowed({**body, **carried, **trigger}, asked))
        await ack()

    @app.view("missing")
    async def on_missing(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        carried = json.loads(body["view"]["private_metadata"])
        comment = what_was_missing(body["view"]["state"]["values"])
        team, user, answer = body["team"]["id"], body["user"]["id"], carried["answer"]
        await _keep(parts, team, user, answer, helpful=False, comment=comment)
        await ack()
        thanks = Poster(client).respond(carried["url"], _THANKS, thread_ts=carried["thread_ts"])
        parts.worker.begin(thanks)


def _carried(pressed: Pressed) -> str:
    """Return what a modal brings back of the button that opened it: at most 3,000 characters."""
    container = pressed.body["container"]
    kept = ("channel_id", "message_ts", "is_ephemeral")
    carried = {
        "container": {key: container[key] for key in kept if key in container},
        "message": {"thread_ts": pressed.thread_ts},
        "response_url": pressed.response_url,
        "value": button_value(pressed.asked),
    }
    return json.dumps(carried, ensure_ascii=False)


Does = Callable[[Parts, Poster, Pressed], Coroutine[Any, Any, None]]


def _listen(app: AsyncApp, parts: Parts, action: str, does: Does) -> None:
    @app.action(action)
    async def on_button(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        parts.worker.begin(_done(does, parts, Poster(client), Pressed(body)))


async def _done(does: Does, parts: Parts, poster: Poster, pressed: Pressed) -> None:
    """Do what a button does; where that fails, tell who pressed it."""
    try:
        await does(parts, poster, pressed)
    except TooManyQuestions:
        await _show(poster, pressed, busy_message())
    except Exception as error:  # noqa: BLE001 - whatever went wrong, who waits is told
        reference = uuid4().hex[:8]
        log_failure(error, reference)
        await _show(poster, pressed, failed_message(reference))


async def _copy(parts: Parts, poster: Poster, pressed: Pressed) -> None:
    found = await _found(parts, pressed, _MORE if pressed.asked.place else 3)
    if pressed.asked.place < len(quoted(found.answer)):
        place = pressed.asked.place
        link = parts.replies.short_link(quoted(found.answer)[place])
        message = copy_message(found.answer, place, found.today, link)
    else:
        message = found.message(private=True)
    await _show(poster, pressed, _noted(message, pressed, found))


async def _share(parts: Parts, poster: Poster, pressed: Pressed) -> None:
    found = await _found(parts, pressed)
    message = shared_message(found.answer, found.asked, found.entries, found.today, pressed.user)
    noted = _noted(message, pressed, found)
    await poster.respond(pressed.response_url, noted, to_all=True, thread_ts=pressed.thread_ts)


async def _more(parts: Parts, poster: Poster, pressed: Pressed) -> None:
    found = await _found(parts, pressed, _MORE)
    message = more_message(found.answer, found.asked, found.today)
    await _show(poster, pressed, _noted(message, pressed, found))


async def _resolved(parts: Parts, poster: Poster, pressed: Pressed) -> None:
    message = resolved_message(pressed.asked, pressed.user)
    await poster.replace(pressed.response_url, message)


async def _feedback(parts: Parts, poster: Poster, pressed: Pressed) -> None:
    verdict, _, answer = str(pressed.body["actions"][0]["value"]).partition(":")
    is_helpful = verdict == "helpful"
    await _keep(parts, pressed.team, pressed.user, answer, helpful=is_helpful)
    if not is_helpful and await _asked_what_was_missing(poster, pressed, answer):
        return  # thanks come after
    await _show(poster, pressed, _THANKS)


async def _asked_what_was_missing(poster: Poster, pressed: Pressed, answer: str) -> bool:
    """Ask in a modal what an answer lacked; False where Slack does not open one any more."""
    carried = {"answer": answer, "url": pressed.response_url, "thread_ts": pressed.thread_ts}
    view = missing_modal(json.dumps(carried))
    try:
        await poster.client.views_open(trigger_id=pressed.body["trigger_id"], view=view)
    except NOT_NOW:
        return False
    return True


async def _keep(
    parts: Parts, team: str, user: str, answer: str, *, helpful: bool, comment: str | None = None
) -> None:
    """Keep what somebody said of an answer."""
    feedback = Feedback(
        answer=answer,
        by=sha256(f"{team}:{user}".encode()).hexdigest()[:32],
        helpful=helpful,
        comment=comment,
        about=parts.replies.questions.summary(answer),
    )
    await to_thread(parts.store.save_feedback, feedback)


async def _found(parts: Parts, pressed: Pressed, k: int = 3) -> Found:
    return await parts.replies.find(pressed.team, pressed.asked, pressed.channel, k)


def _noted(message: Message, pressed: Pressed, found: Found) -> Message:
    return noting(message, pressed.asked, found.asked.build)


async def _show(poster: Poster, pressed: Pressed, message: Message) -> None:
    """Show something to who pressed the button alone."""
    await poster.respond(pressed.response_url, message, thread_ts=pressed.thread_ts)


_BUTTONS: dict[str, Does] = {
    "copy": _copy,
    "share": _share,
    "more": _more,
    "resolved": _resolved,
    "feedback": _feedback,
}
