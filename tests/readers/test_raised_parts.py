"""Raised marks: what refers to a note goes, what belongs to a number or word stays."""

import pytest

from qabot.readers.raised_parts import with_raised


@pytest.mark.parametrize(
    ("before", "mark", "after", "plain"),
    [
        ("within 14", "1", " days", "within 14[1] days"),
        ("within 14 ", "12", " days", "within 14 [12] days"),
        ("within 14", "1 ", "days", "within 14[1] days"),
        ("up to 500", "2,3", " EUR", "up to 500[2,3] EUR"),
        ("the l", "a", "st word", "the last word"),
        ("up to 3 m", "3", " of water", "up to 3 m³ of water"),
        ("costs £9", "99", " a month", "costs £9⁹⁹ a month"),
        ("keys of 2", "10", " bytes", "keys of 2¹⁰ bytes"),
        ("the 1", "st", " of May", "the 1st of May"),
        ("5", "1", "/2 weeks", "5 1/2 weeks"),
    ],
)
def test_a_raised_mark_is_told_by_what_stands_before_it(
    before: str, mark: str, after: str, plain: str
) -> None:
    """A note's number never becomes a digit; what else is raised keeps its sense."""
    assert with_raised([(before, False), (mark, True), (after, False)]) == plain


def test_a_mark_in_front_counts_the_note() -> None:
    """The note itself says its number, apart from its first word."""
    assert with_raised([("1", True), ("Within 21 days.", False)]) == "[1] Within 21 days."


def test_a_mark_in_several_parts_is_one() -> None:
    """Word processors split a mark as they like."""
    parts = [("within 14", False), ("1", True), (",", True), ("2", True), (" days", False)]
    assert with_raised(parts) == "within 14[1,2] days"
