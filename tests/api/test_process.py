import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import sleep

import httpx2
import pytest

from tests.slack.programs import eventually
from tests.support.processes import PATIENCE, Served, index, qabot, serve, texts

pytestmark = pytest.mark.slow

QUESTION = b'{"question": "How long do you keep call records?"}'


@pytest.fixture
def folder(tmp_path: Path, real_build: Path) -> Path:
    """Return a copy of that folder."""
    return shutil.copytree(real_build, tmp_path / "index", symlinks=True)


@dataclass(slots=True)
class Asker:
    """Asks one question all the time, and keeps what it is told."""

    address: str
    stop: Event
    answers: list[httpx2.Response] = field(default_factory=list)
    lost: list[httpx2.TransportError] = field(default_factory=list)

    def run(self) -> None:
        """Ask until it is told to stop."""
        with httpx2.Client(base_url=self.address, timeout=PATIENCE) as client:
            while not self.stop.wait(0.01):
                asked = {"question": "How long do you keep call records?", "k": 10}
                try:
                    self.answers.append(client.post("/v1/ask", json=asked))
                except httpx2.TransportError as error:
                    self.lost.append(error)


@contextmanager
def asked_all_the_time(address: str, clients: int) -> Iterator[Sequence[Asker]]:
    """Keep a service busy with several clients."""
    stop = Event()
    askers = [Asker(address, stop) for _ in range(clients)]
    threads = [Thread(target=asker.run) for asker in askers]
    for thread in threads:
        thread.start()
    try:
        yield askers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_new_build_goes_live_under_load(folder: Path) -> None:
    """A build made meanwhile answers by itself; no question fails or gets a bit of both.

    That holds for all processes together.
    """
    with (
        serve(folder, "--workers", "2") as served,
        asked_all_the_time(served.address, clients=4) as askers,
    ):
        old = httpx2.get(f"{served.address}/v1/build").json()["build"]
        texts_of = {old: texts(served.address)}
        index(folder, months=24)
        eventually(lambda: old not in builds_answering(served), "the new build")
        (new,) = builds_answering(served)
        texts_of[new] = texts(served.address)
        wait_for_answers(askers)

    assert texts_of[old].isdisjoint(texts_of[new])
    ids: dict[str, str] = {}
    for asker in askers:
        assert asker.lost == []
        assert {response.status_code for response in asker.answers} == {200}
        builds = [build_of(response, texts_of, ids) for response in asker.answers]
        assert builds == sorted(builds, key=[old, new].index)
        assert {*builds} == {old, new}
    assert len(ids) == 2


def wait_for_answers(askers: Sequence[Asker]) -> None:
    """Wait until each asker has three answers more."""
    enough = [len(asker.answers) + 3 for asker in askers]
    eventually(lambda: all(len(a.answers) >= n for a, n in zip(askers, enough, strict=True)))


def builds_answering(served: Served) -> set[str]:
    """Return the builds of whoever answers, each time on another connection."""
    return {httpx2.get(f"{served.address}/v1/build").json()["build"] for _ in range(8)}


def build_of(
    response: httpx2.Response, texts_of: dict[str, frozenset[str]], ids: dict[str, str]
) -> str:
    """Return the one build that an answer comes from: its citations, its id and its ETag say so."""
    answer = response.json()
    cited = {citation["sha256"] for citation in answer["citations"]}
    (build,) = (build for build, known in texts_of.items() if cited and cited <= known)
    assert len(answer["citations"]) > 1
    assert ids.setdefault(answer["id"], build) == build
    assert response.headers["etag"] == f'W/"{answer["id"]}"'
    return build


@pytest.mark.parametrize(
    ("signals", "status"),
    [
        ([signal.SIGTERM, signal.SIGTERM], -signal.SIGTERM),
        ([signal.SIGINT], 130),
    ],
)
def test_requests_taken_are_answered_before_it_ends(
    folder: Path, signals: Sequence[signal.Signals], status: int
) -> None:
    """Told to end, it takes nobody new, answers who is there, and ends as the signal says."""
    with serve(folder) as served, ExitStack() as opened:
        place = ("127.0.0.1", served.port)
        idle = opened.enter_context(socket.create_connection(place, timeout=PATIENCE))
        clients = [
            opened.enter_context(socket.create_connection(place, timeout=PATIENCE))
            for _ in range(8)
        ]
        for client in clients:
            ask_half(client)
        for each in signals:
            served.process.send_signal(each)
            sleep(0.3)
        assert refuses(place)
        assert idle.recv(1) == b""
        assert served.process.poll() is None  # it waits for those that it has taken

        for client in clients:
            client.sendall(QUESTION)
        answers = [read_to_end(client) for client in clients]

        assert served.process.wait(PATIENCE) == status
    for answer in answers:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        assert httpx2.Response(200, content=body).json()["status"] == "answered"
    assert "Traceback" not in (folder / "stderr").read_text()


def ask_half(client: socket.socket) -> None:
    """Send a question's head, and see that the service waits for the rest."""
    head = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    client.sendall(head + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(QUESTION))
    assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"


def read_to_end(client: socket.socket) -> bytes:
    """Return everything that comes until the service closes the connection."""
    return b"".join(iter(lambda: client.recv(65_536), b""))


