"""Lines that a file prints as headings without saying that they are."""

import pytest

from qabot.readers.headings import prints_as_heading, reads_as_heading


@pytest.mark.parametrize(
    "line",
    [
        "How long we keep data",
        "Third-Party websites and apps:",
        "Fees And Charges.",
        "DATA WE KEEP",
    ],
)
def test_a_short_bold_line_is_a_heading(line: str) -> None:
    """It names something; a full stop is no matter if it is written like a title."""
    assert reads_as_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "1.2.3",
        "We keep your data for a year.",
        "WE KEEP IT.",
        "If you are no customer,",
        "Last updated: 3 March 2024",
        "Write to privacy@harbour.example",
        "See https://harbour.example/privacy",
        "What we keep " * 12,
    ],
)
def test_a_bold_line_that_is_no_heading(line: str) -> None:
    """Sentences, dates, addresses and what goes on in the next line are text, bold or not."""
    assert not reads_as_heading(line)
    assert not prints_as_heading(line)


@pytest.mark.parametrize("line", ["(see below)", "and so on", "Fees And Charges.", "§ 1"])
def test_a_printed_line_that_is_no_heading(line: str) -> None:
    """In print, notes, wrapped lines and clauses are bold or large as well."""
    assert not prints_as_heading(line)
