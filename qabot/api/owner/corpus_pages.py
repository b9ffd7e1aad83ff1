"""What is live and what may be: the overview, every file, the builds, a new version."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from qabot.api.owner.owner_templates import Shell, nothing_asked, owner_page, share
from qabot.changes.drift import Drift
from qabot.index.manifest import Manifest
from qabot.records import Status, Version
from qabot.service.uploads import Upload
from qabot.service.wording import in_force, written
from qabot.state.stored import LoggedQuestion

_COUNTED = ("companies", "policies", "versions", "passages")  # of a build
_VERDICTS: tuple[tuple[Status, str], ...] = (
    ("answered", "answered"),
    ("uncertain", "uncertain"),
    ("not_covered", "not covered"),
)


class Understood(NamedTuple):
    """One thing that was understood of a file, and from where."""

    what: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class ShownBuild:
    """A build, and what using it would change."""

    id: str
    made: str
    is_live: bool
    counts: Mapping[str, int]
    moves: Sequence[str]
    warnings: Sequence[str] | None  #: of one that was looked at and never live; None: it was


def overview_page(
    shell: Shell,
    manifest: Manifest,
    open_questions: Sequence[str],
    asked: Sequence[LoggedQuestion],
    *,
    is_logged: bool,
) -> str:
    """Return what is live, what is left to settle, and what was asked in the last 30 days."""
    statuses = Counter(one.status for one in asked)
    shown = [
        ("questions", f"{len(asked):,}"),
        *((name, share(statuses[status], len(asked))) for status, name in _VERDICTS),
    ]
    counts = [(name, f"{manifest.counts[name]:,}") for name in _COUNTED]
    created = datetime.fromisoformat(manifest.created)
    return owner_page(
        shell,
        "overview.html",
        "",
        "Overview",
        counts=counts,
        manifest=manifest,
        created=f"{written(created.date())}, {created:%H:%M} UTC",
        open_questions=open_questions,
        asked=shown if asked else [],
        nothing_asked=nothing_asked(is_logged=is_logged),
    )


def corpus_page(
    shell: Shell, versions: Sequence[Version], removed: Mapping[str, str], today: date
) -> str:
    """Return what was understood of every file; `removed` says by file what was left out of it."""
    ordered = sorted(versions, key=lambda one: (one.company.casefold(), one.title.casefold()))
    policies = Counter(one.policy for one in versions)
    first = {policy: _first(versions, policy) for policy in policies}
    return owner_page(
        shell,
        "corpus.html",
        "/policies",
        "Policies",
        "Every file, what was understood of it, and from where.",
        companies=[(name, list(of)) for name, of in groupby(ordered, attrgetter("company"))],
        removed=removed,
        understood=_understood,
        with_earlier={one.id for one in versions if one.id != first[one.policy]},
        today=today,
    )


def builds_page(shell: Shell, builds: Sequence[ShownBuild]) -> str:
    """Return the builds, the newest first, with what using each would change."""
    return owner_page(
        shell,
        "builds.html",
        "/builds",
        "Builds",
        "One of them answers; the others can be made live again.",
        builds=builds,
    )


def upload_page(shell: Shell, companies: Sequence[str], refused: str = "") -> str:
    """Return where a file is dropped; `refused` is why one was not taken."""
    return owner_page(
        shell,
        "upload.html",
        "/upload",
        "A new version",
        "Give the file as it is published. It is looked at first: you say whether it goes live.",
        companies=companies,
        refused=refused,
    )


def moves_page(shell: Shell, drift: Drift, day: date) -> str:
    """Return which answers another build would give otherwise than the live one."""
    return owner_page(
        shell,
        "moves.html",
        "/builds",
        "Which answers would move",
        "What the live build answers, and what this one would.",
        drift=drift,
        summary=_moved(drift, day),
    )


def checked_page(shell: Shell, upload: Upload, drift: Drift, day: date) -> str:
    """Return what a file was understood as and what it would change, with the question whether.

    `drift` is of the answers on `day`.
    """
    changes = upload.checked.changes
    return owner_page(
        shell,
        "checked.html",
        "/upload",
        "Is this right?",
        upload=upload,
        understood=_understood(upload.version) if upload.version else [],
        moves=[
            *(f"new: {one}" for one in changes.versions.added),
            *(f"another text: {one}" for one in changes.versions.changed),
            *(f"gone: {one}" for one in changes.versions.removed),
        ],
        drift=drift,
        summary=_moved(drift, day),
    )


def _moved(drift: Drift, day: date) -> str:
    if not drift.asked:
        return (
            "No questions are known that could be asked: add some to your own, or keep what people "
            "ask with QABOT_LOG_QUESTIONS=on."
        )
    known = f"{drift.asked:,} known question{'' if drift.asked == 1 else 's'}"
    return f"{len(drift.moves) or 'None'} of {known} would be answered otherwise on {written(day)}."


def _understood(version: Version) -> list[Understood]:
    origins = version.origins
    when = in_force(version.effective_from, version.effective_until, date.today())
    dated = origins.get("effective", origins.get("undated", "no date found"))
    return [
        Understood("company", version.company, origins.get("company", "")),
        Understood("policy", version.policy, origins.get("policy", "")),
        Understood("title", version.title, origins.get("title", "")),
        Understood("in force", when, dated),
        Understood("address", version.url or "–", origins.get("url", "no address found")),
    ]


def _first(versions: Sequence[Version], policy: str) -> str:
    """Return the id of a policy's first version."""
    own = [one for one in versions if one.policy == policy]
    return min(own, key=lambda one: one.effective_from or date.min).id
