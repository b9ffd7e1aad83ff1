"""A new version that the policies' owner uploads: looked at beside the live build, then made live.

A file that was uploaded waits in the folder `uploads` of the index until somebody says yes; then it
is put beside the policies that are there, and the build that holds it is used. No file that is
there is written over: a version in force stays until another one is.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from os.path import commonpath
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from threading import Lock
from time import time

from qabot.catalog.names import same_company, slug
from qabot.changes.build_warnings import BuildWarning
from qabot.errors import BadInput, BuildNotWritten, BuildRefused
from qabot.evaluation.test_set import Worse
from qabot.index.build_plan import plan
from qabot.index.manifest import read_manifest
from qabot.index.releases import current_folder, discard
from qabot.readers.reading import CATALOG
from qabot.records import FRONT_MATTER, Version
from qabot.service.checked_build import CheckedBuild, check_build
from qabot.service.live import LiveBot
from qabot.service.uploaded_files import file_name, free_name, is_taken, put_beside, row_of

MOST_BYTES = 20 * 2**20
"""Of a file that is uploaded."""

_FOLDER = "uploads"
_ROW = "waiting.json"  # beside a file that waits: what its owner said of it, and its build
_KEPT = 24 * 3600  # seconds that a file waits


@dataclass(frozen=True, slots=True)
class Declared:
    """What the owner says of a file, in place of what is found in it; None: nothing."""

    company: str | None
    policy: str | None
    effective: date | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked at, and what it would change."""

    token: str  #: names it until it is live
    version: Version | None  #: what it was understood as; None: it is no part of the build
    warnings: tuple[BuildWarning, ...]
    worse: tuple[Worse, ...]
    checked: CheckedBuild


