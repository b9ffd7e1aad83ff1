"""A build beside the live one, and what it would change: looked at before it is made live."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qabot.answering.bot import Bot
from qabot.changes.build_changes import BuildChanges, build_changes
from qabot.changes.build_differences import BuildParts
from qabot.changes.build_warnings import BuildWarning
from qabot.encoder.base import Models, Progress, silent
from qabot.errors import BuildRefused
from qabot.evaluation.evaluate import Row, ask_all
from qabot.evaluation.labelling import stale
from qabot.evaluation.questions import LabelledQuestion, read_questions
from qabot.evaluation.test_set import Worse, test_set, worse
from qabot.index import releases
from qabot.index.build import Report, build
from qabot.index.build_plan import Plan, already_made
from qabot.index.corpus import Corpus
from qabot.index.encoding import Encode, encode_here
from qabot.index.file_report import FileReport, read_report
from qabot.index.manifest import Manifest
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


def make_build(
    plan: Plan,
    index: Path,
    models: Callable[[], Models],
    *,
    progress: Callable[[int], Progress] = lambda total: silent,
    encode: Encode = encode_here,
) -> Report:
    """Make the build of a plan, unless it is there, and keep it beside the live one.

    `models` is called where something is to be encoded. Raises what `build` raises.
    """
    before = already_made(plan, index)
    if before:
        files = read_report(releases.build_folder(index, before.id))
        return Report(before, files, encoded=0, reused=0)
    encoder = models().encoder
    return build(plan, index, encoder, live=False, progress=progress, encode=encode)


def check_build(
    plan: Plan,
    index: Path,
    models: Callable[[], Models],
    *,
    progress: Callable[[int], Progress] = lambda total: silent,
    encode: Encode = encode_here,
) -> CheckedBuild:
    """Make the build of a plan as `make_build` does, and say what it would change. None goes live.

    `models` is called where something is to be encoded or asked.
    """
    kept = make_build(plan, index, models, progress=progress, encode=encode)
    build_id = kept.manifest.id
    with _parts(index, build_id) as new, _parts(index, releases.current_id(index)) as old:
        assert new  # it is whole: it was just made, or verified
        changes = build_changes(old, new, date.today())
        versions = tuple(filter(None, (new.corpus.version(e.id) for e in new.corpus.entries)))
        outdated = _outdated(index, old.corpus, new.corpus) if old else ()

    def bot_of(build: str) -> Bot:
        return Bot.of_build(releases.build_folder(index, build), models(), plan.milvus)

    figures: BuildFigures | None = None
    fewer: tuple[Worse, ...] = ()
    questions = test_set(index)
    if questions and changes.live != build_id:
        figures, fewer = _measured(read_questions(questions), build_id, changes.live, bot_of)
    return CheckedBuild(
        manifest=kept.manifest,
        files=kept.files,
        versions=versions,
        changes=changes,
        figures=figures,
        worse=fewer,
        outdated=outdated,
        encoded=kept.encoded,
        reused=kept.reused,
    )


def never_live(index: Path, build: str) -> tuple[BuildWarning, ...] | None:
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
    manifest = releases.whole(index, build) if build else None
    if manifest is None:
        yield None
        return
    folder = releases.builds_folder(index) / manifest.id
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
    questions: Sequence[LabelledQuestion],
    build: str,
    live: str | None,
    bot_of: Callable[[str], Bot],
) -> tuple[BuildFigures, tuple[Worse, ...]]:
    """Put the test set to a build, and to the live one if there is one.

    Returns the build's figures, and those that are worse than the live one's.
    """
    rows = _asked(bot_of(build), questions)
    fewer: tuple[Worse, ...] = ()
    if live:
        with suppress(BuildRefused):  # of another encoder: it answers nothing here any more
            fewer = tuple(worse(_asked(bot_of(live), questions), rows))
    return figures_of(build, rows), fewer


def _asked(bot: Bot, questions: Sequence[LabelledQuestion]) -> list[Row]:
    with closing(bot.index):
        return ask_all(bot, questions)
