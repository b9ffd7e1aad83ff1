"""A Dockerfile's steps, run in order without a container engine: each stage is a folder.

What is known of the language is what deploy/Dockerfile uses; anything else is refused. A stage
begins as a copy of a bare Debian in place of its base image, and its commands run in there, as
root or as the user that the file names.
"""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PASSED_ON = ("PIP_CERT", "PIP_INDEX_URL", "http_proxy", "https_proxy", "no_proxy")
"""Of this machine's environment, for steps that install."""


@dataclass(slots=True)
class Stage:
    """What a stage has come to, or the image that the last one is."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    folder: str = "/"  #: WORKDIR
    user: str = "0:0"
    volumes: Sequence[str] = ()
    health: Sequence[str] = ()
    entrypoint: Sequence[str] = ()
    command: Sequence[str] = ()


def instructions(dockerfile: Path) -> Iterator[tuple[str, str]]:
    """Give each instruction's name and the rest of it, on one line."""
    lines = [line for line in dockerfile.read_text().splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name, rest.strip()


def build(dockerfile: Path, context: Path, base: Path, folder: Path) -> Stage:
    """Run a Dockerfile's steps; return the last stage. Raises CalledProcessError where one fails.

    `base` is the root of a bare Debian, `folder` where the stages are made.
    """
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    for name, rest in instructions(dockerfile):
        if name == "FROM":
            _, _, alias = rest.partition(" AS ")
            root = folder / (alias or "image")
            subprocess.run(["cp", "-a", base, root], check=True)
            stage = stages[alias] = Stage(root)
        else:
            _STEPS[name](stage, rest, context, stages)
    return stage


def _run(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    in_stage(stage, ["sh", "-c", rest]).check_returncode()


def _copy(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    words = shlex.split(rest)
    options = dict(word[2:].split("=") for word in words if word.startswith("--"))
    *sources, into = [word for word in words if not word.startswith("--")]
    target = stage.root / os.path.join(stage.folder, into).lstrip("/")
    source_root = stages[options["from"]].root if "from" in options else context
    for source in sources:
        found = source_root / source.lstrip("/")
        place = target / found.name if into.endswith("/") and found.is_file() else target
        place.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            left_out = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(found, place, symlinks=True, dirs_exist_ok=True, ignore=left_out)
        else:
            shutil.copy2(found, place)
        if "chown" in options:
            subprocess.run(["chown", "-R", options["chown"], place], check=True)


def _env(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    for word in shlex.split(rest):
        name, _, value = word.partition("=")
        stage.environment[name] = value.replace("$PATH", stage.environment["PATH"])


def _folder(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    stage.folder = rest
    (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)


def _user(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    stage.user = rest


def _volumes(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    stage.volumes = json.loads(rest)


def _health(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    stage.health = json.loads(rest.partition("CMD")[2])


def _entrypoint(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    stage.entrypoint = json.loads(rest)


def _command(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    stage.command = json.loads(rest)


def _nothing(stage: Stage, rest: str, context: Path, stages: Mapping[str, Stage]) -> None:
    """Done by an engine alone, and nothing that what follows builds on."""


_STEPS = {
    "RUN": _run,
    "COPY": _copy,
    "ENV": _env,
    "WORKDIR": _folder,
    "USER": _user,
    "VOLUME": _volumes,
    "HEALTHCHECK": _health,
    "ENTRYPOINT": _entrypoint,
    "CMD": _command,
    "EXPOSE": _nothing,
    "STOPSIGNAL": _nothing,
}


def in_stage(stage: Stage, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command in a stage that may be written to, with the network as it is here."""
    mounts = f"mount -t proc proc {stage.root}/proc"
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return subprocess.run(
        _inside(stage, mounts, command, passed_on), capture_output=True, text=True
    )


def locked_down(
    image: Stage,
    mounted: Mapping[str, Path],
    command: Sequence[str],
    environment: Mapping[str, str],
) -> Sequence[str]:
    """Return what runs a command in an image as a hardened container would.

    The root is read-only, /tmp is memory; `mounted` tells which folder lies where, by the path in
    the image. An empty one first gets what the image has there. There is no capability, and none to
    be gained.
    """
    mounts = [
        f"mount --bind {image.root} {image.root}",
        f"mount -t proc proc {image.root}/proc",
        f"mount --bind /dev {image.root}/dev",
        f"mount -t tmpfs tmpfs {image.root}/tmp",
    ]
    for target, folder in mounted.items():
        inside = image.root / target.lstrip("/")
        if not any(folder.iterdir()):
            subprocess.run(["cp", "-aT", inside, folder], check=True)
        mounts.append(f"mount --bind {folder} {inside}")
    mounts.append(f"mount -o remount,bind,ro {image.root}")
    return _inside(image, " && ".join(mounts), command, environment)


def _inside(
    stage: Stage, mounts: str, command: Sequence[str], environment: Mapping[str, str]
) -> Sequence[str]:
    user, group = stage.user.split(":")
    as_user = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    if user != "0":
        as_user += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    variables = [f"{k}={v}" for k, v in (stage.environment | dict(environment)).items()]
    there = f"cd {shlex.quote(stage.folder)} && exec " + shlex.join(command)
    inside = ["chroot", str(stage.root), *as_user, "env", "-i", *variables, "sh", "-c", there]
    return ["unshare", "--mount", "sh", "-c", f"{mounts} && exec {shlex.join(inside)}"]
