"""Replicas behind HAProxy that share a PostgreSQL, watched by Prometheus: real processes, killed.

All of it on this machine's loopback, with the settings that stand in deploy/.
"""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import yaml

from tests.chaos.askers import asking
from tests.deploy.fleet import (
    PATIENCE,
    Replica,
    balanced,
    beside,
    is_installed,
    months_in,
    run_qabot,
    wait_until_ready,
    write_policies,
)
from tests.deploy.row import Row
from tests.deploy.validators import DEPLOY, ROOT, program
from tests.support.databases import Server, running_server
from tests.support.ports import free_port

_CLIENTS = 6

KILLED = "two replicas behind HAProxy, one PostgreSQL: killed, ended and given builds, none loses"
WATCHED = "Prometheus reads the replicas with its key; every panel and alert gets an answer"


@dataclass(frozen=True, slots=True)
class Fleet:
    """What runs."""

    folder: Path
    environment: Mapping[str, str]
    key: str
    replicas: Sequence[Replica]
    port: int  #: of HAProxy

    @property
    def headers(self) -> Mapping[str, str]:
        """Return what a request carries."""
        return {"Authorization": f"Bearer {self.key}"}

    def index(self, months: int) -> None:
        """Make a build in which every passage names this number of months."""
        write_policies(self.folder / "index" / "policies", months)
        _said(run_qabot(self.folder, self.environment, "index"))


def replicated(folder: Path) -> Iterator[Row]:
    """Give a row for what clients get through HAProxy, and one for what Prometheus gets."""
    missing = [name for name in ("haproxy", "prometheus", "initdb") if not is_installed(name)]
    if missing:
        reason = f"{missing[0]} is not installed"
        yield Row(KILLED, "haproxy", missing=reason)
        yield Row(WATCHED, "prometheus", missing=reason)
        return
    with running_server() as database, _running(folder, database) as fleet:
        yield _killed(fleet)
        yield _watched(fleet)


def _killed(fleet: Fleet) -> Row:
    """Kill each replica twice, tell each to end once, and put other builds live meanwhile."""
    with asking(fleet.port, _CLIENTS, fleet.headers) as askers:
        for months, number in enumerate((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM), 13):
            for replica in fleet.replicas:
                sleep(1)
                replica.end(number)
                sleep(1)
                replica.start()
                wait_until_ready(replica.port)
                sleep(1.5)  # until HAProxy has seen it
            fleet.index(months)
        sleep(3)
        fresh = len(askers.got)
        sleep(1)
    lost = [got for got in askers.got if got.status != 200]
    failures = [f"{len(lost)} lost: {lost[:3]}"] if lost else []
    failures += [
        f"of two builds: {got.body}" for got in askers.got if len(months_in(got.body)) > 1
    ][:1]
    if not all("15 months" in json.dumps(got.body) for got in askers.got[fresh:]):
        failures.append("the last build did not go live within 3 seconds")
    how = f"haproxy, {len(askers.got):,} requests, 4 kills, 2 ends, 3 builds"
    return Row(KILLED, how, failure="\n".join(failures))


def _watched(fleet: Fleet) -> Row:
    settings = yaml.safe_load((DEPLOY / "prometheus/prometheus.yaml").read_text())
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    (job,) = settings["scrape_configs"]
    job["static_configs"][0]["targets"] = [f"127.0.0.1:{one.port}" for one in fleet.replicas]
    job["authorization"]["credentials_file"] = str(fleet.folder / "metrics-key")
    settings["rule_files"] = [str(DEPLOY / "prometheus/alerts.yaml")]
    (fleet.folder / "metrics-key").write_text(fleet.key)
    (fleet.folder / "prometheus.yaml").write_text(yaml.safe_dump(settings))
    port = free_port()
    command = [
        str(program("prometheus")),
        f"--config.file={fleet.folder}/prometheus.yaml",
        f"--storage.tsdb.path={fleet.folder}/prometheus",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    dashboard = json.loads((DEPLOY / "grafana/dashboards/qabot.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    with beside(command), asking(fleet.port, 1, fleet.headers):
        failure = _until_both_are_read(port)
        sleep(8)  # a rate takes several readings
        for expression in asked:
            plain = expression.replace("$__rate_interval", "6s").replace("$__range", "1m")
            told = _told(port, "query", query=plain)
            failure += "" if told["result"] or _needs_failures(plain) else f"\nnothing: {plain}"
        failure += _linted(fleet)
        rules = [rule for group in _told(port, "rules")["groups"] for rule in group["rules"]]
        failure += "".join(f"\n{rule}" for rule in rules if rule["health"] != "ok")
    how = f"prometheus, {len(asked)} queries, {len(rules)} alerts"
    return Row(WATCHED, how, failure=failure)


def _linted(fleet: Fleet) -> str:
    """Return what promtool has against the figures of a replica."""
    address = f"http://127.0.0.1:{fleet.replicas[0].port}/metrics"
    with urlopen(Request(address, headers=dict(fleet.headers))) as response:
        lint = [str(program("promtool")), "check", "metrics"]
        run = subprocess.run(lint, input=response.read(), capture_output=True)
    return "" if run.returncode == 0 else run.stderr.decode()


def _needs_failures(expression: str) -> bool:
    """Whether nothing is what a query gives while all goes well."""
    return '"[45].."' in expression or "status!~" in expression


def _until_both_are_read(port: int) -> str:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        try:
            values = [one["value"][1] for one in _told(port, "query", query="up")["result"]]
        except URLError:
            values = []
        if values == ["1", "1"]:
            return ""
        sleep(0.5)
    return f"a replica is not read: {values}"


def _told(port: int, what: str, **asked: str) -> Any:  # noqa: ANN401
    with urlopen(f"http://127.0.0.1:{port}/api/v1/{what}?{urlencode(asked)}") as response:
        return json.load(response)["data"]


@contextmanager
def _running(folder: Path, database: Server) -> Iterator[Fleet]:
    """Run two replicas, and HAProxy before them."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "QABOT_INDEX": str(folder / "index"),
        "QABOT_STATE": database.address("postgres"),
        "QABOT_PROXIES": "127.0.0.1",
        "QABOT_KEY_LIMIT": "100000/second",
    }
    added = run_qabot(folder, environment, "keys", "add", "Prometheus", "--server")
    key = _said(added).strip()
    replicas = [Replica(folder, environment, free_port()) for _ in range(2)]
    fleet = Fleet(folder, environment, key, replicas, 0)
    fleet.index(12)
    with ExitStack() as stack:
        for replica in replicas:
            replica.start()
            stack.callback(replica.end, signal.SIGKILL)
        for replica in replicas:
            wait_until_ready(replica.port)
        balancer = stack.enter_context(balanced(folder, replicas, KEY_LIMIT="10000000"))
        yield replace(fleet, port=balancer.port)


def _said(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 0, run.stderr
    return run.stdout
