"""Counts of requests in moving windows, in memory that the processes of one service share.

A window is cut into 64 parts with a count each, so that whoever makes many requests takes no more
room than others, and a count holds to a 64th of the window. Where there are more callers than room,
whoever has been away longest is forgotten.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from mmap import mmap
from pathlib import Path
from struct import Struct
from time import monotonic_ns

_PARTS = 64
_SETS, _WAYS = 2_048, 8  # a caller has one place of one set: all others may be full
_HEAD = Struct("<8sQ")  # who, and when last, in nanoseconds
_COUNTS = Struct(f"<{_PARTS}I")  # that of part n at n modulo _PARTS
_PLACE = _HEAD.size + _COUNTS.size


@dataclass(frozen=True, slots=True)
class Window:
    """What a request was counted against."""

    is_allowed: bool  #: and counted
    remaining: int  #: requests that are allowed now
    seconds: float  #: until one more is, or all are where none was counted


class SharedCounts:
    """Counts in a file that several processes open, or without one in this process alone.

    It is for one thread of each process. A process that dies leaves no lock behind.
    """

    def __init__(self, file: Path | None = None, clock: Callable[[], int] = monotonic_ns) -> None:
        self._clock = clock
        size = _SETS * _WAYS * _PLACE
        self._file = os.open(file, os.O_RDWR | os.O_CREAT, 0o600) if file else -1
        if file:
            os.truncate(self._file, size)
        self._memory = mmap(self._file, size)

    def hit(self, who: str, most: int, seconds: int) -> Window:
        """Count a request, unless `most` were counted in the last `seconds`."""
        digest = blake2b(who.encode(), digest_size=8).digest()
        first = int.from_bytes(digest[:4], "little") % _SETS * _WAYS * _PLACE
        with self._locked(first):
            now = self._clock()
            part = seconds * 1_000_000_000 // _PARTS
            at, counts = self._found(first, digest, now, part)
            made = sum(counts)
            if is_allowed := made < most:
                counts[now // part % _PARTS] += 1
                made += 1
                _HEAD.pack_into(self._memory, at, digest, now)
                _COUNTS.pack_into(self._memory, at + _HEAD.size, *counts)
        return Window(is_allowed, most - made, _until_next(counts, now, part))

    def _found(self, first: int, digest: bytes, now: int, part: int) -> tuple[int, list[int]]:
        """Return the place of a caller and its counts of the window that ends now."""
        oldest, at = now, first
        for place in range(first, first + _WAYS * _PLACE, _PLACE):
            whose, last = _HEAD.unpack_from(self._memory, place)
            if whose == digest and last:
                counts = list(_COUNTS.unpack_from(self._memory, place + _HEAD.size))
                for gone in range(last // part + 1, min(now // part, last // part + _PARTS) + 1):
                    counts[gone % _PARTS] = 0
                return place, counts
            if last < oldest:
                oldest, at = last, place
        return at, [0] * _PARTS

    @contextmanager
    def _locked(self, place: int) -> Iterator[None]:
        if self._file < 0:
            yield
            return
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, place)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)


def _until_next(counts: list[int], now: int, part: int) -> float:
    """Return the seconds until the oldest request that counts does so no more."""
    newest = now // part
    oldest = next((n for n in range(newest - _PARTS + 1, newest + 1) if counts[n % _PARTS]), newest)
    return ((oldest + _PARTS) * part - now) / 1e9