def refuses(place: tuple[str, int]) -> bool:
    """Tell whether nobody listens any more, or does not after a moment."""
    for _ in range(300):
        try:
            socket.create_connection(place, timeout=PATIENCE).close()
        except ConnectionRefusedError:
            return True
        sleep(0.1)
    return False


def test_start_says_who_may_ask(folder: Path) -> None:
    """Without a key it says where to ask, and that this machine alone may; with one, it asks it."""
    with serve(folder) as open_to_all:
        assert open_to_all.said.startswith("3 policies, ")
        assert open_to_all.process.stdout
        assert "this machine alone may ask" in open_to_all.process.stdout.readline()
        assert httpx2.get(f"{open_to_all.address}/v1/build").status_code == 200

    token = qabot(folder, "keys", "add", "Ticket system", "--server").stdout.strip()
    with serve(folder, "--host", "0.0.0.0") as locked:
        with httpx2.Client(base_url=locked.address, timeout=PATIENCE) as client:
            assert client.get("/v1/build").status_code == 401
            client.headers["Authorization"] = f"Bearer {token}"
            assert client.get("/v1/build").status_code == 200
        locked.process.terminate()
        rest, _ = locked.process.communicate(timeout=PATIENCE)
    assert "0.0.0.0" in locked.said
    assert rest == ""


def test_what_keeps_it_from_starting_is_one_sentence(folder: Path) -> None:
    """A start that cannot succeed ends at once with one sentence that says why."""
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("no database, but long enough to look like one\n" * 100)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused(qabot(folder, "serve", "--port", port), 2, f"port {port}")
    refused(qabot(folder, "serve", "--index", "empty"), 1, "qabot index")
    refused(qabot(folder, "serve", "--host", "0.0.0.0"), 2, "qabot keys add")
    state = f"sqlite:///{folder}/notes.txt"
    refused(qabot(folder, "serve", STATE=state), 1, "QABOT_STATE")
    refused(qabot(folder, "serve", "--port", "0", ADDRESS_LIMIT="often"), 2, "ADDRESS_LIMIT")


def refused(run: subprocess.CompletedProcess[str], status: int, named: str) -> None:
    """Check that a command failed, and said why in a sentence that names a thing."""
    assert (run.returncode, run.stdout) == (status, "")
    assert named in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_workers_count_together(folder: Path) -> None:
    """Limits and figures are those of all processes, whichever of them is asked."""
    with serve(folder, "--workers", "3", ADDRESS_LIMIT="20/hour") as served:
        left = [asked_alone(served).headers["ratelimit"] for _ in range(18)]
        told = httpx2.get(f"{served.address}/metrics")
        refused = [asked_alone(served, refused=True).status_code for _ in range(3)]

    assert [re.findall(r"r=(\d+)", one) for one in left] == [[str(n)] for n in range(19, 1, -1)]
    assert 'qabot_answers_total{status="answered"} 18.0' in told.text
    assert len(re.findall("^qabot_build_age_seconds ", told.text, re.MULTILINE)) == 1
    assert refused == [200, 429, 429]


def asked_alone(served: Served, *, refused: bool = False) -> httpx2.Response:
    """Ask on a connection of its own, which any worker may take."""
    asked = {"question": "How long do you keep call records?"}
    response = httpx2.post(f"{served.address}/v1/ask", json=asked, timeout=PATIENCE)
    assert refused or response.is_success
    return response


def test_worker_that_dies_is_replaced(folder: Path) -> None:
    """Whoever is killed takes nobody else's request along, and another one answers in its place."""
    with serve(folder, "--workers", "2") as served:
        before = workers(served)
        with asked_all_the_time(served.address, 3) as askers:
            wait_for_answers(askers)
            os.kill(before[0], signal.SIGKILL)
            after = eventually(lambda: replaced(served, before[0]), "another worker")
            wait_for_answers(askers)

    assert len(after) == 2
    assert before[1] in after
    assert before[0] not in after
    assert all(len(asker.lost) <= 1 for asker in askers)  # on its connection to the killed one
    assert all(response.status_code == 200 for asker in askers for response in asker.answers)
    assert all(asker.answers for asker in askers)


def workers(served: Served) -> list[int]:
    """Return the processes that answer, once both are there."""
    return eventually(lambda: found if len(found := children(served)) == 2 else None, "two workers")


def replaced(served: Served, gone: int) -> list[int] | None:
    """Return the processes that answer, once there is another one in the place of one."""
    found = children(served)
    return found if len(found) == 2 and gone not in found else None


def children(served: Served) -> list[int]:
    """Return the processes that a service has started."""
    listed = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
    return [int(child) for child in listed.read_text().split()]


def test_workers_end_with_who_began_them(folder: Path) -> None:
    """Where the first process is killed, none is left behind to hold the port."""
    with serve(folder, "--workers", "2") as served:
        workers(served)
        served.process.kill()
        assert refuses(("127.0.0.1", served.port))


def test_wrong_start_is_told_once_by_many(folder: Path) -> None:
    """What keeps workers from starting is one sentence, and the exit code is theirs."""
    refused(
        qabot(folder, "serve", "--port", "0", "--workers", "4", KEY_LIMIT="often"), 2, "KEY_LIMIT"
    )
