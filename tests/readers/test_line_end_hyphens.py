"""Hyphens at the end of a line: those of the word, and those that only divide it."""

import pytest

from qabot.readers.line_end_hyphens import joined


@pytest.mark.parametrize(
    ("text", "line", "words", "expected"),
    [
        ("and infor-", "mation", "", "and information"),
        ("each refund-", "able sum", "", "each refundable sum"),
        ("a re-", "fund", "", "a refund"),
        ("and pseudo-", "nymisation", "", "and pseudonymisation"),
        ("our zib-", "wall", "zibwall", "our zibwall"),
        ("our week-", "end", "week-end", "our week-end"),
        ("what co-", "operative banks", "", "what co-operative banks"),
        ("by e-", "mail", "", "by e-mail"),
        ("an opt-", "out form", "", "an opt-out form"),
        ("a third-", "party app", "", "a third-party app"),
        ("a non-", "refundable fee", "", "a non-refundable fee"),
        ("within 24-", "hour limits", "", "within 24-hour limits"),
        ("the Stoke-", "Lacy depot", "", "the Stoke-Lacy depot"),
        ("an up-to-", "date list", "", "an up-to-date list"),
        ("at a.test/in-", "form", "", "at a.test/in-form"),
        ("mid-", "form-filling", "", "mid-form-filling"),
        ("and soft\u00ad", "ware", "", "and software"),
        ("short-", "and long-term rents", "", "short- and long-term rents"),
        ("Vor-", "und Nachname", "", "Vor- und Nachname"),
        ("up-", "to-date lists", "", "up-to-date lists"),
        ("this -", "that", "", "this - that"),
        ("no hyphen", "here", "", "no hyphen here"),
    ],
)
def test_a_hyphen_goes_where_it_only_divides_a_word(
    text: str, line: str, words: str, expected: str
) -> None:
    """The file's own spelling decides, else everyday English; names and addresses keep it."""
    assert joined(text, line, frozenset(words.split())) == expected
