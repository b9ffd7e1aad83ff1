"""A build beside the live one, and what it would change: looked at before it is made live."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from qabot.answering.bot import Bot
from qabot.changes.build_changes import BuildChanges, BuildParts, Warned, build_changes
from qabot.encoder.base import Models, Progress, silent
from qabot.errors import BuildRefused
from qabot.evaluation.evaluate import ask_all
from qabot.evaluation.questions import read_questions
from qabot.evaluation.test_set import Worse, test_set, worse
from qabot.index import releases
from qabot.index.build import build
from qabot.index.build_plan import Plan, already_made
from qabot.index.corpus import Corpus
from qabot.index.encoding import Encode, encode_here
from qabot.index.file_report import FileReport, read_report
from qabot.records import Version


@dataclass(frozen=True, slots=True)
class CheckedBuild:
    """A build that is kept, live or not."""

    manifest: releases.Manifest
    files: FileReport
    versions: tuple[Version, ...]
    changes: BuildChanges  #: against the build that was live
    worse: tuple[Worse, ...]  #: figures of the test set that are worse than the live build's
    encoded: int  #: texts that had no vector yet
    reused: int  #: texts whose vector an earlier build had

    @property
    def is_live(self) -> bool:
        """Whether it was live already."""
        return self.manifest.id == self.changes.live


@dataclass(frozen=True, slots=True)
class Made:
    """A build that is kept: made just now, or before."""

    manifest: releases.Manifest
    encoded: int  #: texts that had no vector yet
    reused: int  #: texts whose vector an earlier build had


def made(
    plan: Plan,
    index: Path,
    models: Callable[[], Models],
    *,
    skip_unreadable: bool = False,
    progress: Callable[[int], Progress] = lambda total: silent,
    encode: Encode = encode_here,
) -> Made:
    """Make the build of a plan, unless it is there, and keep it beside the live one.

    `models` is called where something is to be encoded. Raises what `build` raises.
    """
    before = already_made(plan, index, skip_unreadable=skip_unreadable)
    if before:
        return Made(before, 0, 0)
    report = build(
        plan,
        index,
        models().encoder,
        live=False,
        skip_unreadable=skip_unreadable,
        progress=progress,
        encode=encode,
    )
    return Made(report.manifest, report.encoded, report.reused)


def check(
    plan: Plan,
    index: Path,
    models: Callable[[], Models],
    *,
    skip_unreadable: bool = False,
    progress: Callable[[int], Progress] = lambda total: silent,
    encode: Encode = encode_here,
) -> CheckedBuild:
    """Make the build of a plan as `made` does, and say what it would change. None goes live.

    `models` is called where something is to be encoded or asked.
    """
    kept = made(
        plan, index, models, skip_unreadable=skip_unreadable, progress=progress, encode=encode
    )
    build_id = kept.manifest.id
    with _parts(index, build_id) as new, _parts(index, releases.current_id(index)) as old:
        assert new  # it is whole: it was just made, or verified
        changes = build_changes(old, new)
        versions = tuple(filter(None, (new.corpus.version(e.id) for e in new.corpus.entries)))
        files = new.files
    same = changes.live in (None, build_id)
    return CheckedBuild(
        manifest=kept.manifest,
        files=files,
        versions=versions,
        changes=changes,
        worse=() if same else tuple(_worse(index, build_id, models)),
        encoded=kept.encoded,
        reused=kept.reused,
    )


def never_live(index: Path, build: str) -> tuple[Warned, ...] | None:
    """Return what to look at in a build that was only looked at, None where it was live once.

    A build that is missing or damaged has nothing to look at: it cannot be used.
    """
    if build in releases.were_live(index):
        return None
    with _parts(index, build) as new, _parts(index, releases.current_id(index)) as old:
        return build_changes(old, new).warnings if new else ()


@contextmanager
def _parts(index: Path, build: str | None) -> Iterator[BuildParts | None]:
    """Give what is compared of a build, None where it is missing, damaged or of another format."""
    folder = releases.builds_folder(index) / (build or "none")
    try:
        manifest = releases.read_manifest(folder)
        releases.verify(folder, manifest)
    except BuildRefused:
        yield None
        return
    with closing(Corpus.open(folder)) as corpus:
        yield BuildParts(manifest, corpus, read_report(folder))


def _worse(index: Path, build: str, models: Callable[[], Models]) -> Iterator[Worse]:
    file = test_set(index)
    if file is None:
        return
    questions = read_questions(file)
    with suppress(BuildRefused):  # of another encoder: that build answers nothing here any more
        live = Bot.open(index, models())
        made = Bot.of_build(releases.build_folder(index, build), models())
        with closing(live.index), closing(made.index):
            yield from worse(ask_all(live, questions), ask_all(made, questions))
