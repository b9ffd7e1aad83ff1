"""The last answers, in memory alone: asked again they cost nothing, and feedback follows them."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from qabot.records import Answer
from qabot.service.shared_summaries import SharedSummaries

_KEPT = 2_000  # answers, of some kilobytes each


@dataclass(frozen=True, slots=True)
class _Remembered:
    answer: Answer  #: without the time that its stages took
    build: str  #: id of the build that gave it


class AnswerCache:
    """Answers by their ids, which are those of question, build and day; never the questions.

    With `shared`, there are summaries of the answers of all processes that share it.
    """

    def __init__(self, shared: SharedSummaries | None = None) -> None:
        self._shared = shared
        self._answers: OrderedDict[str, _Remembered] = OrderedDict()
        self._lock = Lock()

    def remember(self, answer: Answer, build: str) -> None:
        """Keep an answer and those to its parts, and forget what was not asked for longest."""
        whole = [replace(part, question="", read_as="") for part in answer.parts]
        with self._lock:
            for one in (*whole, answer):
                self._answers[one.id] = _Remembered(replace(one, stages_ms={}), build)
                self._answers.move_to_end(one.id)
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        if self._shared:
            for one in (*whole, answer):
                self._shared.put(one.id, _summary(one, build))

    def answer(self, answer_id: str) -> Answer | None:
        """Return an answer that was given before; no stage of it takes any time now."""
        with self._lock:
            found = self._answers.get(answer_id)
            if found is None:
                return None
            self._answers.move_to_end(answer_id)
            return found.answer

    def summary(self, answer_id: str) -> Mapping[str, object] | None:
        """Return build, status and citations of an answer; None where it is not remembered."""
        found = self._answers.get(answer_id)
        if found is None:
            return self._shared.get(answer_id) if self._shared else None
        return _summary(found.answer, found.build)


def _summary(answer: Answer, build: str) -> Mapping[str, object]:
    cited = [(citation.version, citation.start, citation.end) for citation in answer.citations]
    return {"build": build, "status": answer.status, "citations": cited}
