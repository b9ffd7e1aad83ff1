"""Markdown and plain text beyond CommonMark: struck, raised, remarks, headings, drawn tables."""

import pytest

from qabot.readers.markdown import markdown_reader
from qabot.readers.plain_text import plain_text_reader
from qabot.records import Reading


def markdown(source: str) -> Reading:
    """Return what is read of a Markdown text below a title."""
    return markdown_reader.read(f"# Policy\n\n{source}".encode(), "policy.md")


def plain(source: str) -> Reading:
    """Return what is read of a plain text below a title."""
    return plain_text_reader.read(f"Returns Policy\n\n{source}".encode(), "policy.txt")


def below(reading: Reading) -> list[str]:
    """Return the lines behind the title."""
    return [line for line in reading.text.split("\n") if line][1:]


@pytest.mark.parametrize(
    ("source", "kept", "gone"),
    [
        ("within {--14--}{++28++} days", "within 28 days", "14"),
        ("within {~~14~>28~~} days", "within 28 days", "14"),
        ("within ~14~ 28 days", "within 28 days", "14"),
        ("within 1̶4̶ ̶o̶r̶ so 28 days", "within so 28 days", "14 or"),
        ("A fee {--of 5 EUR\n\n\nis due--} is not due.", "A fee\nis not due.", "of 5 EUR, is due"),
    ],
)
def test_what_other_dialects_strike_is_left_out(source: str, kept: str, gone: str) -> None:
    """CriticMarkup, one tilde as GitHub has it, and lines drawn through letters by Unicode."""
    reading = markdown(source)
    assert "\n".join(below(reading)) == kept
    assert ", ".join(one.text for one in reading.removed if one.rule == "struck through") == gone


@pytest.mark.parametrize(
    "source",
    [
        "It costs ~5 EUR and ~6 EUR, or 5~6 EUR.",
        "See ~/policies for 20 %% of it, and 5 %% more.",
        "Write {name} and 10^6, m^2.",
    ],
)
def test_signs_that_strike_nothing_stay(source: str) -> None:
    """About, from-to, a path, per cents and powers."""
    assert below(markdown(source)) == [source]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("within 14^1^ days", "within 14[1] days"),
        ("within 14$^1$ days", "within 14[1] days"),
        ("20 m^2^ on the 2^nd^", "20 m² on the 2nd"),
        ("14<sup>[1](#n)</sup> days of 20 m<sup>2</sup>", "14[1] days of 20 m²"),
        ("CO~2~ and H~2~O", "CO2 and H2O"),
    ],
)
def test_raised_and_lowered_signs_of_pandoc(source: str, said: str) -> None:
    """As <sup> and <sub> of HTML."""
    assert below(markdown(source)) == [said]


@pytest.mark.parametrize(
    "comment",
    [
        "%% remark %%",
        "{% comment %}remark{% endcomment %}",
        "{{< comment >}}remark{{< /comment >}}",
        "{# remark #}",
        "{>>remark<<}",
    ],
)
def test_remarks_are_no_text(comment: str) -> None:
    """They are listed."""
    reading = markdown(f"We refund. {comment}")
    assert below(reading) == ["We refund."]
    assert [(one.rule, one.text) for one in reading.removed] == [("comment", "remark")]


def test_a_liquid_tag_alone_on_its_line_is_no_text() -> None:
    """It is listed."""
    reading = markdown("{% include a.html %}\n\nWe refund.")
    assert below(reading) == ["We refund."]
    assert [one.text for one in reading.removed] == ["{% include a.html %}"]


@pytest.mark.parametrize(
    "source",
    [
        "**1. Returns**\nReturns take 14 days.\n\n**2. Refunds**\nRefunds take 3 days.",
        "##1. Returns\n\nReturns take 14 days.\n\n##2. Refunds\n\nRefunds take 3 days.",
        "<b>1. Returns</b><br>Returns take 14 days.\n\n<b>2. Refunds</b><br>Refunds take 3 days.",
    ],
)
def test_headings_without_room_around_them(source: str) -> None:
    """A bold line with a number right above its text, and marks without a blank behind them."""
    reading = markdown(source)
    assert [section.trail[-1] for section in reading.sections[1:]] == ["1. Returns", "2. Refunds"]
    assert below(reading)[-1] == "Refunds take 3 days."


def test_bold_words_at_a_wrapped_line_s_end_head_nothing() -> None:
    """The sentence goes on."""
    assert below(markdown("**We never sell your data**\nand never will.")) == [
        "We never sell your data and never will."
    ]


