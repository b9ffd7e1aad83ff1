from dataclasses import replace

from qabot.records import Answer, Searched
from qabot.service.answer_cache import _KEPT, Recent

NOWHERE = Searched(None, None, None, None, 0, 0)
ANSWER = Answer("0" * 16, "not_covered", (), (), NOWHERE, {"encode": 2.0})


def test_answer_is_known_again() -> None:
    """An answer is returned as it was, but that no stage of it takes any time now."""
    recent = Recent()

    recent.remember(ANSWER, "build")

    assert recent.answer(ANSWER.id) == replace(ANSWER, stages_ms={})
    assert recent.answer("1" * 16) is None
    assert recent.about(ANSWER.id) == {"build": "build", "status": "not_covered", "citations": []}
    assert recent.about("1" * 16) is None


def test_oldest_is_forgotten() -> None:
    """So many answers are kept and no more; one given again counts as new."""
    recent = Recent()
    for number in range(_KEPT):
        recent.remember(replace(ANSWER, id=str(number)), "build")

    recent.remember(replace(ANSWER, id="0"), "build")
    recent.remember(replace(ANSWER, id="new"), "build")

    assert recent.answer("0") and recent.answer("new")
    assert recent.answer("1") is None
    assert recent.answer("2")


def test_answer_asked_for_again_is_kept_longest() -> None:
    """What is asked for again is not the oldest any more."""
    recent = Recent()
    for number in range(_KEPT):
        recent.remember(replace(ANSWER, id=str(number)), "build")

    assert recent.answer("0")
    recent.remember(replace(ANSWER, id="new"), "build")

    assert recent.answer("0")
    assert recent.answer("1") is None
