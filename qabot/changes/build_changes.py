"""What a build would change against the live one, and what to look at before it is live."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from rapidfuzz import fuzz, process

from qabot.catalog.drafts import is_unnamed
from qabot.catalog.names import same_company
from qabot.changes.no_policy import reads_like
from qabot.index.corpus import Corpus
from qabot.index.file_report import FileReport
from qabot.index.manifest import Manifest
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
class BuildParts:
    """What of a build is compared."""

    manifest: Manifest
    corpus: Corpus
    files: FileReport


@dataclass(frozen=True, slots=True)
class Difference:
    """What is in one build and not, or otherwise, in the other; each in order of its name."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Warned:
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


@dataclass(frozen=True, slots=True)
class BuildChanges:
    """What a build would change against the live one."""

    build: str
    live: str | None  #: None: there is none that can be read; everything is new then
    files: Difference
    policies: Difference
    versions: Difference
    warnings: tuple[Warned, ...]  #: the most serious first

    def undecided(self, expected: Sequence[str] = ()) -> tuple[Warned, ...]:
        """Return what somebody has to say yes to, apart from names that are expected.

        Nothing, where there is no live build yet.
        """
        known = {same_company(name) for name in expected}
        return tuple(
            one
            for one in self.warnings
            if self.live and one.is_guarded and same_company(one.name) not in known
        )


def build_changes(live: BuildParts | None, build: BuildParts, today: date) -> BuildChanges:
    """Return what `build` would change against the live one, if there is any."""
    before = live.corpus.entries if live else ()
    after = build.corpus.entries
    texts = {entry.id: entry.sha256 for entry in before}
    touched = [entry for entry in after if texts.get(entry.id) != entry.sha256]
    order = get_args(WarningKind)
    warnings = [
        *_companies(before, after),
        *_removed(before, after),
        *_removed_versions(before, after),
        *_of_versions(live, build, touched, today),
    ]
    return BuildChanges(
        build=build.manifest.id,
        live=live.manifest.id if live else None,
        files=_files_apart(live.manifest.sources if live else {}, build.manifest.sources),
        policies=_difference(_policies(before), _policies(after)),
        versions=_difference(texts, {entry.id: entry.sha256 for entry in after}),
        warnings=tuple(sorted(warnings, key=lambda one: (order.index(one.kind), one.name))),
    )


def version_difference(before: Corpus, after: Corpus) -> Difference:
    """Return the versions that one corpus has and the other has not, or with another text."""
    texts, others = ({one.id: one.sha256 for one in of.entries} for of in (before, after))
    return _difference(texts, others)


def _difference(before: Mapping[str, object], after: Mapping[str, object]) -> Difference:
    """Compare things by name; equal values, unchanged."""
    both = before.keys() & after.keys()
    return Difference(
        added=tuple(sorted(after.keys() - both)),
        changed=tuple(sorted(name for name in both if before[name] != after[name])),
        removed=tuple(sorted(before.keys() - both)),
    )


