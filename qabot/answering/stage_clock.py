"""How long each stage of an answer takes."""

from time import perf_counter


class StageClock:
    """Times the stages of one answer; `laps` has the milliseconds of each, by its name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """Record the time since the last lap, in milliseconds, as that of a stage."""
        now = perf_counter()
        self.laps[stage] = 1000 * (now - self._last)
        self._last = now
