"""An agent that speaks the Model Context Protocol, with the official client or by hand."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

_T = TypeVar("_T")

ERAS = {"auto": "2026-07-28", "legacy": "2025-11-25"}
"""How the client may begin, and the protocol that it then speaks here."""
both_eras = pytest.mark.parametrize("mode", ERAS)

REFUND = "Do you refund the whole price within 14 days of the order?"
"""A question that the policies of `tests.support.serving` answer."""


def talk(
    address: str,
    work: Callable[[Client], Awaitable[_T]],
    mode: str = "auto",
    headers: Mapping[str, str] | None = None,
) -> _T:
    """Connect the official client, let it work, and return what came of it."""

    async def connected() -> _T:
        async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
            transport = streamable_http_client(f"{address}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                return await work(client)

    return asyncio.run(connected())


def call(
    address: str,
    tool: str,
    arguments: dict[str, Any],
    mode: str = "auto",
    headers: Mapping[str, str] | None = None,
) -> CallToolResult:
    """Call one tool with the official client, which checks the result against its schema."""
    return talk(address, lambda client: client.call_tool(tool, arguments), mode, headers)


def failed(address: str, tool: str, arguments: dict[str, Any], mode: str) -> MCPError:
    """Call a tool that ends in an error of the protocol, and return that."""

    async def failing(client: Client) -> MCPError:
        with pytest.raises(MCPError) as raised:
            await client.call_tool(tool, arguments)
        return raised.value

    return talk(address, failing, mode)


def words(result: CallToolResult) -> str:
    """Return the text of a result."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def post(
    address: str,
    method: str,
    params: dict[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Response:
    """Send one message of the protocol of 2025 by hand."""
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    accepts = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25",
    }
    return httpx2.post(f"{address}/mcp", json=message, headers=accepts | dict(headers or {}))


def asked(address: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what POST /v1/ask answers."""
    answer: dict[str, Any] = httpx2.post(f"{address}/v1/ask", json=arguments).json()
    return answer


def untimed(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without the time it took."""
    return {name: value for name, value in answer.items() if name != "took_ms"}
