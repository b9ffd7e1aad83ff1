"""Work that is done once: taken on when Slack delivers it, and finished whatever happens.

Whoever takes work on holds it for a minute at a time; of a process that dies, another, or the same
one after its restart, takes it up again.
"""

from asyncio import Task, create_task, gather, sleep, wait
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

import structlog

from qabot.service.logs import frames
from qabot.slack.work.ledger import Ledger
from qabot.state.stored import Work
from qabot.state.worklist import ATTEMPTS

_LOOKS = 12  # within a lease: for work that nobody holds, and to go on holding what is under way
_TIDIED = 100  # looks from one time that old work is dropped to the next
_DRAINED = 20.0  # seconds that what is under way is given when the service stops

_log = structlog.get_logger("qabot.slack")


def log_failure(error: BaseException, reference: str) -> None:
    """Log where an error came from; its message is left out, as it may quote the question."""
    _log.error("failed", reference=reference, error=type(error).__name__, frames=frames(error))


def reference_of(work: Work) -> str:
    """Return what names work to its asker and in the log."""
    return work.id[:8]


class Worker:
    """Takes work on and does it in the background, everything at once."""

    def __init__(self, ledger: Ledger, do: Callable[[Work], Coroutine[Any, Any, None]]) -> None:
        self._ledger = ledger
        self._do = do
        self._under_way: dict[Task[None], Work | None] = {}
        self._looking: Task[None] | None = None

    async def take(self, work: Work) -> bool:
        """Begin new work; return False where it was taken on before, here or elsewhere."""
        new = await self._ledger.take_on(work)
        if new:
            self.begin(self._do(work), work)
        return new

    async def __aenter__(self) -> "Worker":
        """Begin to look after work: what others left, and what is under way."""
        self._looking = create_task(self._look_after())
        self._looking.add_done_callback(self._ended)
        return self

    async def __aexit__(self, *reason: object) -> None:
        """Finish what is under way, in a bounded time, and leave the rest to others."""
        if self._looking:
            self._looking.cancel()
            await gather(self._looking, return_exceptions=True)
        if self._under_way:
            await wait(self._under_way, timeout=_DRAINED)
        late = list(self._under_way)
        for task in late:
            task.cancel()
        await gather(*late, return_exceptions=True)
        await self._ledger.release()

    def begin(self, doing: Coroutine[Any, Any, None], work: Work | None = None) -> None:
        """Do something in the background, which the end of the service waits for."""
        task = create_task(doing)
        self._under_way[task] = work
        task.add_done_callback(self._ended)

    def _ended(self, task: Task[None]) -> None:
        work = self._under_way.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            log_failure(error, reference_of(work) if work else "-")

    async def _look_after(self) -> None:
        for looks in count():
            for work in await self._ledger.look([w for w in self._under_way.values() if w]):
                self.begin(self._do_again(work), work)
            if looks % _TIDIED == 0:
                await self._ledger.forget_old()
            await sleep(self._ledger.lease.total_seconds() / _LOOKS)

    async def _do_again(self, work: Work) -> None:
        """Do work that was begun before, unless not even an apology for it came to an end."""
        if work.attempts <= ATTEMPTS + 1:
            await self._do(work)
        else:
            _log.error("given up", reference=reference_of(work))
            await self._ledger.finish(work)
