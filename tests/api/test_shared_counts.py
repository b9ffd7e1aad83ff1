import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qabot.api.shared_counts import SharedCounts

SECOND = 1_000_000_000
HITS = """
import sys
from pathlib import Path
from qabot.api.shared_counts import SharedCounts
counts = SharedCounts(Path(sys.argv[1]))
print(sum(counts.hit("one", 500, 3600).is_allowed for _ in range(400)))
"""


class Clock:
    """Says the nanosecond it is set to."""

    def __init__(self) -> None:
        self.now = 5 * SECOND

    def __call__(self) -> int:
        """Return the time."""
        return self.now


@given(
    most=st.integers(1, 5),
    seconds=st.sampled_from([1, 3, 60, 3600]),
    waits=st.lists(st.floats(0, 1.5), max_size=40),  # in windows
)
def test_no_window_holds_more(most: int, seconds: int, waits: list[float]) -> None:
    """Whatever is allowed, no window but for a 64th holds more; what is left is never wrong."""
    clock = Clock()
    counts = SharedCounts(clock=clock)
    allowed: list[int] = []
    for wait in waits:
        clock.now += int(wait * seconds * SECOND)
        in_window = [one for one in allowed if clock.now - one < seconds * SECOND]
        in_most = [one for one in allowed if clock.now - one < seconds * SECOND * 63 // 64]

        found = counts.hit("one", most, seconds)

        if found.is_allowed:
            assert len(in_most) < most
            allowed.append(clock.now)
        else:
            assert len(in_window) >= most
        held = found.is_allowed
        assert most - len(in_window) - held <= found.remaining <= most - len(in_most) - held
        assert 0 < found.seconds <= seconds


def test_who_waits_as_told_may_ask() -> None:
    """After the seconds that a refusal names there is room for one, and not before."""
    clock = Clock()
    counts = SharedCounts(clock=clock)
    counts.hit("one", 2, 60)
    clock.now += 20 * SECOND
    counts.hit("one", 2, 60)

    refused = counts.hit("one", 2, 60)
    clock.now += int(refused.seconds * SECOND) - SECOND // 10
    before = counts.hit("one", 2, 60)
    clock.now += SECOND // 5

    assert (refused.is_allowed, refused.remaining) == (False, 0)
    assert not before.is_allowed
    assert counts.hit("one", 2, 60).is_allowed


def test_others_count_apart() -> None:
    """Thousands of others do not count for one, nor is one forgotten while it asks."""
    counts = SharedCounts()
    windows = [counts.hit("one", 9, 60)]
    for number in range(5_000):
        assert counts.hit(f"other {number}", 1, 60).is_allowed
    windows.append(counts.hit("one", 9, 60))

    assert [window.remaining for window in windows] == [8, 7]


def test_processes_count_together(tmp_path: Path) -> None:
    """Two processes that count at once are allowed as many as one."""
    file = tmp_path / "limits"
    both = [
        subprocess.Popen([sys.executable, "-c", HITS, str(file)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    allowed = sum(int(process.communicate(timeout=60)[0]) for process in both)

    assert allowed == 500
    assert not SharedCounts(file).hit("one", 500, 3600).is_allowed
