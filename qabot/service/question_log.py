"""The question log, written beside the answers: a store that is slow delays none of them."""

from contextlib import suppress
from datetime import timedelta
from queue import Empty, Full, Queue
from threading import Thread
from time import monotonic

import structlog

from qabot.errors import StoreUnavailable
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion, now

_WAITING = 1_000  # questions that wait to be written, at most
_AT_THE_END = 5.0  # seconds for which those that wait are written when the service ends
_FORGETS = 3_600.0  # seconds after which what is too old is deleted again
_log = structlog.get_logger("qabot.service")


class QuestionLog:
    """Writes questions in a thread of its own, in the order in which they came.

    The same thread deletes what was said more than `days` ago, when it begins and every hour, also
    where no questions are kept: feedback is.
    """

    def __init__(self, store: Store, *, days: int) -> None:
        self._store = store
        self._days = timedelta(days)
        self._waiting: Queue[LoggedQuestion | None] = Queue(_WAITING)  # None: it ends
        self._thread = Thread(target=self._run, name="question log", daemon=True)
        self._thread.start()

    def add(self, question: LoggedQuestion) -> None:
        """Have a question written soon; where too many wait it is not kept, which is logged."""
        try:
            self._waiting.put_nowait(question)
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
                question = self._waiting.get(timeout=max(0.0, forgets - monotonic()))
            except Empty:
                continue
            if question is None:
                return
            try:
                self._store.log_question(question)
            except StoreUnavailable as error:
                _log.error("question not kept", reason=str(error))

    def _forget(self) -> None:
        try:
            deleted = self._store.forget_before(now() - self._days)
        except StoreUnavailable as error:
            _log.error("old questions not deleted", reason=str(error))
        else:
            if deleted:
                _log.info("old questions and feedback deleted", count=deleted)
