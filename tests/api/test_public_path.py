"""The service behind a path of a site, as a reverse proxy puts it there."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx2
import pytest

from qabot.settings import Settings
from tests.support.serving import MANY, service

PUBLIC = "https://answers.example/help/policies"
VERSION = "/v1/versions/harbour-broadband/refunds%402024-03-01"
BROWSER = {"Accept": "text/html"}
ASKED_FOR = re.compile(r"""(?:href|src)=["']([^"'#]+)["']|["'](/[\w./-]+)["']""")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve, at a public address with a path, a small corpus."""
    settings = Settings(address_limit=MANY, key_limit=MANY, public_url=f"{PUBLIC}/")
    with service(tmp_path_factory.mktemp("behind"), settings=settings) as (_, address):
        yield address


@pytest.fixture(params=["takes the path off", "leaves the path on"])
def proxy(request: pytest.FixtureRequest, address: str) -> Iterator[httpx2.Client]:
    """Return a client that sees the public address and asks the service as a proxy would."""
    path = "" if request.param == "takes the path off" else "/help/policies"
    with httpx2.Client(base_url=f"{address}{path}") as client:
        yield client


@pytest.mark.parametrize("page", ["/", VERSION, "/docs"])
def test_whatever_a_page_asks_for_is_there(proxy: httpx2.Client, page: str) -> None:
    """Each address of a page, as a browser resolves it, is behind the path, and found."""
    markup = proxy.get(page, headers=BROWSER).text
    links = {link for found in ASKED_FOR.findall(markup) for link in found if link}
    links -= {"/docs/oauth2-redirect"}  # for signing in, which the service has not
    addresses = {urljoin(f"{PUBLIC}{page}", link) for link in links if not link.startswith("data:")}
    ours = {one for one in addresses if one.startswith("https://answers.example")}

    assert ours
    assert all(one.startswith(f"{PUBLIC}/") for one in ours)
    found = {one: proxy.get(one.removeprefix(PUBLIC), headers=BROWSER).status_code for one in ours}
    assert set(found.values()) == {200}, found


def test_the_description_says_where_the_service_is(proxy: httpx2.Client) -> None:
    """Requests that are tried out from /docs go to the public path."""
    assert proxy.get("/openapi.json").json()["servers"] == [{"url": "/help/policies"}]


def test_questions_are_answered(proxy: httpx2.Client) -> None:
    """The API itself is behind the path, and cites pages there."""
    question = {"question": "Is a cookie set, and what does it remember?"}
    answer = proxy.post("/v1/ask", json=question).json()
    cited = [one["url"] for one in answer["citations"] + answer["nearest"]]

    assert any(url.startswith(f"{PUBLIC}/v1/versions/pinecrest-mobile/privacy") for url in cited)
