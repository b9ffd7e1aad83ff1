"""A build beside the live one, and what it would change: looked at before it is made live."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qabot.answering.bot import Bot
from qabot.changes.build_changes import BuildChanges, BuildParts, Warned, build_changes
from qabot.encoder.base import Models, Progress, silent
from qabot.errors import BuildRefused
from qabot.evaluation.evaluate import Row, ask_all
from qabot.evaluation.labelling import stale
from qabot.evaluation.questions import LabelledQuestion, read_questions
from qabot.evaluation.test_set import Worse, test_set, worse
from qabot.index import releases
from qabot.index.build import build
from qabot.index.build_plan import Plan, already_made
from qabot.index.corpus import Corpus
from qabot.index.encoding import Encode, encode_here
from qabot.index.file_report import FileReport, read_report
from qabot.index.manifest import Manifest, read_manifest, verify
from qabot.records import Version
from qabot.service.build_figures import figures_of
from qabot.state.stored import BuildFigures


@dataclass(frozen=True, slots=True)
class CheckedBuild:
    """A build that is kept, live or not."""

    manifest: Manifest
    files: FileReport
    versions: tuple[Version, ...]
    changes: BuildChanges  #: against the build that was live
    figures: BuildFigures | None  #: of the test set; None: there is none, or it is live already
    worse: tuple[Worse, ...]  #: figures of the test set that are worse than the live build's
    outdated: tuple[str, ...]  #: questions of it whose sentence goes out of force with the build
    encoded: int  #: texts that had no vector yet
    reused: int  #: texts whose vector an earlier build had

    @property
    def is_live(self) -> bool:
        """Whether it was live already."""
        return self.manifest.id == self.changes.live


@dataclass(frozen=True, slots=True)
class Made:
    """A build that is kept: made just now, or before."""

    manifest: Manifest
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
    used = models()
    report = build(
        plan,
        index,
        used.encoder,
        live=False,
        skip_unreadable=skip_unreadable,
        progress=progress,
        milvus=used.milvus,
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
        changes = build_changes(old, new, date.today())
        versions = tuple(filter(None, (new.corpus.version(e.id) for e in new.corpus.entries)))
        files = new.files
        outdated = _outdated(index, old.corpus, new.corpus) if old else ()
    is_live = changes.live == build_id
    figures, fewer = (None, ()) if is_live else _measured(index, build_id, changes.live, models)
    return CheckedBuild(
        manifest=kept.manifest,
        files=files,
        versions=versions,
        changes=changes,
        figures=figures,
        worse=fewer,
        outdated=outdated,
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
        return build_changes(old, new, date.today()).warnings if new else ()


@contextmanager
def _parts(index: Path, build: str | None) -> Iterator[BuildParts | None]:
    """Give what is compared of a build, None where it is missing, damaged or of another format."""
    folder = releases.builds_folder(index) / (build or "none")
    try:
        manifest = read_manifest(folder)
        verify(folder, manifest)
    except BuildRefused:
        yield None
        return
    with closing(Corpus.open(folder)) as corpus:
        yield BuildParts(manifest, corpus, read_report(folder))


def _outdated(index: Path, before: Corpus, after: Corpus) -> tuple[str, ...]:
    """Return the questions of the test set whose sentence the one corpus has in force alone."""
    file, today = test_set(index), date.today()
    return tuple(
        one.question
        for one in (read_questions(file) if file else ())
        if stale(one, after, today) and not stale(one, before, today)
    )


def _measured(
    index: Path, build: str, live: str | None, models: Callable[[], Models]
) -> tuple[BuildFigures | None, tuple[Worse, ...]]:
    """Put the test set to a build, and to the live one if there is one."""
    file = test_set(index)
    if file is None:
        return None, ()
    questions = read_questions(file)
    rows = _asked(index, build, questions, models)
    figures = figures_of(build, rows)
    with suppress(BuildRefused):  # of another encoder: that build answers nothing here any more
        before = _asked(index, live, questions, models) if live else rows
        return figures, tuple(worse(before, rows))
    return figures, ()


def _asked(
    index: Path, build: str, questions: Sequence[LabelledQuestion], models: Callable[[], Models]
) -> list[Row]:
    bot = Bot.of_build(releases.build_folder(index, build), models())
    with closing(bot.index):
        return ask_all(bot, questions)
