"""Summaries of the last answers, in memory that the processes of a service share.

So feedback is kept with what was cited, whichever process it comes to. The id of an answer says at
which of 8,192 places its summary stands; a later answer with the same place overwrites it. Where
two processes write to a place at once, its checksum is wrong and it counts as empty.
"""

import json
import os
from collections.abc import Mapping
from mmap import mmap
from pathlib import Path
from struct import Struct
from zlib import crc32

_PLACES, _PLACE = 8_192, 2_048
_HEAD = Struct("<16sII")  # the answer's id; length and checksum of its summary


class SharedSummaries:
    """Summaries by the ids of their answers, in a file that several processes open."""

    def __init__(self, file: Path) -> None:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.truncate(descriptor, _PLACES * _PLACE)
        self._memory = mmap(descriptor, _PLACES * _PLACE)
        os.close(descriptor)

    def put(self, answer_id: str, summary: Mapping[str, object]) -> None:
        """Keep the summary of an answer, unless it is longer than a place, 2,048 bytes."""
        said, at = json.dumps(summary).encode(), _place_of(answer_id)
        if _HEAD.size + len(said) <= _PLACE:
            head = _HEAD.pack(answer_id.encode(), len(said), crc32(said))
            self._memory[at : at + len(head) + len(said)] = head + said

    def get(self, answer_id: str) -> Mapping[str, object] | None:
        """Return the summary of an answer, None where there is none."""
        at = _place_of(answer_id)
        whose, length, checksum = _HEAD.unpack_from(self._memory, at)
        said = self._memory[at + _HEAD.size : at + min(_HEAD.size + length, _PLACE)]
        if whose != answer_id.encode() or crc32(said) != checksum:
            return None
        summary: Mapping[str, object] = json.loads(said)
        return summary


def _place_of(answer_id: str) -> int:
    return crc32(answer_id.encode()) % _PLACES * _PLACE
