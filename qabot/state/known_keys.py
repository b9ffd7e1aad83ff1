"""The keys in force, kept in memory: a store that fails keeps nobody out at once."""

from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread
from time import monotonic

from qabot.errors import StoreUnavailable
from qabot.state.stored import Key

KEYS_LAST = 1.0
"""Seconds for which keys are not looked up again: as long may a revoked one still be let in."""

_UNKNOWN_LASTS = 0.1  # the same for a key that is not among them: it may have been made just now

KEYS_KEPT = 60.0
"""Seconds for which known keys are let in while the store does not tell them, revoked ones too."""

_SOON = 1.0  # seconds that a request waits for keys to be looked up again, where some are known

_AT_THE_END = 5.0  # seconds that a look-up under way is waited for

Keys = Mapping[str, tuple[Key, bytes]]
"""By their ids, with the digests of their tokens."""


class _LookUp:
    """One reading of the keys, under way in a thread of its own or done."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.is_done = Event()
        self.found: Keys = {}
        self.failure: StoreUnavailable | None = None


class KnownKeys:
    """Looks keys up each second that somebody asks for them; may be used from any thread.

    Where one is asked for that is not known, they are looked up sooner: ten times a second at most.
    """

    def __init__(self, look_up: Callable[[], Keys], clock: Callable[[], float] = monotonic) -> None:
        self._look_up = look_up
        self._clock = clock
        self._lock = Lock()
        self._known: _LookUp | None = None  # the last that succeeded
        self._under_way: _LookUp | None = None

    def get(self, wanted: str | None = None) -> Keys:
        """Return the keys in force; raises StoreUnavailable where none were known of late.

        `wanted` is the id of the key that is asked for, if one is.
        """
        with self._lock:
            known, under_way = self._known, self._under_way
            age = self._clock() - known.began if known else KEYS_KEPT
            is_there = known is not None and (wanted is None or wanted in known.found)
            if known and age < (KEYS_LAST if is_there else _UNKNOWN_LASTS):
                return known.found
            if under_way is None or under_way.is_done.is_set():
                under_way = self._under_way = _LookUp(self._clock())
                Thread(target=self._run, args=[under_way], daemon=True).start()
        is_usable = known is not None and age < KEYS_KEPT
        under_way.is_done.wait(_SOON if is_usable else None)
        if under_way.is_done.is_set() and under_way.failure is None:
            return under_way.found
        if known is None or not is_usable:
            raise under_way.failure or StoreUnavailable("The keys could not be read; ask again.")
        return known.found

    def forget(self) -> None:
        """Look the keys up before they are told again: one was made or revoked here."""
        with self._lock:
            self._known = self._under_way = None

    def close(self) -> None:
        """Wait for a look-up that is under way: what it looks into is about to be closed."""
        with self._lock:
            under_way = self._under_way
        if under_way:
            under_way.is_done.wait(_AT_THE_END)

    def _run(self, looking: _LookUp) -> None:
        try:
            looking.found = self._look_up()
        except StoreUnavailable as error:
            looking.failure = error
        with self._lock:
            if looking is self._under_way and looking.failure is None:
                self._known = looking
        looking.is_done.set()
