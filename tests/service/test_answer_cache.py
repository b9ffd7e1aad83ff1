from dataclasses import replace

from qabot.records import Answer, Searched
from qabot.service.answer_cache import _KEPT, AnswerCache

NOWHERE = Searched(None, None, None, None, 0, 0)
ANSWER = Answer("0" * 16, "not_covered", (), (), NOWHERE, {"encode": 2.0})


def test_answer_is_known_again() -> None:
    """An answer is returned as it was, but that no stage of it takes any time now."""
    cache = AnswerCache()

    cache.remember(ANSWER, "build")

    assert cache.answer(ANSWER.id) == replace(ANSWER, stages_ms={})
    assert cache.answer("1" * 16) is None
    assert cache.about(ANSWER.id) == {"build": "build", "status": "not_covered", "citations": []}
    assert cache.about("1" * 16) is None


def test_oldest_is_forgotten() -> None:
    """So many answers are kept and no more; one given again counts as new."""
    cache = AnswerCache()
    for number in range(_KEPT):
        cache.remember(replace(ANSWER, id=str(number)), "build")

    cache.remember(replace(ANSWER, id="0"), "build")
    cache.remember(replace(ANSWER, id="new"), "build")

    assert cache.answer("0") and cache.answer("new")
    assert cache.answer("1") is None
    assert cache.answer("2")


def test_answer_asked_for_again_is_kept_longest() -> None:
    """What is asked for again is not the oldest any more."""
    cache = AnswerCache()
    for number in range(_KEPT):
        cache.remember(replace(ANSWER, id=str(number)), "build")

    assert cache.answer("0")
    cache.remember(replace(ANSWER, id="new"), "build")

    assert cache.answer("0")
    assert cache.answer("1") is None
