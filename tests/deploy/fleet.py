"""Real `qabot serve` processes behind HAProxy on this machine, with the settings of deploy/."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

from tests.deploy.validators import DEPLOY, program
from tests.support.fakes import policy
from tests.support.ports import free_port

PATIENCE = 60
"""Seconds after which a process that does not answer counts as failed."""

_QABOT = [sys.executable, "-c", "import sys; from qabot.cli import main; sys.exit(main())"]


@dataclass(slots=True)
class Replica:
    """One `qabot serve`, with all of its processes."""

    folder: Path  #: that it runs in
    environment: Mapping[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Return the file of what it said."""
        return self.folder / f"replica-{self.port}.log"

    def start(self) -> None:
        """Start it; it answers later."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*_QABOT, "serve", "--port", str(self.port)],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, number: int) -> None:
        """Send a signal to all of its processes, and wait until they have ended."""
        if self.process is None:
            return
        for process in _session(self.process.pid) if number == signal.SIGKILL else ():
            os.kill(process, number)
        self.process.send_signal(number)
        self.process.wait(PATIENCE)


@dataclass(frozen=True, slots=True)
class Balancer:
    """HAProxy as it runs."""

    port: int  #: where questions go
    figures: int  #: port of what it tells Prometheus

    def sees(self) -> int:
        """Return how many replicas it takes for ready."""
        with urlopen(f"http://127.0.0.1:{self.figures}/metrics", timeout=10) as told:
            text = told.read().decode()
        (found,) = re.findall(
            r'^haproxy_backend_active_servers{proxy="replicas"} (\d+)', text, re.M
        )
        return int(found)


@contextmanager
def balanced(folder: Path, replicas: Sequence[Replica], **limits: str) -> Iterator[Balancer]:
    """Run HAProxy before replicas, by other limits if need be; gives it once it answers."""
    ports = free_port(), free_port()
    many = DEPLOY / "kustomize/overlays/many"
    settings = (many / "haproxy.cfg").read_text()
    for settled, port in zip(("8080", "8404"), ports, strict=True):
        settings = settings.replace(f"bind :{settled}", f"bind 127.0.0.1:{port}")
    settings = settings.replace("src 10.0.0.0/8", "src 127.0.0.0/8")  # whom an Ingress is
    (folder / "haproxy.cfg").write_text(settings)
    backend = (many / "replicas.cfg").read_text().partition("backend ")[2]
    backend = re.sub("  server-template .*\n", "", backend)
    servers = "".join(f"  server at{one.port} 127.0.0.1:{one.port}\n" for one in replicas)
    (folder / "replicas.cfg").write_text(f"backend {backend}{servers}")
    files = "-f", f"{folder}/haproxy.cfg", "-f", f"{folder}/replicas.cfg"
    with beside([str(program("haproxy")), "-db", *files], os.environ | limits):
        wait_until_ready(ports[0])
        yield Balancer(*ports)


@contextmanager
def beside(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """Run a program meanwhile."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_until_ready(port: int) -> None:
    """Wait until a service answers questions; raises OSError where it does not."""
    until = monotonic() + PATIENCE
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10).close()
            return
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.1)


def run_qabot(
    folder: Path, environment: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*_QABOT, *arguments], env=environment, cwd=folder, capture_output=True, text=True
    )


def write_policies(folder: Path, months: int) -> None:
    """Write policies in which every passage names this number of months."""
    folder.mkdir(parents=True, exist_ok=True)
    for subject in ("privacy", "terms", "refunds"):
        body = f"# {subject}\n\nCall records are kept for {months} months.\n"
        (folder / f"{subject}.md").write_text(policy("Harbour", subject, "2024-03-01", body))


def months_in(body: object) -> set[str]:
    """Return the numbers of months that an answer names: one, if it is of one build."""
    return set(re.findall(r"for (\d+) months", str(body)))


def is_installed(name: str) -> bool:
    """Tell whether a program is there, of PostgreSQL's too."""
    return bool(program(name) or [*Path("/usr/lib/postgresql").glob(f"*/bin/{name}")])


def _session(leader: int) -> Iterator[int]:
    """Give each process of a session but its leader."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # just ended
            session = int(status.read_text().rpartition(")")[2].split()[3])
            if session == leader and status.parent.name != str(leader):
                yield int(status.parent.name)
