"""Builds in an S3-compatible store, which many machines pull them from: the home of obstore.

The store holds what stands on disk: a folder for each build, its manifest written last, and
CURRENT, which names the live one. CURRENT is replaced only where it still names what it did when
the new build was begun (If-Match), so that of two builders one is told.

obstore is not to be used before a fork and after it: its threads stay in the first process.
"""

import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from qabot.checksums import file_sha256
from qabot.encoder.base import Progress, silent
from qabot.errors import BadInput, BuildRefused, BuildStoreUnavailable
from qabot.index.manifest import MANIFEST, Manifest, damaged, is_id, manifest_of
from qabot.index.releases import CURRENT, too_old, write_manifest

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ClientConfig, RetryConfig

_CLIENT: "ClientConfig" = {
    "allow_http": True,  # where the endpoint says http://
    "connect_timeout": timedelta(seconds=3),
    "read_timeout": timedelta(seconds=10),
    "timeout": timedelta(hours=2),  # for a whole file
}
_RETRY: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=10)}
_CHUNK = 8 * 2**20  # bytes of a file that are held in memory
_PUSHING = timedelta(days=1)  # after which what has no manifest is not being pushed any more


@dataclass(frozen=True, slots=True)
class Current:
    """What CURRENT names in the store."""

    build: str | None  #: None: nothing yet
    tag: str = ""  #: of that object (ETag)


