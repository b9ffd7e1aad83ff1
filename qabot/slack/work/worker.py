"""Work in the background: taken on when Slack delivers it, held by a lease, taken up when left."""

from asyncio import Task, create_task, gather, sleep, to_thread, wait
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from itertools import count
from math import inf
from time import monotonic
from typing import Any, TypeVar

import structlog

from qabot.errors import StoreUnavailable
from qabot.service.logs import failure
from qabot.state.stored import Work
from qabot.state.worklist import ATTEMPTS, Worklist

_AT_ONCE = 50  # pieces of work taken up at a look
_LOOKS = 12  # within a lease: for work that nobody holds, and to go on holding what is under way
_TIDIED = 100  # looks from one time that old work is dropped, and new is due, to the next
_DRAINED = 20.0  # seconds that what is under way is given when the service stops

_log = structlog.get_logger("qabot.slack")

Told = TypeVar("Told")


def log_failure(error: BaseException, reference: str) -> None:
    """Log an error that the work of this reference failed with."""
    _log.error("failed", reference=reference, **failure(error))


def reference_of(work: Work) -> str:
    """Return what names work to its asker and in the log."""
    return work.id[:8]


async def may_post(worklist: Worklist, work: Work) -> bool:
    """Say that the reply goes out now; return False where somebody else took the work up."""
    return await _told(worklist, work, worklist.posting)


async def finish(worklist: Worklist, work: Work) -> None:
    """Let go of work that is done."""
    await _told(worklist, work, worklist.finish)


async def _told(worklist: Worklist, work: Work, tell: Callable[[Work], Told]) -> Told:
    """Tell the store something of work; where it is away or busy, wait until it takes that."""
    is_logged = False
    while True:
        try:
            return await to_thread(tell, work)
        except StoreUnavailable as error:
            if not is_logged:
                _log.error("not noted yet", reference=reference_of(work), reason=str(error))
            is_logged = True
        await sleep(_between_looks(worklist))


class Worker:
    """Takes work on and does it in the background, everything at once.

    `due` gives, whenever it is called, the work whose time has come; known work is not taken twice.
    """

    def __init__(
        self,
        worklist: Worklist,
        do: Callable[[Work], Coroutine[Any, Any, None]],
        due: Callable[[], Iterable[Work]] = tuple,
    ) -> None:
        self._worklist = worklist
        self._do = do
        self._due = due
        self._under_way: dict[Task[None], Work | None] = {}
        self._looking: Task[None] | None = None
        self._usable = -inf  # when the store was the last time
        self._usable_since = inf  # without an interruption in which leases may have run out

    async def take(self, work: Work) -> bool:
        """Store new work and begin it; return False where the store knows it already.

        Raises StoreUnavailable where it cannot be stored: then it is not begun either.
        """
        new = await to_thread(self._worklist.take_on, work)
        if new:
            self.begin(self._do(work), work)
        return new

    async def take_due(self) -> None:
        """Take on what nobody in Slack asks for, and whose time has come."""
        for work in self._due():
            await self.take(work)

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
        try:
            await to_thread(self._worklist.release)
        except StoreUnavailable as error:  # then the leases run out
            _log.error("work not released", reason=str(error))

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
            try:
                await self._look(tidy=looks % _TIDIED == 0)
            except StoreUnavailable as error:
                _log.error("no work taken up", reason=str(error))
            await sleep(_between_looks(self._worklist))

    async def _look(self, *, tidy: bool) -> None:
        """Renew the leases of what is under way, and begin work whose lease has run out.

        Where the store was away, or this process has just started, a lease may have run out though
        its holder is still at work. Such work is left alone for the time of one lease, in which its
        holder can renew it or say that it is done; only work that was let go of is begun.
        """
        under_way = [work for work in self._under_way.values() if work]
        await to_thread(self._worklist.renew, under_way)
        now, lease = monotonic(), self._worklist.lease.total_seconds()
        if now - self._usable > lease / 2:
            self._usable_since = now
        self._usable = now
        is_telling = now - self._usable_since > lease
        left = partial(self._worklist.take_up, _AT_ONCE, released_alone=not is_telling)
        for work in await to_thread(left):
            self.begin(self._do_again(work), work)
        if tidy:
            await to_thread(self._worklist.forget_old)
            await self.take_due()

    async def _do_again(self, work: Work) -> None:
        """Do work that was begun before; give it up after one attempt more than ATTEMPTS.

        The last attempt was to apologise, and ended before it had.
        """
        if work.attempts <= ATTEMPTS + 1:
            await self._do(work)
        else:
            _log.error("given up", reference=reference_of(work))
            await finish(self._worklist, work)


def _between_looks(worklist: Worklist) -> float:
    """Return the seconds from one look to the next."""
    return worklist.lease.total_seconds() / _LOOKS
