"""Whether the service lives, whether it can answer, and its figures."""

from asyncio import gather, wait_for
from functools import partial
from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from qabot.api.access import Admitted
from qabot.api.edge import log_failure
from qabot.api.problems import problem
from qabot.api.service import service_of
from qabot.live import probe

router = APIRouter(tags=["operation"])

_SECONDS = 5  # that a probe may wait for its turn


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
    service = service_of(request)
    asked = wait_for(service.desk.take(partial(probe, service.live.bot)), _SECONDS)
    (outcome,) = await gather(asked, return_exceptions=True)
    if isinstance(outcome, Exception):
        if not isinstance(outcome, HTTPException):  # which says that others wait, no more
            log_failure(outcome)
        return problem(503, "The service cannot answer questions now.", {"Retry-After": "5"})
    return Health(status="ready")


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, caller: Admitted) -> Response:
    """Return the counters in Prometheus' text format; where there are keys, to a server key."""
    if caller.key is not None and caller.key.kind != "server":
        raise HTTPException(403, "Metrics are for server keys.")
    return Response(service_of(request).metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
