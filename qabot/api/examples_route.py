"""GET /v1/examples: what to show before the first question."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from qabot.api.access import Admitted
from qabot.api.service import service_of
from qabot.service.example_questions import examples as examples_of

router = APIRouter(tags=["questions"])


class Examples(BaseModel):
    """What to show before the first question."""

    examples: list[str] = Field(description="Questions that are answered; six at most.")
    companies: list[str] = Field(description="Those whose policies the caller may ask about.")


@router.get("/v1/examples", response_model=Examples)
async def examples(
    request: Request,
    response: Response,
    caller: Admitted,
    company: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, object]:
    """Return questions to begin with, of one company or of all, and which companies there are."""
    service = service_of(request)
    bot = service.live.bot
    among = caller.among(bot.companies)
    of = caller.company(company)
    found = await to_thread(examples_of, bot, service.live.index, of, among)
    response.headers["Cache-Control"] = "private, max-age=300"
    seen = sorted(
        (name for name in bot.companies if caller.sees(name, bot.companies)), key=str.casefold
    )
    return {"examples": found, "companies": seen}
