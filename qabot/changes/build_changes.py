"""What a build would change against the live one, and what to look at before it is live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qabot.catalog.names import same_company
from qabot.changes.build_differences import (
    BuildParts,
    Difference,
    file_difference,
    policy_difference,
    version_difference,
)
from qabot.changes.build_warnings import BuildWarning, build_warnings


@dataclass(frozen=True, slots=True)
class BuildChanges:
    """What a build would change against the live one."""

    build: str
    live: str | None  #: None: there is none that can be read; everything is new then
    files: Difference
    policies: Difference
    versions: Difference
    warnings: tuple[BuildWarning, ...]  #: the most serious first

    def undecided(self, expected: Sequence[str] = ()) -> tuple[BuildWarning, ...]:
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
    return BuildChanges(
        build=build.manifest.id,
        live=live.manifest.id if live else None,
        files=file_difference(live.manifest.sources if live else {}, build.manifest.sources),
        policies=policy_difference(before, after),
        versions=version_difference(before, after),
        warnings=build_warnings(live, build, today),
    )
