from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from qabot.state.store import Store
from tests.slack.programs import eventually
from tests.support.serving import is_problem, new_key, service

WEB = "https://help.example.com"
OTHER_ORIGINS = [
    "https://evil.example",
    "null",
    "http://help.example.com",
    "https://help.example.com:8443",
    "https://www.help.example.com",
    "https://example.com",
    "https://help.example.com.evil.example",
    "https://help.example.com/",
    "https://HELP.example.com",
    "help.example.com",
    "*",
    "",
    f"{WEB}, https://evil.example",
]
REFUNDS = {"question": "When is a router refunded?"}
PROTECTED = [
    ("GET", "/v1/policies"),
    ("GET", "/v1/policies/harbour-broadband/refunds/changes"),
    ("GET", "/v1/versions/harbour-broadband/refunds@2024-03-01"),
    ("GET", "/v1/build"),
    ("GET", "/metrics"),
    ("GET", "/"),
    ("POST", "/v1/ask"),
    ("POST", "/v1/feedback"),
]
OPEN = ["/health/live", "/health/ready", "/docs", "/openapi.json", "/widget.js", "/page.css"]
Header = Mapping[str, str]


@dataclass(frozen=True)
class Keyed:
    """A service with keys, and what sends them."""

    api: FastAPI
    client: httpx2.Client
    page: Header  #: of pages of WEB
    bound: Header  #: of pages of WEB, about Harbour Broadband alone
    server: Header


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """Return a service with three keys."""
    with (
        service(tmp_path_factory.mktemp("keyed"), keyless=False) as (api, address),
        httpx2.Client(base_url=address) as client,
    ):
        bound = new_key(api, WEB, company="Harbour Broadband")[1]
        page, server = new_key(api, WEB)[1], new_key(api)[1]
        yield Keyed(api, client, page, {**bound, "Origin": WEB}, server)


