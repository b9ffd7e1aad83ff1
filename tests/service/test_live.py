from collections.abc import Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from qabot.encoder.base import Models
from qabot.errors import BuildRefused, EncoderUnavailable
from qabot.index.releases import builds_folder, current_id, use
from qabot.index.shared_releases import SharedReleases
from qabot.records import AskedQuestion
from qabot.service.live import LiveBot, probe
from tests.slack.programs import eventually
from tests.support.fakes import WordEncoder, index_and_open
from tests.support.serving import MoodyEncoder, live_bot, service

REFUND = {"question": "Is the whole price of an order refunded?", "company": "Harbour Broadband"}
CHANGED = "harbour-refunds-2024.md"


def rebuild(folder: Path, days: int, *, title: str = "Refunds Policy") -> str:
    """Index the corpus anew, with another number of days to refund in; return the build."""
    file = folder / "policies" / CHANGED
    words = file.read_text().split("within ")
    words[1] = f"{days} days{words[1].partition(' days')[2]}"
    lines = "within ".join(words).splitlines()
    file.write_text("\n".join(f"title: {title}" if x.startswith("title:") else x for x in lines))
    index_and_open([folder / "policies"], folder / "index")
    build = current_id(folder / "index")
    assert build
    return build


def damage(folder: Path, build: str) -> None:
    """Change a byte of a build's texts."""
    file = builds_folder(folder / "index") / build / "corpus.sqlite"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def quoted(live: LiveBot) -> str:
    """Return what the live bot quotes first."""
    answer = live.bot.ask(AskedQuestion(REFUND["question"], company=REFUND["company"]))
    return (answer.citations + answer.nearest)[0].quote


def test_same_build_is_kept(tmp_path: Path) -> None:
    """While no other build goes live, the bot stays the one it is."""
    live = live_bot(tmp_path)
    bot = live.bot

    assert not live.refresh()
    assert live.bot is bot


def test_new_build_takes_over(tmp_path: Path) -> None:
    """A build that goes live answers from the next look on; a bot taken before stays whole."""
    live = live_bot(tmp_path)
    before = live.bot

    build = rebuild(tmp_path, 28)

    assert "14 days" in quoted(live)
    assert live.refresh()
    assert live.bot.index.manifest.id == build
    assert "28 days" in quoted(live)
    found = before.index.corpus.version("harbour-broadband/refunds@2024-03-01")
    assert found
    assert "14 days" in found.text
    old = before.ask(AskedQuestion(REFUND["question"], company=REFUND["company"]))
    assert "14 days" in (old.citations + old.nearest)[0].quote
    assert not live.refresh()


def test_going_back_takes_over(tmp_path: Path) -> None:
    """`qabot use` of an older build is taken over as a new one is."""
    live = live_bot(tmp_path)
    first = live.bot.index.manifest.id
    rebuild(tmp_path, 28)
    live.refresh()

    use(tmp_path / "index", first)

    assert live.refresh()
    assert "14 days" in quoted(live)


def test_broken_build_leaves_the_old_answering(tmp_path: Path) -> None:
    """A build whose files are damaged is refused at every look; the old one answers on."""
    live = live_bot(tmp_path)
    damage(tmp_path, rebuild(tmp_path, 28))

    for _ in range(2):
        with pytest.raises(BuildRefused, match="damaged"):
            live.refresh()
    assert "14 days" in quoted(live)


def test_missing_builds_leave_the_old_answering(tmp_path: Path) -> None:
    """When CURRENT is gone or names nothing, the old build answers on."""
    live = live_bot(tmp_path)
    current = builds_folder(tmp_path / "index") / "CURRENT"

    current.write_text("20000101T000000.000000Z-00000000\n")
    with pytest.raises(BuildRefused, match="gone"):
        live.refresh()
    current.unlink()
    with pytest.raises(BuildRefused, match="nothing is indexed"):
        live.refresh()
    assert "14 days" in quoted(live)


def test_build_of_another_encoder_is_refused(tmp_path: Path) -> None:
    """A build that another encoder made is refused."""

    class Other(WordEncoder):
        card = replace(WordEncoder.card, name="others")

    live_bot(tmp_path)
    with pytest.raises(BuildRefused, match="others"):
        LiveBot(SharedReleases(tmp_path / "index"), Models(Other(), None))


def test_build_that_cannot_answer_does_not_go_live(tmp_path: Path) -> None:
    """A build is asked before it goes live; one over which the encoder breaks does not."""
    encoder = MoodyEncoder()
    live = live_bot(tmp_path, encoder)
    before = live.bot
    rebuild(tmp_path, 28)
    encoder.broken = "eclipse"

    with pytest.raises(EncoderUnavailable):
        live.refresh()

    assert live.bot is before
    encoder.broken = ""
    assert live.refresh()


def test_probe_is_answered_from_the_index(tmp_path: Path) -> None:
    """The probe asks the build a question that reaches its passages."""
    answer = probe(live_bot(tmp_path).bot)

    assert answer.scope.passages > 0


