"""What is in one build and not, or otherwise, in another: its files, policies and versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qabot.index.corpus import Corpus
from qabot.index.file_report import FileReport
from qabot.index.manifest import Manifest
from qabot.records import Entry


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


def file_difference(before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    """Compare files, path to SHA-256; one that only stands at another path is no difference."""
    found = _difference(before, after)
    gone = {before[file] for file in found.removed}
    moved = {after[file] for file in found.added} & gone
    return Difference(
        added=tuple(file for file in found.added if after[file] not in moved),
        changed=found.changed,
        removed=tuple(file for file in found.removed if before[file] not in moved),
    )


def policy_difference(before: Sequence[Entry], after: Sequence[Entry]) -> Difference:
    """Compare policies, each with the ids and texts of all its versions."""
    return _difference(_versions_by_policy(before), _versions_by_policy(after))


def _versions_by_policy(entries: Sequence[Entry]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in entries:
        found.setdefault(entry.policy, []).append((entry.id, entry.sha256))
    return found


def version_difference(before: Sequence[Entry], after: Sequence[Entry]) -> Difference:
    """Compare versions by their texts."""
    texts, others = ({one.id: one.sha256 for one in of} for of in (before, after))
    return _difference(texts, others)


def _difference(before: Mapping[str, object], after: Mapping[str, object]) -> Difference:
    """Compare things by name; equal values, unchanged."""
    both = before.keys() & after.keys()
    return Difference(
        added=tuple(sorted(after.keys() - both)),
        changed=tuple(sorted(name for name in both if before[name] != after[name])),
        removed=tuple(sorted(before.keys() - both)),
    )
