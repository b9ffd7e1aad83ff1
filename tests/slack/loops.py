"""An event loop in a thread of its own, for what is asynchronous in tests that are not."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Background:
    """A loop that runs elsewhere."""

    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Let the loop do this work, and wait for what comes of it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)


@contextmanager
def background() -> Iterator[Background]:
    """Run a loop until the block ends; work that is still under way then is cancelled."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    elsewhere = Background(loop)
    try:
        yield elsewhere
    finally:
        elsewhere.run(_cancel_the_rest())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _cancel_the_rest() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