class Uploads:
    """Takes files for one index, one after the other."""

    def __init__(self, live: LiveBot, encoder: str) -> None:
        self._live = live
        self._encoder = encoder
        self._alone = Lock()

    def look_at(self, name: str, data: bytes, declared: Declared) -> Upload:
        """Make a build that holds the file too, beside the live one, and say what it would change.

        Raises BadInput for a name or size that cannot be taken, and where the file says otherwise
        than the owner; UnreadableFile and BuildRefused.
        """
        self._forget_old()
        name = file_name(name)
        if not 0 < len(data) <= MOST_BYTES:
            size = "empty" if not data else f"larger than {MOST_BYTES // 2**20} MB"
            raise BadInput(f"{name} is {size}: nothing was taken.")
        token = token_hex(8)
        folder = self._folder(token)
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise BadInput(
                "The folder of the index cannot be written to here, so nothing can be uploaded: "
                "run qabot index where it can be."
            ) from error
        (folder / name).write_bytes(data)
        row = {"company": declared.company, "policy": declared.policy}
        row["effective"] = declared.effective.isoformat() if declared.effective else None
        said = {key: value for key, value in row.items() if value}
        if said:
            (folder / CATALOG).write_text(row_of(name, said))
        file = folder / name
        try:
            with self._one_at_a_time(), self._naming_files_alone(folder):
                checked = self._checked(file, data)
                free = free_name(self._target(), name, data, _version_of(checked, file))
                if free != name:  # looked at under the name that it will have: names may say a day
                    discard(self._live.index, checked.manifest.id)
                    file = file.rename(folder / free)
                    if said:
                        (folder / CATALOG).write_text(row_of(free, said))
                    checked = self._checked(file, data)
                _refuse_contradiction(declared, _version_of(checked, file))
        except BaseException:
            rmtree(folder)
            raise
        (folder / _ROW).write_text(json.dumps({"said": said, "build": checked.manifest.id}))
        return _upload(token, checked, file)

    def look_again(self, token: str, declared: Declared) -> Upload:
        """Look at a file that waits once more, with what its owner says of it now.

        Raises as `look_at` does; the file waits then as it did.
        """
        file = self._waiting_file(token)
        found = self.look_at(file.name, file.read_bytes(), declared)
        self.forget(token)
        return found

    def waiting(self) -> dict[str, str]:
        """Return the tokens of the files that wait, by the build that each was looked at in."""
        rows = (self._live.index / _FOLDER).glob(f"*/{_ROW}")
        return {str(json.loads(row.read_text())["build"]): row.parent.name for row in rows}

    def make_live(self, token: str) -> Upload:
        """Put a file that was looked at beside the others, and use the build that holds it."""
        folder = self._folder(token)
        file = self._waiting_file(token)
        target = self._target() / file.name
        data = file.read_bytes()
        row = json.loads((folder / _ROW).read_text())
        with self._one_at_a_time(), self._naming_files_alone(folder):
            if is_taken(target, data):
                raise BadInput(f"There is another {file.name} by now: upload it again.")
            with put_beside(target, data, row["said"]):
                current = self._live.releases.current()
                self._live.releases.pull(current)
                checked = self._checked(target, data)
                self._live.releases.use(checked.manifest.id, current)
            self._live.refresh()
        self.forget(token)
        return _upload(token, checked, target)

    def forget(self, token: str) -> None:
        """Throw a file away that was looked at, and the build that was made for that."""
        folder = self._folder(token)
        if folder.is_dir():
            row = folder / _ROW
            if row.is_file():  # else the service ended while it was looked at
                discard(self._live.index, str(json.loads(row.read_text())["build"]))
            rmtree(folder)

    def _forget_old(self) -> None:
        """Throw away what nobody decided on for a day, unless it answers (`qabot use`)."""
        live = read_manifest(current_folder(self._live.index)).sources
        for folder in (self._live.index / _FOLDER).glob("*"):
            is_used = any(Path(file).parent == folder for file in live)
            if not is_used and folder.stat().st_mtime < time() - _KEPT:
                self.forget(folder.name)

    def _waiting_file(self, token: str) -> Path:
        files = [one for one in self._folder(token).glob("*") if one.name not in (CATALOG, _ROW)]
        if not files:
            raise BadInput("That file is not waiting any more: upload it again.")
        (file,) = files
        return file

    def _checked(self, file: Path, data: bytes) -> CheckedBuild:
        """Make the build of the live one's files and this one, which takes its own copy's place."""
        target = self._target() / file.name
        others = [one for one in self._files() if one != target or is_taken(target, data)]
        planned = plan([*others, file], self._encoder, milvus=self._live.releases.milvus)
        return check_build(planned, self._live.index, lambda: self._live.models)

    def _files(self) -> list[Path]:
        """Return the policy files of the live build."""
        manifest = read_manifest(current_folder(self._live.index))
        files = [Path(file) for file in manifest.sources if Path(file).name != CATALOG]
        missing = next((file for file in files if not file.is_file()), None)
        if missing:
            raise BuildRefused(
                f"{missing}: not there any more; start the service in the folder that qabot index "
                "ran in, or run: qabot index"
            )
        return files

    @contextmanager
    def _naming_files_alone(self, waiting: Path) -> Iterator[None]:
        """Take the folders of this machine out of what is said of files."""
        try:
            yield
        except (BadInput, BuildRefused, BuildNotWritten) as error:
            sources = read_manifest(current_folder(self._live.index)).sources
            folders = {waiting, self._live.index, *(Path(file).parent for file in sources)}
            said = str(error)
            for folder in sorted(map(str, folders), key=len, reverse=True):
                said = said.replace(f"{folder}/", "")
            said = said.replace(f" in front matter or {CATALOG}", "")
            raise type(error)(said) from error

    def _target(self) -> Path:
        """Return the folder that the policies of the live build lie in."""
        manifest = read_manifest(current_folder(self._live.index))
        waiting = self._live.index / _FOLDER  # a build that holds one may have been made live
        parents = [Path(file).parent for file in manifest.sources]
        folders = [str(one) for one in parents if waiting not in one.parents]
        return Path(commonpath(folders)) if folders else self._live.index / "policies"

    def _folder(self, token: str) -> Path:
        if not (token.isascii() and token.isalnum()):
            raise BadInput("That file is not waiting any more: upload it again.")
        return self._live.index / _FOLDER / token

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._alone.acquire(blocking=False):
            raise BadInput("Another file is being looked at: try again in a minute.")
        try:
            yield
        finally:
            self._alone.release()


def _upload(token: str, checked: CheckedBuild, file: Path) -> Upload:
    own = [one for one in checked.changes.warnings if str(file) in one.files or one.is_guarded]
    warnings = tuple(replace(one, files=tuple(Path(f).name for f in one.files)) for one in own)
    return Upload(token, _version_of(checked, file), warnings, checked.worse, checked)


def _refuse_contradiction(declared: Declared, version: Version | None) -> None:
    """Raise BadInput where a file itself says otherwise than its owner, who would not be heard."""
    if version is None:
        return
    agrees = {
        "company": same_company(declared.company or "") == same_company(version.company),
        "policy": slug(declared.policy or "") == version.policy.rpartition("/")[2],
        "effective": declared.effective == version.effective_from,
    }
    for key, is_so in agrees.items():
        if getattr(declared, key) and not is_so and version.origins.get(key) == FRONT_MATTER:
            raise BadInput(
                f"{Path(version.file).name} says itself, at its top, what it is ({key}): "
                "correct it there, or leave that field empty."
            )


def _version_of(checked: CheckedBuild, file: Path) -> Version | None:
    return next((one for one in checked.versions if one.file == str(file)), None)
