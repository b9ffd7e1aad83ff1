"""Work to its one visible reply: an answer, that there is none, or an apology."""

from asyncio import create_task, get_running_loop, sleep, to_thread
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from os import cpu_count

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from qabot.bot import Bot
from qabot.errors import StoreUnavailable
from qabot.links import OwnPages
from qabot.live import LiveBot
from qabot.records import Answer
from qabot.slack.asked import Asked
from qabot.slack.message import Message
from qabot.slack.messages import answer_message
from qabot.slack.notices import failed_message, how_to_ask_message
from qabot.slack.posting import Poster, Undeliverable
from qabot.slack.questions import Posed
from qabot.slack.worker import log_failure
from qabot.state.records import SlackSettings, Work
from qabot.state.threads import Threads
from qabot.state.worklist import ATTEMPTS, Worklist
from qabot.state.workspaces import Workspaces

_LONG = 0.5  # seconds after which the asker sees that the question was seen

Clients = Callable[[str, str | None], Awaitable[AsyncWebClient]]
"""Returns a client with the token of a team (or of its enterprise); raises Undeliverable."""

_log = structlog.get_logger("qabot.slack")


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and what it was asked."""

    bot: Bot
    asked: Asked
    answer: Answer


class Replies:
    """Finds answers for a workspace, and posts them."""

    def __init__(
        self,
        live: LiveBot,
        memory: tuple[Worklist, Threads, Workspaces],
        clients: Clients,
        pages: OwnPages | None,
    ) -> None:
        self.live = live
        self.clients = clients
        self._worklist, self._threads, self._workspaces = memory
        self._pages = pages
        self._asking = ThreadPoolExecutor(cpu_count(), thread_name_prefix="slack-ask")

    async def do(self, work: Work) -> None:
        """Give work its reply. Where Slack does not take it now, the work stays to be taken up."""
        posed = Posed(**work.payload)  # type: ignore[arg-type]
        reference = work.id[:8]
        try:
            poster = Poster(await self.clients(work.team, posed.enterprise))
            async with _eyes(poster, posed):
                message = await self._message(work, posed, reference)
                if not await self._is_mine(work):
                    return
                await poster.reply(posed, message)
        except Undeliverable as error:
            _log.warning("undeliverable", reference=reference, reason=str(error))
        except (SlackClientError, OSError, TimeoutError) as error:
            _log.error("not posted", reference=reference, reason=type(error).__name__)
            return
        await self._finish(work, posed)

    async def find(self, team: str, asked: Asked, channel: str | None, k: int = 3) -> Found:
        """Answer a question as the workspace has it: of the company set, where it names none."""
        bot = self.live.bot  # once: one build from here on
        company = asked.company
        if company is None and not bot.names_company(asked.question):
            settings = await self.settings(team)
            company = settings.channel_companies.get(channel or "") or settings.company
        put = partial(bot.ask, asked.question, company=company, as_of=asked.as_of, k=k)
        answer = await get_running_loop().run_in_executor(self._asking, put)
        linked = self._pages.linked(answer) if self._pages else answer
        return Found(bot, replace(asked, company=company), linked)

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
            return failed_message(reference)
        try:
            if not any(character.isalnum() for character in posed.question):
                return how_to_ask_message(self.live.bot.index.corpus.entries)
            build = self.live.bot.index.manifest.id
            asked = Asked(posed.question, posed.company, posed.day, build)
            found = await self.find(work.team, asked, posed.channel)
            entries = found.bot.index.corpus.entries
            private = posed.response_url is not None
            return answer_message(found.answer, found.asked, entries, date.today(), private=private)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the asker is told
            log_failure(error, reference)
            return failed_message(reference)

    async def _is_mine(self, work: Work) -> bool:
        """Tell whether the reply may go out; without the store nobody else can have it."""
        try:
            return await to_thread(self._worklist.posting, work)
        except StoreUnavailable as error:
            _log.error("posting not stored", reason=str(error))
            return True

    async def _finish(self, work: Work, posed: Posed) -> None:
        try:
            await to_thread(self._worklist.finish, work)
            if posed.ts and posed.channel and posed.thread_ts:
                await to_thread(self._threads.answered, work.team, posed.channel, posed.thread_ts)
        except StoreUnavailable as error:
            _log.error("work not finished", reason=str(error))


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