ROWS = [
    "Zone: UK | Standard: 3 EUR | Express: 6 EUR",
    "Zone: EU | Standard: 5 EUR | Express: 9 EUR",
]
GRID = """\
+------+----------+---------+
| Zone | Standard | Express |
+======+==========+=========+
| UK   | 3 EUR    | 6       |
|      |          | EUR     |
+------+----------+---------+
| EU   | 5 EUR    | 9 EUR   |
+------+----------+---------+
"""
QUERY = """\
+------+----------+---------+
| Zone | Standard | Express |
+------+----------+---------+
| UK   | 3 EUR    | 6 EUR   |
| EU   | 5 EUR    | 9 EUR   |
+------+----------+---------+
"""
RULED = """\
Zone  Standard  Express
----  --------  -------
UK    3 EUR     6 EUR
EU    5 EUR     9 EUR
"""
BARS = """\
| Zone | Standard | Express |
| UK | 3 EUR | 6 EUR |
| EU | 5 EUR | 9 EUR |
"""


INNER = """\
Zone | Standard | Express
-----+----------+--------
UK   | 3 EUR    | 6 EUR
EU   | 5 EUR    | 9 EUR
"""


@pytest.mark.parametrize("table", [GRID, QUERY, RULED, BARS, INNER])
def test_drawn_tables_say_their_headers_in_each_row(table: str) -> None:
    """In Markdown and in plain text alike."""
    prose = "We send what you order as soon as it is paid, and a receipt with it."
    assert below(markdown(f"{prose}\n\n{table}\n{prose}")) == [prose, *ROWS, prose]
    assert below(plain(f"{prose}\n\n{table}\n{prose}")) == [prose, *ROWS, prose]


@pytest.mark.parametrize("divider", ["\t", "    "])
def test_columns_of_plain_text_are_a_table(divider: str) -> None:
    """Divided by tabs or by blanks, also right below a line of their own."""
    lines = (("Zone", "Standard", "Express"), ("UK", "3 EUR", "6 EUR"), ("EU", "5 EUR", "9 EUR"))
    table = "\n".join(
        divider.join(cell if divider == "\t" else cell.ljust(8) for cell in line) for line in lines
    )
    assert below(plain(f"What we charge:\n{table}")) == ["What we charge:", *ROWS]


def test_two_columns_of_labels_and_amounts_are_a_table() -> None:
    """The line above the amounts, which has none, says what they are."""
    table = "Zone      Price\nUK        3 EUR\nEurope    5 EUR"
    rows = ["Zone: UK | Price: 3 EUR", "Zone: Europe | Price: 5 EUR"]
    assert below(plain(f"Prices\n\n{table}\n\nFor each parcel.")) == ["Prices", *rows, LAST]
    for lines in (
        "Phone     01632\nFax       01633",
        "Fern Ltd  Leeds\nReturns   Mill Lane\nBox  9",
    ):
        assert below(plain(lines)) == [" ".join(line.split()) for line in lines.split("\n")]


LAST = "For each parcel."


def test_lists_and_addresses_are_no_table() -> None:
    """Bars and blanks that a text has for other ends."""
    address = "Fern Tools    Returns\n12 Mill Lane\nLeeds LS1 1AA"
    assert below(plain(address)) == ["Fern Tools Returns", "12 Mill Lane", "Leeds LS1 1AA"]


def test_plain_text_strikes_as_people_write_it() -> None:
    """Between tildes, or by signs of Unicode."""
    reading = plain("We refund within ~~14~~ 28 days of t̶h̶e̶ ̶o̶r̶d̶e̶r̶ delivery ~~only~~.")
    assert below(reading) == ["We refund within 28 days of delivery."]
    assert [one.text for one in reading.removed] == ["14", "the order", "only"]


def test_a_few_wrapped_lines_of_plain_text_are_joined() -> None:
    """Too few to tell the column, but the sentence goes on."""
    lines = "We take goods back when they are\nunused and in their box, within\nthe first month."
    assert below(plain(lines)) == [" ".join(lines.split("\n"))]


def test_lettered_lines_of_markdown_are_items() -> None:
    """Markdown knows no list for them, and would join them to one sentence."""
    source = "We take:\n(a) tools that are whole;\n(b) knives in their\nbox.\n\nNot more."
    assert markdown(source).text == (
        "Policy\n\nWe take:\n(a) tools that are whole;\n(b) knives in their box.\n\nNot more."
    )


def test_a_letter_in_a_wrapped_sentence_begins_no_item() -> None:
    """It goes on with the sentence."""
    assert below(markdown("We take tools as in clause\n(a) and (b) of it.")) == [
        "We take tools as in clause (a) and (b) of it."
    ]
