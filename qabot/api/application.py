"""create_api(questions, store, settings): the service put together; importing it starts nothing."""

from asyncio import create_task
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline

from qabot import __version__
from qabot.api import agents, browser, feedback, health, short_link_route
from qabot.api import ask_route as ask
from qabot.api import examples_route as examples
from qabot.api import gaps_route as gaps
from qabot.api import policies as corpus
from qabot.api.access import Cors
from qabot.api.answer_bodies import AnswerBodies
from qabot.api.owner import key_routes, owner_routes, test_set_routes, upload_routes
from qabot.api.owner.session import has_session
from qabot.api.problems import Problem, add_problem_handlers
from qabot.api.public_path import PublicPath
from qabot.api.rate_limits import Limits
from qabot.api.readiness import Readiness
from qabot.api.request_bounds import RequestBounds
from qabot.api.service import Service
from qabot.service.ask import Questions
from qabot.service.live import watch
from qabot.service.pulling import pull_builds
from qabot.service.uploads import Uploads
from qabot.settings import Settings
from qabot.state.store import Store

_NO_TELEMETRY: TelemetryConfig = {  # FastAPI's own tells addresses and errors' messages
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}


def create_api(
    questions: Questions,
    store: Store,
    settings: Settings,
    *,
    keyless: bool,
    beside: Sequence[AbstractAsyncContextManager[object]] = (),
) -> FastAPI:
    """Return the ASGI application of a service.

    It closes `questions` when it ends; its owner closes the store after it.

    `keyless` opens it to whoever asks from this machine; otherwise every caller needs a key.
    What runs `beside` it begins and ends with it.
    """
    service = _service(questions, store, settings, keyless=keyless)
    api = FastAPIOffline(
        title="qabot",
        version=__version__,
        summary="Answers about company policies, quoted letter by letter.",
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
        lifespan=partial(_lifespan, service, beside),
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.service = service
    add_problem_handlers(api)
    _add_routes(api, keyless=keyless)
    api.add_middleware(RequestBounds, metrics=questions.metrics, has_session=has_session)
    api.add_middleware(
        Cors,
        store=store,
        allow_headers=("Authorization", "Content-Type", "If-None-Match", *agents.HEADERS),
    )
    api.add_middleware(CorrelationIdMiddleware)
    if path := urlsplit(settings.public_url).path.rstrip("/"):
        api.add_middleware(PublicPath, path=path)
    return api


def _service(questions: Questions, store: Store, settings: Settings, *, keyless: bool) -> Service:
    """Return what the routes share."""
    shared = questions.processes.folder
    return Service(
        live=questions.live,
        store=store,
        settings=settings,
        keyless=keyless,
        questions=questions,
        limits=Limits(
            settings.address_limit,
            settings.key_limit,
            file=shared / "limits" if shared else None,
        ),
        bodies=AnswerBodies(),
        readiness=Readiness(questions.live),
        uploads=Uploads(questions.live, settings.encoder),
        link_secret=store.secret("links"),
    )


def _add_routes(api: FastAPI, *, keyless: bool) -> None:
    for part in (ask, examples, feedback, gaps, corpus, health):
        api.include_router(part.router, responses=_PROBLEMS)
    api.include_router(agents.router)
    api.include_router(browser.router)
    for owners in (owner_routes, key_routes, test_set_routes, upload_routes):
        api.include_router(owners.router)
    api.include_router(short_link_route.router)
    document = api.openapi()  # made once, and kept
    document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    if keyless:
        _key_is_optional(document)


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {
        "description": description,
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    for code, description in {
        "4XX": "The request cannot be done as asked; the detail says why.",
        "5XX": "The service cannot do it now; Retry-After says when to ask again.",
    }.items()
}


def _key_is_optional(document: dict[str, Any]) -> None:
    """Say in the OpenAPI document of an open service that a key may be left out."""
    for operation in (one for path in document["paths"].values() for one in path.values()):
        if "security" in operation:
            operation["security"] = [{}, {"HTTPBearer": []}]


@asynccontextmanager
async def _lifespan(
    service: Service, beside: Sequence[AbstractAsyncContextManager[object]], api: FastAPI
) -> AsyncIterator[None]:
    pulling = pull_builds(service.live.releases, service.questions.metrics.pull_failed)
    watching = [create_task(watch(service.live)), create_task(pulling)]
    try:
        async with agents.agents_served(api), AsyncExitStack() as stack:
            for one in beside:
                await stack.enter_async_context(one)
            yield
    finally:
        for task in watching:
            task.cancel()
        service.questions.close()
