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
from itertools import chain, count
from os.path import commonpath
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from threading import Lock

from qabot.changes.build_changes import Warned
from qabot.errors import BadInput, BuildNotWritten, BuildRefused
from qabot.evaluation.test_set import Worse
from qabot.index.build_plan import plan
from qabot.index.manifest import read_manifest
from qabot.index.releases import current_folder, discard
from qabot.readers.reading import CATALOG, SUFFIXES
from qabot.records import Version
from qabot.service.checked_build import CheckedBuild, check_build
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
        file = folder / name
        try:
            with self._one_at_a_time(), self._naming_files_alone(folder):
                checked = self._checked(file, data)
                free = _free_name(self._target(), name, data, _version_of(checked, file))
                if free != name:  # looked at under the name that it will have: names may say a day
                    discard(self._live.index, checked.manifest.id)
                    file = file.rename(folder / free)
                    if said:
                        (folder / CATALOG).write_text(_row(free, said))
                    checked = self._checked(file, data)
        except BaseException:
            rmtree(folder)
            raise
        (folder / _ROW).write_text(json.dumps({"said": said, "build": checked.manifest.id}))
        return _upload(token, checked, file)

    def make_live(self, token: str) -> Upload:
        """Put a file that was looked at beside the others, and use the build that holds it."""
        folder = self._folder(token)
        waiting = [file for file in folder.glob("*") if file.name not in (CATALOG, _ROW)]
        if not waiting:
            raise BadInput("That file is not waiting any more: upload it again.")
        (file,) = waiting
        target = self._target() / file.name
        data = file.read_bytes()
        row = json.loads((folder / _ROW).read_text())
        with self._one_at_a_time(), self._naming_files_alone(folder):
            if _is_taken(target, data):
                raise BadInput(f"There is another {file.name} by now: upload it again.")
            with _put_beside(target, data, row["said"]):
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
            build = str(json.loads((folder / _ROW).read_text())["build"])
            discard(self._live.index, build)
            rmtree(folder)

    def _checked(self, file: Path, data: bytes) -> CheckedBuild:
        """Make the build of the live one's files and this one, which takes its own copy's place."""
        target = self._target() / file.name
        others = [one for one in self._files() if one != target or _is_taken(target, data)]
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
            raise type(error)(said) from error

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


def _is_taken(target: Path, data: bytes) -> bool:
    """Whether a file with other content is there."""
    return target.exists() and not (target.is_file() and target.read_bytes() == data)


def _free_name(folder: Path, name: str, data: bytes, version: Version | None) -> str:
    """Return a name that no file with other content has: with the version's day, or a number."""
    stem, dot, suffix = name.rpartition(".")
    day = version.effective_from if version else None
    dated = [f"{stem}-{day}{dot}{suffix}"] if day else []
    numbered = (f"{stem}-{number}{dot}{suffix}" for number in count(2))
    names = chain([name, *dated], numbered)
    return next(one for one in names if not _is_taken(folder / one, data))


@contextmanager
def _put_beside(target: Path, data: bytes, said: dict[str, str]) -> Iterator[None]:
    """Write a file and its row of the catalog; where what follows fails, both are as before."""
    catalog = target.parent / CATALOG
    before = {one: one.read_bytes() if one.is_file() else None for one in (target, catalog)}
    try:
        target.write_bytes(data)
        if said:
            _add_row(target, said)
        yield
    except BaseException:
        for file, content in before.items():
            if content is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(content)
        raise


def _row(name: str, said: dict[str, str]) -> str:
    """Return a row of the catalog: YAML, of which JSON is a part."""
    return f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(said, ensure_ascii=False)}\n"


def _add_row(file: Path, said: dict[str, str]) -> None:
    """Add a file's row to the catalog beside it; raises BadInput where it has one already."""
    import yaml

    catalog = file.parent / CATALOG
    text = catalog.read_text(encoding="utf-8") if catalog.is_file() else ""
    if file.name in (yaml.safe_load(text) or {}):
        raise BadInput(f"{CATALOG} says something of {file.name} already: change it there.")
    end = "" if not text or text.endswith("\n") else "\n"
    catalog.write_text(f"{text}{end}{_row(file.name, said)}", encoding="utf-8")
