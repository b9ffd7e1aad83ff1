"""Builds that go live in the store, pulled by one process of an index; the others find them."""

from asyncio import CancelledError, gather, sleep, to_thread
from collections.abc import Callable
from threading import Event

import structlog

from qabot.index.releases import pulling
from qabot.index.shared_releases import SharedReleases

_REFRESH = 1.0  # seconds between two looks at which build is live there

_log = structlog.get_logger("qabot.service")


async def pull_builds(releases: SharedReleases, failed: Callable[[], None] = lambda: None) -> None:
    """Pull each build that goes live in the store, if one is set, until it is cancelled.

    While the store is away, or what it has is refused, `failed` is called at each look, it is said
    once in the log, and the build that is here answers on.
    """
    if releases.store is None:
        return
    ended, said = Event(), ""
    try:
        with pulling(releases.index) as is_mine:
            while True:
                if is_mine():
                    looked = to_thread(_pull, releases, ended)
                    (outcome,) = await gather(looked, return_exceptions=True)
                    said = _told(outcome, said)
                    if said:
                        failed()
                await sleep(_REFRESH)
    except OSError as error:  # the folder of builds cannot be written
        _told(error, said)
        failed()
    finally:
        ended.set()


def _pull(releases: SharedReleases, ended: Event) -> str | None:
    """Return the id of the build that was pulled, None where it is here already."""

    def go_on(_: int) -> None:
        if ended.is_set():
            raise CancelledError

    current = releases.current()
    return current.build if releases.pull(current, go_on) else None


def _told(outcome: str | BaseException | None, said: str) -> str:
    """Log the outcome of a look, a fault only where it is another than `said`, the last one.

    Returns the fault, "" where there was none. An exception of any kind counts: the next build may
    be right.
    """
    if isinstance(outcome, BaseException):
        reason = f"{type(outcome).__name__}: {outcome}"
        if reason != said:
            _log.error("build not pulled", reason=reason)
        return reason
    if outcome:
        _log.info("build pulled", build=outcome)
    return ""
