"""The last answers, in memory alone: asked again they cost nothing, and feedback follows them."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from threading import Lock

from qabot.records import Answer
from qabot.service.shared_abouts import SharedAbouts

_KEPT = 2_000  # answers, of some kilobytes each


class AnswerCache:
    """Answers by their ids, which are those of question, build and day; never the questions.

    With `shared`, what was cited is known of the answers of all processes that share it.
    """

    def __init__(self, shared: SharedAbouts | None = None) -> None:
        self._shared = shared
        self._answers: OrderedDict[str, tuple[Answer, str]] = OrderedDict()
        self._lock = Lock()

    def remember(self, answer: Answer, build: str) -> None:
        """Keep an answer and those to its parts, and forget what was not asked for longest."""
        whole = [replace(part, question="", read_as="") for part in answer.parts]
        with self._lock:
            for one in (*whole, answer):
                self._answers[one.id] = (replace(one, stages_ms={}), build)
                self._answers.move_to_end(one.id)
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        if self._shared:
            for one in (*whole, answer):
                self._shared.put(one.id, _about(one, build))

    def answer(self, answer_id: str) -> Answer | None:
        """Return an answer that was given before; no stage of it takes any time now."""
        with self._lock:
            found = self._answers.get(answer_id)
            if found is None:
                return None
            self._answers.move_to_end(answer_id)
            return found[0]

    def about(self, answer_id: str) -> Mapping[str, object] | None:
        """Return what is known of an answer: build, status and what was cited."""
        found = self._answers.get(answer_id)
        if found is None:
            return self._shared.get(answer_id) if self._shared else None
        return _about(*found)


def _about(answer: Answer, build: str) -> Mapping[str, object]:
    cited = [(citation.version, citation.start, citation.end) for citation in answer.citations]
    return {"build": build, "status": answer.status, "citations": cited}
