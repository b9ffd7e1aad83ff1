"""Versions of policies as resources of the Model Context Protocol: listed, and read whole."""

from asyncio import to_thread
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from mcp.server import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    ListResourcesResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    TextResourceContents,
)

from qabot.api.service import service_of
from qabot.records import Entry
from qabot.service.wording import written

_SCHEME = "policy:///"  # before a version's id
_MIME_TYPE = "text/markdown"
_AT_ONCE = 100  # listed

_Context = ServerRequestContext[Any, Request]


async def list_versions(
    context: _Context, params: PaginatedRequestParams | None
) -> ListResourcesResult:
    """List the versions that the caller may see, in the order of the corpus, a hundred at once."""
    request = _request(context)
    entries = request.state.caller.seen(service_of(request).live.bot)
    cursor = (params.cursor if params else None) or "0"
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise MCPError(INVALID_PARAMS, "The cursor is none that was given here.")
    first, until = int(cursor), int(cursor) + _AT_ONCE
    return ListResourcesResult(
        resources=[_resource(entry) for entry in entries[first:until]],
        next_cursor=str(until) if until < len(entries) else None,
    )


async def read_version(context: _Context, params: ReadResourceRequestParams) -> ReadResourceResult:
    """Return the whole text of a version that the caller may see."""
    request = _request(context)
    bot = service_of(request).live.bot
    uri = str(params.uri)
    wanted = unquote(uri.removeprefix(_SCHEME))
    is_read = request.state.caller.reads(wanted, bot)
    version = await to_thread(bot.index.corpus.version, wanted) if is_read else None
    if version is None:
        raise MCPError(INVALID_PARAMS, "There is no such resource; resources/list names them.")
    text = TextResourceContents(uri=uri, mime_type=_MIME_TYPE, text=version.text)
    return ReadResourceResult(contents=[text])


def _resource(entry: Entry) -> Resource:
    since, until = entry.begins, entry.effective_until
    when = f"in force from {written(since)}" if since else "in force"
    return Resource(
        name=entry.id,
        title=f"{entry.company}: {entry.title}",
        uri=_SCHEME + quote(entry.id),
        description=f"{when} to before {written(until)}" if until else when,
        mime_type=_MIME_TYPE,
    )


def _request(context: _Context) -> Request:
    assert context.request is not None
    return context.request
