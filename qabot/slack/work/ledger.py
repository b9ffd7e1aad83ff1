"""The worklist as one process uses it, also while the store cannot be reached.

Then the process goes by what it remembers: better answered twice, by two replicas, than by none.
"""

from asyncio import to_thread
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import structlog

from qabot.errors import StoreUnavailable
from qabot.state.stored import Work
from qabot.state.worklist import Worklist

_AT_ONCE = 50  # pieces of work taken up at a look
_REMEMBERED = 10_000  # deliveries

_log = structlog.get_logger("qabot.slack")


class Ledger:
    """What this process has begun, what it must not do again, what it still owes the store."""

    def __init__(self, worklist: Worklist) -> None:
        self.lease = worklist.lease
        self._worklist = worklist
        self._begun: OrderedDict[tuple[str | None, ...], None] = OrderedDict()
        self._here_alone: set[str] = set()  # ids of work that the store does not know
        self._left: list[Work] = []  # of that, what is to be tried again
        self._done: dict[str, Work] = {}  # that the store takes for unfinished

    async def take_on(self, work: Work) -> bool:
        """Hold new work; False if its event or its message has been taken on, here or elsewhere."""
        if self._is_begun(work):
            return False
        stored = True
        try:
            if not await to_thread(self._worklist.take_on, work):
                return False
        except StoreUnavailable as error:
            _log.error("work not stored", reason=str(error))
            stored = False
        if self._is_begun(work):  # delivered twice at once, while the store came or went
            self._done |= {work.id: work} if stored else {}
            return False
        self._begin(work)
        if not stored:
            self._here_alone.add(work.id)
        return True

    async def look(self, under_way: Sequence[Work]) -> Sequence[Work]:
        """Go on holding what is under way; return what nobody holds any more, held now."""
        left, self._left = self._left, []
        found: Sequence[Work] = ()
        try:
            await self._settle()
            await to_thread(self._worklist.renew, under_way)
            found = await to_thread(self._worklist.take_up, _AT_ONCE)
        except StoreUnavailable as error:
            _log.error("no work taken up", reason=str(error))
        return [*left, *found]

    async def may_post(self, work: Work) -> bool:
        """Tell whether the reply may go out; False if somebody else took the work up."""
        if work.id in self._here_alone:
            return True
        try:
            return await to_thread(self._worklist.posting, work)
        except StoreUnavailable as error:
            _log.error("posting not stored", reason=str(error))
            return True

    def leave(self, work: Work) -> None:
        """Leave work to be taken up again: once its lease is over, by whoever comes first."""
        if work.id in self._here_alone:
            self._left.append(replace(work, attempts=work.attempts + 1))

    async def finish(self, work: Work) -> None:
        """Let go of work that is done; where the store cannot be told, it is told later."""
        if work.id in self._here_alone:
            self._here_alone.remove(work.id)
            return
        self._done[work.id] = work
        try:
            await self._settle()
        except StoreUnavailable as error:
            _log.error("work not finished", reason=str(error))

    async def release(self) -> None:
        """Let go of all that is held, for others to take up at once."""
        try:
            await self._settle()
            await to_thread(self._worklist.release)
        except StoreUnavailable as error:  # then the leases run out
            _log.error("work not released", reason=str(error))

    async def forget_old(self) -> None:
        """Drop what was done a day ago or longer."""
        try:
            await to_thread(self._worklist.forget_old)
        except StoreUnavailable as error:
            _log.error("old work not dropped", reason=str(error))

    async def _settle(self) -> None:
        for work in list(self._done.values()):
            await to_thread(self._worklist.finish, work)
            self._done.pop(work.id, None)

    def _is_begun(self, work: Work) -> bool:
        return any(key in self._begun for key in _keys(work))

    def _begin(self, work: Work) -> None:
        self._begun.update((key, None) for key in _keys(work))
        while len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)


def _keys(work: Work) -> list[tuple[str | None, ...]]:
    keys = [("event", work.team, work.event_id), ("message", work.channel, work.ts)]
    return [key for key in keys if key[-1]]