@pytest.fixture(scope="module")
def open_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """Return a client of a service without keys."""
    with (
        service(tmp_path_factory.mktemp("open")) as (_, address),
        httpx2.Client(base_url=address) as client,
    ):
        yield client


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_without_a_key_nothing_is_told(keyed: Keyed, method: str, path: str) -> None:
    """Where there are keys, whoever has none is told so, and how a key is sent."""
    response = keyed.client.request(method, path, json=REFUNDS if method == "POST" else None)

    assert "Authorization: Bearer" in is_problem(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", OPEN)
def test_what_tells_nothing_is_open(keyed: Keyed, path: str) -> None:
    """Health, documentation and the widget's files need no key."""
    assert keyed.client.get(path).status_code == 200


@pytest.mark.parametrize(
    "written",
    [
        "Bearer pk_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Bearer sk_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Bearer pk_",
        "Bearer __",
        "Bearer",
        "Basic cGs6",
        "nonsense",
        "",
        "Bearer " + "x" * 4000,
    ],
)
def test_wrong_key_is_refused(keyed: Keyed, written: str) -> None:
    """Unknown and malformed keys are told from none: to who sends another scheme one is missing."""
    headers = [(b"Authorization", written.encode()), (b"Origin", WEB.encode())]

    response = keyed.client.post("/v1/ask", json=REFUNDS, headers=headers)

    detail = is_problem(response, 401)
    if written.startswith("Bearer "):
        assert "unknown" in detail
        assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    else:
        assert "Authorization: Bearer" in detail
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/", "/v1/versions/harbour-broadband/refunds@2024-03-01"])
@pytest.mark.parametrize("written", ["", "Bearer pk_0_0"])
def test_person_who_is_refused_sees_a_page(keyed: Keyed, path: str, written: str) -> None:
    """A browser that may not see a page shows one that says so; a program gets a problem."""
    header = {"Authorization": written} if written else {}

    shown = keyed.client.get(path, headers={**header, "Accept": "text/html,*/*;q=0.8"})

    assert shown.status_code == 401
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>This page needs a key</h1>" in shown.text
    assert "www-authenticate" in shown.headers
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    is_problem(keyed.client.get(path, headers=header), 401)


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_open_service_is_not_opened_by_a_proxy(open_client: httpx2.Client, name: str) -> None:
    """Without keys, what a proxy on this machine lets through from elsewhere is refused."""
    response = open_client.post("/v1/ask", json=REFUNDS, headers={name: "203.0.113.9"})

    assert "qabot keys add" in is_problem(response, 403)


def test_key_with_another_secret_is_refused(keyed: Keyed) -> None:
    """A key's id, which is no secret, does not let in with another rest, prefix or end."""
    token = keyed.server["Authorization"]
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")

    for written in (changed, token[:-1], f"{token}A", token.replace("sk_", "pk_")):
        headers = {"Authorization": written}
        is_problem(keyed.client.post("/v1/ask", json=REFUNDS, headers=headers), 401)


def test_bytes_that_are_no_text_are_refused(keyed: Keyed) -> None:
    """A key of bytes beyond ASCII is refused like any other wrong one."""
    headers = [(b"Authorization", b"Bearer sk_\xff\xfe_\xc3\xa9")]

    is_problem(keyed.client.post("/v1/ask", json=REFUNDS, headers=headers), 401)


def test_page_key_works_from_its_origin(keyed: Keyed) -> None:
    """A publishable key answers pages of its origin, and they can read answer, tag and id."""
    headers = {**keyed.page, "Origin": WEB}

    response = keyed.client.post("/v1/ask", json=REFUNDS, headers=headers)

    assert response.json()["status"] == "answered"
    assert response.headers["access-control-allow-origin"] == WEB
    assert "access-control-allow-credentials" not in response.headers
    assert "Origin" in response.headers["vary"].split(", ")
    exposed = response.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Retry-After", "X-Request-ID"} <= set(exposed)


@pytest.mark.parametrize("origin", OTHER_ORIGINS)
def test_page_key_works_from_no_other_origin(keyed: Keyed, origin: str) -> None:
    """A publishable key is refused from every origin but exactly its own, unreadable to pages."""
    headers = {**keyed.page, "Origin": origin}

    response = keyed.client.post("/v1/ask", json=REFUNDS, headers=headers)

    is_problem(response, 403)
    assert "access-control-allow-origin" not in response.headers
    assert "access-control-allow-credentials" not in response.headers
    assert "Origin" in response.headers["vary"].split(", ")


def test_page_key_needs_an_origin(keyed: Keyed) -> None:
    """A publishable key is refused where no origin is said, as by a program."""
    is_problem(keyed.client.post("/v1/ask", json=REFUNDS, headers=keyed.page), 403)


def test_key_of_another_origin_is_refused(keyed: Keyed) -> None:
    """An origin that some key is bound to opens that key alone."""
    elsewhere = "https://shop.example.com"
    new_key(keyed.api, elsewhere)

    is_problem(
        keyed.client.post("/v1/ask", json=REFUNDS, headers={**keyed.page, "Origin": elsewhere}), 403
    )


@pytest.mark.parametrize("origin", [None, *OTHER_ORIGINS])
def test_server_key_works_from_anywhere(keyed: Keyed, origin: str | None) -> None:
    """A server key needs no origin and minds none, but no other page may read the answer."""
    headers = {**keyed.server, **({} if origin is None else {"Origin": origin})}

    response = keyed.client.post("/v1/ask", json=REFUNDS, headers=headers)

    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


def preflight(origin: str) -> dict[str, str]:
    """Return what a browser asks before a page of an origin asks a question."""
    return {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, if-none-match",
    }


def test_browser_may_send_from_a_listed_origin(keyed: Keyed) -> None:
    """A preflight from an origin of a key says what may be sent, never with credentials."""
    response = keyed.client.options("/v1/ask", headers=preflight(WEB))

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == WEB
    assert "POST" in response.headers["access-control-allow-methods"]
    allowed = response.headers["access-control-allow-headers"].lower().split(", ")
    assert {"authorization", "content-type", "if-none-match"} <= set(allowed)
    assert "access-control-allow-credentials" not in response.headers
    assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize("origin", OTHER_ORIGINS)
def test_browser_may_not_send_from_elsewhere(keyed: Keyed, origin: str) -> None:
    """A preflight from any other origin is refused and allows nothing."""
    response = keyed.client.options("/v1/ask", headers=preflight(origin))

    is_problem(response, 403)
    assert not [name for name in response.headers if name.startswith("access-control-allow")]
    assert "Origin" in response.headers["vary"]


def test_bound_key_is_for_its_company(keyed: Keyed) -> None:
    """A key of one company asks about it without saying so, or saying so in any spelling."""
    for company in (None, "Harbour Broadband", "harbour  broadband"):
        body = {**REFUNDS, "company": company}
        answer = keyed.client.post("/v1/ask", json=body, headers=keyed.bound).json()
        assert answer["status"] == "answered"
        assert {c["company"] for c in answer["citations"]} == {"Harbour Broadband"}


@pytest.mark.parametrize("company", ["Pinecrest Mobile", "Nobody Knows Ltd", ""])
def test_bound_key_is_for_no_other_company(keyed: Keyed, company: str) -> None:
    """Asking about another company with a key of one is refused, whether there is one or not."""
    body = {"question": "What is kept?", "company": company}

    detail = is_problem(keyed.client.post("/v1/ask", json=body, headers=keyed.bound), 403)

    assert "Harbour Broadband" in detail


@pytest.mark.parametrize(
    "question",
    [
        "Does Pinecrest Mobile set a cookie?",
        "How long does Pinecrest Mobile keep call records?",
        "Call records are kept for 12 months.",
        "Compare Harbour Broadband and Pinecrest Mobile: is a cookie set?",
    ],
)
def test_bound_key_gets_nothing_of_other_companies(keyed: Keyed, question: str) -> None:
    """A question that names another company or its words is not answered from its policies."""
    answer = keyed.client.post("/v1/ask", json={"question": question}, headers=keyed.bound).json()

    quoted = answer["citations"] + answer["nearest"]
    assert {citation["company"] for citation in quoted} <= {"Harbour Broadband"}
    assert "Pinecrest" not in " ".join(citation["quote"] for citation in quoted)
    assert answer["status"] != "answered" or quoted


def test_bound_key_sees_its_company_alone(keyed: Keyed) -> None:
    """Other companies' policies, versions and changes look to a key of one as if there were none.

    One spelt otherwise than the policies spell it sees them all the same.
    """
    new, old = "/v1/versions/pinecrest-mobile/privacy@2023-05-05", "/v1/versions/nobody/privacy"
    changes = "/v1/policies/pinecrest-mobile/privacy/changes"
    spelt = {**new_key(keyed.api, WEB, company="HARBOUR broadband")[1], "Origin": WEB}

    def get(path: str, headers: Header = keyed.bound) -> httpx2.Response:
        return keyed.client.get(path, headers=headers)

    for headers in (keyed.bound, spelt):
        listed = get("/v1/policies", headers).json()
        assert [one["company"] for one in listed] == ["Harbour Broadband"]
    assert is_problem(get(new), 404) == is_problem(get(old), 404)
    is_problem(get(changes), 404)
    assert get("/v1/versions/harbour-broadband/refunds@2024-03-01").is_success
    assert get("/v1/policies/harbour-broadband/refunds/changes").is_success
    assert get(new, keyed.server).is_success
    assert get(changes, keyed.server).is_success


def test_home_page_needs_a_page_key(keyed: Keyed) -> None:
    """The page at / works with a publishable key of its own origin; a server key is no address."""
    own = str(keyed.client.base_url).rstrip("/")
    token = new_key(keyed.api, own, company="Harbour Broadband")[1]["Authorization"].split()[1]

    page = keyed.client.get("/", params={"key": token})

    assert page.status_code == 200
    assert "Harbour Broadband" in page.text
    assert "Pinecrest" not in page.text
    elsewhere = keyed.page["Authorization"].split()[1]
    is_problem(keyed.client.get("/", params={"key": elsewhere}), 403)
    secret = keyed.server["Authorization"].split()[1]
    assert secret not in is_problem(keyed.client.get("/", params={"key": secret}), 403)
    is_problem(keyed.client.get("/", params={"key": "pk_x"}), 401)


def test_revoked_key_is_refused_within_seconds(tmp_path: Path) -> None:
    """What another process adds or revokes counts within seconds, for preflights too."""
    with (
        service(tmp_path, keyless=False) as (_, address),
        httpx2.Client(base_url=address) as client,
        closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as elsewhere,
    ):
        key, token = elsewhere.add_key("publishable", "test", origins=[WEB])
        headers = {"Authorization": f"Bearer {token}", "Origin": WEB}

        def wait_for(status: int) -> None:
            eventually(
                lambda: client.get("/v1/build", headers=headers).status_code == status, f"{status}"
            )

        wait_for(200)
        elsewhere.revoke_key(key.id)
        wait_for(401)
        is_problem(client.options("/v1/ask", headers=preflight(WEB)), 403)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "my_host.example",
        "192.168.0.1",
        "0.0.0.0",
        "[::]",
        "localhost:80@evil.example",
    ],
)
def test_open_service_has_no_other_name(open_client: httpx2.Client, host: str) -> None:
    """Without keys, another site's name that leads to this machine leads to nothing."""
    port = urlsplit(str(open_client.base_url)).port
    request = f"GET /v1/policies HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"

    with create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"{request}Origin: http://{host}\r\n\r\n".encode())
        said = b"".join(iter(lambda: connection.recv(65536), b""))

    assert b" 403 Forbidden" in said.partition(b"\r\n")[0]
    assert b"Harbour" not in said


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_open_service_answers_this_machine(open_client: httpx2.Client, name: str) -> None:
    """Without keys, programs here and the service's own page may ask, by any name of this place."""
    host = f"{name}:{urlsplit(str(open_client.base_url)).port}"

    for headers in ({"Host": host}, {"Host": host, "Origin": f"http://{host}"}):
        assert open_client.post("/v1/ask", json=REFUNDS, headers=headers).status_code == 200


@pytest.mark.parametrize("origin", [*OTHER_ORIGINS, "http://localhost", "http://127.0.0.1:1"])
def test_open_service_refuses_other_pages(open_client: httpx2.Client, origin: str) -> None:
    """Without keys, pages of other origins get nothing, other ports of this machine included."""
    headers = {"Origin": origin}

    for response in (
        open_client.post("/v1/ask", json=REFUNDS, headers=headers),
        open_client.post("/v1/feedback", json={}, headers=headers),
        open_client.get("/v1/policies", headers=headers),
        open_client.get("/metrics", headers=headers),
        open_client.options("/v1/ask", headers=preflight(origin)),
    ):
        is_problem(response, 403)
        assert "access-control-allow-origin" not in response.headers


def test_open_service_refuses_wrong_keys(open_client: httpx2.Client) -> None:
    """Without keys, a key that is sent all the same is a mistake and not overlooked."""
    is_problem(open_client.get("/v1/build", headers={"Authorization": "Bearer pk_a_b"}), 401)
