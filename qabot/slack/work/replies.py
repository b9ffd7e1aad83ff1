"""Work to its one visible reply: an answer, that there is none, or an apology."""

from asyncio import create_task, get_running_loop, sleep, to_thread
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from qabot.answering.bot import Bot
from qabot.errors import StoreUnavailable
from qabot.processors import cores
from qabot.records import Answer
from qabot.service.answer_cache import Recent
from qabot.service.live import LiveBot
from qabot.service.page_links import OwnPages
from qabot.slack.listeners.posed import Posed
from qabot.slack.views.answers import answer_message
from qabot.slack.views.button_values import Asked
from qabot.slack.views.followups import human_message
from qabot.slack.views.message import Message
from qabot.slack.views.notices import failed_message, how_to_ask_message, noting
from qabot.slack.work.ledger import Ledger
from qabot.slack.work.posting import NOT_NOW, Poster, Refused, Undeliverable
from qabot.slack.work.worker import log_failure, reference_of
from qabot.state.stored import SlackSettings, Work
from qabot.state.threads import Threads
from qabot.state.worklist import ATTEMPTS
from qabot.state.workspaces import Workspaces

_LONG = 0.5  # seconds after which the asker sees that the question was seen

Clients = Callable[[str, str | None], Awaitable[AsyncWebClient]]
"""Returns a client with the token of a team (or of its enterprise); raises Undeliverable."""

_log = structlog.get_logger("qabot.slack")


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and what it was asked."""

    bot: Bot
    asked: Asked  #: of the build that answered, and of the company set where none is named
    answer: Answer


class Replies:
    """Finds answers for a workspace, and posts them."""

    def __init__(
        self,
        live: LiveBot,
        memory: tuple[Ledger, Threads, Workspaces],
        clients: Clients,
        pages: OwnPages | None,
    ) -> None:
        self.live = live
        self.clients = clients
        self.recent = Recent()
        self._ledger, self._threads, self._workspaces = memory
        self._pages = pages
        self._asking = ThreadPoolExecutor(cores(), thread_name_prefix="slack-ask")

    async def do(self, work: Work) -> None:
        """Give work its reply. Where Slack does not take it now, the work stays to be taken up."""
        try:
            await self._give(work, Posed(**work.payload))  # type: ignore[arg-type]
        except Undeliverable as error:
            _log.warning("undeliverable", reference=reference_of(work), reason=str(error))
            await self._ledger.finish(work)
        except (*NOT_NOW, StoreUnavailable) as error:  # tokens of many workspaces are in the store
            _log.error("not posted", reference=reference_of(work), reason=type(error).__name__)
            self._ledger.leave(work)

    async def _give(self, work: Work, posed: Posed) -> None:
        poster = Poster(await self.clients(work.team, posed.enterprise))
        async with _eyes(poster, posed):
            message = await self._message(work, posed, reference_of(work))
            if not await self._ledger.may_post(work):
                return
            await self._post(poster, work, posed, message)
            await self._ledger.finish(work)  # before anything else can go wrong
            await self._remember(work, posed)

    async def _post(self, poster: Poster, work: Work, posed: Posed, message: Message) -> None:
        try:
            await poster.reply(posed, message, once=work.id)
        except Refused as error:
            _log.error("refused", reference=reference_of(work), reason=str(error))
            await poster.reply(posed, failed_message(reference_of(work)), once=work.id)
        except NOT_NOW:
            if work.attempts <= ATTEMPTS:
                raise
            await poster.excuse(posed, message)

    async def find(self, team: str, asked: Asked, channel: str | None, k: int = 3) -> Found:
        """Answer a question as the workspace has it: of the company set, where it names none."""
        bot = self.live.bot  # once: one build from here on
        company = asked.company
        if company is None and not bot.names_company(asked.question):
            settings = await self.settings(team)
            company = settings.channel_companies.get(channel or "") or settings.company
        put = partial(bot.ask, asked.question, company=company, as_of=asked.as_of, k=k)
        answer = await get_running_loop().run_in_executor(self._asking, put)
        build = bot.index.manifest.id
        self.recent.remember(answer, build)
        linked = self._pages.linked(answer) if self._pages else answer
        return Found(bot, replace(asked, company=company, build=build), linked)

    async def settings(self, team: str) -> SlackSettings:
        """Return what a workspace has chosen; where the store cannot be reached, the defaults."""
        try:
            return await to_thread(self._workspaces.settings, team)
        except StoreUnavailable as error:
            _log.error("settings not read", reason=str(error))
            return SlackSettings()

    async def _message(self, work: Work, posed: Posed, reference: str) -> Message:
        """Return the reply, an apology where there can be no other."""
        if work.attempts > ATTEMPTS:
            _log.error("given up", reference=reference, attempts=work.attempts)
            return failed_message(reference)
        try:
            if not any(character.isalnum() for character in posed.question):
                return how_to_ask_message(self.live.bot.index.corpus.entries)
            return await self._answer(work, posed)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the asker is told
            log_failure(error, reference)
            return failed_message(reference)

    async def _answer(self, work: Work, posed: Posed) -> Message:
        asked = Asked(
            posed.question, posed.company, posed.day, posed.build or "", shortened=posed.shortened
        )
        found = await self.find(work.team, asked, posed.channel)
        today = date.today()
        if work.kind == "human":
            humans = (await self.settings(work.team)).humans
            message = human_message(found.answer, found.asked, today, by=posed.user, humans=humans)
        else:
            entries = found.bot.index.corpus.entries
            private = posed.response_url is not None
            message = answer_message(found.answer, found.asked, entries, today, private=private)
        return noting(message, asked, found.asked.build) if posed.build else message

    async def _remember(self, work: Work, posed: Posed) -> None:
        """Keep that the thread is one of ours."""
        if not (posed.ts and posed.channel and posed.thread_ts):
            return
        try:
            await to_thread(self._threads.answered, work.team, posed.channel, posed.thread_ts)
        except StoreUnavailable as error:
            _log.error("thread not stored", reason=str(error))


@asynccontextmanager
async def _eyes(poster: Poster, posed: Posed) -> AsyncIterator[None]:
    """Show that a question was seen, while its answer takes longer."""
    put = False

    async def put_after_a_while() -> None:
        nonlocal put
        await sleep(_LONG)
        put = True
        await poster.seen(posed, on=True)

    waiting = create_task(put_after_a_while())
    try:
        yield
    finally:
        waiting.cancel()
        if put:
            await poster.seen(posed, on=False)
