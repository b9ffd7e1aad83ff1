import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.types import INVALID_PARAMS, TextResourceContents

from tests.api.agent import (
    ERAS,
    REFUND,
    asked,
    both_eras,
    call,
    failed,
    post,
    talk,
    untimed,
    words,
)
from tests.support.serving import service

COOKIES = "Is a cookie set which remembers my language?"
HARBOUR = "harbour-broadband/refunds@2024-03-01"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve two companies."""
    with service(tmp_path_factory.mktemp("served")) as (_, address):
        yield address


@both_eras
def test_tools_are_listed(address: str, mode: str) -> None:
    """In each era a client finds three tools that say they only read, and how to use a quote."""

    async def listed(client: Client) -> tuple[str, list[Any], str]:
        tools = (await client.list_tools()).tools
        return client.protocol_version, tools, client.instructions or ""

    version, tools, instructions = talk(address, listed, mode)

    assert version == ERAS[mode]
    assert [tool.name for tool in tools] == ["search_policies", "list_companies", "get_version"]
    for tool in tools:
        assert tool.annotations.read_only_hint and tool.annotations.idempotent_hint
        assert tool.annotations.open_world_hint is False
        assert tool.annotations.destructive_hint is False
    for text in (instructions, tools[0].description):
        assert "verbatim" in text and "do not answer from elsewhere" in text
        assert "`uncertain`" in text and "never as the answer" in text
    taken = ["question", "company", "companies", "as_of", "k", "context"]
    assert list(tools[0].input_schema["properties"]) == taken
    assert tools[0].input_schema["required"] == ["question"]


@both_eras
@pytest.mark.parametrize(
    "arguments",
    [
        {"question": REFUND},
        {"question": REFUND, "company": "Harbour Broadband", "as_of": "2023-01-01", "k": 1},
        {"question": COOKIES, "company": "Pinecrest Mobile", "as_of": None},
        {"question": "May I bring my parrot?", "company": "Pinecrest Mobile"},
        {"question": f"{REFUND} Perhaps?", "k": 2},
        {"question": f"{REFUND} Vielleicht?"},
        {"question": REFUND, "company": "Nobody"},
    ],
)
def test_search_is_ask(address: str, mode: str, arguments: dict[str, Any]) -> None:
    """`search_policies` gives what POST /v1/ask gives, as data and as text, links included."""
    result = call(address, "search_policies", arguments, mode)

    assert not result.is_error
    assert untimed(result.structured_content) == untimed(asked(address, arguments))
    assert json.loads(words(result)) == result.structured_content


def test_search_tells_each_status(address: str) -> None:
    """A question is answered, uncertain, not covered or about nobody known; quotes have links."""
    answered, uncertain, uncovered, unknown = (
        call(address, "search_policies", arguments).structured_content
        for arguments in (
            {"question": REFUND, "company": "Harbour Broadband"},
            {"question": f"Perhaps: {REFUND}", "company": "Harbour Broadband"},
            {"question": "May I bring my parrot?", "company": "Pinecrest Mobile"},
            {"question": REFUND, "company": "Nobody"},
        )
    )

    assert uncertain["status"] == "uncertain"
    assert uncertain["nearest"][0]["highlight"] and not uncertain["citations"]
    assert (answered["status"], uncovered["status"]) == ("answered", "not_covered")
    assert unknown["status"] == "unknown_company"
    assert answered["citations"] and uncovered["nearest"]
    for quote in answered["citations"]:
        assert quote["url"].startswith("https://harbour.example/refunds#:~:text=")
    for quote in uncovered["nearest"]:
        assert quote["url"].startswith(f"{address}/v1/versions/pinecrest-mobile/privacy")


@both_eras
def test_quote_is_checked(address: str, mode: str) -> None:
    """`get_version` with a citation's version, start and end gives the quote, letter by letter."""
    answer = call(address, "search_policies", {"question": REFUND}, mode).structured_content

    for quote in answer["citations"]:
        part = {name: quote[name] for name in ("version", "start", "end")}
        read = call(address, "get_version", part, mode).structured_content
        assert read["text"] == quote["quote"]
        assert read["sha256"] == quote["sha256"]
        assert quote["section"] in [section["trail"] for section in read["sections"]]
        assert read["next_start"] is None


