"""The lines of a quote as people read them."""

from dataclasses import replace

import pytest

from qabot.records import Citation
from qabot.service.quote_lines import answering_lines, quote_lines, text_of
from tests.support.citations import cited

LIST = (
    "We credit you. We never sell:\n- your name;\n- your records:\n  - calls;\n  - texts.\n\n"
    "Data: calls | Kept for: 18 months\nData: names | Kept for: ever"
)


def _cited(quote: str, *marked: str, lead_in: str = "") -> Citation:
    return replace(cited(quote, *marked, start=50), lead_in=lead_in)


def _marked(citation: Citation) -> list[str]:
    return [piece.text for line in answering_lines(citation) for piece in line if piece.is_marked]


@pytest.mark.parametrize(
    ("marked", "shown", "bold"),
    [
        (["We credit you."], "We credit you.", ["We credit you."]),
        (["your name;"], "We never sell:\n• your name;", ["your name;"]),
        (["texts."], "your records:\n• texts.", ["texts."]),
        (
            ["We never sell:", "your name;"],
            "We never sell:\n• your name;",
            ["your name;"],
        ),
        (["18 months"], "Kept for: 18 months", ["18 months"]),
        (
            ["Data: calls | Kept for: 18 months", "Data: names | Kept for: ever"],
            "Data: calls\nKept for: 18 months\n\nData: names\nKept for: ever",
            ["calls", "18 months", "names", "ever"],
        ),
    ],
)
def test_what_is_marked_is_shown_with_what_it_needs(
    marked: list[str], shown: str, bold: list[str]
) -> None:
    """An item comes with what introduces it, a cell with its header; neither is marked."""
    cited = _cited(LIST, *marked)

    assert text_of(answering_lines(cited)) == shown
    assert _marked(cited) == bold


def test_sentences_apart_are_parted() -> None:
    """Between two marked sentences of a line a gap shows that something is left out."""
    cited = _cited("One is. Two is. Three is.", "One is.", "Three is.")

    assert text_of(answering_lines(cited)) == "One is. … Three is."


def test_sentence_that_introduced_nothing_is_no_lead_in() -> None:
    """What stands above a list and is a whole sentence does not come with an item of it."""
    cited = _cited("2.3. Order it.\n2.4. Keep it.", "Keep it.", lead_in="Codes come by text.")

    assert text_of(answering_lines(cited)) == "2.4. Keep it."


def test_whole_quote_keeps_its_shape() -> None:
    """Items keep their indentation, rows are parted, and blank lines stay."""
    assert text_of(list(quote_lines(_cited(LIST)))) == (
        "We credit you. We never sell:\n• your name;\n• your records:\n  • calls;\n  • texts.\n\n"
        "Data: calls\nKept for: 18 months\n\nData: names\nKept for: ever"
    )


def test_quote_without_a_mark_is_shown_whole() -> None:
    """Where nothing is marked there is nothing to leave out."""
    assert text_of(answering_lines(_cited("One is. Two is."))) == "One is. Two is."
