"""A new version that the policies' owner uploads: looked at beside the live build, then made live.

A file that was uploaded waits in the folder `uploads` of the index until somebody says yes; then it
is put beside the policies that are there, and the build that holds it is used.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from os.path import commonpath
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from threading import Lock

from qabot.changes.build_changes import Warned
from qabot.errors import BadInput, BuildRefused
from qabot.evaluation.test_set import Worse
from qabot.index.build_plan import plan
from qabot.index.releases import current_folder, discard, read_manifest, use
from qabot.readers.reading import CATALOG, SUFFIXES
from qabot.records import Version
from qabot.service.checked_build import CheckedBuild, check
from qabot.service.live import LiveBot

MOST_BYTES = 20 * 2**20
"""Of a file that is uploaded."""

_FOLDER = "uploads"
_ROW = "waiting.json"  # beside a file that waits: what its owner said of it, and its build
_LONGEST_NAME = 120  # characters


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
    warnings: tuple[Warned, ...]
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

        Raises BadInput for a name or size that cannot be taken, UnreadableFile and BuildRefused.
        """
        name = _file_name(name)
        if not 0 < len(data) <= MOST_BYTES:
            size = "empty" if not data else f"larger than {MOST_BYTES // 2**20} MB"
            raise BadInput(f"{name} is {size}: nothing was taken.")
        token = token_hex(8)
        folder = self._folder(token)
        folder.mkdir(parents=True)
        (folder / name).write_bytes(data)
        row = {"company": declared.company, "policy": declared.policy}
        row["effective"] = declared.effective.isoformat() if declared.effective else None
        said = {key: value for key, value in row.items() if value}
        if said:
            (folder / CATALOG).write_text(_row(name, said))
        try:
            with self._one_at_a_time():
                checked = self._checked([*self._files(name), folder / name])
        except BaseException:
            rmtree(folder)
            raise
        (folder / _ROW).write_text(json.dumps({"said": said, "build": checked.manifest.id}))
        return _upload(token, checked, folder / name)

    def make_live(self, token: str) -> Version | None:
        """Put a file that was looked at beside the others, and use the build that holds it."""
        folder = self._folder(token)
        waiting = [file for file in folder.glob("*") if file.name not in (CATALOG, _ROW)]
        if not waiting:
            raise BadInput("That file is not waiting any more: upload it again.")
        (file,) = waiting
        target = self._target() / file.name
        row = json.loads((folder / _ROW).read_text())
        with self._one_at_a_time():
            files = [*self._files(file.name), target]
            target.write_bytes(file.read_bytes())
            if row["said"]:
                _add_row(target, row["said"])
            checked = self._checked(files)
            use(self._live.index, checked.manifest.id)
            self._live.refresh()
        self.forget(token)
        return _version_of(checked, target)

    def forget(self, token: str) -> None:
        """Throw a file away that was looked at, and the build that was made for that."""
        folder = self._folder(token)
        if folder.is_dir():
            build = str(json.loads((folder / _ROW).read_text())["build"])
            discard(self._live.index, build)
            rmtree(folder)

    def _checked(self, files: Sequence[Path]) -> CheckedBuild:
        planned = plan(files, self._encoder)
        return check(planned, self._live.index, lambda: self._live.models)

    def _files(self, name: str) -> list[Path]:
        """Return the policy files of the live build, but one of this name where that is going."""
        manifest = read_manifest(current_folder(self._live.index))
        files = [Path(file) for file in manifest.sources if Path(file).name != CATALOG]
        missing = next((file for file in files if not file.is_file()), None)
        if missing:
            raise BuildRefused(
                f"{missing}: not there any more; start the service in the folder that qabot index "
                "ran in, or run: qabot index"
            )
        target = self._target() / name
        return [file for file in files if file != target]

    def _target(self) -> Path:
        """Return the folder that the policies of the live build lie in."""
        manifest = read_manifest(current_folder(self._live.index))
        folders = [str(Path(file).parent) for file in manifest.sources]
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


def _version_of(checked: CheckedBuild, file: Path) -> Version | None:
    return next((one for one in checked.versions if one.file == str(file)), None)


def _file_name(name: str) -> str:
    """Return a name that is safe as a file's; raises BadInput for one that no policy has."""
    bare = name.replace("\\", "/").rpartition("/")[2].strip().lstrip(".")
    clean = "".join(one if one.isalnum() or one in " ._-()" else "-" for one in bare)
    if not clean.lower().endswith(SUFFIXES) or clean == CATALOG:
        raise BadInput(f"Only files that end in {' '.join(SUFFIXES)} are read.")
    stem, dot, suffix = clean.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix}"


def _row(name: str, said: dict[str, str]) -> str:
    """Return a row of the catalog: YAML, of which JSON is a part."""
    return f"{json.dumps(name)}: {json.dumps(said, ensure_ascii=False)}\n"


def _add_row(file: Path, said: dict[str, str]) -> None:
    """Add a file's row to the catalog beside it; raises BadInput where it has one already."""
    import yaml

    catalog = file.parent / CATALOG
    text = catalog.read_text(encoding="utf-8") if catalog.is_file() else ""
    if file.name in (yaml.safe_load(text) or {}):
        raise BadInput(f"{CATALOG} says something of {file.name} already: change it there.")
    end = "" if not text or text.endswith("\n") else "\n"
    catalog.write_text(f"{text}{end}{_row(file.name, said)}", encoding="utf-8")
