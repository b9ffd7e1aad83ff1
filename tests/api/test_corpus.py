import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from qabot.service.page_links import OwnPages
from qabot.settings import Settings
from tests.support.serving import MANY, is_problem, new_key, service

OLD, NEW = "harbour-broadband/refunds@2022-03-01", "harbour-broadband/refunds@2024-03-01"
HERE = "pinecrest-mobile/privacy@2023-05-05"
COOKIE = {"question": "Is a cookie set, and what does it remember?", "company": "Pinecrest Mobile"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PUBLIC = "https://answers.example"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """Return a client of an open service."""
    with (
        service(tmp_path_factory.mktemp("corpus")) as (_, address),
        httpx2.Client(base_url=address) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """Return a client with a server key, of a service that has a public address."""
    settings = Settings(address_limit=MANY, key_limit=MANY, public_url=f"{PUBLIC}/")
    folder = tmp_path_factory.mktemp("keyed")
    with (
        service(folder, keyless=False, settings=settings) as (api, address),
        httpx2.Client(base_url=address, headers=new_key(api)[1]) as client,
    ):
        yield client


def cited_here(client: httpx2.Client) -> str:
    """Return the link of a citation whose policy has no public address."""
    answer = client.post("/v1/ask", json=COOKIE).json()
    link: str = (answer["citations"] + answer["nearest"])[0]["url"]
    return link


def test_policies_are_listed(client: httpx2.Client) -> None:
    """Each policy is listed with its versions, oldest first, and not with where its file lies."""
    harbour, pinecrest = client.get("/v1/policies").json()

    assert (harbour["company"], harbour["policy"]) == (
        "Harbour Broadband",
        "harbour-broadband/refunds",
    )
    assert harbour["versions"] == [
        {
            "version": OLD,
            "effective_from": "2022-03-01",
            "effective_until": "2024-03-01",
            "passages": 1,
            "url": "https://harbour.example/refunds",
        },
        {
            "version": NEW,
            "effective_from": "2024-03-01",
            "effective_until": None,
            "passages": 2,
            "url": "https://harbour.example/refunds",
        },
    ]
    assert (pinecrest["title"], pinecrest["versions"][0]["url"]) == ("Privacy Policy", None)


def test_version_is_served_with_its_text(client: httpx2.Client) -> None:
    """A version has its text, the text's hash, and sections and passages that lie in the text."""
    response = client.get(f"/v1/versions/{HERE}")
    version = response.json()

    assert response.headers["content-type"] == "application/json"
    assert version.keys() == {
        "version",
        "company",
        "policy",
        "title",
        "effective_from",
        "effective_until",
        "url",
        "sha256",
        "text",
        "sections",
        "passages",
    }
    assert (version["version"], version["effective_from"]) == (HERE, "2023-05-05")
    assert version["sha256"] == sha256(version["text"].encode()).hexdigest()
    passages = [version["text"][one["start"] : one["end"]] for one in version["passages"]]
    assert "Call records are kept for 12 months." in passages[0]
    assert [one["section"] for one in version["passages"]] == [["Privacy"], ["Privacy", "Cookies"]]
    assert version["sections"][-1]["end"] == len(version["text"])


def test_version_may_be_written_encoded(client: httpx2.Client) -> None:
    """A version's id may stand in the address percent-encoded or as it is."""
    plain = client.get(f"/v1/versions/{HERE}")

    for written in (HERE.replace("@", "%40"), HERE.replace("/", "%2F")):
        assert client.get(f"/v1/versions/{written}").json() == plain.json()


def test_version_is_a_page_to_a_browser(client: httpx2.Client) -> None:
    """A browser gets the text as a page on which every passage has its address."""
    version = client.get(f"/v1/versions/{NEW}").json()

    page = client.get(f"/v1/versions/{NEW}", headers=BROWSER)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    ids = re.findall(r'id="(.*?)"', page.text)
    assert {f"p{passage['start']}" for passage in version["passages"]} <= set(ids)
    assert len(ids) == len(set(ids))
    assert "A router that is sent back is refunded within 30 days." in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"


def test_caches_tell_page_and_data_apart(client: httpx2.Client) -> None:
    """Page and data of one address say that they depend on what was accepted."""
    for headers in ({}, BROWSER):
        vary = client.get(f"/v1/versions/{HERE}", headers=headers).headers["vary"]
        assert "Accept" in vary.split(", ")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/webp", "", "no/such;q=x, ,;"])
def test_data_is_the_default(client: httpx2.Client, accept: str) -> None:
    """Whoever does not ask for a page gets data, whatever else is asked for."""
    response = client.get(f"/v1/versions/{HERE}", headers={"Accept": accept})

    assert response.json()["version"] == HERE


@pytest.mark.parametrize(
    "version", ["nobody/privacy", "", "..%2f..%2fetc", "%00", "%ff", HERE[:-1]]
)
def test_unknown_version_is_a_problem(client: httpx2.Client, version: str) -> None:
    """What is no version is not found, and the way to those that are is said."""
    detail = is_problem(client.get(f"/v1/versions/{version}"), 404)

    assert "GET /v1/policies" in detail


def test_quote_without_public_address_is_shown_here(client: httpx2.Client) -> None:
    """A citation whose policy has no address links to its page here, and to the sentence there."""
    link = cited_here(client)
    page, _, spot = link.partition("#")

    address = f"{str(client.base_url).rstrip('/')}/v1/versions/{HERE.replace('@', '%40')}"
    assert page.partition("?")[0] == address
    assert re.search(f'id="{spot}">We set one cookie', httpx2.get(page, headers=BROWSER).text)


def test_quote_with_public_address_links_there(client: httpx2.Client) -> None:
    """A citation whose policy has an address links to it and to the sentence."""
    answer = client.post("/v1/ask", json={"question": "When is a router refunded?"}).json()

    assert answer["citations"][0]["url"].startswith("https://harbour.example/refunds#:~:text=")


def test_link_opens_without_a_key(keyed: httpx2.Client) -> None:
    """Where there are keys, whoever is given a citation can open its link without one."""
    link = cited_here(keyed)
    assert link.startswith(f"{PUBLIC}/v1/versions/")
    address = f"{str(keyed.base_url).rstrip('/')}{link.removeprefix(PUBLIC)}"

    page = httpx2.get(address, headers=BROWSER)
    data = httpx2.get(address)

    assert "We set one cookie" in page.text
    assert data.json()["version"] == HERE
    assert page.headers["referrer-policy"] == "no-referrer"  # which would give the link away


def test_link_expires(keyed: httpx2.Client) -> None:
    """A link opens its page for the days that are set, and then says how to get another."""
    secret = b"secret"
    for days, is_open in [(0, True), (90, True), (-1, False)]:
        url = OwnPages(PUBLIC, secret, days).url(HERE)
        (access,) = parse_qs(urlsplit(url).query)["access"]
        assert OwnPages(PUBLIC, secret).opens(HERE, access) == is_open
        assert not OwnPages(PUBLIC, b"").opens(HERE, access)
    old = OwnPages(PUBLIC, secret, -1).url(HERE).removeprefix(PUBLIC)

    page = httpx2.get(f"{str(keyed.base_url).rstrip('/')}{old}", headers=BROWSER)

    assert page.status_code == 401
    assert "This link has expired" in page.text


def test_links_of_a_page_open_no_longer_than_its_own(tmp_path: Path) -> None:
    """What a link opens cannot be read for ever by following the links on it."""
    with service(tmp_path, keyless=False) as (api, address):
        pages = OwnPages(address, api.state.service.link_secret, days=3)
        last_day = date.today().toordinal() + 3
        for url in (pages.url(NEW), f"{pages.url(NEW)}&changes=true", pages.url(OLD)):
            page = httpx2.get(url, headers=BROWSER)
            days = re.findall(r"access=(\d+)-", page.text)
            assert days and {*map(int, days)} == {last_day}
        with_key = httpx2.get(
            f"{address}/v1/versions/{NEW}", headers={**BROWSER, **new_key(api)[1]}
        )
        assert f"access={last_day + 87}-" in with_key.text


def test_link_opens_nothing_else(keyed: httpx2.Client) -> None:
    """The signature in a link opens its one version: no other, nothing when it is changed."""
    address = str(keyed.base_url).rstrip("/")
    (signature,) = parse_qs(urlsplit(cited_here(keyed)).query)["access"]
    changed = signature[:-1] + ("0" if signature[-1] != "0" else "1")

    assert httpx2.get(f"{address}/v1/versions/{HERE}?access={signature}").is_success
    for path, access in [
        (f"/v1/versions/{NEW}", signature),
        (f"/v1/versions/{HERE}", changed),
        (f"/v1/versions/{HERE}", signature[:-1]),
        (f"/v1/versions/{HERE}", signature.upper()),
        (f"/v1/versions/{HERE}", ""),
        (f"/v1/versions/{HERE}", "\N{ROCKET}"),
        ("/v1/policies", signature),
        ("/v1/policies/harbour-broadband/refunds/changes", signature),
        ("/v1/build", signature),
        ("/metrics", signature),
    ]:
        is_problem(httpx2.get(f"{address}{path}", params={"access": access}), 401)


def test_link_into_an_open_service(client: httpx2.Client) -> None:
    """Without keys too a link opens its page from elsewhere; one signed with no secret does not."""
    address = str(client.base_url).rstrip("/")
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}

    assert client.get(cited_here(client), headers=elsewhere).is_success
    made_up = OwnPages(address, b"").url(HERE)
    is_problem(client.get(made_up, headers=elsewhere), 403)


def test_link_stays_good(tmp_path: Path) -> None:
    """A link still opens after the service has started anew."""
    (tmp_path / "a").mkdir()
    with (
        service(tmp_path / "a", keyless=False) as (api, address),
        httpx2.Client(base_url=address, headers=new_key(api)[1]) as client,
    ):
        link = urlsplit(cited_here(client))
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "state.sqlite").rename(tmp_path / "b" / "state.sqlite")

    with service(tmp_path / "b", keyless=False) as (_, address):
        assert httpx2.get(f"{address}{link.path}?{link.query}").is_success


