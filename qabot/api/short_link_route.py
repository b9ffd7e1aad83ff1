"""GET /c/TOKEN: a short address of what was quoted, which leads on to where it stands."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from qabot.api.service import pages_of, service_of
from qabot.service.short_links import long_url

router = APIRouter(include_in_schema=False)


@router.api_route("/c/{token}", methods=["GET", "HEAD"])
def short_link(token: str, request: Request) -> RedirectResponse:
    """Lead whoever was given the address to the source, or to the page of the version."""
    service = service_of(request)
    service.limits.of_address(request.client.host if request.client else "", request)
    url = long_url(pages_of(request), token, service.live.bot.index.corpus)
    if url is None:
        raise HTTPException(
            404, "This link has expired, or is not whole; ask the question again for a new one."
        )
    return RedirectResponse(url, 302, {"Cache-Control": "private, max-age=300"})
