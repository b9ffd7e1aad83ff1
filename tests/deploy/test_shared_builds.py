"""Two replicas with an index of their own each, a real S3-compatible store, PostgreSQL, HAProxy."""

import json
import os
import re
import shlex
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.chaos.askers import Got, asking
from tests.deploy.fleet import (
    PATIENCE,
    Balancer,
    Replica,
    balanced,
    is_installed,
    months_in,
    run_qabot,
    wait_until_ready,
    write_policies,
)
from tests.deploy.validators import ROOT, chapter
from tests.support.databases import Server
from tests.support.object_stores import ObjectStore
from tests.support.ports import free_port

pytestmark = pytest.mark.scale

WEB = "https://help.example.com"
_LIMIT = 60  # requests a minute of one address, as haproxy.cfg has it


@dataclass(frozen=True, slots=True)
class Fleet:
    """What runs."""

    folder: Path  #: of the machine that has the policies
    environment: Mapping[str, str]
    key: str
    replicas: tuple[Replica, Replica]
    balancer: Balancer
    store: ObjectStore

    def index(self, months: int) -> str:
        """Put a build live in which every passage names this number of months; return its id."""
        write_policies(self.folder / "index" / "policies", months)
        self.said("index")
        listed = json.loads(self.said("builds", "--json"))
        return str(next(one["build"] for one in listed if one["live"]))

    def said(self, *arguments: str) -> str:
        """Return what a command says."""
        run = run_qabot(self.folder, self.environment, *arguments)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def got(self, port: int, path: str, key: str = "", **headers: str) -> tuple[int, str, str]:
        """Return status, body and RateLimit of a page."""
        headers["Authorization"] = f"Bearer {key or self.key}"
        try:
            with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=headers)) as response:
                body = response.read().decode()
                return response.status, body, ", ".join(response.headers.get_all("RateLimit") or ())
        except HTTPError as error:
            with error:
                return error.code, error.read().decode(), ""

    def builds(self) -> set[str]:
        """Return which builds the replicas answer from, asked in all of their processes."""
        asked = [self.got(one.port, "/v1/build")[1] for one in self.replicas for _ in range(6)]
        return {json.loads(body)["build"] for body in asked}


@pytest.fixture(scope="module")
def fleet(
    tmp_path_factory: pytest.TempPathFactory, server: Server, running_store: ObjectStore
) -> Iterator[Fleet]:
    """Return two replicas behind HAProxy, begun with the commands of deploy/README.md."""
    if not is_installed("haproxy"):
        pytest.skip("HAProxy is not installed")
    server.run("CREATE DATABASE many")
    machines = [tmp_path_factory.mktemp(name) for name in ("builder", "first", "second")]
    ours = {
        "PYTHONPATH": str(ROOT),
        "QABOT_INDEX": "index",
        "QABOT_BUILDS": "s3://builds/many",
        "QABOT_STATE": server.address("many"),
        "QABOT_PROXIES": "127.0.0.1",
        "QABOT_KEY_LIMIT": "100000/second",
        "QABOT_ADDRESS_LIMIT": "100000/second",
    }
    environment = os.environ | ours | running_store.environment
    builder, *others = machines
    write_policies(builder / "index" / "policies", 12)
    index, keys, serve = chapter("When one machine is not enough")
    assert serve == "qabot serve --host 0.0.0.0"
    refused = run_qabot(others[0], environment, "serve", "--port", "0")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "s3://builds/many: nothing is indexed there yet" in refused.stderr
    for command in (index, keys):
        run = run_qabot(builder, environment, *shlex.split(command)[1:])
        assert run.returncode == 0, run.stderr
    key = run.stdout.strip()
    first, second = (Replica(folder, environment, free_port()) for folder in others)
    with ExitStack() as stack:
        for replica in (first, second):
            replica.start()
            stack.callback(replica.end, signal.SIGKILL)
        for replica in (first, second):
            wait_until_ready(replica.port)
        balancer = stack.enter_context(balanced(builder, (first, second), KEY_LIMIT="10000000"))
        yield Fleet(builder, environment, key, (first, second), balancer, running_store)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    began = monotonic()
    while not holds():
        assert monotonic() < began + PATIENCE
        sleep(0.2)


def check(got: list[Got], *months: str) -> None:
    """Check that each was answered, of one build, and that all of these builds answered."""
    assert [one for one in got if one.status != 200] == []
    named = [months_in(one.body) for one in got]
    assert {len(one) for one in named} == {1}
    assert {one for some in named for one in some} == {*months}


