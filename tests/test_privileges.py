import subprocess
import sys
from pathlib import Path

import docx
import pytest

from tests.support.fakes import policy
from tests.support.processes import PATIENCE, QABOT, environment, serve

NO_NETWORK = """
import sys


def refuse(event, arguments):
    if event in {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"}:
        sys.stderr.write(f"NETWORK: {event} {arguments}")
        raise OSError("there is no network")


sys.addaudithook(refuse)
"""
"""Imported by every Python that is started with its folder in PYTHONPATH."""


@pytest.fixture
def folder(tmp_path: Path, exports: Path) -> Path:
    """Return a folder with the real encoder, and policies of two readers."""
    (tmp_path / "encoders").symlink_to(exports)
    policies = tmp_path / "policies"
    policies.mkdir()
    body = "# Calls\n\nCall records are kept for 12 months: https://harbour.example/more\n"
    (policies / "privacy.md").write_text(policy("Harbour", "privacy", "2024-03-01", body))
    written = docx.Document()
    written.add_heading("Harbour Refund Policy")
    written.add_paragraph("Effective 1 March 2024. Harbour refunds within 14 days.")
    written.save(str(policies / "refunds.docx"))
    return tmp_path


def test_indexing_and_asking_use_no_network(folder: Path) -> None:
    """Neither the builder nor the process that reads Word files opens a connection."""
    without = folder / "without"
    without.mkdir()
    (without / "sitecustomize.py").write_text(NO_NETWORK)
    unset = {"HF_HUB_OFFLINE": "0"}
    path = f"{without}:{Path(__file__).parents[1]}"
    for arguments in (["index", "policies"], ["ask", "How long are call records kept?"]):
        run = subprocess.run(
            [*QABOT, *arguments],
            env=environment(folder, {}) | unset | {"PYTHONPATH": path},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

        assert run.returncode == 0, run.stderr
        assert "NETWORK" not in run.stderr
    tried = "import socket; socket.create_connection(('127.0.0.1', 9))"
    refused = subprocess.run(
        [sys.executable, "-c", tried], env={"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert "NETWORK: socket." in refused.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_service_leaves_no_core_and_gains_no_privilege(folder: Path) -> None:
    """A running service may dump no core, and nothing it starts can become somebody else."""
    assert subprocess.run([*QABOT, "index", "policies"], env=environment(folder, {}), cwd=folder)
    with serve(folder) as served:
        process = Path("/proc") / str(served.process.pid)
        limits = (process / "limits").read_text().splitlines()
        status = (process / "status").read_text().splitlines()

    (core,) = [line for line in limits if line.startswith("Max core file size")]
    assert core.split()[4:6] == ["0", "0"]
    assert "NoNewPrivs:\t1" in status


@pytest.mark.skipif(sys.platform != "linux", reason="calls prctl")
def test_memory_of_a_service_is_its_own() -> None:
    """Other processes of the same user cannot read what a service holds: it is not dumpable."""
    asked = (
        "import ctypes; from qabot.privileges import drop\n"
        "before = ctypes.CDLL(None).prctl(3)\ndrop()\nprint(before, ctypes.CDLL(None).prctl(3))"
    )
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)

    assert run.stdout == "1 0\n"
