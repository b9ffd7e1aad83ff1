"""The routes of the keys at /owner: seen, made, revoked."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from qabot.api.owner import access_pages as pages
from qabot.api.owner.owner_shell import back_to, shell_of
from qabot.api.owner.session import ActingOwner, Owner
from qabot.api.pages.page_response import page
from qabot.api.service import service_of
from qabot.state.stored import KeyKind

router = APIRouter(include_in_schema=False, prefix="/owner")


@router.get("/keys")
def keys(request: Request, owner: Owner) -> HTMLResponse:
    """Show the keys."""
    return _keys(request)


@router.post("/keys")
async def add_key(
    request: Request,
    owner: ActingOwner,
    name: Annotated[str, Form(max_length=200)],
    origin: Annotated[str, Form(max_length=300)] = "",
    company: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Make a key, and show its token this once."""
    service = service_of(request)
    company = company.strip()
    if company and company not in service.live.bot.companies:
        raise HTTPException(
            422, f"There are no policies of {company} here: choose one of the list."
        )
    origins = [origin.strip()] if origin.strip() else []
    kind: KeyKind = "publishable" if origins else "server"
    _, token = await to_thread(service.store.add_key, kind, name, company or None, origins)
    return await to_thread(_keys, request, token)


@router.post("/keys/revoke")
def revoke_key(request: Request, owner: ActingOwner, key: Annotated[str, Form()]) -> Response:
    """Refuse a key from now on."""
    revoked = service_of(request).store.revoke_key(key)
    return back_to(request, "/keys", f"The key “{revoked.name}” is refused from now on.")


def _keys(request: Request, token: str = "") -> HTMLResponse:
    service = service_of(request)
    companies = service.live.bot.companies
    html = pages.keys_page(shell_of(request), service.store.keys(), companies, token)
    return page(html, has_forms=True)
