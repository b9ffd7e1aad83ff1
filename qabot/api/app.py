"""create_api(live, store, settings): the service put together; importing it starts nothing."""

from asyncio import create_task, sleep, to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from qabot import __version__
from qabot.api import ask, browser, corpus, feedback, health, models
from qabot.api.access import Cors, Origins
from qabot.api.edge import Edge
from qabot.api.limits import Limits
from qabot.api.metrics import Metrics
from qabot.api.problems import add_problem_handlers
from qabot.api.recent import Recent
from qabot.api.service import Desk, Service
from qabot.errors import QABotError
from qabot.live import LiveBot
from qabot.settings import Settings
from qabot.state.store import Store

_REFRESH = 1.0  # seconds between two looks at which build is live

_log = structlog.get_logger("qabot.service")


def create_api(live: LiveBot, store: Store, settings: Settings, *, keyless: bool) -> FastAPI:
    """Return the ASGI application of a service; its owner closes the store after it.

    `keyless` opens it to whoever asks from this machine; otherwise every caller needs a key.
    """
    metrics = Metrics(lambda: live.bot)
    service = Service(
        live=live,
        store=store,
        settings=settings,
        keyless=keyless,
        desk=Desk(settings.in_flight),
        limits=Limits(settings.address_limit, settings.key_limit),
        metrics=metrics,
        recent=Recent(),
        link_secret=store.secret("links"),
    )
    api = FastAPIOffline(
        title="qabot",
        version=__version__,
        summary="Answers about company policies, quoted letter by letter.",
        redoc_url=None,
        lifespan=partial(_lifespan, service),
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.service = service
    add_problem_handlers(api)
    for part in (ask, feedback, corpus, health):
        api.include_router(part.router, responses=_PROBLEMS)
    api.include_router(browser.router)
    api.add_middleware(Edge, metrics=metrics)
    api.add_middleware(
        Cors,
        allow_origins=Origins(store),
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization", "Content-Type", "If-None-Match"),
        expose_headers=("ETag", "Retry-After", "X-Request-ID"),
    )
    api.add_middleware(CorrelationIdMiddleware)
    return api


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {
        "description": description,
        "content": {"application/problem+json": {"schema": models.Problem.model_json_schema()}},
    }
    for code, description in {
        "4XX": "The request cannot be done as asked; the detail says why.",
        "5XX": "The service cannot do it now; Retry-After says when to ask again.",
    }.items()
}


@asynccontextmanager
async def _lifespan(service: Service, api: FastAPI) -> AsyncIterator[None]:
    watch = create_task(_watch(service.live))
    try:
        yield
    finally:
        watch.cancel()
        service.desk.close()


async def _watch(live: LiveBot) -> None:
    """Take over each build that goes live; one that cannot answer is said once and left alone."""
    refused = ""
    while True:
        await sleep(_REFRESH)
        try:
            if await to_thread(live.refresh):
                _log.info("build", build=live.bot.index.manifest.id)
        except (QABotError, OSError) as error:
            if str(error) != refused:
                refused = str(error)
                _log.error("build refused", reason=refused)
