"""What an answer looks like in a terminal."""

import pytest

from qabot.cli.show_answer import show_answer
from qabot.records import Answer, Citation, Highlight, Searched


def _answer(quote: str, sentence: str) -> Answer:
    """Return an answer that quotes `quote` and marks `sentence` in it."""
    start = quote.index(sentence)
    citation = Citation(
        quote=quote,
        start=0,
        end=len(quote),
        sha256="",
        highlight=(Highlight(start, start + len(sentence)),),
        company="Harbour",
        policy="harbour/terms",
        version="harbour/terms",
        title="Terms",
        section=("Terms",),
        page=None,
        effective_from=None,
        effective_until=None,
        url=None,
        score=1.0,
        lead_in="",
    )
    scope = Searched(None, None, None, None, versions=1, passages=1)
    return Answer("1", "answered", (citation,), (), scope, {})


@pytest.mark.parametrize("marker", ["-", "1.", "2.1.", "(aa)", "(xviii)", "  (b)"])
def test_marker_is_shown_with_its_item(marker: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The bar that says what answers stands before the item's number or letter."""
    show_answer(_answer(f"You pay:\n{marker} by card;", "by card;"), ())

    assert f"▌ {marker} by card;" in capsys.readouterr().out.splitlines()


def test_a_word_with_a_full_stop_is_no_marker(capsys: pytest.CaptureFixture[str]) -> None:
    """A short sentence that does not answer is not marked with the next one."""
    show_answer(_answer("Fees. You pay by card.", "You pay by card."), ())

    assert capsys.readouterr().out.splitlines()[:2] == ["  Fees.", "▌ You pay by card."]
