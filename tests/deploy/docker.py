"""Stands in for `docker compose` where there is no engine, as far as deploy/README.md uses it.

    python -m tests.deploy.docker compose up --detach --wait

Compose's own program reads the file; services of qabot's image run in the stages that
`tests.deploy.dockerfile` built, locked down, PostgreSQL as it is installed here, all on loopback.
What has to last from one call to the next is in the folder that CONTAINERS names.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import sleep
from typing import Any

from tests.deploy.dockerfile import Stage, locked_down

_HEALTHY_WITHIN = 60  # seconds


class Project:
    """A Compose file's services, and which of them run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        read = [os.environ["COMPOSE"], "--profile", "*", "config", "--format", "json"]
        self.services: dict[str, Any] = json.loads(subprocess.check_output(read))["services"]
        self.image = Stage(**json.loads((folder / "image.json").read_text()))
        self.image.root = Path(self.image.root)

    def run(self, name: str, command: Sequence[str], entrypoint: str | None) -> int:
        """Run a command in a new container of a service, after what it depends on."""
        for dependency in self.services[name].get("depends_on", {}):
            self.up(dependency)
        program = [entrypoint] if entrypoint else self.image.entrypoint
        rest = command or self.services[name].get("command") or self.image.command
        return subprocess.run(self._inside(name, [*program, *rest])).returncode

    def execute(self, name: str, command: Sequence[str]) -> int:
        """Run a command in the container of a service that runs."""
        if not self._is_running(name):
            sys.exit(f"service {name!r} is not running")
        if name == "postgres":
            environment = os.environ | {"PGHOST": str(self.folder / "socket")}
            return subprocess.run([_postgres(command[0]), *command[1:]], env=environment).returncode
        return subprocess.run(self._inside(name, command)).returncode

    def up(self, name: str) -> None:
        """Start a service unless it runs as it is set now; return when it is healthy."""
        for dependency in self.services[name].get("depends_on", {}):
            self.up(dependency)
        said = json.dumps(self.services[name])
        kept = self.folder / f"{name}.json"
        if self._is_running(name) and (name == "postgres" or kept.read_text() == said):
            return
        self.stop(name)
        kept.write_text(said)
        if name == "postgres":
            self._start_postgres()
            return
        command = self.services[name].get("command") or self.image.command
        with (self.folder / f"{name}.log").open("a") as log:
            process = subprocess.Popen(
                self._inside(name, [*self.image.entrypoint, *command]),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (self.folder / f"{name}.pid").write_text(str(process.pid))
        for _ in range(_HEALTHY_WITHIN):
            probe = self._inside(name, self.image.health)
            if subprocess.run(probe, capture_output=True).returncode == 0:
                return
            sleep(1)
        said = (self.folder / f"{name}.log").read_text()
        sys.exit(f"service {name!r} is not healthy; it said:\n{said}")

    def stop(self, name: str) -> None:
        """Tell a service to end, and wait until it has."""
        while self._is_running(name):
            number = signal.SIGINT if name == "postgres" else signal.SIGTERM
            os.kill(int((self.folder / f"{name}.pid").read_text()), number)
            sleep(0.5)

    def _is_running(self, name: str) -> bool:
        kept = self.folder / f"{name}.pid"
        status = Path(f"/proc/{kept.read_text()}/stat") if kept.exists() else kept
        return status.exists() and ") Z" not in status.read_text()

    def _inside(self, name: str, command: Sequence[str]) -> Sequence[str]:
        mounted = {volume: self._volume(volume) for volume in self.image.volumes}
        for volume in self.services[name].get("volumes", []):
            is_bound = volume["type"] == "bind"
            source = Path(volume["source"]) if is_bound else self._volume(volume["source"])
            mounted[volume["target"]] = source
        environment = self.services[name]["environment"].items()
        given = {key: value for key, value in environment if value is not None}
        return locked_down(self.image, mounted, command, given)

    def _volume(self, name: str) -> Path:
        folder = self.folder / "volumes" / name.strip("/").replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _start_postgres(self) -> None:
        environment = self.services["postgres"]["environment"]
        user, database = environment["POSTGRES_USER"], environment["POSTGRES_DB"]
        data, socket = self.folder / "state", self.folder / "socket"
        is_new = not data.exists()
        if is_new:
            for place in (data, socket):
                place.mkdir()
                shutil.chown(place, "postgres", "postgres")
            password = self.folder / "password"
            password.write_text(environment["POSTGRES_PASSWORD"])
            who = f"--username={user}", f"--pwfile={password}"
            how = "--auth-host=scram-sha-256", "--auth-local=trust"
            _as_postgres("initdb", "-D", data, *who, *how)
        options = f"-h 127.0.0.1 -c unix_socket_directories={socket}"
        log = data / "log"
        _as_postgres("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        leader = (data / "postmaster.pid").read_text().split()[0]
        (self.folder / "postgres.pid").write_text(leader)
        if is_new:
            _as_postgres("createdb", f"--host={socket}", f"--username={user}", database)


def keep_image(image: Stage, folder: Path) -> None:
    """Let the calls to come know the image that they run; services find each other in there."""
    (image.root / "etc" / "hosts").write_text("127.0.0.1 localhost serve postgres\n")
    (folder / "image.json").write_text(json.dumps(asdict(image), default=str))


def _postgres(program: str) -> str:
    found = [*Path("/usr/lib/postgresql").glob(f"*/bin/{program}")]
    return str(found[0]) if found else program


def _as_postgres(program: str, *arguments: object) -> None:
    command = ["runuser", "-u", "postgres", "--", _postgres(program), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def main() -> int:
    """Do what one call says."""
    parser = argparse.ArgumentParser(prog="docker")
    parser.add_argument("compose", choices=["compose"])
    parser.add_argument("--profile")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("build")
    run = verbs.add_parser("run")
    run.add_argument("--rm", action="store_true", required=True)
    run.add_argument("--entrypoint")
    execute = verbs.add_parser("exec")
    for verb in (run, execute):
        verb.add_argument("-T", action="store_true")
        verb.add_argument("service")
        verb.add_argument("command", nargs=argparse.REMAINDER)
    up = verbs.add_parser("up")
    up.add_argument("--detach", action="store_true", required=True)
    up.add_argument("--wait", action="store_true", required=True)
    for verb in (up, verbs.add_parser("stop"), verbs.add_parser("start")):
        verb.add_argument("services", nargs="*")
    said = parser.parse_args()
    project = Project(Path(os.environ["CONTAINERS"]))
    if said.verb == "run":
        return project.run(said.service, said.command, said.entrypoint)
    if said.verb == "exec":
        return project.execute(said.service, said.command)
    unprofiled = [name for name, one in project.services.items() if "profiles" not in one]
    if said.verb in ("up", "start"):
        for name in said.services or unprofiled:
            project.up(name)
    if said.verb == "stop":
        for name in said.services or [*reversed(project.services)]:
            project.stop(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
