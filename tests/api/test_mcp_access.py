from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from qabot.settings import Settings
from tests.api.agent import call, post, words
from tests.support.serving import MANY, service

PAGE = "https://shop.example"
PINECREST = "pinecrest-mobile/privacy@2023-05-05"
HARBOUR = "harbour-broadband/refunds@2024-03-01"


@dataclass(frozen=True, slots=True)
class Keyed:
    """A service with keys, and the headers that each key's holder sends."""

    address: str
    server: dict[str, str]
    harbour: dict[str, str]  #: a server key for Harbour Broadband alone
    page: dict[str, str]  #: a publishable key, without the page's origin


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """Serve whoever has one of three keys."""
    with service(tmp_path_factory.mktemp("keyed"), keyless=False) as (api, address):
        store = api.state.service.store
        tokens = (
            store.add_key("server", "all")[1],
            store.add_key("server", "one", "Harbour Broadband")[1],
            store.add_key("publishable", "page", origins=[PAGE])[1],
        )
        yield Keyed(address, *({"Authorization": f"Bearer {token}"} for token in tokens))


@pytest.fixture(scope="module")
def keyless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve whoever is on this machine."""
    with service(tmp_path_factory.mktemp("keyless")) as (_, address):
        yield address


def _is_problem(response: httpx2.Response, status: int) -> bool:
    is_problem = response.headers["content-type"] == "application/problem+json"
    assert response.json()["request_id"] == response.headers["x-request-id"]
    return is_problem and response.status_code == response.json()["status"] == status


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer sk_wrong_key"}])
def test_no_key_no_tools(keyed: Keyed, headers: dict[str, str]) -> None:
    """Without a key that is known nothing is told, not even which tools there are."""
    refused = post(keyed.address, "tools/list", headers=headers)

    assert _is_problem(refused, 401)
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_server_key_under_a_public_name(keyed: Keyed) -> None:
    """With a server key the tools work under whatever name the service is reached by."""
    listed = post(keyed.address, "tools/list", headers=keyed.server | {"Host": "bot.example"})

    assert listed.status_code == 200
    assert len(listed.json()["result"]["tools"]) == 3


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_key_of_one_company(keyed: Keyed, mode: str) -> None:
    """A key that is bound to a company finds and reads that company's policies alone."""
    question = {"question": "How long are call records kept?"}
    bound = (mode, keyed.harbour)
    found = call(keyed.address, "search_policies", question, *bound).structured_content
    other = call(
        keyed.address, "search_policies", question | {"company": "Pinecrest Mobile"}, *bound
    )
    own = call(keyed.address, "get_version", {"version": HARBOUR}, *bound)
    foreign = call(keyed.address, "get_version", {"version": PINECREST}, *bound)
    listed = call(keyed.address, "list_companies", {}, *bound).structured_content

    quotes = found["citations"] + found["nearest"]
    assert {quote["company"] for quote in quotes} == {"Harbour Broadband"}
    assert other.is_error
    assert words(other) == "This key is for Harbour Broadband alone; leave the company out."
    assert own.structured_content["version"] == HARBOUR
    assert foreign.is_error and "no such version" in words(foreign)
    assert [one["company"] for one in listed["companies"]] == ["Harbour Broadband"]


def test_cited_page_opens_without_key(keyed: Keyed) -> None:
    """Where there are keys, the link that comes with a quote opens for whoever was given it."""
    question = {"question": "Call records are kept for how many months?", "k": 1}
    found = call(keyed.address, "search_policies", question, "auto", keyed.server)
    answer = found.structured_content
    (quote,) = answer["citations"] + answer["nearest"]

    page = httpx2.get(quote["url"], headers={"Accept": "text/html"})

    assert quote["version"] == PINECREST
    assert page.status_code == 200 and quote["quote"] in page.text


def test_publishable_key_from_its_page(keyed: Keyed) -> None:
    """A page's key works from its page, preflight included, and from nowhere else."""
    asks = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version",
    }
    preflight = httpx2.options(f"{keyed.address}/mcp", headers=asks)
    from_page = post(keyed.address, "tools/list", headers=keyed.page | {"Origin": PAGE})

    assert preflight.status_code == 200
    assert from_page.status_code == 200
    assert from_page.headers["access-control-allow-origin"] == PAGE
    for headers in ({}, {"Origin": "https://other.example"}):
        assert _is_problem(post(keyed.address, "tools/list", headers=keyed.page | headers), 403)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}]
)
def test_open_service_is_for_this_machine(keyless: str, headers: dict[str, str]) -> None:
    """Without keys another site's page gets nowhere, whatever name it made for this machine."""
    assert _is_problem(post(keyless, "tools/list", headers=headers), 403)
    assert post(keyless, "tools/list", headers={"Origin": keyless}).status_code == 200


def test_too_large(keyless: str) -> None:
    """A message of more than 16 KB is refused, whether it says so at first or not."""
    large = b'{"jsonrpc": "2.0", "id": 1, "method": "' + b"x" * 20_000 + b'"}'
    headers = {"Content-Type": "application/json"}

    assert _is_problem(httpx2.post(f"{keyless}/mcp", content=large, headers=headers), 413)
    chunked = httpx2.post(f"{keyless}/mcp", content=iter([large]), headers=headers)
    assert _is_problem(chunked, 413)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_nothing_but_messages(keyless: str, method: str) -> None:
    """There is no stream to hold open and no session to end."""
    refused = httpx2.request(method, f"{keyless}/mcp", headers={"Accept": "text/event-stream"})

    assert _is_problem(refused, 405)
    assert refused.headers["allow"] == "POST"


def test_limit(tmp_path: Path) -> None:
    """An address that calls too often is told when to come back."""
    settings = Settings(address_limit="2/minute", key_limit=MANY)
    with service(tmp_path, settings=settings) as (_, address):
        answers = [post(address, "tools/list") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert _is_problem(answers[2], 429)
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
