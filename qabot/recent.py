"""What the service remembers of its last answers, for the feedback that follows them."""

from collections import OrderedDict
from collections.abc import Mapping

from qabot.records import Answer

_KEPT = 10_000


class Recent:
    """The last answers: build, status and what was cited, never the question. In memory alone."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Mapping[str, object]] = OrderedDict()

    def remember(self, answer: Answer, build: str) -> None:
        """Keep what an answer was, and forget the oldest."""
        self._answers[answer.id] = {
            "build": build,
            "status": answer.status,
            "citations": [(c.version, c.start, c.end) for c in answer.citations],
        }
        self._answers.move_to_end(answer.id)
        while len(self._answers) > _KEPT:
            self._answers.popitem(last=False)

    def about(self, answer: str) -> Mapping[str, object] | None:
        """Return what is known of an answer by its id."""
        return self._answers.get(answer)
