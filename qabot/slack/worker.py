"""Work that is done once: taken on when Slack delivers it, and finished whatever happens.

Whoever takes work on holds it for a minute at a time; of a process that dies, another, or the same
one after its restart, takes it up again.
"""

from asyncio import Task, create_task, gather, sleep, to_thread, wait
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from qabot.errors import StoreUnavailable
from qabot.failures import frames
from qabot.state.records import Work
from qabot.state.worklist import Worklist

_RENEWED = 20.0  # seconds; a third of the lease
_LOOKED = 5.0  # seconds between two looks for work that nobody holds
_AT_ONCE = 50  # pieces of work taken up at a look
_DRAINED = 20.0  # seconds that what is under way is given when the service stops
_REMEMBERED = 10_000  # deliveries known again while the store cannot be reached

_log = structlog.get_logger("qabot.slack")


def log_failure(error: BaseException, reference: str) -> None:
    """Log where an error came from; its message is left out, as it may quote the question."""
    _log.error("failed", reference=reference, error=type(error).__name__, frames=frames(error))


class Worker:
    """Takes work on and does it in the background, everything at once."""

    def __init__(self, worklist: Worklist, do: Callable[[Work], Coroutine[Any, Any, None]]) -> None:
        self.worklist = worklist
        self._do = do
        self._under_way: dict[Task[None], Work | None] = {}
        self._loops: list[Task[None]] = []
        self._seen: OrderedDict[tuple[str | None, ...], None] = OrderedDict()

    async def take(self, work: Work) -> bool:
        """Begin new work; return False where it was taken on before, here or elsewhere."""
        try:
            new = await to_thread(self.worklist.take_on, work)
        except StoreUnavailable as error:  # better answered twice by two replicas than by none
            _log.error("work not stored", reason=str(error))
            new = self._is_new_here(work)
        if new:
            self._begin(work)
        return new

    async def __aenter__(self) -> "Worker":
        """Begin to look after work: what others left, and what is under way."""
        self._loops = [create_task(self._take_up()), create_task(self._look_after())]
        return self

    async def __aexit__(self, *reason: object) -> None:
        """Finish what is under way, in a bounded time, and leave the rest to others."""
        for loop in self._loops:
            loop.cancel()
        await gather(*self._loops, return_exceptions=True)
        if self._under_way:
            await wait(self._under_way, timeout=_DRAINED)
        for task in self._under_way:
            task.cancel()
        try:
            await to_thread(self.worklist.release)
        except StoreUnavailable as error:  # then the leases run out
            _log.error("work not released", reason=str(error))

    def begin(self, doing: Coroutine[Any, Any, None], work: Work | None = None) -> None:
        """Do something in the background, which the end of the service waits for."""
        task = create_task(doing)
        self._under_way[task] = work
        task.add_done_callback(self._ended)

    def _begin(self, work: Work) -> None:
        self.begin(self._do(work), work)

    def _ended(self, task: Task[None]) -> None:
        self._under_way.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            log_failure(error, "-")

    async def _take_up(self) -> None:
        while True:
            try:
                for work in await to_thread(self.worklist.take_up, _AT_ONCE):
                    self._begin(work)
            except StoreUnavailable as error:
                _log.error("no work taken up", reason=str(error))
            await sleep(_LOOKED)

    async def _look_after(self) -> None:
        while True:
            await sleep(_RENEWED)
            try:
                await to_thread(
                    self.worklist.renew, [work for work in self._under_way.values() if work]
                )
                await to_thread(self.worklist.forget_old)
            except StoreUnavailable as error:
                _log.error("work not renewed", reason=str(error))

    def _is_new_here(self, work: Work) -> bool:
        keys = [(work.team, work.event_id), (work.channel, work.ts)]
        known = any(key in self._seen for key in keys if key[1])
        self._seen.update((key, None) for key in keys if key[1])
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return not known
