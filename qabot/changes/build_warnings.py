"""What somebody should look at before a build is live."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from rapidfuzz import fuzz, process

from qabot.catalog.drafts import is_unnamed
from qabot.catalog.names import same_company
from qabot.changes.build_differences import BuildParts
from qabot.changes.no_policy import reads_like
from qabot.readers.reading import CATALOG
from qabot.records import Entry, Version

WarningKind = Literal[
    "other_spelling",
    "new_company",
    "removed_policy",
    "removed_version",
    "reads_like_no_policy",
    "no_date",
    "same_day",
    "same_text",
    "shorter",
    "not_yet",
    "mostly_removed",
]
"""The most serious first. "same_day": a version has another text than the live one of that day.
"same_text": letter by letter the version before. "shorter": much shorter than that. "not_yet": in
force only from a later day. "mostly_removed": most of a file was left out."""

_GUARDED = frozenset(
    {"other_spelling", "new_company", "removed_policy", "removed_version", "reads_like_no_policy"}
)
_ALIKE = 85  # of 100, from which on two names are taken for one that is spelt otherwise
_SHORTER = 0.5  # share of the predecessor's characters
_KEPT = 0.5  # share of a file's characters that is expected to be kept, at least


@dataclass(frozen=True, slots=True)
class BuildWarning:
    """Something that a person should look at before a build is live."""

    kind: WarningKind
    name: str  #: of the company, policy or version that it is about
    files: tuple[str, ...]  #: that it is about; those of the live build where they are gone
    said: str  #: what is the matter
    way_out: str  #: for somebody who can edit the files

    @property
    def sentence(self) -> str:
        """What is the matter, and the way out."""
        return f"{self.said}: {self.way_out}"

    @property
    def is_guarded(self) -> bool:
        """Whether the build goes live only when somebody says yes to it."""
        return self.kind in _GUARDED


def build_warnings(
    live: BuildParts | None, build: BuildParts, today: date
) -> tuple[BuildWarning, ...]:
    """Return what to look at in a build beside the live one, the most serious first."""
    before = live.corpus.entries if live else ()
    after = build.corpus.entries
    order = get_args(WarningKind)
    found = [
        *_companies(before, after),
        *_removed(before, after),
        *_removed_versions(before, after),
        *_of_versions(before, build, today),
    ]
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.name)))


def _companies(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[BuildWarning]:
    if not before:
        return
    known = {entry.company for entry in before}
    names = {name: company for company in known for name in _names_of(company, before)}
    for company in sorted({entry.company for entry in after} - known):
        files = _files(entry for entry in after if entry.company == company)
        near = None if is_unnamed(company) else _alike(company, names)
        if near:
            yield BuildWarning(
                "other_spelling",
                company,
                files,
                f"{company} looks like {near}, which is known, spelt otherwise",
                f"write company: {near} in front matter or {CATALOG}.",
            )
        elif is_unnamed(company):
            yield BuildWarning(
                "new_company",
                company,
                files,
                "No company was found",
                f'write company: NAME in front matter, or "*": {{company: NAME}} in {CATALOG} '
                "for all files beside it.",
            )
        else:
            yield BuildWarning(
                "new_company", company, files, f"{company} is new here", "check that it is meant."
            )


def _names_of(company: str, entries: Sequence[Entry]) -> set[str]:
    aliases = {alias for entry in entries if entry.company == company for alias in entry.aliases}
    return {same_company(name) for name in (company, *aliases)}


def _alike(company: str, known: Mapping[str, str]) -> str | None:
    """Return the known company that a name is near to, or None."""
    near = process.extractOne(
        same_company(company), known.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE
    )
    return known[near[0]] if near else None


def _removed(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[BuildWarning]:
    there = {entry.policy for entry in after}
    for policy in sorted({entry.policy for entry in before} - there):
        files = _files(entry for entry in before if entry.policy == policy)
        yield BuildWarning(
            "removed_policy",
            policy,
            files,
            f"{policy} would be gone",
            "put its files back, or check that it is meant.",
        )


def _removed_versions(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[BuildWarning]:
    """Yield the versions that go though their policy stays; a text under another day stays too."""
    policies = {entry.policy for entry in after}
    ids = {entry.id for entry in after}
    texts = {(entry.policy, entry.sha256) for entry in after}
    for entry in before:
        stays = entry.id in ids or (entry.policy, entry.sha256) in texts
        if entry.policy in policies and not stays:
            yield BuildWarning(
                "removed_version",
                entry.id,
                (entry.file,),
                f"{entry.id} would be gone, and its policy stays",
                "give the new version a file of its own, or check that it is meant.",
            )


def _of_versions(before: Sequence[Entry], build: BuildParts, today: date) -> Iterator[BuildWarning]:
    """Yield what is to be said of versions that are new or have another text."""
    texts = {entry.id: entry.sha256 for entry in before}
    for entry in build.corpus.entries:
        if texts.get(entry.id) == entry.sha256:
            continue
        version = build.corpus.version(entry.id)
        assert version  # every entry has its text
        yield from _of_text(version)
        if entry.id in texts and entry.effective_from:
            yield _warned(
                "same_day",
                entry,
                f"{entry.id} has another text than the live version of that day",
                "give a new version a file and a date of its own.",
            )
        predecessor = _predecessor(entry, build.corpus.entries)
        if predecessor:
            yield from _beside(predecessor, build.corpus.text(predecessor.id), version)
        if entry.effective_from and entry.effective_from > today:
            until_then = (
                "the version before it answers" if predecessor else "nothing of it is quoted"
            )
            yield _warned(
                "not_yet",
                entry,
                f"{entry.id} is in force only from {entry.effective_from}, and until then "
                f"{until_then}",
                "check the day.",
            )
        left_out = sum(len(one.text) for one in build.files.removed.get(entry.file, ()))
        if left_out and len(version.text) < _KEPT * (left_out + len(version.text)):
            share = left_out / (left_out + len(version.text))
            yield _warned(
                "mostly_removed",
                entry,
                f"{share:.0%} of it was taken for page furniture and left out",
                "see what with: qabot index --details",
            )


def _of_text(version: Version) -> Iterator[BuildWarning]:
    """Yield what is to be said of a version whatever stands beside it."""
    if kind := reads_like(version):
        yield _warned(
            "reads_like_no_policy",
            version,
            f"It reads like {kind}, not like a policy",
            "take it out, or check that it is meant.",
        )
    if version.effective_from is None:
        reason = version.origins.get("undated", "none was found")
        yield _warned(
            "no_date",
            version,
            f"It has no date ({reason}) and counts as in force from {version.first_seen}, when it "
            "was first seen",
            f"write effective: YYYY-MM-DD in front matter or {CATALOG}.",
        )


def _beside(predecessor: Entry, text: str, version: Version) -> Iterator[BuildWarning]:
    """Yield what is to be said of a version beside the one before, which has this text."""
    if predecessor.sha256 == version.sha256:
        yield _warned(
            "same_text",
            version,
            f"{version.id} is letter by letter the version before",
            "check that it is the right file.",
        )
    if len(version.text) < _SHORTER * len(text):
        yield _warned(
            "shorter",
            version,
            f"{version.id} has {len(version.text) / len(text):.0%} of the length of the version "
            "before",
            "check that the file is whole.",
        )


def _warned(kind: WarningKind, of: Entry | Version, said: str, way_out: str) -> BuildWarning:
    return BuildWarning(kind, of.policy, (of.file,), said, way_out)


def _predecessor(entry: Entry, entries: Sequence[Entry]) -> Entry | None:
    """Return the version before; entries are in the order of their policy's versions."""
    before = entries[entry.number - 1] if entry.number else None
    return before if before and before.policy == entry.policy else None


def _files(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(entry.file for entry in entries)
