"""What was cited in the last answers, in memory that the processes of a service share.

So feedback is on what was cited, whichever of them it comes to. An answer has one place, which the
next of the same place takes; what two write there at once is not read.
"""

import json
import os
from collections.abc import Mapping
from mmap import mmap
from pathlib import Path
from struct import Struct
from zlib import crc32

_PLACES, _PLACE = 8_192, 2_048
_HEAD = Struct("<16sII")  # the answer's id; length and checksum of what is known of it


class SharedAbouts:
    """What is known of answers by their ids, in a file that several processes open."""

    def __init__(self, file: Path) -> None:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.truncate(descriptor, _PLACES * _PLACE)
        self._memory = mmap(descriptor, _PLACES * _PLACE)
        os.close(descriptor)

    def put(self, answer_id: str, about: Mapping[str, object]) -> None:
        """Keep what is known of an answer, unless it is more than there is room for."""
        said, at = json.dumps(about).encode(), _place_of(answer_id)
        if _HEAD.size + len(said) <= _PLACE:
            head = _HEAD.pack(answer_id.encode(), len(said), crc32(said))
            self._memory[at : at + len(head) + len(said)] = head + said

    def get(self, answer_id: str) -> Mapping[str, object] | None:
        """Return what is known of an answer, None where nothing is."""
        at = _place_of(answer_id)
        whose, length, checksum = _HEAD.unpack_from(self._memory, at)
        said = self._memory[at + _HEAD.size : at + min(_HEAD.size + length, _PLACE)]
        if whose != answer_id.encode() or crc32(said) != checksum:
            return None
        about: Mapping[str, object] = json.loads(said)
        return about


def _place_of(answer_id: str) -> int:
    return crc32(answer_id.encode()) % _PLACES * _PLACE
