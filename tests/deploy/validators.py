"""What other people's programs say of the files in deploy/."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from tests.deploy.row import Row

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
TOOLS = ROOT / "build" / "deploy" / "bin"
"""Programs that come as Python packages: tests/deploy/requirements.txt."""

_EXPOSED = 2.0
"""The most that systemd-analyze may say a unit is exposed, of 10."""


def program(name: str) -> str | None:
    """Return where a program is, None where it is not installed."""
    return shutil.which(name, path=f"{TOOLS}{os.pathsep}{os.environ['PATH']}:/usr/sbin")


def checked(what: str, how: str, *commands: Sequence[object], said: bool = False) -> Row:
    """Return a row of commands that must all succeed, and with `said` say nothing on stderr."""
    missing = [str(command[0]) for command in commands if program(str(command[0])) is None]
    if missing:
        return Row(what, how, missing=f"{missing[0]} is not installed")
    for command in commands:
        called = [str(program(str(command[0]))), *map(str, command[1:])]
        environment = os.environ | {"POSTGRES_PASSWORD": "x", "GRAFANA_PASSWORD": "x"}
        run = subprocess.run(called, capture_output=True, text=True, cwd=ROOT, env=environment)
        if run.returncode or (said and run.stderr):
            return Row(what, how, failure=f"{' '.join(called)}\n{run.stdout}{run.stderr}")
    return Row(what, how)


def files() -> Iterator[Row]:
    """Give a row for each kind of file."""
    yield checked("Dockerfile", "hadolint", ["hadolint", DEPLOY / "Dockerfile"])
    compose = ["docker-compose", "-f", DEPLOY / "compose.yaml", "--profile", "*", "config", "-q"]
    yield checked("compose.yaml", "docker-compose config", compose, said=True)
    for overlay in ("one-node", "many"):
        yield _overlay(overlay)
    yield from _units()
    rules = DEPLOY / "prometheus"
    yield checked(
        "Prometheus: settings, alerts, tests of the alerts",
        "promtool",
        ["promtool", "check", "config", "--syntax-only", rules / "prometheus.yaml"],
        ["promtool", "check", "rules", rules / "alerts.yaml"],
        ["promtool", "test", "rules", rules / "alerts_test.yaml"],
    )
    haproxy = DEPLOY / "kustomize/overlays/many"
    yield checked(
        "HAProxy's settings",
        "haproxy -c",
        ["haproxy", "-c", "-f", haproxy / "haproxy.cfg", "-f", haproxy / "replicas.cfg"],
        said=True,
    )
    yield _shell()
    yield Row("Grafana's dashboard", "grafana", missing="no package of it can be installed here")


def _overlay(name: str) -> Row:
    what, how = f"Kustomize overlay {name}", "kubectl kustomize, kubernetes-validate --strict"
    with TemporaryDirectory() as folder:
        rendered = Path(folder) / "all.yaml"
        render = ["kubectl", "kustomize", DEPLOY / "kustomize/overlays" / name, "-o", rendered]
        return checked(what, how, render, ["kubernetes-validate", "--strict", rendered])


def _units() -> Iterator[Row]:
    """Check copies whose program is one that is there."""
    with TemporaryDirectory() as folder:
        units = Path(folder) / "units"
        shutil.copytree(DEPLOY / "systemd", units)
        names = [unit for unit in units.iterdir() if unit.suffix in (".service", ".timer")]
        for unit in names:
            unit.write_text(unit.read_text().replace("/opt/qabot/bin/qabot", "/bin/true"))
        services = [unit for unit in names if unit.suffix == ".service"]
        verify = ["systemd-analyze", "verify", *sorted(names)]
        yield checked("systemd units", "systemd-analyze verify, no warning", verify, said=True)
        limit = f"--threshold={round(10 * _EXPOSED)}"
        security = ["systemd-analyze", "security", "--offline=true", "--no-pager", limit]
        how = f"systemd-analyze security, {_EXPOSED} at most"
        yield checked("systemd units' exposure", how, *([*security, one] for one in services))


def _shell() -> Row:
    """Check each script, and each command that stands in another file."""
    with TemporaryDirectory() as folder:
        scripts = [ROOT / ".ci/run"]
        found = {"README.md": "\n".join(shell_blocks())}
        for kind in yaml.safe_load_all((DEPLOY / "kustomize/base/serve.yaml").read_text()):
            for one in kind["spec"].get("template", {}).get("spec", {}).get("initContainers", []):
                found[one["name"]] = one["args"][0]
        for name, text in found.items():
            script = Path(folder) / f"{name}.sh"
            script.write_text(f"#!/bin/sh\n{text}\n")
            scripts.append(script)
        return checked("shell: .ci/run, deploy/README.md", "shellcheck", ["shellcheck", *scripts])


def shell_blocks() -> list[str]:
    """Return the commands of deploy/README.md that are to be run as they stand, in order."""
    return re.findall(r"^```sh\n(.*?)^```", (DEPLOY / "README.md").read_text(), re.M | re.S)


def chapter(title: str) -> list[str]:
    """Return the commands, line by line, of the first block of a chapter of deploy/README.md."""
    text = (DEPLOY / "README.md").read_text().partition(f"\n## {title}\n")[2]
    return text.partition("\n```\n")[2].partition("\n```\n")[0].splitlines()
