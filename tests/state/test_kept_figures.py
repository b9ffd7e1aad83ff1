from dataclasses import replace
from datetime import UTC, datetime, timedelta

from qabot.state.kept_figures import KeptFigures
from qabot.state.store import Store
from qabot.state.stored import BuildFigures

FIRST = BuildFigures("one", 8, 6, 5, 4, 2, 1, datetime(2026, 3, 1, tzinfo=UTC))
DAY = timedelta(1)


def test_figures_are_kept_in_order(store: Store) -> None:
    """The newest come first, as many as were asked for, and nothing that the log forgets."""
    kept = KeptFigures(store.engine)
    others = [
        replace(FIRST, build=name, measured=FIRST.measured + n * DAY)
        for n, name in ((2, "three"), (1, "two"))
    ]
    for one in (FIRST, *others):
        kept.keep(one)
    store.forget_before(FIRST.measured + 9 * DAY)

    assert [one.build for one in kept.newest(9)] == ["three", "two", "one"]
    assert kept.newest(1) == [others[0]]
    assert kept.newest(9)[-1] == FIRST


def test_same_figures_are_kept_once(store: Store) -> None:
    """Measured again a build has a new row where it answers otherwise, or after another build."""
    kept = KeptFigures(store.engine)
    later = replace(FIRST, measured=FIRST.measured + DAY)
    for one in (FIRST, later, replace(later, hits=7), replace(later, build="two", hits=7), later):
        kept.keep(one)

    assert [(one.build, one.hits) for one in kept.newest(9)] == [
        ("one", 6),
        ("two", 7),
        ("one", 7),
        ("one", 6),
    ]
