"""What an answer looks like in a terminal."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from qabot.cli.show_answer import show_answer
from qabot.records import Answer, ChangedPolicy, Remark, Searched
from tests.support.citations import cited


def _answer(quote: str, sentence: str, title: str = "Terms") -> Answer:
    """Return an answer that quotes `quote` and marks `sentence` in it."""
    citation = replace(cited(quote, sentence), title=title, section=("Terms",))
    scope = Searched(None, None, None, None, versions=1, passages=1)
    return Answer("1", "answered", (citation,), (), scope, {})


@pytest.mark.parametrize("marker", ["-", "1.", "2.1.", "(aa)", "(xviii)", "  (b)"])
def test_marker_is_shown_with_its_item(marker: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The bar that says what answers stands before the item's number or letter."""
    show_answer(_answer(f"You pay:\n{marker} by card;", "by card;"), ())

    assert f"▌ {marker.strip()} by card;" in capsys.readouterr().out.splitlines()


def test_a_word_with_a_full_stop_is_no_marker(capsys: pytest.CaptureFixture[str]) -> None:
    """A short sentence that does not answer is not marked with the next one."""
    show_answer(_answer("Fees. You pay by card.", "You pay by card."), (), more=True)

    assert capsys.readouterr().out.splitlines()[:2] == ["  Fees.", "▌ You pay by card."]


def test_answer_comes_first_and_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Without `more` the sentence that answers is shown, what stands around it is not."""
    show_answer(_answer("Fees. You pay by card. Or by post.", "You pay by card."), ())

    out = capsys.readouterr().out
    assert out.startswith("▌ You pay by card.\n\n  Harbour: Terms\n")
    assert "post" not in out


def test_item_is_shown_under_what_introduces_it(capsys: pytest.CaptureFixture[str]) -> None:
    """The line with a colon above a list stands before the item that answers."""
    show_answer(_answer("You pay:\n- in cash;\n- by card;", "by card;"), ())

    assert capsys.readouterr().out.splitlines()[:2] == ["  You pay:", "▌ - by card;"]


def test_row_is_shown_as_labels_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    """A row of a table is a line for each cell; no divider is shown, in the whole quote neither."""
    rows = "Zone: 1 | Costs: £2\nZone: 2 | Costs: £6"
    show_answer(_answer(rows, "Zone: 2 | Costs: £6"), ())
    first = capsys.readouterr().out
    show_answer(_answer(rows, "Zone: 2 | Costs: £6"), (), more=True)
    whole = capsys.readouterr().out

    assert first.splitlines()[:2] == ["▌ Zone:  2", "▌ Costs: £6"]
    assert whole.splitlines()[:2] == ["  Zone: 1 · Costs: £2", "▌ Zone: 2 · Costs: £6"]


def test_company_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A title that names the company is not put behind its name."""
    show_answer(_answer("You pay.", "You pay.", "Harbour Terms"), ())

    assert "\n  Harbour Terms > Terms\n" in capsys.readouterr().out


def test_parts_are_shown_under_their_questions(capsys: pytest.CaptureFixture[str]) -> None:
    """Each question of a message stands above its answer; companies compared above theirs."""
    one = replace(_answer("You pay.", "You pay."), question="Who pays?", read_as="Who pays here?")
    two = replace(_answer("We pay.", "We pay."), question="Who else?")
    show_answer(replace(one, question="", parts=(one, two), left_out=("And when?",)), ())
    asked = capsys.readouterr().out
    of = [
        replace(one, scope=replace(one.scope, company=name), read_as="")
        for name in ("Ash", "Birch")
    ]
    show_answer(replace(one, question="", parts=tuple(of)), ())
    compared = capsys.readouterr().out

    assert asked.startswith("Who pays?\n\nRead as: Who pays here?\n\n▌ You pay.\n")
    assert "\nWho else?\n\n▌ We pay.\n" in asked
    assert asked.endswith("ask it alone: And when?\n")
    assert compared.startswith("Ash\n\n▌ You pay.\n")
    assert "\nBirch\n\n▌ You pay.\n" in compared


def test_what_is_no_question_gets_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    """Thanks are answered, and not looked for in the policies."""
    none = replace(_answer("You pay.", "You pay."), citations=(), status="no_question")
    show_answer(replace(none, remark="thanks"), ())

    assert capsys.readouterr().out == "You're welcome.\n"


@pytest.mark.parametrize("remark", get_args(Remark))
def test_every_remark_has_a_word(capsys: pytest.CaptureFixture[str], remark: Remark) -> None:
    """Whatever is said in place of a question, something is said to it."""
    none = replace(_answer("You pay.", "You pay."), citations=(), status="no_question")
    show_answer(replace(none, remark=remark), ())

    assert capsys.readouterr().out.strip()


def test_what_changed_is_another_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks what changed is told the command that shows it, ready to be run."""
    none = replace(_answer("You pay.", "You pay."), citations=(), status="no_question")
    version = "ash/privacy@2025-02-01"
    days = date(2024, 1, 1), date(2024, 12, 31)
    changed = ChangedPolicy("Ash", "ash/privacy", "Privacy", version, *days, "location data")
    show_answer(replace(none, remark="changes", changed=changed), ())

    said = capsys.readouterr().out
    command = "qabot changes ash/privacy --from 2024-01-01 --to 2024-12-31 --about 'location data'"
    assert said.endswith(f"  {command}\n")


def test_who_asks_for_a_person_is_told_that_there_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In a terminal nobody can be reached, and it is said so."""
    none = replace(_answer("You pay.", "You pay."), citations=(), status="no_question")
    show_answer(replace(none, remark="human"), ())

    assert capsys.readouterr().out.startswith("There is no person to ask here; ")
