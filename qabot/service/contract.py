"""Answers, policies and builds as JSON: what `--json` prints and what the HTTP API serves."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from qabot.canonical import cells, lines_of_quote
from qabot.index.manifest import Manifest
from qabot.records import Answer, Citation, Entry, Passage, Version

if TYPE_CHECKING:
    from qabot.changes.build_warnings import BuildWarning
    from qabot.changes.compare import Changes
    from qabot.changes.drift import Drift
    from qabot.changes.words import Words
    from qabot.service.checked_build import CheckedBuild
    from qabot.service.gaps import Gap

_MOST_COMPANIES = 50  # listed where another was asked about
MOST_CHARACTERS = 2000
"""Of what is asked, however it is asked: a customer's mail that somebody pastes has so many."""

_CONTROL = re.compile("[\x7f-\x9f\u202d\u202e]")  # for a terminal; json escapes the others
_OF_CITATION = tuple(field.name for field in fields(Citation))
_SAID_WHEN_SET = (  # exceptions to the rule that every field is there
    *("since", "until", "unknown", "first_in_force", "first_seen", "lead_in", "language"),
    *("question", "read_as", "left_out", "remark", "changed", "companies"),
)


def to_json(value: object, indent: int | None = 2) -> str:
    """Return `value` as JSON, dates as year-month-day; it holds no control characters."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=date.isoformat)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def answer_fields(answer: Answer, companies: Sequence[str] = ()) -> dict[str, Any]:
    """Return an answer as the contract has it.

    `companies` are those that the asker may see: they are said where another was asked about.
    """
    fields = {
        "id": answer.id,
        "status": answer.status,
        "remark": answer.remark,
        "changed": answer.changed and asdict(answer.changed),
        "question": answer.question,
        "read_as": answer.read_as,
        "language": answer.language,
        "citations": [_fields(citation) for citation in answer.citations],
        "nearest": [_fields(citation) for citation in answer.nearest],
        "parts": [answer_fields(part, companies) for part in answer.parts],
        "left_out": answer.left_out,
        "companies": companies[:_MOST_COMPANIES] if answer.status == "unknown_company" else (),
        "scope": _without_unset(asdict(answer.scope)),
        "took_ms": answer.took_ms,
    }
    return _without_unset(fields)


def line_fields(quote: str, start: int) -> list[dict[str, Any]]:
    """Return the lines of a quote that begins at `start`, so that nobody else has to parse them.

    Offsets are of the version's text. A line's words begin at `body`, behind indentation and
    marker; a row, or an item with the cells of one, has `cells`, whose values begin at `value`.
    """
    return [
        {
            "kind": line.kind,
            "start": start + line.start,
            "body": start + line.body,
            "end": start + line.end,
            "cells": [
                {
                    "start": start + line.body + cell.start,
                    "value": start + line.body + cell.value,
                    "end": start + line.body + cell.end,
                }
                for cell in (cells(quote[line.body : line.end]) if line.has_cells else ())
            ],
        }
        for line in lines_of_quote(quote)
    ]


def policy_fields(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return the policies, each with its versions, in the order of the corpus."""
    return [
        _policy_fields(list(versions)) for _, versions in groupby(entries, attrgetter("policy"))
    ]


def version_fields(version: Version, passages: Iterable[Passage]) -> dict[str, Any]:
    """Return a version with its text, and where its passages stand in it."""
    fields = {
        "version": version.id,
        "company": version.company,
        "policy": version.policy,
        "title": version.title,
        "effective_from": version.effective_from,
        "effective_until": version.effective_until,
        "first_seen": version.first_seen,
        "url": version.url,
        "sha256": version.sha256,
        "text": version.text,
        "sections": [asdict(section) for section in version.sections],
        "passages": [
            {
                "start": passage.start,
                "end": passage.end,
                "section": passage.trail,
                "page": passage.page,
            }
            for passage in passages
        ],
    }
    return _without_unset(fields)


