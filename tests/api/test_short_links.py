"""A short address leads to what was quoted, and to nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from qabot.api.service import Service
from qabot.records import AskedQuestion, Citation
from qabot.service.page_links import OwnPages
from qabot.service.short_links import long_url, short_url
from tests.support.serving import service

Serving = tuple[FastAPI, str]

WITH_URL = "When does Harbour Broadband refund the whole price?"
WITHOUT = "How long are call records kept?"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve the small corpus; one of its policies has no public address."""
    with service(tmp_path_factory.mktemp("short"), keyless=False) as served:
        yield served


def _pages(serving: Serving, days: int = 90) -> OwnPages:
    api, address = serving
    held: Service = api.state.service
    return OwnPages(address, held.link_secret, days)


def _cited(serving: Serving, question: str) -> Citation:
    held: Service = serving[0].state.service
    return held.live.bot.ask(AskedQuestion(question)).citations[0]


def _get(url: str) -> httpx2.Response:
    return httpx2.get(url, follow_redirects=False)


def test_short_link_leads_to_the_source(serving: Serving) -> None:
    """It goes to the address of the citation itself, with its fragment; no key is needed."""
    cited = _cited(serving, WITH_URL)
    url = short_url(_pages(serving), cited)

    assert len(urlsplit(url).path) <= len("/c/") + 40
    answered = _get(url)
    assert (answered.status_code, answered.headers["location"]) == (302, cited.url)


def test_short_link_opens_our_own_page(serving: Serving) -> None:
    """A policy without a public address is opened on our page of it, at the sentence."""
    cited = _cited(serving, WITHOUT)
    answered = _get(short_url(_pages(serving), cited))

    location = answered.headers["location"]
    assert location.endswith(f"#p{cited.highlight[0].start}")
    assert "Call records are kept for 12 months" in _get(location).text


def test_page_that_a_short_link_opens_is_open_no_longer(serving: Serving) -> None:
    """The link that it leads to expires with it."""
    answered = _get(short_url(_pages(serving, days=3), _cited(serving, WITHOUT)))

    last_day = date.today().toordinal() + 3
    assert f"?access={last_day}-" in answered.headers["location"]


def test_expired_link_still_leads_to_what_is_public(serving: Serving) -> None:
    """Once its days are over a link opens no page of ours any more, but still the source."""
    old = _pages(serving, days=-1)

    assert _get(short_url(old, _cited(serving, WITH_URL))).status_code == 302
    expired = _get(short_url(old, _cited(serving, WITHOUT)))
    assert expired.status_code == 404
    assert "expired" in expired.json()["detail"]


def test_changed_text_leads_to_its_beginning(serving: Serving) -> None:
    """Where the text is another than was quoted, the link names no place in it."""
    cited = replace(_cited(serving, WITH_URL), sha256="0" * 64)

    answered = _get(short_url(_pages(serving), cited))
    assert answered.headers["location"] == "https://harbour.example/refunds"


@pytest.mark.parametrize("token", ["", "x", "é", "AAAA", "A" * 40, "a" * 39, "%00", "~" * 40])
def test_what_was_not_made_here_leads_nowhere(serving: Serving, token: str) -> None:
    """Whatever else is asked for is not found."""
    assert _get(f"{serving[1]}/c/{token}").status_code == 404


def test_one_letter_changed_is_no_link(serving: Serving) -> None:
    """A token is signed: no letter of it can be another."""
    pages, cited = _pages(serving), _cited(serving, WITH_URL)
    held: Service = serving[0].state.service
    corpus = held.live.bot.index.corpus
    token = short_url(pages, cited).rpartition("/")[2]

    assert long_url(pages, token, corpus) == cited.url
    for place, letter in enumerate(token):
        other = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert long_url(pages, other, corpus) is None
    of_another = replace(pages, secret=b"another")
    assert long_url(of_another, token, corpus) is None