@pytest.mark.parametrize(
    "title", ["Terms of Service of Vonage Inc", "Pinecrest Mobile Roaming", "Terms 2019"]
)
def test_any_title_can_be_probed(tmp_path: Path, title: str) -> None:
    """A policy whose title names another company, a day or nothing keeps no build from going live.

    The probe asks about the corpus's first policy.
    """
    live = live_bot(tmp_path)

    for old in (tmp_path / "policies").glob("harbour-refunds-2022.md"):
        old.unlink()
    rebuild(tmp_path, 28, title=title)

    assert live.refresh()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[httpx2.Client]:
    """Return a client of a service whose index is in the test's folder."""
    with (
        service(tmp_path) as (_, address),
        httpx2.Client(base_url=address, timeout=30) as client,
    ):
        yield client


def wait_for(client: httpx2.Client, build: str) -> None:
    """Wait until a build answers."""
    eventually(lambda: client.get("/v1/build").json()["build"] == build, build)


def test_service_takes_over_within_seconds(tmp_path: Path, served: httpx2.Client) -> None:
    """A running service answers from a new build by itself, under another tag; and back."""
    first = served.get("/v1/build").json()["build"]
    before = served.post("/v1/ask", json=REFUND)
    known = {"If-None-Match": before.headers["etag"]}
    assert served.post("/v1/ask", json=REFUND, headers=known).status_code == 304

    wait_for(served, rebuild(tmp_path, 28))
    after = served.post("/v1/ask", json=REFUND, headers=known)
    assert after.status_code == 200
    assert "28 days" in after.text

    use(tmp_path / "index", first)
    wait_for(served, first)
    assert served.post("/v1/ask", json=REFUND, headers=known).status_code == 304


@pytest.mark.parametrize("kind", ["damaged", "unexpected"])
def test_service_says_once_that_a_build_is_refused(tmp_path: Path, kind: str) -> None:
    """A build that cannot answer is said once in the log, the old answers, the next is taken."""
    encoder = MoodyEncoder()
    with (
        service(tmp_path, encoder=encoder) as (_, address),
        httpx2.Client(base_url=address) as client,
        capture_logs() as log,
    ):
        if kind == "damaged":
            damage(tmp_path, rebuild(tmp_path, 28))
        else:
            encoder.broken = "volcano"
            rebuild(tmp_path, 28)
        eventually(lambda: refusals(log))
        sleep(2)  # it looks again, and says nothing more

        assert [line["log_level"] for line in refusals(log)] == ["error"]
        encoder.broken = ""
        if kind == "damaged":
            assert "14 days" in client.post("/v1/ask", json=REFUND).text
        wait_for(client, rebuild(tmp_path, 35))
        assert "35 days" in client.post("/v1/ask", json=REFUND).text
        assert [line for line in log if line["event"] == "build"]


def refusals(log: Sequence[MutableMapping[str, Any]]) -> Sequence[MutableMapping[str, Any]]:
    """Return what was said of builds that are not taken."""
    return [line for line in log if line["event"] == "build refused"]


def test_request_of_before_is_answered_from_the_build_of_before(tmp_path: Path) -> None:
    """A question that is being answered while a build goes live is answered from the old one."""
    encoder = MoodyEncoder()
    slow = {**REFUND, "question": "Is the price refunded in all eternity?"}
    with (
        service(tmp_path, encoder=encoder) as (_, address),
        httpx2.Client(base_url=address, timeout=30) as client,
        ThreadPoolExecutor(1) as threads,
    ):
        old = client.get("/v1/versions/harbour-broadband/refunds@2024-03-01").json()
        try:
            asked = threads.submit(client.post, "/v1/ask", json=slow)
            assert encoder.thinking.acquire(timeout=30)
            wait_for(client, rebuild(tmp_path, 28))
        finally:
            encoder.go_on.set()
        answer = asked.result().json()
        again = client.post("/v1/ask", json=slow).json()

    (citation, *_) = answer["citations"] + answer["nearest"]
    assert citation["sha256"] == old["sha256"]
    assert old["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert answer["id"] != again["id"]
    assert (again["citations"] + again["nearest"])[0]["sha256"] != old["sha256"]


def test_no_request_fails_or_mixes_while_builds_change(tmp_path: Path) -> None:
    """While builds go live under load, each answer is whole, and of one build."""
    stop = Event()

    def ask(client: httpx2.Client) -> list[httpx2.Response]:
        asked = []
        while not stop.is_set():
            asked.append(client.post("/v1/ask", json={**REFUND, "k": 10}))
        return asked

    with (
        service(tmp_path) as (_, address),
        httpx2.Client(base_url=address, timeout=30) as client,
        ThreadPoolExecutor(3) as threads,
    ):
        version = "/v1/versions/harbour-broadband/refunds@2024-03-01"
        texts = [client.get(version).json()]
        asking = [threads.submit(ask, client) for _ in range(3)]
        try:
            for days in (21, 28):
                wait_for(client, rebuild(tmp_path, days))
                texts.append(client.get(version).json())
        finally:
            stop.set()
        responses = [response for one in asking for response in one.result()]

    assert {response.status_code for response in responses} == {200}
    by_hash = {text["sha256"]: text["text"] for text in texts}
    assert len(by_hash) == 3
    ids_of: dict[str, set[str]] = {}
    for response in responses:
        answer = response.json()
        cited = answer["citations"] + answer["nearest"]
        (sha256,) = {citation["sha256"] for citation in cited}
        for one in cited:
            assert by_hash[sha256][one["start"] : one["end"]] == one["quote"]
        ids_of.setdefault(sha256, set()).add(answer["id"])
    assert len(ids_of) == 3
    assert {len(ids) for ids in ids_of.values()} == {1}
