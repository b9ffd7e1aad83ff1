"""One path for every question, whether it comes over HTTP, from an agent's tool or from Slack.

A question is put to the build that is live (`Questions.put`) and answered (`Questions.answer`): by
the cache where it was answered before, else in one of as many threads as there are cores, which
the processes of a service divide. Then the answer is counted, the question is logged where the
question log is on, and citations without a public address are linked to the service's own pages.
"""

from asyncio import to_thread, wrap_future
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from math import ceil
from threading import BoundedSemaphore
from time import time_ns

import structlog

from qabot.answering.bot import Bot
from qabot.errors import QABotError, StoreUnavailable
from qabot.processors import cores
from qabot.records import Answer, AskedQuestion
from qabot.service.answer_cache import AnswerCache
from qabot.service.asked_again import asked_again
from qabot.service.live import LiveBot
from qabot.service.metrics import Metrics
from qabot.service.page_links import OwnPages
from qabot.service.processes import Processes
from qabot.service.question_log import QuestionLog
from qabot.service.shared_summaries import SharedSummaries
from qabot.service.traces import traces
from qabot.settings import Settings
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion
from qabot.state.worklist import backlog

_log = structlog.get_logger("qabot.service")


class TooManyQuestions(QABotError):
    """As many questions as may be taken at once are being answered, or wait for it."""

    def __init__(self) -> None:
        super().__init__("Too many questions at once; ask again in a second.")


@dataclass(frozen=True, slots=True)
class PutQuestion:
    """A question put to one build on one day."""

    bot: Bot  #: of the build
    today: date  #: the day that the answer is of
    asked: AskedQuestion
    id: str  #: of the answer: the same all day for one question and build

    @property
    def build(self) -> str:
        """Id of the build."""
        return self.bot.index.manifest.id


class Questions:
    """Answers the questions of everybody who asks one process; may be used from any event loop."""

    def __init__(
        self,
        live: LiveBot,
        store: Store,
        settings: Settings,
        processes: Processes = Processes(),  # noqa: B008 (it is frozen)
    ) -> None:
        self.live = live
        self.processes = processes
        self.metrics = Metrics(lambda: live.bot, lambda: backlog(store.engine), processes.folder)
        self._store = store
        self._traces = traces()
        self._log = QuestionLog(store, days=settings.log_days)
        self._logs = settings.log_questions
        folder = processes.folder
        self._answers = AnswerCache(SharedSummaries(folder / "answers") if folder else None)
        threads = max(1, cores() // processes.count)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="ask")
        self._places = BoundedSemaphore(ceil(settings.in_flight / processes.count))

    def put(self, asked: AskedQuestion, *, unless_named: str | None = None) -> PutQuestion:
        """Put a question to the build that is live now; it answers even where another goes live.

        `unless_named` is the company that it is about where neither `asked` nor the question
        itself, read with what was asked before it, names any or asks all.
        """
        bot = self.live.bot
        is_open = asked.company is None and not asked.companies
        if unless_named and is_open:
            of_company = replace(asked, company=unless_named)
            whole = bot.read(of_company) if asked.context else (asked.text,)
            if not (bot.asks_all(asked) or any(map(bot.names_company, whole))):
                asked = of_company
        today = date.today()
        return PutQuestion(bot, today, asked, bot.answer_id(asked, today=today))

    async def answer(
        self, put: PutQuestion, pages: OwnPages | None, *, is_new: bool = True
    ) -> Answer:
        """Return the answer, its citations linked to `pages`, if any, where they have no address.

        `is_new` False: somebody looks at an answer again. It is neither counted nor logged.

        Raises TooManyQuestions where no place is free, and what `Bot.ask` raises.
        """
        began = time_ns()
        answer = self._answers.answer(put.id)
        if answer is None:
            answer = await self._asked(put)
            self._answers.remember(answer, put.build)
        if is_new:
            self.metrics.answered(answer)
            self._traces.answered(answer, put.build, began)
            for one in answer.parts or (answer,):
                if self._logs and one.status != "no_question":
                    question = _logged(put, one)
                    again = partial(asked_again, put.bot, put.asked, question.text, put.today)
                    self._log.add(question, again)
        return pages.linked(answer) if pages else answer

    async def hand_over(self, answer_id: str) -> None:
        """Keep that an answer was passed on to a person, where the store can be written."""
        try:
            await to_thread(self._store.hand_over, answer_id)
        except StoreUnavailable as error:
            _log.error("handover not kept", reason=str(error))

    def summary(self, answer_id: str) -> Mapping[str, object] | None:
        """Return what feedback keeps of an answer, None where it is not remembered any more."""
        return self._answers.summary(answer_id)

    def close(self) -> None:
        """Wait for the questions that were taken, and take no more."""
        self._threads.shutdown()
        self._traces.close()
        self._log.close()

    async def _asked(self, put: PutQuestion) -> Answer:
        if not self._places.acquire(blocking=False):
            raise TooManyQuestions
        asked = self._threads.submit(put.bot.ask, put.asked, today=put.today)
        asked.add_done_callback(lambda _: self._places.release())
        return await wrap_future(asked)


def _logged(put: PutQuestion, answer: Answer) -> LoggedQuestion:
    return LoggedQuestion(
        answer=answer.id,
        text=answer.read_as or answer.question or put.asked.text,
        company=answer.scope.company if answer.question else put.asked.company,
        as_of=put.asked.as_of,
        status=answer.status,
        build=put.build,
    )
