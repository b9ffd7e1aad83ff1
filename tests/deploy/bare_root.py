"""The Dockerfile's steps in a bare Debian; the commands of deploy/README.md on its image."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.deploy.docker import keep_image
from tests.deploy.dockerfile import Stage, build
from tests.deploy.row import Row
from tests.deploy.validators import DEPLOY, ROOT, program, shell_blocks

_SUITE = "bookworm"
_PASSED_ON = ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt", "/etc/pip.conf")

_STOP = "docker compose --profile '*' stop"

_NEW_VERSION = """---
company: Larkfield Telecom
policy: privacy
title: Privacy Policy
effective: 2026-01-01
---
# Privacy Policy

## How long we keep your information

We keep call records for 10 months from the date of the call.
"""
"""What is put beside the sample before the commands that index a new version."""

BUILT = "the Dockerfile's steps, in order, in a bare Debian"
COMMANDS = "the commands of deploy/README.md for containers: an answer, a restore, an upgrade"


def built_and_run(folder: Path) -> Iterator[Row]:
    """Give a row for the image, and one for what deploy/README.md does with it."""
    missing = not_to_be_built()
    if missing:
        yield Row(BUILT, "debootstrap", missing=missing)
        yield Row(COMMANDS, "bash -e", missing="there is no image")
        return
    folder.chmod(0o755)  # PostgreSQL's user passes through
    try:
        image = build(DEPLOY / "Dockerfile", ROOT, debian(folder), folder)
    except subprocess.CalledProcessError as error:
        yield Row(BUILT, "debootstrap", failure=f"{error}\n{error.stdout}\n{error.stderr}")
        yield Row(COMMANDS, "bash -e", missing="there is no image")
        return
    yield Row(BUILT, "debootstrap")
    yield _compiler(image)
    yield _commands(image, folder)


def not_to_be_built() -> str:
    """Return why no Debian can be made and entered here, "" where it can."""
    if os.geteuid() != 0:
        return "it takes root"
    programs = ("debootstrap", "unshare", "ip", "docker-compose", "runuser")
    absent = [name for name in programs if program(name) is None]
    if absent:
        return f"{absent[0]} is not installed"
    if subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True).returncode:
        return "no namespaces may be made"
    return ""


def debian(folder: Path) -> Path:
    """Return the root of a Debian with Python and nothing else, in place of the base image."""
    kept = ROOT / "build" / "deploy" / _SUITE
    if not kept.exists():
        partial = kept.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        make = ["debootstrap", "--variant=minbase", "--include=python3,python3-venv", _SUITE]
        subprocess.run([*make, partial], check=True, capture_output=True, text=True)
        for name in filter(os.path.exists, _PASSED_ON):
            place = partial / name.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, place)
        partial.rename(kept)
    return kept


def _compiler(image: Stage) -> Row:
    what, how = "the image holds no compiler, and no pip in its environment", "a look"
    places = [place.lstrip("/") for place in image.environment["PATH"].split(":")]
    names = ("cc", "gcc", "c++", "ld", "make", "pip")
    found = [
        f"/{place}/{name}"
        for place in places
        for name in names
        if os.path.lexists(image.root / place / name)
    ]
    return Row(what, how, failure=", ".join(found))


def _commands(image: Stage, folder: Path) -> Row:
    """Run them in a copy of what they need, in a network that is this machine's alone."""
    keep_image(image, folder)
    programs, place = folder / "bin", folder / "checkout"
    programs.mkdir()
    shutil.copytree(DEPLOY, place / "deploy")
    shutil.copytree(ROOT / "index" / "policies", place / "index" / "policies")
    docker = programs / "docker"
    docker.write_text(f'#!/bin/sh\nexec {sys.executable} -m tests.deploy.docker "$@"\n')
    docker.chmod(0o755)
    script = folder / "commands.sh"
    (folder / "new.md").write_text(_NEW_VERSION)
    put = f"cp {folder}/new.md ../index/policies/privacy-2026.md"
    script.write_text("\n".join(["ip link set lo up", *_with(put, shell_blocks()), _STOP]))
    environment = os.environ | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "CONTAINERS": str(folder),
        "COMPOSE": str(program("docker-compose")),
    }
    command = ["unshare", "--net", "bash", "-e", "-u", "-x", "-o", "pipefail", str(script)]
    cwd = place / "deploy"
    run = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    said = run.stdout + run.stderr
    failure = said[-6000:] if run.returncode else _unexpected(run.stdout)
    if run.returncode:
        subprocess.run(["sh", "-c", _STOP], cwd=cwd, env=environment)
    return Row(COMMANDS, f"bash -e: {said.count('+ docker compose')} calls", failure=failure)


def _with(put: str, blocks: Sequence[str]) -> Iterator[str]:
    """Give the blocks, before the one that says what changed the command that changes it."""
    for block in blocks:
        if "qabot changes" in block:
            yield put
        yield block


def _unexpected(said: str) -> str:
    """Return what is wrong with what the commands said."""
    expected = ("12 months from the date of the call", "10 months from the date of the call")
    absent = [words for words in expected if words not in said]
    return f"{absent} is missing in:\n{said}" if absent else ""