def changes_fields(changes: "Changes") -> dict[str, Any]:
    """Return what changed between two versions; `before` is None where there is but one."""
    fields = {
        "policy": changes.after.policy,
        "before": changes.before and _compared(changes.before),
        "after": _compared(changes.after),
        "changes": [asdict(change) for change in changes.changes],
        "unchanged": changes.unchanged,
        "renumbered": changes.renumbered,
        "left_out": changes.left_out,
    }
    return _without_unset(fields)


def _compared(version: Version) -> dict[str, Any]:
    return {
        "version": version.id,
        "effective_from": version.effective_from,
        "effective_until": version.effective_until,
        "sha256": version.sha256,
    }


def checked_fields(checked: "CheckedBuild", undecided: Sequence["BuildWarning"]) -> dict[str, Any]:
    """Return what a build would change, what somebody has to say yes to, and what gets worse."""
    changes = checked.changes
    return {
        "build": changes.build,
        "live": changes.live,
        "files": asdict(changes.files),
        "policies": asdict(changes.policies),
        "versions": asdict(changes.versions),
        "warnings": [
            {
                "kind": one.kind,
                "name": one.name,
                "files": one.files,
                "sentence": one.sentence,
                "decide": one in undecided,
            }
            for one in changes.warnings
        ],
        "worse": [asdict(one) for one in checked.worse],
        "outdated": checked.outdated,
        "ignored": {str(one.path): one.reason for one in checked.files.ignored},
        "skipped": checked.files.skipped,
        "counts": checked.manifest.counts,
    }


def drift_fields(drift: "Drift") -> dict[str, Any]:
    """Return which answers move from one build to another, with both first citations."""
    return {
        "before": drift.before,
        "after": drift.after,
        "asked": drift.asked,
        "moves": [
            {
                "question": move.asked.text,
                "company": move.asked.company,
                "as_of": move.asked.as_of,
                "kinds": move.kinds,
                "rank": move.rank,
                "before": _moved(move.before, move.changed[0]),
                "after": _moved(move.after, move.changed[1]),
            }
            for move in drift.moves
        ],
    }


def _moved(answer: Answer, changed: "Sequence[Words]") -> dict[str, Any]:
    first = next(iter(answer.citations or answer.nearest), None)
    return {
        "status": answer.status,
        "citation": first and _fields(first),
        "changed": [asdict(words) for words in changed],
    }


def build_fields(manifests: Iterable[Manifest], live: str | None) -> list[dict[str, Any]]:
    """Return the builds, each with whether it is the one that answers."""
    return [
        {
            "build": manifest.id,
            "created": manifest.created,
            "encoder": manifest.encoder.name,
            "counts": manifest.counts,
            "live": manifest.id == live,
        }
        for manifest in manifests
    ]


def gap_fields(gap: "Gap") -> dict[str, Any]:
    """Return questions of one meaning that were not answered."""
    values = {field.name: getattr(gap, field.name) for field in fields(gap)}
    values["last"] = gap.last.isoformat()
    values["nearest"] = gap.nearest and _fields(gap.nearest)
    return values


def _fields(citation: Citation) -> dict[str, Any]:
    """Return a citation as the contract has it, without the copies that `asdict` makes."""
    values = {name: getattr(citation, name) for name in _OF_CITATION}
    values["confidence"] = values.pop("score")
    values["highlight"] = [
        {
            "start": one.start,
            "end": one.end,
            "text": citation.quote[one.start - citation.start : one.end - citation.start],
        }
        for one in citation.highlight
    ]
    values["lines"] = line_fields(citation.quote, citation.start)
    return _without_unset(values)


def _without_unset(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value or name not in _SAID_WHEN_SET}


def _policy_fields(versions: Sequence[Entry]) -> dict[str, Any]:
    newest = versions[-1]
    return {
        "company": newest.company,
        "policy": newest.policy,
        "title": newest.title,
        "versions": [
            _without_unset(
                {
                    "version": version.id,
                    "effective_from": version.effective_from,
                    "effective_until": version.effective_until,
                    "first_seen": version.first_seen,
                    "passages": len(version.rows),
                    "file": version.file,
                    "url": version.url,
                }
            )
            for version in versions
        ],
    }