class BuildStore:
    """A folder of a bucket, s3://BUCKET/FOLDER; credentials and endpoint are those of AWS_*.

    Raises BadInput for another address and where obstore is not installed. Its methods raise
    BuildStoreUnavailable where the store is away or refuses.
    """

    def __init__(self, address: str) -> None:
        found = re.fullmatch(r"s3://([^/]+)/*(.*?)/*", address)
        if not found:
            raise BadInput(f"QABOT_BUILDS is {address!r}; set s3://BUCKET/FOLDER.")
        try:
            import obstore
            from obstore.store import S3Store
        except ImportError as error:
            raise BadInput(
                "QABOT_BUILDS needs obstore; install it with: pip install 'qabot[s3]'."
            ) from error
        self.address = address.rstrip("/")
        self._obstore = obstore
        self._store = S3Store(
            found[1], prefix=found[2] or None, client_options=_CLIENT, retry_config=_RETRY
        )

    def current(self) -> Current:
        """Return which build is live."""
        with self._reached():
            try:
                got = self._obstore.get(self._store, CURRENT)
                build = bytes(got.bytes()).decode(errors="replace").strip()
            except FileNotFoundError as error:
                self._refuse_missing_bucket(error)
                return Current(None)
            return Current(build, got.meta["e_tag"] or "")

    def make_live(self, build: str, instead_of: Current) -> None:
        """Let CURRENT name a build; raises BuildRefused where it names another than `instead_of`.

        Builds that are too old are dropped then.
        """
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with self._reached():
            try:
                self._obstore.put(
                    self._store,
                    CURRENT,
                    f"{build}\n".encode(),
                    mode={"e_tag": instead_of.tag} if instead_of.build else "create",
                )
            except (AlreadyExistsError, PreconditionError) as error:
                raise BuildRefused(
                    f"{self.address}: another build went live there meanwhile, which stays; run "
                    "qabot index again, which begins with that one."
                ) from error
        self._drop_too_old(build)

    def manifest(self, build: str) -> Manifest:
        """Return the manifest of a build; raises BadInput where there is none, or BuildRefused."""
        missing = BadInput(
            f"There is no build {build!r} in {self.address}; list them with: qabot builds"
        )
        if not is_id(build):
            raise missing
        with self._reached():
            try:
                text = bytes(self._obstore.get(self._store, f"{build}/{MANIFEST}").bytes())
            except FileNotFoundError as error:
                self._refuse_missing_bucket(error)
                raise missing from error
        folder = f"{self.address}/{build}"
        manifest = manifest_of(text.decode(errors="replace"), folder)
        names = [PurePosixPath(name) for name in manifest.hashes]
        if manifest.id != build or any(one.is_absolute() or ".." in one.parts for one in names):
            raise damaged(f"{folder}/{MANIFEST}")
        return manifest

    def manifests(self) -> list[Manifest]:
        """Return the manifests of all builds of this format, newest first."""
        found = []
        for build in self._complete(self._objects()):
            try:
                found.append(self.manifest(build))
            except (BadInput, BuildRefused):  # just dropped, of another format, or damaged
                continue
        return found

    def push(self, folder: Path, manifest: Manifest) -> None:
        """Put a build there, its manifest last, unless it is there."""
        with self._reached():
            if f"{manifest.id}/{MANIFEST}" in {one["path"] for one in self._objects(manifest.id)}:
                return
            for name in (*manifest.hashes, MANIFEST):
                self._obstore.put(self._store, f"{manifest.id}/{name}", folder / name)

    def pull(
        self, manifest: Manifest, draft: Path, here: Mapping[str, Path], done: Progress = silent
    ) -> None:
        """Write a build's files into a draft, each as its hash says; raises BuildRefused.

        What is `here` already, by its SHA-256, is copied. `done` is told of each chunk's bytes.
        """
        for name, recorded in manifest.hashes.items():
            file = draft / name
            file.parent.mkdir(parents=True, exist_ok=True)
            same = here.get(recorded)
            if same and same.is_file() and file_sha256(same) == recorded:
                shutil.copyfile(same, file)
            else:
                self._download(f"{manifest.id}/{name}", file, done)
                if file_sha256(file) != recorded:
                    raise damaged(f"{self.address}/{manifest.id}/{name}")
        write_manifest(draft, manifest)

    def _download(self, path: str, file: Path, done: Progress) -> None:
        with self._reached(), file.open("wb") as written:
            try:
                for chunk in self._obstore.get(self._store, path).stream(_CHUNK):
                    written.write(chunk)
                    done(len(chunk))
            except FileNotFoundError as error:
                raise damaged(f"{self.address}/{path}") from error

    def _drop_too_old(self, live: str) -> None:
        """Drop the builds that would not be kept on disk, and what was never pushed to its end."""
        objects = self._objects()
        complete = self._complete(objects)
        paths: defaultdict[str, list[str]] = defaultdict(list)
        pushed: dict[str, datetime] = {}
        for one in objects:
            build = one["path"].partition("/")[0]
            paths[build].append(one["path"])
            pushed[build] = max(pushed.get(build, one["last_modified"]), one["last_modified"])
        before = datetime.now(UTC) - _PUSHING
        left = [one for one, last in pushed.items() if one not in complete and last < before]
        for build in (*too_old(complete, live), *left):
            with self._reached():
                if build in complete:  # first: interrupted, the rest is what has no manifest
                    self._obstore.delete(self._store, f"{build}/{MANIFEST}")
                self._obstore.delete(self._store, paths[build])

    def _complete(self, objects: "list[ObjectMeta]") -> list[str]:
        """Return the ids of the builds that were pushed to the end, newest first."""
        parts = [PurePosixPath(one["path"]).parts for one in objects]
        return sorted({build for build, *rest in parts if rest == [MANIFEST]}, reverse=True)

    def _objects(self, folder: str | None = None) -> "list[ObjectMeta]":
        """Return what the builds consist of, or one of them; nothing else that lies there."""
        with self._reached():
            found = [one for some in self._obstore.list(self._store, folder) for one in some]
        return [one for one in found if is_id(one["path"].partition("/")[0])]

    @contextmanager
    def _reached(self) -> Iterator[None]:
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise BuildStoreUnavailable(
                f"{self.address} refuses these credentials; check AWS_ACCESS_KEY_ID, "
                "AWS_SECRET_ACCESS_KEY and what they are allowed."
            ) from error
        except BaseError as error:
            said = str(error).partition("\n")[0].rpartition(" - ")[2].partition(": <")[0]
            raise BuildStoreUnavailable(
                f"{self.address} cannot be reached ({said}); check AWS_ENDPOINT_URL, the bucket "
                "and whether the store runs, then try again."
            ) from error

    def _refuse_missing_bucket(self, error: FileNotFoundError) -> None:
        if "NoSuchBucket" in str(error):
            raise BuildStoreUnavailable(
                f"{self.address}: there is no such bucket; make it, or set QABOT_BUILDS."
            ) from error