def test_build_goes_live_under_load(fleet: Fleet) -> None:
    """A build goes live on all machines, and an older one again, without an error or a mixture."""
    (older,) = fleet.builds()
    with asking(fleet.balancer.port, 4, {"Authorization": f"Bearer {fleet.key}"}) as askers:
        newer = fleet.index(13)
        until(lambda: fleet.builds() == {newer})
        known = len(askers.got)
        until(lambda: len(askers.got) > known + 20)
        fleet.said("use", older)
        until(lambda: fleet.builds() == {older})
        known = len(askers.got)
        until(lambda: len(askers.got) > known + 20)

    check(askers.got, *months_in(askers.got[0].body), "13")


def test_killed_replica_loses_nothing(fleet: Fleet) -> None:
    """Whoever is killed takes no question along; one whose disk is lost pulls what it had."""
    (live,) = fleet.builds()
    with asking(fleet.balancer.port, 4, {"Authorization": f"Bearer {fleet.key}"}) as askers:
        for replica in fleet.replicas:
            until(lambda: len(askers.got) > 20)
            replica.end(signal.SIGKILL)
            (replica.folder / "index").rename(replica.folder / f"lost-{replica.port}")
            replica.start()
            wait_until_ready(replica.port)
            until(lambda: fleet.balancer.sees() == 2)

    assert fleet.builds() == {live}
    check(askers.got, *months_in(askers.got[0].body))


def test_store_that_is_away_is_survived(fleet: Fleet) -> None:
    """Without the store all answer on, and say so; what could not go live is pushed afterwards."""
    before = fleet.builds()
    with asking(fleet.balancer.port, 2, {"Authorization": f"Bearer {fleet.key}"}) as askers:
        fleet.store.kill()
        write_policies(fleet.folder / "index" / "policies", 14)
        refused = run_qabot(fleet.folder, fleet.environment, "index")
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
        assert "s3://builds/many cannot be reached" in refused.stderr
        until(lambda: all(failures(fleet, one) > 1 for one in fleet.replicas))
        assert fleet.builds() == before
        fleet.store.start()
        fleet.store.wait()
        made = fleet.index(14)
        until(lambda: fleet.builds() == {made})
        known = len(askers.got)
        until(lambda: len(askers.got) > known + 20)

    check(askers.got, *months_in(askers.got[0].body), "14")
    for replica in fleet.replicas:
        said = [line for line in replica.log.read_text().splitlines() if "not pulled" in line]
        reasons = [json.loads(line)["reason"] for line in said]
        assert "s3://builds/many cannot be reached" in reasons[0]
        assert all(one != two for one, two in pairwise(reasons))  # each is said once


def failures(fleet: Fleet, replica: Replica) -> float:
    """Return how often a replica could not look into the store."""
    told = fleet.got(replica.port, "/metrics")[1]
    return float(re.findall(r"^qabot_pull_failures_total (\S+)", told, re.M)[0])


def test_limits_are_counted_once(fleet: Fleet) -> None:
    """Whichever replica answers, an address has its requests once; a server has its key's."""
    page = fleet.said("keys", "add", "Help centre", "--origin", WEB).split()[-1]
    got = [fleet.got(fleet.balancer.port, "/v1/build", page, Origin=WEB) for _ in range(_LIMIT + 2)]

    assert [status for status, *_ in got] == [200] * _LIMIT + [429] * 2
    left = [re.findall(r'"address";r=(\d+)', one) for *_, one in got[:_LIMIT]]
    assert left == [[str(number)] for number in reversed(range(_LIMIT))]
    problem = json.loads(got[-1][1])
    assert problem.keys() == {"type", "title", "status", "detail", "request_id"}
    assert "60 a minute from one address" in problem["detail"]
    assert fleet.got(fleet.balancer.port, "/v1/build")[0] == 200


def test_visitors_behind_an_ingress_are_told_apart(fleet: Fleet) -> None:
    """Who counts is whom the Ingress saw, at the end of the header, whatever a visitor claims."""
    page = fleet.said("keys", "add", "Help centre", "--origin", WEB).split()[-1]
    sent = ("198.51.100.1, 203.0.113.7", "198.51.100.2, 203.0.113.7", "203.0.113.7, 203.0.113.8")
    got = [
        fleet.got(fleet.balancer.port, "/v1/build", page, **{"Origin": WEB, "X-Forwarded-For": one})
        for one in sent
    ]

    assert [status for status, *_ in got] == [200] * 3
    assert [re.findall(r'"address";r=(\d+)', left) for *_, left in got] == [["59"], ["58"], ["59"]]
