"""What every page of the owner begins with, where a form leads to, and what it leaves."""

from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from qabot.api.owner.owner_templates import Shell
from qabot.api.owner.session import COOKIE, sessions_of
from qabot.api.service import pages_of, service_of
from qabot.state.kept_figures import KeptFigures
from qabot.state.stored import BuildFigures


def be_on(request: Request) -> None:
    """Raise 404 where the owner's page is off."""
    if not service_of(request).settings.owner:
        raise HTTPException(404, "The owner's page is off: QABOT_OWNER=on.")


def shell_of(request: Request) -> Shell:
    """Return what the pages of a request's session have."""
    cookie = request.cookies.get(COOKIE, "")
    return Shell(
        root=request.scope["root_path"],
        form_token=sessions_of(request).form_token(cookie),
        version_url=pages_of(request).url,
        done=request.query_params.get("done", "")[:200],
    )


def keep_figures(request: Request, figures: BuildFigures | None) -> None:
    """Keep how the build that went live answers the test set, if there is one."""
    if figures:
        KeptFigures(service_of(request).store.engine).keep(figures)


def back_to(request: Request, path: str, done: str) -> Response:
    """Lead to one of the pages, which says what was done."""
    address = f"{request.scope['root_path']}/owner{path}?{urlencode({'done': done})}"
    return RedirectResponse(address, status_code=303)