def test_changes_are_told(client: httpx2.Client) -> None:
    """Without days the newest two versions are compared; quotes are slices of them."""
    told = client.get("/v1/policies/harbour-broadband/refunds/changes").json()

    assert (told["before"]["version"], told["after"]["version"]) == (OLD, NEW)
    assert [change["kind"] for change in told["changes"]] == ["reworded", "added"]
    for side, version in (("before", OLD), ("after", NEW)):
        text = client.get(f"/v1/versions/{version}").json()["text"]
        for change in filter(None, (change[side] for change in told["changes"])):
            assert text[change["start"] : change["end"]] == change["quote"]


def test_changes_between_days(client: httpx2.Client) -> None:
    """With days, the versions in force on them are compared."""
    days = {"from": "2022-04-01", "to": "2023-01-01"}

    told = client.get("/v1/policies/harbour-broadband/refunds/changes", params=days).json()

    assert (told["before"]["version"], told["after"]["version"]) == (OLD, OLD)
    assert told["changes"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/policies/harbour-broadband/terms/changes", 404),
        ("/v1/policies/harbour-broadband/refunds/changes?from=yesterday", 422),
        ("/v1/policies/harbour-broadband/refunds/changes?to=2024-13-01", 422),
        ("/v1/policies/harbour-broadband/refunds/changes?from=20240101", 422),
        ("/v1/policies/harbour-broadband/refunds/changes?to=1990-01-01", 422),
        ("/v1/policies/harbour-broadband/refunds/changes?from=2024-05-01&to=2022-05-01", 422),
    ],
)
def test_changes_that_are_not_are_a_problem(client: httpx2.Client, path: str, status: int) -> None:
    """An unknown policy and days that cannot be are problems."""
    is_problem(client.get(path), status)


