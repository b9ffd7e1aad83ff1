"""POST /mcp: the tools, spoken to in the Model Context Protocol.

Each request stands alone: it brings its key and is answered with one JSON document, whether its
client first sends `initialize` (protocol 2025-11-25 and before) or never does (2026-07-28). The
protocol's server is the lower one of the two in `mcp`: the upper one writes its own words around
every error and sets up the process's logging.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from mcp.server import Server, ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from qabot import __version__
from qabot.api import tools
from qabot.api.access import Admitted, Caller
from qabot.api.agent_resources import list_versions, read_version
from qabot.api.problems import said
from qabot.api.request_bounds import FAILED, log_failure
from qabot.api.schemas import answer_schemas, request_schemas
from qabot.errors import BadInput
from qabot.service.ask import TooManyQuestions
from qabot.service.contract import to_json

HEADERS = ("Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version")
"""What a client in a web page sends beside what the other routes take."""

router = APIRouter(include_in_schema=False)

_RULES = (
    "Quotes are verbatim: do not change a letter of them. Cite each with the policy's title, the "
    "section, the version and the link in `url`. Only the status `answered` is an answer. "
    "`uncertain` means that what is in `nearest` may answer: quote it as something to check, never "
    "as the answer, and say whom to ask. Any other status means that the policies do not answer: "
    "say so, and do not answer from elsewhere."
)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A tool, as it is listed and as it is run."""

    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[[Any, Caller, Request], Awaitable[dict[str, Any]]]


_OFFERS = {
    "search_policies": _Offer(
        "Search company policies",
        "Put a question to the companies' policies, in whole sentences; get the passages that "
        "answer it, best first, each with its source. A message that asks several questions, or "
        "compares companies, is answered in `parts`. " + _RULES + " "
        "Where the status is `not_covered`, what stands in `nearest` does not answer. Where "
        "`language` is set, the policies are in another: ask again in theirs. Where policies' own "
        "changes are asked for, `changed` has the page that shows them. Of the companies in "
        "`scope.unknown` there are no policies here: nothing quoted is about them.",
        request_schemas.Question,
        answer_schemas.Answer,
        tools.search_policies,
    ),
    "list_companies": _Offer(
        "List companies and their policies",
        "List the companies that have policies here, each with its policies and the versions in "
        "force today. Ask before you name a company in `search_policies`, or where it answered "
        "`unknown_company`.",
        tools.Nothing,
        tools.Companies,
        tools.list_companies,
    ),
    "get_version": _Offer(
        "Read a policy's version",
        "Read one dated version of a policy: where it is from, when it is in force, its text. To "
        "check a quote, give the citation's version, start and end: `text` is then the quote, "
        "letter by letter. To read around it, widen them. What you quote from here, cite with the "
        "policy's title, the section, the version and the link in `url`.",
        tools.Excerpt,
        tools.VersionText,
        tools.get_version,
    ),
}
_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


@asynccontextmanager
async def agents_served(api: FastAPI) -> AsyncIterator[None]:
    """Serve agents until the block is left; whatever still runs for them then is ended."""
    manager = StreamableHTTPSessionManager(
        Server(
            "qabot",
            version=__version__,
            title="Company policies",
            instructions=f"Company policies, searched and quoted. {_RULES}",
            get_tool_input_schema=_input_schema,
            on_list_tools=_list,
            on_call_tool=_call,
            on_list_resources=list_versions,
            on_read_resource=read_version,
        ),
        json_response=True,
        stateless=True,
        # hosts and origins are checked with the key, before: as keys and settings say, not fixed
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    api.state.agents = manager
    async with manager.run():
        yield


@router.post("/mcp")
async def mcp(request: Request, caller: Admitted) -> Response:
    """Answer one message of an agent whose key was let in."""
    request.state.caller = caller
    return _Exchange(request.app.state.agents)


class _Exchange(Response):
    """Answered by the protocol's server, with whatever it sends."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        super().__init__()
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request over."""
        await self._manager.handle_request(scope, receive, send)


async def _list(
    context: ServerRequestContext[Any, Request], params: PaginatedRequestParams | None
) -> ListToolsResult:
    return ListToolsResult(tools=list(_tools().values()))


@cache  # each call of the newer protocol looks its tool up
def _tools() -> dict[str, Tool]:
    return {
        name: Tool(
            name=name,
            title=offer.title,
            description=offer.description,
            input_schema=offer.takes.model_json_schema(),
            output_schema=offer.gives.model_json_schema(),
            annotations=_READ_ONLY,
        )
        for name, offer in _OFFERS.items()
    }


def _input_schema(name: str) -> dict[str, Any] | None:
    return _tools()[name].input_schema if name in _OFFERS else None


async def _call(
    context: ServerRequestContext[Any, Request], params: CallToolRequestParams
) -> CallToolResult:
    """Run a tool; what goes wrong is for the agent to read, in one sentence, and to put right."""
    offer = _OFFERS.get(params.name)
    if offer is None:
        raise MCPError(INVALID_PARAMS, "There is no such tool; tools/list names them.")
    request = context.request
    assert request is not None
    try:
        arguments = offer.takes.model_validate(params.arguments or {})
        fields = await offer.run(arguments, request.state.caller, request)
    except ValidationError as error:
        return _refused(said({**one, "loc": ("arguments", *one["loc"])} for one in error.errors()))
    except HTTPException as error:
        return _refused(error.detail)
    except (BadInput, TooManyQuestions) as error:
        return _refused(str(error))
    except Exception as error:  # here, as mcp would log its message, which may quote the question
        log_failure(error)
        raise MCPError(INTERNAL_ERROR, FAILED) from error
    text = to_json(fields, indent=None)
    return CallToolResult(content=[TextContent(text=text)], structured_content=json.loads(text))


def _refused(reason: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=reason)], is_error=True)
