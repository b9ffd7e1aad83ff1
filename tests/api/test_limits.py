import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import httpx2
import pytest

from qabot.api.rate_limits import Limits
from qabot.errors import BadInput
from qabot.settings import Settings
from tests.support.serving import MANY, MoodyEncoder, is_problem, new_key, service

WEB = "https://help.example.com"
REFUNDS = {"question": "When is a router refunded?"}
Header = Mapping[str, str]


def until_refused(client: httpx2.Client, headers: Header) -> tuple[list[int], httpx2.Response]:
    """Ask until it is too often; return the statuses before, and the refusal."""
    before: list[int] = []
    for _ in range(100):
        response = client.post("/v1/ask", json=REFUNDS, headers=headers)
        if response.status_code == 429:
            return before, response
        before.append(response.status_code)
    raise AssertionError(before)


def limited(address: str = MANY, key: str = MANY) -> Settings:
    """Return settings with these limits."""
    return Settings(address_limit=address, key_limit=key)


def test_key_may_not_ask_too_often(tmp_path: Path) -> None:
    """Beyond its rate a key is refused from wherever it comes, other keys are not; then it may.

    The refusal says when.
    """
    with (
        service(tmp_path, keyless=False, settings=limited(key="3/second")) as (api, url),
        httpx2.Client(base_url=url) as client,
    ):
        one, other = new_key(api)[1], new_key(api)[1]

        before, refused = until_refused(client, one)
        from_elsewhere = {**one, "X-Forwarded-For": "203.0.113.9"}
        also = client.post("/v1/ask", json=REFUNDS, headers=from_elsewhere)

        assert before == [200] * len(before)
        assert len(before) >= 3
        assert "3 per 1 second" in is_problem(refused, 429)
        assert refused.headers["retry-after"] == "1"
        is_problem(also, 429)
        assert client.post("/v1/ask", json=REFUNDS, headers=other).status_code == 200
        sleep(int(refused.headers["retry-after"]) + 0.1)
        assert client.post("/v1/ask", json=REFUNDS, headers=one).status_code == 200


def test_address_may_not_ask_too_often(tmp_path: Path) -> None:
    """Beyond its rate an address is refused; other addresses are not, nor is a server key."""
    settings = limited(address="3/minute")
    with (
        service(tmp_path, keyless=False, settings=settings) as (api, url),
        httpx2.Client(base_url=url) as client,
    ):
        page = {**new_key(api, WEB)[1], "Origin": WEB, "X-Forwarded-For": "203.0.113.9"}

        before, refused = until_refused(client, page)

        assert before == [200, 200, 200]
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.headers["access-control-allow-origin"] == WEB
        is_problem(refused, 429)
        elsewhere = {**page, "X-Forwarded-For": "203.0.113.10"}
        assert client.post("/v1/ask", json=REFUNDS, headers=elsewhere).status_code == 200
        server = {**new_key(api)[1], "X-Forwarded-For": "203.0.113.9"}
        assert client.post("/v1/ask", json=REFUNDS, headers=server).status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
    ],
)
def test_network_of_an_address_counts(tmp_path: Path, one: str, other: str, is_one: bool) -> None:
    """Of IPv6 a network of 64 bits counts as one address: a household or server has all of it."""
    with (
        service(tmp_path, keyless=False, settings=limited(address="2/minute")) as (api, url),
        httpx2.Client(base_url=url) as client,
    ):
        page = {**new_key(api, WEB)[1], "Origin": WEB}
        first = until_refused(client, {**page, "X-Forwarded-For": one})[0]
        then = client.post("/v1/ask", json=REFUNDS, headers={**page, "X-Forwarded-For": other})

    assert first == [200, 200]
    assert then.status_code == (429 if is_one else 200)


def test_address_is_taken_from_no_stranger(tmp_path: Path) -> None:
    """Where no proxy is named, what a client says of its address makes it no other one."""
    settings = limited(address="2/minute")
    with (
        service(tmp_path, keyless=False, settings=settings, proxies="") as (api, url),
        httpx2.Client(base_url=url) as client,
    ):
        page = {**new_key(api, WEB)[1], "Origin": WEB}
        asked = [
            client.post("/v1/ask", json=REFUNDS, headers={**page, "X-Forwarded-For": one})
            for one in ("203.0.113.9", "203.0.113.10", "203.0.113.11")
        ]

    assert [response.status_code for response in asked] == [200, 200, 429]


