"""The routes of a new version at /owner: looked at, made live, thrown away."""

from asyncio import to_thread
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from qabot.api.owner import corpus_pages as pages
from qabot.api.owner.owner_shell import back_to, keep_figures, shell_of
from qabot.api.owner.session import ActingOwner, Owner
from qabot.api.pages.page_response import page
from qabot.api.service import service_of
from qabot.errors import (
    BadInput,
    BuildNotWritten,
    BuildRefused,
    BuildStoreUnavailable,
    UnreadableFile,
)
from qabot.service.answer_moves import answer_moves
from qabot.service.uploads import MOST_BYTES, Declared

router = APIRouter(include_in_schema=False, prefix="/owner")

_REFUSALS = (BadInput, UnreadableFile, BuildRefused, BuildNotWritten, BuildStoreUnavailable)


@router.get("/upload")
def upload(request: Request, owner: Owner) -> HTMLResponse:
    """Show where a new version is dropped."""
    companies = sorted(service_of(request).live.bot.companies)
    return page(pages.upload_page(shell_of(request), companies), has_forms=True)


@router.post("/upload")
async def look_at_upload(
    request: Request,
    owner: ActingOwner,
    file: UploadFile,
    company: Annotated[str, Form(max_length=200)] = "",
    policy: Annotated[str, Form(max_length=200)] = "",
    effective: Annotated[str, Form(max_length=10)] = "",
) -> HTMLResponse:
    """Show what a file was understood as, and what it would change; nothing goes live."""
    declared = Declared(company.strip() or None, policy.strip() or None, _day(effective))
    data = await file.read(MOST_BYTES + 1)
    service = service_of(request)
    try:
        found = await to_thread(service.uploads.look_at, file.filename or "", data, declared)
        begins = found.version.effective_from if found.version else None
        day = max(date.today(), begins or date.min)  # from when on it would be another answer
        build = found.checked.manifest.id
        moves = await to_thread(answer_moves, service.live, build, service.store, day)
    except _REFUSALS as error:
        html = pages.upload_page(shell_of(request), (), refused=str(error))
        return page(html, 422, has_forms=True)
    return page(pages.checked_page(shell_of(request), found, moves, day), has_forms=True)


@router.post("/upload/live")
def make_upload_live(
    request: Request,
    owner: ActingOwner,
    upload: Annotated[str, Form(max_length=40)],
    decision: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Make the version live that was looked at, or throw it away."""
    uploads = service_of(request).uploads
    try:
        if decision != "yes":
            uploads.forget(upload)
            return back_to(request, "/upload", "Nothing was changed.")
        live = uploads.make_live(upload)
    except _REFUSALS as error:
        raise HTTPException(409, str(error)) from error
    keep_figures(request, live.checked.figures)
    return back_to(
        request, "/policies", f"{live.version.id if live.version else 'It'} is live now."
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise HTTPException(422, f"{text} is no day: write it as 2021-06-10.") from error
