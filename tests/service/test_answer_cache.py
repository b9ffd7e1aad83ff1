import json
from dataclasses import replace
from pathlib import Path

from qabot.records import Answer, Searched
from qabot.service.answer_cache import _KEPT, AnswerCache
from qabot.service.shared_summaries import SharedSummaries

NOWHERE = Searched(None, None, None, None, 0, 0)
ANSWER = Answer("0" * 16, "not_covered", (), (), NOWHERE, {"encode": 2.0})


def test_answer_is_known_again() -> None:
    """An answer is returned as it was, but that no stage of it takes any time now."""
    cache = AnswerCache()

    cache.remember(ANSWER, "build")

    assert cache.answer(ANSWER.id) == replace(ANSWER, stages_ms={})
    assert cache.answer("1" * 16) is None
    assert cache.summary(ANSWER.id) == {"build": "build", "status": "not_covered", "citations": []}
    assert cache.summary("1" * 16) is None


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


def test_processes_know_of_each_others_answers(tmp_path: Path) -> None:
    """What one process answered another one knows of, and nothing of what none did."""
    one, other = (AnswerCache(SharedSummaries(tmp_path / "answers")) for _ in range(2))
    one.remember(ANSWER, "build")

    assert other.answer(ANSWER.id) is None
    assert json.loads(json.dumps(one.summary(ANSWER.id))) == other.summary(ANSWER.id)
    assert other.summary("b" * 16) is None


def test_answer_whose_place_is_taken_is_not_known(tmp_path: Path) -> None:
    """However many were answered, what is known of one is never what is known of another."""
    cache = AnswerCache(SharedSummaries(tmp_path / "answers"))
    ids = [f"{number:016x}" for number in range(20_000)]
    for one in ids:
        cache.remember(replace(ANSWER, id=one), f"build {one}")
    known = SharedSummaries(tmp_path / "answers")
    found = {one: summary for one in ids if (summary := known.get(one))}

    assert 0 < len(found) < len(ids)
    assert all(summary["build"] == f"build {one}" for one, summary in found.items())
