"""Whether questions are answered: asked at most once a second, however many want to know."""

from asyncio import Lock, gather, to_thread, wait_for
from time import monotonic

from qabot.api.request_bounds import log_failure
from qabot.service.live import LiveBot, probe

_ASKED_AGAIN = 1.0  # seconds after the last answer
_SECONDS = 5  # that a probe may take


class Readiness:
    """What the last probe came to. A probe takes no place from the questions of others."""

    def __init__(self, live: LiveBot) -> None:
        self._live = live
        self._one_at_a_time = Lock()
        self._is_ready, self._known_until = False, 0.0

    async def is_ready(self) -> bool:
        """Put a question to the live build, unless that was done just now."""
        async with self._one_at_a_time:
            if monotonic() > self._known_until:
                asked = wait_for(to_thread(probe, self._live.bot), _SECONDS)
                (outcome,) = await gather(asked, return_exceptions=True)
                if isinstance(outcome, Exception):
                    log_failure(outcome)
                self._is_ready = not isinstance(outcome, BaseException)
                self._known_until = monotonic() + _ASKED_AGAIN
            return self._is_ready
