"""The parts of a running service, and what can be set of it."""

from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException

from qabot.api.metrics import Metrics
from qabot.api.rate_limits import Limits
from qabot.api.readiness import Readiness
from qabot.processors import cores
from qabot.service.answer_cache import Recent
from qabot.service.live import LiveBot
from qabot.service.page_links import OwnPages
from qabot.settings import Settings
from qabot.state.store import Store

_T = TypeVar("_T")


class Desk:
    """Takes questions: one a core is answered at a time, a few wait, more are turned away."""

    def __init__(self, in_flight: int) -> None:
        self._threads = ThreadPoolExecutor(cores(), thread_name_prefix="ask")
        self._places = BoundedSemaphore(in_flight)

    async def take(self, ask: Callable[[], _T]) -> _T:
        """Run `ask` in a thread; raises 503 where too many questions wait already."""
        if not self._places.acquire(blocking=False):
            raise HTTPException(
                503, "Too many questions at once; ask again in a second.", {"Retry-After": "1"}
            )
        asked = self._threads.submit(ask)
        asked.add_done_callback(lambda _: self._places.release())
        return await wrap_future(asked)

    def close(self) -> None:
        """Wait for the questions taken, and take no more."""
        self._threads.shutdown()


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes work with."""

    live: LiveBot
    store: Store
    settings: Settings
    keyless: bool  #: no key is configured: whoever is on this machine may ask
    desk: Desk
    limits: Limits
    metrics: Metrics
    recent: Recent
    readiness: Readiness
    link_secret: bytes  #: signs links to our own pages


def pages_of(request: Request) -> OwnPages:
    """Return our own pages, at the address that is set or that the request came to."""
    service = service_of(request)
    base = service.settings.public_url or str(request.base_url)
    return OwnPages(base, None if service.keyless else service.link_secret)


def service_of(request: Request) -> Service:
    """Return the service that a request came to."""
    service: Service = request.app.state.service
    return service