def test_build_is_described(client: httpx2.Client) -> None:
    """The build that answers says what it is, what it holds, and of which days."""
    build = client.get("/v1/build").json()

    assert build["encoder"] == "words"
    assert build["counts"] == {
        "companies": 2,
        "policies": 2,
        "versions": 3,
        "passages": 5,
    }
    assert (build["oldest"], build["newest"]) == ("2022-03-01", "2024-03-01")
    assert build["created"].endswith("+00:00")


def test_changes_as_a_page(client: httpx2.Client) -> None:
    """A browser gets the changes as a page, words marked, under the policy that all pages have."""
    told = client.get("/v1/policies/harbour-broadband/refunds/changes", headers=BROWSER)

    assert told.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in told.headers["Content-Security-Policy"]
    assert "<style" not in told.text
    assert "What changed in" in told.text and "<mark>" in told.text


def test_changes_about_something(client: httpx2.Client) -> None:
    """`about` leaves out, and counts, what is about something else."""
    address = "/v1/policies/harbour-broadband/refunds/changes"
    everything = client.get(address).json()

    some = client.get(address, params={"about": "chess in Reykjavik"}).json()

    assert "left_out" not in everything
    assert some["changes"] == []
    assert some["left_out"] == len(everything["changes"])
    is_problem(client.get(address, params={"about": "?"}), 422)