def test_companies_are_listed(address: str) -> None:
    """Each company comes with its policies, and the version that is in force today."""
    found = call(address, "list_companies", {}).structured_content["companies"]

    assert [one["company"] for one in found] == ["Harbour Broadband", "Pinecrest Mobile"]
    for policy in (policy for one in found for policy in one["policies"]):
        assert policy["version"].startswith(policy["policy"])
        read = call(address, "get_version", {"version": policy["version"]}).structured_content
        assert read["effective_until"] is None


@both_eras
def test_versions_are_resources(address: str, mode: str) -> None:
    """Each is listed with its days, and read whole; what is none is refused."""

    async def read(client: Client) -> tuple[list[Any], str]:
        listed = (await client.list_resources()).resources
        (contents,) = (await client.read_resource(listed[0].uri)).contents
        assert isinstance(contents, TextResourceContents)
        with pytest.raises(MCPError, match="no such resource"):
            await client.read_resource("policy:///nobody/nothing")
        return listed, contents.text

    listed, text = talk(address, read, mode)

    assert "in force" in listed[0].description
    whole = call(address, "get_version", {"version": listed[0].name}).structured_content
    assert text == whole["text"]


def test_version_without_address_is_linked(address: str) -> None:
    """A version with no public address comes whole, with a link to its page here."""
    version = "pinecrest-mobile/privacy@2023-05-05"

    read = call(address, "get_version", {"version": version}).structured_content

    page = httpx2.get(read["url"], headers={"Accept": "text/html"})
    assert page.status_code == 200 and "one cookie" in page.text
    stored = httpx2.get(f"{address}/v1/versions/{version}").json()
    assert (read["text"], read["sections"]) == (stored["text"], stored["sections"])
    assert (read["start"], read["end"]) == (0, read["length"])
    assert read["effective_from"] == "2023-05-05" and read["effective_until"] is None


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search_policies", {}, "question: Field required."),
        ("search_policies", {"question": ""}, "question: String should have at least 1 character."),
        ("search_policies", {"question": "x", "as_of": "soon"}, "write a day as 2021-06-10."),
        ("search_policies", {"question": "x", "k": "3"}, "write a number as 3."),
        ("search_policies", {"question": "x", "k": 11}, "k: Input should be less than or equal to"),
        (
            "search_policies",
            {"question": "x", "top": 3},
            "a field that is not in the schema: /docs",
        ),
        ("get_version", {"version": "nobody/terms"}, "There is no such version;"),
        ("get_version", {"version": "x", "start": -1}, "start: Input should be greater than"),
        ("get_version", {"version": HARBOUR, "start": 9, "end": 9}, "start comes before end,"),
        ("get_version", {"version": HARBOUR, "start": 130}, "the text has 130 code points."),
    ],
)
@both_eras
def test_bad_arguments(
    address: str, mode: str, tool: str, arguments: dict[str, Any], said: str
) -> None:
    """Arguments that are off come back as an error of the tool: one sentence that says how."""
    result = call(address, tool, arguments, mode)

    assert result.is_error and result.structured_content is None
    assert said in words(result)
    assert words(result).endswith(".") and "\n" not in words(result)


@both_eras
def test_unknown_tool(address: str, mode: str) -> None:
    """A tool that is not there is an error of the protocol."""
    error = failed(address, "delete_policy", {}, mode)

    assert error.code == INVALID_PARAMS
    assert error.message == "There is no such tool; tools/list names them."


def test_older_client_by_hand(address: str) -> None:
    """`initialize` of 2025-11-25 gets one JSON document and no session."""
    client = {"name": "by hand", "version": "1"}
    begun = post(
        address,
        "initialize",
        {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client},
    )

    assert begun.status_code == 200
    assert begun.headers["content-type"] == "application/json"
    assert "mcp-session-id" not in begun.headers
    assert begun.json()["result"]["protocolVersion"] == "2025-11-25"
    assert set(begun.json()["result"]["capabilities"]) == {"tools", "resources"}
    searched = post(
        address, "tools/call", {"name": "search_policies", "arguments": {"question": REFUND}}
    )
    structured = searched.json()["result"]["structuredContent"]
    assert untimed(structured) == untimed(asked(address, {"question": REFUND}))
