"""Replicas behind HAProxy that share a PostgreSQL, watched by Prometheus: real processes, killed.

All of it on this machine's loopback, with the settings that stand in deploy/.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import yaml

from tests.chaos.askers import Got, asking
from tests.deploy.row import Row
from tests.deploy.validators import DEPLOY, ROOT, program
from tests.support.databases import Server, free_port, running_server
from tests.support.fakes import policy

_CLIENTS = 6
_PATIENCE = 60  # seconds for a process to answer
_QABOT = [sys.executable, "-c", "import sys; from qabot.cli import main; sys.exit(main())"]

KILLED = "two replicas behind HAProxy, one PostgreSQL: killed, ended and given builds, none loses"
WATCHED = "Prometheus reads the replicas with its key; every panel and alert gets an answer"


@dataclass(slots=True)
class Replica:
    """One `qabot serve`, with all of its processes."""

    port: int
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes]

    def end(self, number: int) -> None:
        """Send a signal to all of its processes, and wait until they have ended."""
        for process in _session(self.process.pid) if number == signal.SIGKILL else ():
            os.kill(process, number)
        self.process.send_signal(number)
        self.process.wait(_PATIENCE)


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
        policies = self.folder / "index" / "policies"
        policies.mkdir(parents=True, exist_ok=True)
        for subject in ("privacy", "terms", "refunds"):
            body = f"# {subject}\n\nCall records are kept for {months} months.\n"
            (policies / f"{subject}.md").write_text(policy("Harbour", subject, "2024-03-01", body))
        _qabot(self.folder, self.environment, "index")


def replicated(folder: Path) -> Iterator[Row]:
    """Give a row for what clients get through HAProxy, and one for what Prometheus gets."""
    missing = [name for name in ("haproxy", "prometheus", "initdb") if not _found(name)]
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
                replica.process = _started(replica.port, replica.environment, fleet.folder)
                _wait_until_ready(replica.port)
                sleep(1.5)  # until HAProxy has seen it
            fleet.index(months)
        sleep(3)
        fresh = len(askers.got)
        sleep(1)
    lost = [got for got in askers.got if got.status != 200]
    failures = [f"{len(lost)} lost: {lost[:3]}"] if lost else []
    failures += [f"of two builds: {got.body}" for got in askers.got if _months(got) > 1][:1]
    if not all("15 months" in json.dumps(got.body) for got in askers.got[fresh:]):
        failures.append("the last build did not go live within 3 seconds")
    how = f"haproxy, {len(askers.got):,} requests, 4 kills, 2 ends, 3 builds"
    return Row(KILLED, how, failure="\n".join(failures))


def _months(got: Got) -> int:
    return len(set(re.findall(r"for (\d+) months", json.dumps(got.body))))


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
    with _beside(command), asking(fleet.port, 1, fleet.headers):
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
    until = monotonic() + _PATIENCE
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
    ports = [free_port() for _ in range(4)]
    key = _qabot(folder, environment, "keys", "add", "Prometheus", "--server").strip()
    fleet = Fleet(folder, environment, key, [], ports[0])
    fleet.index(12)
    replicas = [
        Replica(port, environment, _started(port, environment, folder)) for port in ports[2:]
    ]
    fleet = Fleet(folder, environment, key, replicas, ports[0])
    with ExitStack() as stack:
        for replica in replicas:
            stack.callback(replica.end, signal.SIGKILL)
            _wait_until_ready(replica.port)
        stack.enter_context(_beside(_haproxy(folder, ports)))
        _wait_until_ready(fleet.port)
        yield fleet


def _haproxy(folder: Path, ports: Sequence[int]) -> Sequence[str]:
    """Return what runs HAProxy with our settings, on other ports, and servers named one by one."""
    many = DEPLOY / "kustomize/overlays/many"
    settings = (many / "haproxy.cfg").read_text()
    settings = settings.replace("bind :8080", f"bind 127.0.0.1:{ports[0]}")
    settings = settings.replace("bind :8404", f"bind 127.0.0.1:{ports[1]}")
    (folder / "haproxy.cfg").write_text(settings)
    backend = (many / "replicas.cfg").read_text().partition("backend ")[2]
    backend = re.sub("  server-template .*\n", "", backend)
    servers = "".join(f"  server at{port} 127.0.0.1:{port}\n" for port in ports[2:])
    (folder / "replicas.cfg").write_text(f"backend {backend}{servers}")
    files = "-f", f"{folder}/haproxy.cfg", "-f", f"{folder}/replicas.cfg"
    return [str(program("haproxy")), "-db", *files]


def _started(port: int, environment: Mapping[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / f"replica-{port}.log").open("ab") as log:
        return subprocess.Popen(
            [*_QABOT, "serve", "--port", str(port)],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _session(leader: int) -> Iterator[int]:
    """Give each process of a session but its leader."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # just ended
            session = int(status.read_text().rpartition(")")[2].split()[3])
            if session == leader and status.parent.name != str(leader):
                yield int(status.parent.name)


def _wait_until_ready(port: int) -> None:
    until = monotonic() + _PATIENCE
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10).close()
            return
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.1)


def _qabot(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    command = [*_QABOT, *arguments]
    run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


@contextmanager
def _beside(command: Sequence[str]) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _found(name: str) -> bool:
    return bool(program(name) or [*Path("/usr/lib/postgresql").glob(f"*/bin/{name}")])
