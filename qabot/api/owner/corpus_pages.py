"""What is live and what may be: the overview, every file, the builds, a new version."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from qabot.api.owner.owner_templates import Shell, nothing_asked, owner_page, share
from qabot.catalog.drafts import is_unnamed
from qabot.changes.build_changes import Difference, Warned, WarningKind
from qabot.changes.drift import Drift
from qabot.index.manifest import Manifest
from qabot.records import Status, Version
from qabot.service.uploads import FRONT_MATTER, Upload
from qabot.service.wording import in_force, version_in_words, written
from qabot.state.stored import LoggedQuestion

_FEW = 12  # policies that are found without a search
_COUNTED = ("companies", "policies", "versions")  # of a build
_VERDICTS: tuple[tuple[Status, str], ...] = (
    ("answered", "answered"),
    ("uncertain", "uncertain"),
    ("not_covered", "not covered"),
)


class Typed(NamedTuple):
    """What the owner typed of a file, as it was typed."""

    company: str = ""
    policy: str = ""
    effective: str = ""


_NOTHING_TYPED = Typed()


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
    to_come: Sequence[str],
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
        to_come=to_come,
        asked=shown if asked else [],
        nothing_asked=nothing_asked(is_logged=is_logged),
    )


class ShownPolicy(NamedTuple):
    """A policy: the version that answers now, or the first one to come, and all others."""

    shown: Version
    others: Sequence[Version]  #: the newest first


def corpus_page(
    shell: Shell, versions: Sequence[Version], removed: Mapping[str, str], sought: str, today: date
) -> str:
    """Return what was understood of every file of the policies that have the words sought.

    `removed` says by file what was left out of it.
    """
    words = sought.casefold().split()
    policies = [
        list(own)
        for _, own in groupby(sorted(versions, key=attrgetter("policy")), attrgetter("policy"))
    ]
    found = [
        _policy(own, today)
        for own in policies
        if all(any(word in _named(one) for one in own) for word in words)
    ]
    found.sort(key=lambda one: (one.shown.company.casefold(), one.shown.title.casefold()))
    return owner_page(
        shell,
        "corpus.html",
        "/policies",
        "Policies",
        "Every file, what was understood of it, and from where.",
        companies=[(name, list(of)) for name, of in groupby(found, lambda one: one.shown.company)],
        sought=sought,
        is_long=len(policies) > _FEW,
        removed=removed,
        understood=_understood,
        with_earlier={one.id for own in policies for one in own if one.id != _first(own)},
        today=today,
    )


def _policy(own: Sequence[Version], today: date) -> ShownPolicy:
    newest = sorted(own, key=lambda one: one.effective_from or one.first_seen or date.min)[::-1]
    begun = [one for one in newest if (one.effective_from or date.min) <= today]
    shown = begun[0] if begun else newest[-1]
    return ShownPolicy(shown, [one for one in newest if one is not shown])


def _named(version: Version) -> str:
    return f"{version.company} {version.title} {version.policy} {version.file}".casefold()


def builds_page(shell: Shell, builds: Sequence[ShownBuild]) -> str:
    """Return the builds, the newest first, with what using each would change."""
    return owner_page(
        shell,
        "builds.html",
        "/builds",
        "Builds",
        "What is made of all files is a build. One of them answers; another can take its place.",
        builds=builds,
    )


def upload_page(
    shell: Shell,
    companies: Sequence[str],
    refused: str = "",
    said: Typed = _NOTHING_TYPED,
    waits: str = "",
) -> str:
    """Return where a file is dropped; `refused` is why one was not taken, as was `said` of it.

    `waits` names one that waits, of which something else may be said.
    """
    return owner_page(
        shell,
        "upload.html",
        "/upload",
        "A new version",
        "Give the file as it is published. It is looked at first: you say whether it goes live.",
        companies=companies,
        refused=refused,
        said=said,
        waits=waits,
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


def checked_page(
    shell: Shell, upload: Upload, drift: Drift, day: date, companies: Sequence[str], said: Typed
) -> str:
    """Return what a file was understood as and what it would change, with the question whether.

    `drift` is of the answers on `day`; `said` is what was typed of the file.
    """
    changes, today = upload.checked.changes, date.today()
    words = {one.id: version_in_words(one, today) for one in upload.checked.versions}
    return owner_page(
        shell,
        "checked.html",
        "/upload",
        "Is this right?",
        upload=upload,
        understood=_understood(upload.version) if upload.version else [],
        warnings=[f"{one.said}: {_way_out(one, upload.version)}" for one in upload.warnings],
        is_open=any(one.kind in _CORRECTED for one in upload.warnings),
        companies=companies,
        said=said,
        upshot=_upshot(upload.version, today),
        moves=list(moves_in_words(changes.versions, words)),
        drift=drift,
        summary=_moved(drift, day),
    )


def moves_in_words(versions: Difference, words: Mapping[str, str]) -> Iterator[str]:
    """Yield what a build would change, a line each; `words` says which version an id names."""
    yield from (f"new: {words.get(one, one)}" for one in versions.added)
    yield from (f"another text: {words.get(one, one)}" for one in versions.changed)
    yield from (f"gone: {words.get(one, one)}" for one in versions.removed)


_CORRECTED: frozenset[WarningKind] = frozenset({"other_spelling", "new_company", "no_date"})
_WAYS_OUT: Mapping[WarningKind, str] = {
    "other_spelling": "correct the company below.",
    "no_date": "say the first day in force below.",
    "reads_like_no_policy": "throw it away, or check that it is meant.",
    "mostly_removed": "read below what was kept.",
}
"""For somebody who has the page alone; of other kinds the way out is the same everywhere."""


def _way_out(warned: Warned, version: Version | None) -> str:
    if warned.kind == "new_company" and is_unnamed(warned.name):
        return "say below whose policy it is."
    says_so = version is not None and version.origins.get("company") == FRONT_MATTER
    if warned.kind == "other_spelling" and says_so:
        return "correct it at the top of the file, which says so, and upload it again."
    return _WAYS_OUT.get(warned.kind, warned.way_out)


def _upshot(version: Version | None, today: date) -> str:
    """Say what making a version live comes to."""
    day = version.effective_from if version else None
    if day and day > today:
        return f"Once it is live it answers from {written(day)} on, and nothing changes before."
    return "Once it is live everybody is answered from it, at once; at Builds you can go back."


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
    when = in_force(
        version.effective_from, version.effective_until, date.today(), version.first_seen
    )
    dated = origins.get("effective", origins.get("undated", "no date found"))
    return [
        Understood("company", version.company, origins.get("company", "")),
        Understood("policy", version.policy, origins.get("policy", "")),
        Understood("title", version.title, origins.get("title", "")),
        Understood("in force", when, dated),
        Understood("address", version.url or "–", origins.get("url", "no address found")),
    ]


def _first(own: Sequence[Version]) -> str:
    """Return the id of a policy's first version."""
    return min(own, key=lambda one: one.effective_from or date.min).id
