"""Whether the service lives, whether it can answer, and its figures."""

from asyncio import to_thread
from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from qabot.api.access import Admitted
from qabot.api.problems import problem
from qabot.api.service import service_of

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """How the service is."""

    status: Literal["live", "ready"]


@router.get("/health/live")
async def live() -> Health:
    """Tell that the process answers at all."""
    return Health(status="live")


@router.get("/health/ready", response_model=Health)
async def ready(request: Request) -> Response | Health:
    """Tell whether questions are answered: one is asked, through the encoder and the index."""
    if await service_of(request).readiness.is_ready():
        return Health(status="ready")
    return problem(503, "The service cannot answer questions now.", {"Retry-After": "5"})


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, caller: Admitted) -> Response:
    """Return the counters in Prometheus' text format; where there are keys, to a server key."""
    if caller.key is not None and (caller.key.kind != "server" or caller.bound):
        raise HTTPException(403, "Metrics are for server keys of every company.")
    exposition = service_of(request).questions.metrics.exposition  # waits for the state store
    return Response(await to_thread(exposition), media_type=CONTENT_TYPE_LATEST)
