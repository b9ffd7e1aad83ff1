"""GET /v1/gaps: what people asked and no policy answered."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException

from qabot.api.access import Admitted
from qabot.api.schemas import answer_schemas
from qabot.api.service import pages_of, service_of
from qabot.service.contract import gap_fields
from qabot.service.gaps import find_gaps
from qabot.state.stored import now

router = APIRouter(tags=["questions"])


@router.get("/v1/gaps", response_model=list[answer_schemas.Gap])
def gaps(
    request: Request,
    caller: Admitted,
    days: Annotated[int, Query(ge=1, le=3650)] = 30,
    company: Annotated[str | None, Query(max_length=200)] = None,
) -> list[dict[str, Any]]:
    """List what stayed unanswered in so many days, grouped by meaning, the most frequent first.

    Where there are keys, for a server key; one of a company sees what was asked of that company.
    Questions are masked.
    """
    if caller.key is not None and caller.key.kind != "server":
        raise HTTPException(403, "Only a server key reads what was asked: qabot keys add --server")
    service = service_of(request)
    whose = caller.company(company)
    bot = service.live.bot
    among = caller.among(bot.companies)
    found = find_gaps(service.store, bot, now() - timedelta(days), whose, among=among)
    linked = pages_of(request).linked_citation
    return [gap_fields(replace(gap, nearest=gap.nearest and linked(gap.nearest))) for gap in found]
