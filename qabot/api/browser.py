"""The pages and files for browsers: the page at /, the widget, their style."""

from datetime import date
from functools import cache
from hashlib import sha256

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from qabot.api.access import admit, own_origin
from qabot.api.owner.owner_templates import owner_script, owner_style
from qabot.api.pages.page_response import page
from qabot.api.pages.page_templates import home_page, page_style
from qabot.api.service import pages_of, service_of
from qabot.api.widget import widget_source

router = APIRouter(include_in_schema=False)
_READ = ["GET", "HEAD"]


@router.api_route("/", methods=_READ)
async def home(request: Request, key: str | None = None) -> HTMLResponse:
    """Show what is indexed, around the widget; where there are keys, with `?key=pk_...`."""
    service = service_of(request)
    reader = await admit(service, request, key, origin=own_origin(request))
    if reader.key is not None and reader.key.kind != "publishable":
        raise HTTPException(403, "A server key is a secret: keep it out of addresses.")
    bot = service.live.bot
    urls, root = pages_of(request).url, request.scope["root_path"]
    html = home_page(reader.seen(bot), bot.index.manifest, date.today(), key, urls, root)
    return page(html)


def _file(content: bytes, media_type: str, request: Request) -> Response:
    """Return a file that any site may load, or that what the browser holds is still the same."""
    tag = f'"{sha256(content).hexdigest()[:16]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=300",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


@router.api_route("/widget.js", methods=_READ)
async def widget(request: Request) -> Response:
    """Return the widget, one ES module."""
    return _file(_widget(), "text/javascript", request)


@router.api_route("/page.css", methods=_READ)
async def style(request: Request) -> Response:
    """Return the pages' style."""
    return _file(page_style(), "text/css", request)


@router.api_route("/owner.css", methods=_READ)
async def owners_style(request: Request) -> Response:
    """Return the style of the owner's pages."""
    return _file(owner_style(), "text/css", request)


@router.api_route("/owner.js", methods=_READ)
async def owners_script(request: Request) -> Response:
    """Return the script of the owner's pages."""
    return _file(owner_script(), "text/javascript", request)


_widget = cache(widget_source)
