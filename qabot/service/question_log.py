"""The question log, written beside the answers: a store that is slow delays none of them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, Full, Queue
from threading import Thread
from time import monotonic

import structlog

from qabot.errors import StoreUnavailable
from qabot.service.asked_again import WITHIN
from qabot.service.logs import failure
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion, now

_WAITING = 1_000  # questions that wait to be written, at most
_AT_THE_END = 5.0  # seconds for which those that wait are written when the service ends
_FORGETS = 3_600.0  # seconds after which what is too old is deleted again
_log = structlog.get_logger("qabot.service")

AskedAgain = Callable[[], str | None]
"""Returns the question of before that one asks again in other words, None where it asks none."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    question: LoggedQuestion
    asked_again: AskedAgain


class QuestionLog:
    """Writes questions in a thread of its own, in the order in which they came.

    The same thread deletes what was said more than `days` ago, when it begins and every hour, also
    where no questions are kept: feedback is.
    """

    def __init__(self, store: Store, *, days: int) -> None:
        self._store = store
        self._days = timedelta(days)
        self._waiting: Queue[_Waiting | None] = Queue(_WAITING)  # None: it ends
        self._thread = Thread(target=self._run, name="question log", daemon=True)
        self._thread.start()

    def add(self, question: LoggedQuestion, asked_again: AskedAgain) -> None:
        """Have a question written soon; where too many wait it is not kept, which is logged.

        Where it asks an earlier question again, it is kept of that one that it was asked again, and
        whether the other words were answered.
        """
        try:
            self._waiting.put_nowait(_Waiting(question, asked_again))
        except Full:
            _log.error("question not kept", reason="too many wait to be written")

    def close(self) -> None:
        """Write what waits, for some seconds."""
        with suppress(Full):
            self._waiting.put(None, timeout=_AT_THE_END)
        self._thread.join(_AT_THE_END)

    def _run(self) -> None:
        forgets = monotonic()
        while True:
            if monotonic() >= forgets:
                self._forget()
                forgets = monotonic() + _FORGETS
            try:
                waiting = self._waiting.get(timeout=max(0.0, forgets - monotonic()))
            except Empty:
                continue
            if waiting is None:
                return
            try:
                self._keep(waiting)
            except StoreUnavailable as error:
                _log.error("question not kept", reason=str(error))
            except Exception as error:  # noqa: BLE001 - the next questions are kept all the same
                _log.error("failed", **failure(error))

    def _keep(self, waiting: _Waiting) -> None:
        question = waiting.question
        self._store.log_question(question)
        if before := waiting.asked_again():
            is_answered = question.status == "answered"
            since, company = question.asked - WITHIN, question.company
            self._store.rephrase(before, since, answered=is_answered, company=company)

    def _forget(self) -> None:
        try:
            deleted = self._store.forget_before(now() - self._days)
        except StoreUnavailable as error:
            _log.error("old questions not deleted", reason=str(error))
        else:
            if deleted:
                _log.info("old questions and feedback deleted", count=deleted)
