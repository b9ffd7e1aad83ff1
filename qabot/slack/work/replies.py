"""Work to its one visible reply: an answer, that there is none, or an apology."""

from asyncio import create_task, sleep, to_thread
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from qabot.answering.bot import Bot
from qabot.answering.query.changes_asked import ChangesAsked
from qabot.answering.query.remarks import remark_of
from qabot.changes.about import about
from qabot.changes.compare import compare
from qabot.errors import BadInput, StoreUnavailable
from qabot.records import Answer, AskedQuestion, ChangedPolicy, Citation, Entry, Remark
from qabot.service.ask import PutQuestion, Questions, TooManyQuestions
from qabot.service.page_links import OwnPages
from qabot.service.short_links import short_url
from qabot.slack.views.answers import answer_message
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.changes import changes_message
from qabot.slack.views.followups import human_message
from qabot.slack.views.message import Message
from qabot.slack.views.no_question import is_silent, remark_message
from qabot.slack.views.notices import busy_message, failed_message, noting
from qabot.slack.views.prompts import prompts
from qabot.slack.work.earlier_questions import earlier_questions
from qabot.slack.work.posting import NOT_NOW, Poster, Refused, Undeliverable
from qabot.slack.work.slack_questions import SlackQuestion
from qabot.slack.work.slack_state import SlackState
from qabot.slack.work.worker import finish, log_failure, may_post, reference_of
from qabot.state.stored import SlackSettings, Work
from qabot.state.worklist import ATTEMPTS

_LONG = 0.5  # seconds after which the asker sees that the question was seen
_AGAIN = 1.0  # seconds after which a question that found no place is asked again
_TRIES = 30  # then the asker is told

ClientFor = Callable[[str, str | None], Awaitable[AsyncWebClient]]
"""Returns a client with the token of a team (or of its enterprise); raises Undeliverable."""

