"""qabot in processes of its own: commands run to their end, a service, and a build for it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.support.fakes import policy
from tests.support.serving import MANY

QABOT = [sys.executable, "-c", "import sys; from qabot.cli import main; sys.exit(main())"]
PATIENCE = 60
"""Seconds after which a test gives up on a process; a busy machine takes a few to start one."""


def qabot(
    folder: Path, *arguments: str | Path, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*QABOT, *arguments],
        env=environment(folder, settings),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """Return an environment in which index and state are in a folder of the test."""
    ours = {"INDEX": str(folder), "STATE": f"sqlite:///{folder}/state.sqlite"}
    ours |= {"ADDRESS_LIMIT": MANY, "KEY_LIMIT": MANY, **settings}
    return os.environ | {f"QABOT_{name}": value for name, value in ours.items()}


def index(folder: Path, months: int) -> None:
    """Make a build in which every passage names this number of months."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    for subject in ("privacy", "terms", "refunds"):
        body = f"# {subject}\n\nCall records are kept for {months} months.\n\n"
        body += f"## More\n\nFor {months} months we keep the records of {subject}.\n"
        (policies / f"{subject}.md").write_text(policy("Harbour", subject, "2024-03-01", body))
    assert qabot(folder, "index", policies).returncode == 0


@dataclass(frozen=True, slots=True)
class Served:
    """A `qabot serve` that runs."""

    process: subprocess.Popen[str]
    said: str  #: its first words, which name the address
    port: int

    @property
    def address(self) -> str:
        """Return where it can be asked on this machine."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve(folder: Path, *options: str, **settings: str) -> Iterator[Served]:
    """Run `qabot serve` on a free port; kills it if the test has not ended it."""
    with (folder / "stderr").open("w") as errors:
        process = subprocess.Popen(
            [*QABOT, "serve", "--port", "0", *options],
            env=environment(folder, settings),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert process.stdout
        said = process.stdout.readline()
        found = re.search(r"http://[\d.]+:(\d+)/", said)
        assert found, said + (folder / "stderr").read_text()
        served = Served(process, said, int(found[1]))
        httpx2.get(f"{served.address}/health/live", timeout=PATIENCE)
        yield served
    finally:
        process.kill()
        process.communicate()


def texts(address: str) -> frozenset[str]:
    """Return the digests of all texts of the live build."""
    with httpx2.Client(base_url=address, timeout=PATIENCE) as client:
        policies = client.get("/v1/policies").json()
        versions = [one["version"] for each in policies for one in each["versions"]]
        return frozenset(client.get(f"/v1/versions/{one}").json()["sha256"] for one in versions)
