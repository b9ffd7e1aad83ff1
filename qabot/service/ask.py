"""One path for every question, whether it comes over HTTP, from an agent's tool or from Slack.

A question is put to the build that is live (`Questions.put`) and answered (`Questions.answer`): by
the cache where it was answered before, else in one of as many threads as there are cores. Then the
answer is counted, the question logged where the question log is on, and citations without a public
address are linked to the service's own pages.
"""

from asyncio import wrap_future
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from threading import BoundedSemaphore

from qabot.answering.bot import Bot
from qabot.errors import QABotError
from qabot.processors import cores
from qabot.records import Answer
from qabot.service.answer_cache import AnswerCache
from qabot.service.live import LiveBot
from qabot.service.metrics import Metrics
from qabot.service.page_links import OwnPages
from qabot.service.question_log import QuestionLog
from qabot.settings import Settings
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion


class TooManyQuestions(QABotError):
    """As many questions as may be taken at once are being answered, or wait for it."""

    def __init__(self) -> None:
        super().__init__("Too many questions at once; ask again in a second.")


@dataclass(frozen=True, slots=True)
class PutQuestion:
    """A question put to one build on one day: all that decides its answer."""

    bot: Bot  #: of the build
    today: date  #: the day that the answer is of
    question: str
    company: str | None  #: None: those that the question names, else all
    as_of: date | None  #: None: the day that the question names, else today
    k: int  #: citations at most
    among: frozenset[str] | None  #: companies that the asker may see; None: all
    id: str  #: of the answer: the same all day for one question, its parameters and the build

    @property
    def build(self) -> str:
        """Id of the build."""
        return self.bot.index.manifest.id


class Questions:
    """Answers the questions of everybody who asks one process; may be used from any event loop."""

    def __init__(self, live: LiveBot, store: Store, settings: Settings) -> None:
        self.live = live
        self.metrics = Metrics(lambda: live.bot)
        self._log = QuestionLog(store) if settings.log_questions else None
        self._answers = AnswerCache()
        self._threads = ThreadPoolExecutor(cores(), thread_name_prefix="ask")
        self._places = BoundedSemaphore(settings.in_flight)

    def put(
        self,
        question: str,
        *,
        company: str | None = None,
        as_of: date | None = None,
        k: int = 3,
        unless_named: str | None = None,
        among: frozenset[str] | None = None,
    ) -> PutQuestion:
        """Put a question to the build that is live now, which stays its own from here on.

        `unless_named` is the company that it is about where neither `company` nor the question
        names any. To whoever may see but the companies `among`, there are no others.
        """
        bot = self.live.bot
        if company is None and unless_named and not bot.names_company(question):
            company = unless_named
        today = date.today()
        answer_id = bot.answer_id(
            question, company=company, as_of=as_of, k=k, today=today, among=among
        )
        return PutQuestion(bot, today, question, company, as_of, k, among, answer_id)

    async def answer(
        self, put: PutQuestion, pages: OwnPages | None, *, is_new: bool = True
    ) -> Answer:
        """Return the answer, its citations linked to `pages`, if any, where they have no address.

        `is_new` False: somebody looks at an answer again. It is neither counted nor logged.

        Raises TooManyQuestions where no place is free, and what `Bot.ask` raises.
        """
        answer = self._answers.answer(put.id)
        if answer is None:
            answer = await self._asked(put)
            self._answers.remember(answer, put.build)
        if is_new:
            self.metrics.answered(answer)
            if self._log:
                self._log.add(_logged(put, answer))
        return pages.linked(answer) if pages else answer

    def about(self, answer_id: str) -> Mapping[str, object] | None:
        """Return what feedback keeps of an answer, None where it is not remembered any more."""
        return self._answers.about(answer_id)

    def close(self) -> None:
        """Wait for the questions that were taken, and take no more."""
        self._threads.shutdown()
        if self._log:
            self._log.close()

    async def _asked(self, put: PutQuestion) -> Answer:
        if not self._places.acquire(blocking=False):
            raise TooManyQuestions
        asked = self._threads.submit(
            put.bot.ask,
            put.question,
            company=put.company,
            as_of=put.as_of,
            k=put.k,
            today=put.today,
            among=put.among,
        )
        asked.add_done_callback(lambda _: self._places.release())
        return await wrap_future(asked)


def _logged(put: PutQuestion, answer: Answer) -> LoggedQuestion:
    return LoggedQuestion(
        answer=answer.id,
        text=put.question,
        company=put.company,
        as_of=put.as_of,
        status=answer.status,
        build=put.build,
    )