_log = structlog.get_logger("qabot.slack")


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and what it was asked."""

    bot: Bot
    asked: ButtonQuestion  #: of the build that answered, and of the company set where none is named
    answer: Answer
    today: date  #: the day that it was answered on
    humans: str | None  #: the user group to ask, if one is set

    @property
    def entries(self) -> Sequence[Entry]:
        """All versions that there are."""
        return self.bot.index.corpus.entries

    def message(self, *, private: bool) -> Message:
        """Return the answer as it is shown; `private`: to its asker alone."""
        asked, entries, has_humans = self.asked, self.entries, self.humans is not None
        return answer_message(
            self.answer, asked, entries, self.today, private=private, has_humans=has_humans
        )


class Replies:
    """Finds answers for a workspace, and posts them."""

    def __init__(
        self,
        questions: Questions,
        state: SlackState,
        client_for: ClientFor,
        pages: OwnPages | None,
    ) -> None:
        self.questions = questions
        self._client_for = client_for
        self._state = state
        self._pages = pages

    async def do(self, work: Work) -> None:
        """Give work its reply. Where Slack does not take it now, the work stays to be taken up."""
        try:
            await self._give(work, SlackQuestion(**work.payload))  # type: ignore[arg-type]
        except Undeliverable as error:
            _log.warning("undeliverable", reference=reference_of(work), reason=str(error))
            await finish(self._state.worklist, work)
        except (*NOT_NOW, StoreUnavailable) as error:
            _log.error("not posted", reference=reference_of(work), reason=type(error).__name__)

    async def _give(self, work: Work, question: SlackQuestion) -> None:
        poster = Poster(await self._client_for(work.team, question.enterprise))
        async with _eyes(poster, question):
            message = await self._message(work, question, poster.client)
            if message is None:
                await finish(self._state.worklist, work)
                return
            if not await may_post(self._state.worklist, work):
                return
            await self._post(poster, work, question, message)
            await finish(self._state.worklist, work)  # before anything else can go wrong
            await self._remember(work, question)

    async def _post(
        self, poster: Poster, work: Work, question: SlackQuestion, message: Message
    ) -> None:
        try:
            await poster.reply(question, message, work_id=work.id)
        except Refused as error:
            _log.error("refused", reference=reference_of(work), reason=str(error))
            await poster.reply(question, failed_message(reference_of(work)), work_id=work.id)
        except NOT_NOW:
            if work.attempts <= ATTEMPTS:
                raise
            await poster.tell_asker(question, message)

    async def find(
        self,
        team: str,
        asked: ButtonQuestion,
        channel: str | None,
        k: int = 3,
        *,
        earlier: Sequence[str] = (),
        is_new: bool = False,
    ) -> Found:
        """Answer a question as the workspace has it: of the company set, where it names none.

        `earlier`: what was asked before it, the oldest first. `is_new`: it is asked now, rather
        than an answer of before looked at again. Raises TooManyQuestions where no place was free
        for half a minute.
        """
        settings = await self.settings(team)
        of_channel = settings.channel_companies.get(channel or "")
        set_company = None if asked.company else of_channel or settings.company
        question = AskedQuestion(
            asked.question, asked.company, as_of=asked.as_of, k=k, context=tuple(earlier)
        )
        put = self.questions.put(question, unless_named=set_company)
        answer = await self._answer_in_time(put, is_new=is_new)
        again = replace(
            asked,
            question=_whole(asked.question, answer),
            company=put.asked.company,
            build=put.build,
        )
        return Found(put.bot, again, answer, put.today, settings.humans)

    async def _answer_in_time(self, put: PutQuestion, *, is_new: bool) -> Answer:
        """Wait for a place: whoever asks in Slack cannot be told to ask again in a second."""
        for _ in range(_TRIES):
            with suppress(TooManyQuestions):
                return await self.questions.answer(put, self._pages, is_new=is_new)
            await sleep(_AGAIN)
        raise TooManyQuestions

    def short_link(self, citation: Citation) -> str | None:
        """Return a short address of what is quoted, None where the service has no address."""
        return short_url(self._pages, citation) if self._pages else None

    async def settings(self, team: str) -> SlackSettings:
        """Return what a workspace has chosen."""
        return await to_thread(self._state.workspaces.settings, team)

    async def _message(
        self, work: Work, question: SlackQuestion, client: AsyncWebClient
    ) -> Message | None:
        """Return the reply, an apology where there can be no other; None: silence is better."""
        reference = reference_of(work)
        if work.attempts > ATTEMPTS:
            _log.error("given up", reference=reference, attempts=work.attempts)
            return failed_message(reference)
        try:
            return await self._answer(work, question, client)
        except StoreUnavailable:
            raise
        except TooManyQuestions:
            _log.error("turned away", reference=reference)
            return busy_message()
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the asker is told
            log_failure(error, reference)
            return failed_message(reference)

    async def _answer(
        self, work: Work, question: SlackQuestion, client: AsyncWebClient
    ) -> Message | None:
        asked = ButtonQuestion(
            question.question,
            question.company,
            question.day,
            question.build or "",
            shortened=question.shortened,
        )
        if changed := self.questions.live.bot.changes_asked(question.question):
            return await to_thread(self._changes, changed)
        is_new = work.kind != "human"
        is_direct = work.kind == "direct"
        earlier = await earlier_questions(client, question, is_direct=is_direct)
        found = await self.find(work.team, asked, question.channel, earlier=earlier, is_new=is_new)
        if found.answer.changed:  # "and in the terms?", which the question itself does not say
            return await to_thread(self._changes, found.answer.changed)
        if found.answer.remark:
            has_humans = found.humans is not None
            return await self._remark(
                found.answer.remark, work, asked, earlier, has_humans=has_humans
            )
        if work.kind == "human":
            await self.questions.hand_over(found.answer.id)
            message = human_message(
                found.answer,
                found.asked,
                found.entries,
                found.today,
                by=question.user,
                humans=found.humans,
            )
        else:
            message = found.message(private=question.response_url is not None)
        return noting(message, asked, found.asked.build) if question.build else message

    def _changes(self, asked: ChangesAsked | ChangedPolicy) -> Message:
        """Return what changed in a policy."""
        bot = self.questions.live.bot
        corpus = bot.index.corpus
        try:
            found = compare(corpus, asked.policy, asked.since, asked.until)
        except BadInput:  # of before its first version: what there is since then
            first = next(one.begins for one in corpus.entries if one.policy == asked.policy)
            until = asked.until if asked.until and first and asked.until >= first else None
            found = compare(corpus, asked.policy, first, until)
        found = about(found, asked.about, bot) if asked.about else found
        return changes_message(found, asked.about, self._pages.url if self._pages else None)

    async def _remark(
        self,
        remark: Remark,
        work: Work,
        asked: ButtonQuestion,
        earlier: Sequence[str],
        *,
        has_humans: bool,
    ) -> Message | None:
        """Return what is said to what asks nothing; in a channel that is often nothing."""
        if is_silent(remark, work.kind):
            return None
        live = self.questions.live
        bot = live.bot
        suggested = await to_thread(prompts, bot, live.index)
        before = next((one for one in reversed(earlier) if remark_of(one) is None), None)
        return remark_message(
            remark,
            [one["message"] for one in suggested],
            bot.index.corpus.entries,
            replace(asked, question=before) if before else None,
            has_humans=has_humans,
        )

    async def _remember(self, work: Work, question: SlackQuestion) -> None:
        """Keep that the thread is one of ours."""
        if not (question.ts and question.channel and question.thread_ts):
            return
        try:
            await to_thread(
                self._state.threads.answered, work.team, question.channel, question.thread_ts
            )
        except StoreUnavailable as error:
            _log.error("thread not stored", reason=str(error))


def _whole(question: str, answer: Answer) -> str:
    """Return what a question was read as, to be asked again without what was asked before it."""
    if any(part.read_as for part in answer.parts):
        return "\n".join(dict.fromkeys(part.read_as or part.question for part in answer.parts))
    return answer.read_as or question


@asynccontextmanager
async def _eyes(poster: Poster, question: SlackQuestion) -> AsyncIterator[None]:
    """Show that a question was seen, while its answer takes longer."""
    put = False

    async def put_after_a_while() -> None:
        nonlocal put
        await sleep(_LONG)
        put = True
        await poster.seen(question, on=True)

    waiting = create_task(put_after_a_while())
    try:
        yield
    finally:
        waiting.cancel()
        if put:
            await poster.seen(question, on=False)
