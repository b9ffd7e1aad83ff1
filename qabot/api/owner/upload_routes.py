"""The routes of a new version at /owner: looked at, corrected, made live, thrown away."""

from asyncio import to_thread
from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from qabot.api.owner import upload_pages as pages
from qabot.api.owner.live_upload import REFUSALS, live_upload
from qabot.api.owner.owner_shell import back_to, shell_of
from qabot.api.owner.session import ActingOwner, Owner
from qabot.api.pages.page_response import page
from qabot.api.service import service_of
from qabot.errors import BadInput
from qabot.service.answer_moves import answer_moves
from qabot.service.uploads import MOST_BYTES, Declared, Upload

router = APIRouter(include_in_schema=False, prefix="/owner")


def _typed(
    company: Annotated[str, Form(max_length=200)] = "",
    policy: Annotated[str, Form(max_length=200)] = "",
    effective: Annotated[str, Form(max_length=10)] = "",
) -> pages.Typed:
    """Return what a form says of a file."""
    return pages.Typed(company.strip(), policy.strip(), effective.strip())


_Typed = Annotated[pages.Typed, Depends(_typed)]


@router.get("/upload")
def upload(request: Request, owner: Owner) -> HTMLResponse:
    """Show where a new version is dropped."""
    return page(pages.upload_page(shell_of(request), _companies(request)), has_forms=True)


@router.post("/upload")
async def look_at_upload(
    request: Request,
    owner: ActingOwner,
    file: UploadFile,
    said: _Typed,
) -> HTMLResponse:
    """Show what a file was understood as, and what it would change; nothing goes live."""
    data = await file.read(MOST_BYTES + 1)
    uploads, name = service_of(request).uploads, file.filename or ""
    return await to_thread(_looked, request, said, lambda of: uploads.look_at(name, data, of))


@router.post("/upload/again")
async def look_again(
    request: Request,
    owner: ActingOwner,
    upload: Annotated[str, Form(max_length=40)],
    said: _Typed,
) -> HTMLResponse:
    """Show the same of a file that was looked at, with what its owner says of it now."""
    uploads = service_of(request).uploads
    return await to_thread(
        _looked, request, said, lambda of: uploads.look_again(upload, of), upload
    )


@router.post("/upload/live")
def make_upload_live(
    request: Request,
    owner: ActingOwner,
    upload: Annotated[str, Form(max_length=40)],
    decision: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Make the version live that was looked at, or throw it away."""
    if decision == "yes":
        return live_upload(request, upload)
    try:
        service_of(request).uploads.forget(upload)
    except BadInput as error:
        raise HTTPException(409, str(error)) from error
    return back_to(request, "/upload", "Nothing was changed.")


def _looked(
    request: Request, said: pages.Typed, look: Callable[[Declared], Upload], waits: str = ""
) -> HTMLResponse:
    """Return the page of what a look finds, or of why a file is refused, with what was typed.

    `waits` names a file that was looked at before: what is said of it is corrected there.
    """
    service, shell, companies = service_of(request), shell_of(request), _companies(request)
    try:
        found = look(Declared(said.company or None, said.policy or None, _day(said.effective)))
        begins = found.version.effective_from if found.version else None
        day = max(date.today(), begins or date.min)  # from when on it would be another answer
        moves = answer_moves(service.live, found.checked.manifest.id, service.store, day)
    except REFUSALS as error:
        waits = waits if waits in service.uploads.waiting().values() else ""
        html = pages.upload_page(shell, companies, str(error), said, waits)
        return page(html, 422, has_forms=True)
    return page(pages.checked_page(shell, found, moves, day, companies, said), has_forms=True)


def _companies(request: Request) -> list[str]:
    return sorted(service_of(request).live.bot.companies)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(f"{text} is no day: write it as 2021-06-10.") from error
