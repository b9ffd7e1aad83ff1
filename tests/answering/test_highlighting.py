from collections.abc import Sequence

import numpy as np
import pytest

from qabot.answering.highlighting import marked, unasked
from qabot.index.lexical import question_terms
from qabot.records import Kind, Passage, Sentence


def passage(*sentences: tuple[Kind, str, str]) -> Passage:
    """Return a passage of these sentences: (kind, lead-in, text)."""
    text = ""
    found = []
    for kind, lead_in, sentence in sentences:
        found.append(Sentence(9 + len(text), 9 + len(text) + len(sentence), kind, lead_in))
        text += f"{sentence} "
    return Passage("v", 9, 9 + len(text), text, (), None, tuple(found))


def places(one: Passage, cosines: Sequence[float]) -> tuple[int, ...]:
    """Return what is marked of a passage whose sentences are so near to the question."""
    return marked(one, np.array(cosines, dtype=np.float32), ())


@pytest.mark.parametrize(
    ("cosines", "answering"),
    [
        ([0.2, 0.8, 0.1], (1,)),
        ([0.8, 0.2, 0.79], (0, 2)),
        ([0.8, 0.79, 0.79, 0.78, 0.81], (0, 4)),
        ([-1, -1, -0.2], (2,)),
        ([-1, -0.99, -1], (1,)),
        ([0.5], (0,)),
    ],
)
def test_best_and_what_is_close_to_it(cosines: list[float], answering: tuple[int, ...]) -> None:
    """The best sentence is marked and those hardly further away, two at most, in order."""
    one = passage(*[("content", "", f"Sentence {n}.") for n in range(len(cosines))])

    assert places(one, cosines) == answering


LIST = passage(
    ("content", "", "Fees are fair."),
    ("lead-in", "", "We charge nothing if:"),
    ("content", "We charge nothing if:", "you move"),
    ("content", "We charge nothing if:", "you die"),
    ("content", "", "Else it is dear."),
)


@pytest.mark.parametrize(
    ("cosines", "answering"),
    [
        ([0.1, 0.9, 0.3, 0.5, 0.6], (1, 3)),
        ([0.1, 0.9, 0.87, 0.5, 0.1], (1, 2)),
        ([0.1, 0.58, 0.2, 0.3, 0.6], (4,)),
        ([0.1, 0.6, -1, -1, 0.2], (1,)),
    ],
)
def test_lead_in_is_marked_with_an_item(cosines: list[float], answering: tuple[int, ...]) -> None:
    """A lead-in that is best is marked with its best item; one that is only close, not alone."""
    assert places(LIST, cosines) == answering


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Since when is this in force?", {"date"}),
        ("When was the policy last updated?", {"date"}),
        ("effective date", {"date"}),
        ("latest version of the terms", {"date"}),
        ("Seit wann gilt das?", {"date"}),
        ("What is this policy about?", {"introduction"}),
        ("What does the notice cover?", {"introduction"}),
        ("Where are earlier versions kept?", {"cross-reference"}),
        ("Which section deals with refunds?", {"cross-reference"}),
        ("I want a refund for the order of 12 January 2022", set()),
        ("How long do you keep call records?", set()),
        ("Who pays for the parcel?", set()),
    ],
)
def test_kinds_that_a_question_asks_for(question: str, asked: set[Kind]) -> None:
    """Dates, introductions and references answer only what asks for them."""
    assert {"date", "introduction", "cross-reference"} - unasked(question) == asked


def test_row_that_names_what_is_asked_about() -> None:
    """Among rows alike, that which holds the question's words is marked, and no lead-in with it."""
    rows = (
        "Zone: Europe | Price: 2 EUR",
        "Zone: Turkey | Price: 6 EUR",
        "Zone: Peru | Price: 9 EUR",
    )
    lead_in = "What you pay depends on the zone:"
    one = passage(("lead-in", "", lead_in), *(("content", lead_in, row) for row in rows))
    cosines = np.array([0.56, 0.53, 0.52, 0.4], dtype=np.float32)

    assert marked(one, cosines, question_terms("Turkey")) == (2,)
    assert marked(one, cosines, question_terms("abroad")) == (1,)


def test_words_of_one_row_tell_more_than_headers_of_all() -> None:
    """ "standard delivery" is the row of that name, though another says more of days."""
    rows = ("Delivery: Standard | Days: 3", "Delivery: Foreign | Days: 7 to 10")
    table = passage(*(("content", "", row) for row in rows))
    text = passage(("content", "", "Delivery: Standard, 3 days."), ("content", "", "7 to 10 days."))
    cosines = np.array([0.58, 0.6], dtype=np.float32)

    assert marked(table, cosines, question_terms("standard delivery")) == (0,)
    assert marked(table, cosines, question_terms("delivery days")) == (0, 1)
    assert 1 in marked(text, cosines, question_terms("standard delivery"))


def test_rows_and_items_alike_exclude_each_other() -> None:
    """Two rows, or items of one list, are both marked only where hardly anything lies between."""
    rows = passage(("content", "", "A: 1 | B: 2"), ("content", "", "A: 3 | B: 4"))
    items = passage(
        ("content", "Write to us if:", "it is lost"), ("content", "Write to us if:", "it")
    )
    plain = passage(("content", "", "We write."), ("content", "", "You read."))

    assert [places(one, [0.6, 0.53]) for one in (rows, items, plain)] == [(0,), (0,), (0, 1)]
    assert [places(one, [0.6, 0.58]) for one in (rows, items, plain)] == [(0, 1)] * 3
