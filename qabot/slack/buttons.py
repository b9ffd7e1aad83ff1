"""What the buttons of a reply do. Each asks its question again: nothing of answers is kept."""

import json
import re
from asyncio import to_thread
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from qabot.slack.asked import Asked, asked_of, button_value
from qabot.slack.followups import copy_message, human_message, resolved_message, shared_message
from qabot.slack.message import Message, said
from qabot.slack.messages import answer_message, more_message
from qabot.slack.modals import chosen_company, company_modal
from qabot.slack.notices import noting
from qabot.slack.office import Office
from qabot.slack.posting import Poster
from qabot.slack.questions import narrowed
from qabot.slack.replies import Found
from qabot.state.records import Feedback, Work

Body = dict[str, Any]

_MORE = 10  # passages


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that somebody pressed, and where."""

    body: Body

    @property
    def asked(self) -> Asked:
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
    def ts(self) -> str:
        """The message it stands in."""
        return str(self.body["container"]["message_ts"])

    @property
    def thread_ts(self) -> str:
        """The thread that its message stands in, or begins."""
        container = self.body["container"]
        within = self.body.get("message", {}).get("thread_ts") or container.get("thread_ts")
        return str(within or self.ts)

    @property
    def is_private(self) -> bool:
        """Whether only who pressed it sees the message."""
        return bool(self.body["container"].get("is_ephemeral"))


def register_buttons(app: AsyncApp, office: Office) -> None:
    """Let the app listen to the buttons of replies."""
    for action, does in _BUTTONS.items():
        _listen(app, office, action, does)

    @app.action(re.compile(r"company:\d+"))
    async def on_company(ack: AsyncAck, body: Body) -> None:
        await office.worker.take(narrowed(body, Pressed(body).asked))
        await ack()

    @app.action("company:other")
    async def on_other_company(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        carried = {key: body.get(key) for key in ("container", "message", "response_url")}
        carried["message"] = {"thread_ts": Pressed(body).thread_ts}
        carried["value"] = button_value(Pressed(body).asked)
        entries = office.replies.live.bot.index.corpus.entries
        view = company_modal(entries, json.dumps(carried))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("company")
    async def on_company_chosen(ack: AsyncAck, body: Body) -> None:
        carried = json.loads(body["view"]["private_metadata"])
        company = chosen_company(body["view"]["state"]["values"])
        asked = replace(asked_of(carried["value"]), company=company)
        trigger = {"trigger_id": body.get("trigger_id") or body["view"]["id"]}
        await office.worker.take(narrowed({**body, **carried, **trigger}, asked))
        await ack()

    @app.action(re.compile(r"open:\d+"))
    async def on_link(ack: AsyncAck) -> None:
        await ack()


Does = Callable[[Office, Poster, Pressed], Coroutine[Any, Any, None]]


def _listen(app: AsyncApp, office: Office, action: str, does: Does) -> None:
    @app.action(action)
    async def on_button(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        office.worker.begin(does(office, Poster(client), Pressed(body)))


async def _copy(office: Office, poster: Poster, pressed: Pressed) -> None:
    found = await _found(office, pressed, _MORE if pressed.asked.place else 3)
    citations = found.answer.citations
    if pressed.asked.place < len(citations):
        message = copy_message(citations[pressed.asked.place], date.today())
    else:
        message = _answer(found)
    await _whisper(poster, pressed, message, found)


async def _share(office: Office, poster: Poster, pressed: Pressed) -> None:
    found = await _found(office, pressed)
    message = shared_message(found.answer, found.asked, date.today(), pressed.user)
    await poster.respond(pressed.body["response_url"], message, to_all=True)


async def _more(office: Office, poster: Poster, pressed: Pressed) -> None:
    found = await _found(office, pressed, _MORE)
    await _whisper(poster, pressed, more_message(found.answer, found.asked, date.today()), found)


async def _human(office: Office, poster: Poster, pressed: Pressed) -> None:
    """Ask the people, once for each message however often the button is pressed."""
    asks = Work(
        team=pressed.team,
        kind="human",
        payload={},
        event_id=f"human:{pressed.channel}:{pressed.ts}",
    )
    if not await to_thread(office.worker.worklist.take_on, asks):
        return
    await to_thread(office.worker.worklist.finish, asks)
    found = await _found(office, pressed)
    humans = (await office.replies.settings(pressed.team)).humans
    message = human_message(found.answer, found.asked, date.today(), by=pressed.user, humans=humans)
    if pressed.is_private:
        await poster.respond(pressed.body["response_url"], message, to_all=True)
    else:
        await poster.post(pressed.channel, message, thread_ts=pressed.thread_ts)


async def _resolved(office: Office, poster: Poster, pressed: Pressed) -> None:
    message = resolved_message(pressed.asked, pressed.user)
    await poster.update(pressed.channel, pressed.ts, message)


async def _feedback(office: Office, poster: Poster, pressed: Pressed) -> None:
    verdict, _, answer = str(pressed.body["actions"][0]["value"]).partition(":")
    asker = sha256(f"{pressed.team}:{pressed.user}".encode()).hexdigest()[:32]
    feedback = Feedback(
        answer=answer,
        by=asker,
        helpful=verdict == "helpful",
        about=office.recent.about(answer),
    )
    await to_thread(office.store.save_feedback, feedback)
    await poster.respond(pressed.body["response_url"], said("Thank you, that was noted."))


async def _found(office: Office, pressed: Pressed, k: int = 3) -> Found:
    return await office.replies.find(pressed.team, pressed.asked, pressed.channel, k)


def _answer(found: Found) -> Message:
    entries = found.bot.index.corpus.entries
    return answer_message(found.answer, found.asked, entries, date.today(), private=True)


async def _whisper(poster: Poster, pressed: Pressed, message: Message, found: Found) -> None:
    """Show something to who pressed the button alone."""
    noted = noting(message, pressed.asked, found.bot.index.manifest.id)
    await poster.respond(pressed.body["response_url"], noted)


_BUTTONS: dict[str, Does] = {
    "copy": _copy,
    "share": _share,
    "more": _more,
    "human": _human,
    "resolved": _resolved,
    "feedback": _feedback,
}
