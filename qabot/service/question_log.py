"""The question log, written beside the answers: a store that is slow delays none of them."""

from contextlib import suppress
from queue import Full, Queue
from threading import Thread

import structlog

from qabot.errors import StoreUnavailable
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion

_WAITING = 1_000  # questions that wait to be written, at most
_AT_THE_END = 5.0  # seconds for which those that wait are written when the service ends
_log = structlog.get_logger("qabot.service")


class QuestionLog:
    """Writes questions in a thread of its own, in the order in which they came."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: Queue[LoggedQuestion | None] = Queue(_WAITING)  # None: it ends
        self._thread = Thread(target=self._write, name="question log", daemon=True)
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

    def _write(self) -> None:
        while question := self._waiting.get():
            try:
                self._store.log_question(question)
            except StoreUnavailable as error:
                _log.error("question not kept", reason=str(error))
