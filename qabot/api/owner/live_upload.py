"""A file that was looked at, made live, wherever at /owner that is said."""

from datetime import date

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from qabot.api.owner.owner_shell import back_to, keep_figures
from qabot.api.service import service_of
from qabot.errors import (
    BadInput,
    BuildNotWritten,
    BuildRefused,
    BuildStoreUnavailable,
    UnreadableFile,
)
from qabot.service.wording import version_in_words

REFUSALS = (BadInput, UnreadableFile, BuildRefused, BuildNotWritten, BuildStoreUnavailable)


def live_upload(request: Request, upload: str) -> Response:
    """Put a file that waits beside the others and use its build; lead to the policies."""
    try:
        live = service_of(request).uploads.make_live(upload)
    except REFUSALS as error:
        raise HTTPException(409, str(error)) from error
    keep_figures(request, live.checked.figures)
    what = version_in_words(live.version, date.today()) if live.version else "It"
    return back_to(request, "/policies", f"{what}, is live now.")