def test_limits_are_told(tmp_path: Path) -> None:
    """Each answer says what is left of both limits, as the draft of the IETF writes it."""
    settings = limited(address="5/minute", key="7/hour")
    with (
        service(tmp_path, keyless=False, settings=settings) as (api, url),
        httpx2.Client(base_url=url) as client,
    ):
        page = {**new_key(api, WEB)[1], "Origin": WEB}
        told = [client.post("/v1/ask", json=REFUNDS, headers=page).headers for _ in range(2)]
        open_to_all = client.get("/health/live").headers

    assert told[0]["ratelimit-policy"] == '"address";q=5;w=60, "key";q=7;w=3600'
    left = [re.findall(r'"(\w+)";r=(\d+);t=\d+', headers["ratelimit"]) for headers in told]
    assert left == [[("address", "4"), ("key", "6")], [("address", "3"), ("key", "5")]]
    assert "RateLimit" in told[0]["access-control-expose-headers"]
    assert "ratelimit" not in open_to_all


def test_open_service_has_a_limit(tmp_path: Path) -> None:
    """Without keys the limit of an address holds too."""
    with (
        service(tmp_path, settings=limited(address="2/minute")) as (_, url),
        httpx2.Client(base_url=url) as client,
    ):
        before, refused = until_refused(client, {})

    assert before == [200, 200]
    is_problem(refused, 429)


def test_keys_cannot_be_guessed_fast(tmp_path: Path) -> None:
    """Wrong keys count: an address that tries many is refused before the next is looked at."""
    settings = limited(address="5/minute")
    with (
        service(tmp_path, keyless=False, settings=settings) as (_, url),
        httpx2.Client(base_url=url) as client,
    ):
        guesses = [{"Authorization": f"Bearer sk_{n:012x}_{n}"} for n in range(7)]
        responses = [client.get("/v1/build", headers=guess) for guess in guesses]

    assert [response.status_code for response in responses] == [401] * 5 + [429] * 2


def test_signed_links_count(tmp_path: Path) -> None:
    """Pages that links open count for the address that opens them; a browser is told on a page."""
    settings = limited(address="3/minute")
    with (
        service(tmp_path, keyless=False, settings=settings) as (api, url),
        httpx2.Client(base_url=url) as client,
    ):
        body = {"question": "Is a cookie set?", "company": "Pinecrest Mobile"}
        answer = client.post("/v1/ask", json=body, headers=new_key(api)[1]).json()
        link = (answer["citations"] + answer["nearest"])[0]["url"].partition("#")[0]

        statuses = [client.get(link).status_code for _ in range(4)]
        shown = client.get(link, headers={"Accept": "text/html"})

    assert statuses == [200, 200, 200, 429]
    assert (shown.status_code, shown.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert int(shown.headers["retry-after"]) > 0


def test_too_many_questions_at_once_are_turned_away(tmp_path: Path) -> None:
    """Beyond the places for questions in flight, 503 says when to ask again; all else works on.

    Those in flight are answered, and then there is room again.
    """
    encoder = MoodyEncoder()
    settings = Settings(address_limit=MANY, key_limit=MANY, in_flight=1)
    with (
        service(tmp_path, settings=settings, encoder=encoder) as (_, address),
        httpx2.Client(base_url=address, timeout=30) as client,
        ThreadPoolExecutor(1) as threads,
    ):
        slow = {"question": "Is a router refunded in all eternity?"}
        try:
            taken = threads.submit(client.post, "/v1/ask", json=slow)
            assert encoder.thinking.acquire(timeout=30)

            refused = client.post("/v1/ask", json=REFUNDS)
            assert is_problem(refused, 503)
            assert int(refused.headers["retry-after"]) >= 1
            assert client.get("/health/live").is_success
            assert client.get("/v1/policies").is_success
            assert client.get("/health/ready").is_success  # it can answer, later
        finally:
            encoder.go_on.set()
        assert taken.result().status_code == 200
        assert client.post("/v1/ask", json=REFUNDS).is_success
        assert client.get("/health/ready").is_success


@pytest.mark.parametrize("written", ["often", "5", "5/fortnight", "-1/minute", "1/2/3"])
def test_rate_that_is_none_is_said(written: str) -> None:
    """A limit that is no rate is refused at the start, by the name of its setting."""
    with pytest.raises(BadInput, match=r"QABOT_ADDRESS_LIMIT .*60/minute"):
        Limits(written, MANY)
    with pytest.raises(BadInput, match=r"QABOT_KEY_LIMIT .*60/minute"):
        Limits(MANY, written)