def _files_apart(before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    """Compare files, path to SHA-256; one that only stands at another path is no difference."""
    found = _difference(before, after)
    gone = {before[file] for file in found.removed}
    moved = {after[file] for file in found.added} & gone
    return Difference(
        added=tuple(file for file in found.added if after[file] not in moved),
        changed=found.changed,
        removed=tuple(file for file in found.removed if before[file] not in moved),
    )


def _policies(entries: Sequence[Entry]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in entries:
        found.setdefault(entry.policy, []).append((entry.id, entry.sha256))
    return found


def _companies(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[Warned]:
    if not before:
        return
    known = {entry.company for entry in before}
    names = {name: company for company in known for name in _names_of(company, before)}
    for company in sorted({entry.company for entry in after} - known):
        files = _files(entry for entry in after if entry.company == company)
        near = None if is_unnamed(company) else _alike(company, names)
        if near:
            yield Warned(
                "other_spelling",
                company,
                files,
                f"{company} looks like {near}, which is known, spelt otherwise",
                f"write company: {near} in front matter or {CATALOG}.",
            )
        elif is_unnamed(company):
            yield Warned(
                "new_company",
                company,
                files,
                "No company was found",
                f'write company: NAME in front matter, or "*": {{company: NAME}} in {CATALOG} '
                "for all files beside it.",
            )
        else:
            yield Warned(
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


def _removed(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[Warned]:
    there = {entry.policy for entry in after}
    for policy in sorted({entry.policy for entry in before} - there):
        files = _files(entry for entry in before if entry.policy == policy)
        yield Warned(
            "removed_policy",
            policy,
            files,
            f"{policy} would be gone",
            "put its files back, or check that it is meant.",
        )


def _removed_versions(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[Warned]:
    """Yield the versions that go though their policy stays; a text under another day stays too."""
    policies = {entry.policy for entry in after}
    ids = {entry.id for entry in after}
    texts = {(entry.policy, entry.sha256) for entry in after}
    for entry in before:
        stays = entry.id in ids or (entry.policy, entry.sha256) in texts
        if entry.policy in policies and not stays:
            yield Warned(
                "removed_version",
                entry.id,
                (entry.file,),
                f"{entry.id} would be gone, and its policy stays",
                "give the new version a file of its own, or check that it is meant.",
            )


def _of_versions(
    live: BuildParts | None, build: BuildParts, touched: Sequence[Entry], today: date
) -> Iterator[Warned]:
    """Yield what is to be said of versions that are new or have another text."""
    known = {entry.id for entry in live.corpus.entries} if live else set()
    for entry in touched:
        version = build.corpus.version(entry.id)
        assert version  # every entry has its text
        yield from _of_version(version)
        if entry.id in known and entry.effective_from:
            yield Warned(
                "same_day",
                entry.policy,
                (entry.file,),
                f"{entry.id} has another text than the live version of that day",
                "give a new version a file and a date of its own.",
            )
        before = _predecessor(entry, build.corpus.entries)
        text = build.corpus.text(before.id) if before else ""
        if before and before.sha256 == entry.sha256:
            yield Warned(
                "same_text",
                entry.policy,
                (entry.file,),
                f"{entry.id} is letter by letter the version before",
                "check that it is the right file.",
            )
        if entry.effective_from and entry.effective_from > today:
            until_then = "the version before it answers" if before else "nothing of it is quoted"
            yield Warned(
                "not_yet",
                entry.policy,
                (entry.file,),
                f"{entry.id} is in force only from {entry.effective_from}, and until then "
                f"{until_then}",
                "check the day.",
            )
        if before and len(version.text) < _SHORTER * len(text):
            yield Warned(
                "shorter",
                entry.policy,
                (entry.file,),
                f"{entry.id} has {len(version.text) / len(text):.0%} of the length of the version "
                "before",
                "check that the file is whole.",
            )
        left_out = sum(len(one.text) for one in build.files.removed.get(entry.file, ()))
        if left_out and len(version.text) < _KEPT * (left_out + len(version.text)):
            share = left_out / (left_out + len(version.text))
            yield Warned(
                "mostly_removed",
                entry.policy,
                (entry.file,),
                f"{share:.0%} of it was taken for page furniture and left out",
                "see what with: qabot index --details",
            )


def _of_version(version: Version) -> Iterator[Warned]:
    if kind := reads_like(version):
        yield Warned(
            "reads_like_no_policy",
            version.policy,
            (version.file,),
            f"It reads like {kind}, not like a policy",
            "take it out, or check that it is meant.",
        )
    if version.effective_from is None:
        reason = version.origins.get("undated", "none was found")
        yield Warned(
            "no_date",
            version.policy,
            (version.file,),
            f"It has no date ({reason}) and counts as in force from {version.first_seen}, when it "
            "was first seen",
            f"write effective: YYYY-MM-DD in front matter or {CATALOG}.",
        )


def _predecessor(entry: Entry, entries: Sequence[Entry]) -> Entry | None:
    """Return the version before; entries are in the order of their policy's versions."""
    before = entries[entry.number - 1] if entry.number else None
    return before if before and before.policy == entry.policy else None


def _files(entries: Iterator[Entry]) -> tuple[str, ...]:
    return tuple(entry.file for entry in entries)
