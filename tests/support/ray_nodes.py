"""Nodes of a Ray cluster, each at a loopback address of its own, to test with."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
_STORE = 100_000_000  # bytes of memory that a node keeps objects in
_TRIES = 5  # Ray gives a node 30 seconds to start, on a busy machine too
_HEALTH = {  # a node that is dead refuses at once; one that is slow on a busy machine is not dead
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_timeout_ms": "60000",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster: all processes that one `ray start` began."""

    address: str  #: of the loopback network, none's but this node's
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it as a power cut does, if it still runs."""
        if self.process.poll() is None:
            for process in [*_below(self.process.pid), self.process.pid]:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


@contextmanager
def running_nodes(addresses: list[str]) -> Iterator[tuple[str, list[Node]]]:
    """Give a cluster's address and its nodes; the first is its head."""
    folder = mkdtemp(prefix="ray-", dir="/tmp")  # short: its sockets' paths may have 107 bytes
    head = f"{addresses[0]}:{free_port()}"
    begin = ["--head", f"--port={head.rsplit(':', 1)[1]}", f"--temp-dir={folder}"]
    begin.append("--include-dashboard=false")
    nodes: list[Node] = []
    try:
        for address in addresses:
            nodes.append(_started(address, begin if not nodes else [f"--address={head}"]))
        yield head, nodes
    finally:
        for node in reversed(nodes):
            node.kill()
        rmtree(folder, ignore_errors=True)


def _started(address: str, options: list[str]) -> Node:
    """Start a node and wait until it has joined."""
    command = [str(Path(sys.executable).with_name("ray")), "start", "--block", "--num-cpus=1"]
    command += ["--disable-usage-stats", f"--object-store-memory={_STORE}"]
    told: list[str] = []
    for _ in range(_TRIES):
        process = subprocess.Popen(
            [*command, f"--node-ip-address={address}", *options],
            env={**os.environ, **_HEALTH, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        node = Node(address, process)
        for line in process.stdout or ():
            told.append(line)
            if "Ray runtime started" in line:
                return node
        node.kill()
    raise AssertionError("".join(told))


def _below(process: int) -> list[int]:
    """Return the processes that a process began, and those that they began."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [one for child in map(int, children) for one in (*_below(child), child)]
