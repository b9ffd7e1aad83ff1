"""The last answers as they were sent: whoever asks the same again gets the same letters."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

_KEPT = 2_000  # bodies, of some kilobytes each


class AnswerBodies:
    """Bodies by what they depend on; for the event loop alone."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, of: Hashable, made: Callable[[], str]) -> bytes:
        """Return the body of something, made now if it is not kept."""
        body = self._bodies.get(of)
        if body is None:
            body = self._bodies[of] = made().encode()
            if len(self._bodies) > _KEPT:
                self._bodies.popitem(last=False)
        else:
            self._bodies.move_to_end(of)
        return body
