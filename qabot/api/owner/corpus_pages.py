"""What is live and what was or may be: the overview, every file, the builds."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from qabot.api.owner.owner_templates import Shell, nothing_asked, owner_page, share
from qabot.changes.build_differences import Difference
from qabot.changes.drift import Drift
from qabot.index.manifest import Manifest
from qabot.records import Status, Version
from qabot.service.wording import in_force, written
from qabot.state.stored import LoggedQuestion

_FEW = 12  # policies that are found without a search
_COUNTED = ("companies", "policies", "versions")  # of a build
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
        understood=understood,
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


def moves_page(shell: Shell, drift: Drift, day: date) -> str:
    """Return which answers another build would give otherwise than the live one."""
    return owner_page(
        shell,
        "moves.html",
        "/builds",
        "Which answers would move",
        "What the live build answers, and what this one would.",
        drift=drift,
        summary=moves_summary(drift, day),
    )


def moves_in_words(versions: Difference, words: Mapping[str, str]) -> Iterator[str]:
    """Yield what a build would change, a line each; `words` says which version an id names."""
    yield from (f"new: {words.get(one, one)}" for one in versions.added)
    yield from (f"another text: {words.get(one, one)}" for one in versions.changed)
    yield from (f"gone: {words.get(one, one)}" for one in versions.removed)


def moves_summary(drift: Drift, day: date) -> str:
    """Return in a sentence how many answers would move on a day."""
    if not drift.asked:
        return (
            "No questions are known that could be asked: add some to your own, or keep what people "
            "ask with QABOT_LOG_QUESTIONS=on."
        )
    known = f"{drift.asked:,} known question{'' if drift.asked == 1 else 's'}"
    return f"{len(drift.moves) or 'None'} of {known} would be answered otherwise on {written(day)}."


def understood(version: Version) -> list[Understood]:
    """Return what was understood of a version's file."""
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
