"""Versions without a date are in force from the day on which they were first seen."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from qabot.records import Version


def with_first_seen(
    versions: Iterable[Version], known: Mapping[str, date], today: date
) -> list[Version]:
    """Return versions, ordered by policy and day, those without a date with that of their text.

    `known` has, by the SHA-256 of a text, on which day it was first seen; any other is seen today.
    """
    return in_force_until(
        version
        if version.effective_from
        else replace(version, first_seen=known.get(version.sha256, today))
        for version in versions
    )


def in_force_until(versions: Iterable[Version]) -> list[Version]:
    """Return versions, ordered by policy and day, each in force until the next one of its policy.

    One without any day comes first; where two begin on one day, the one that says so comes last.
    """

    def place(version: Version) -> tuple[str, date, bool]:
        return version.policy, version.begins or date.min, version.effective_from is not None

    ordered = sorted(versions, key=place)
    return [
        replace(version, effective_until=after.begins)
        if after is not None and after.policy == version.policy
        else replace(version, effective_until=None)
        for version, after in zip_longest(ordered, ordered[1:])
    ]
