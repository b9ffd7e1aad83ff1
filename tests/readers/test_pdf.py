"""PDF: what is read from pages, what is taken out, and what is refused."""

import random
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qabot.errors import UnreadableFile
from qabot.readers.pdf import pdf_reader as pdf
from qabot.records import Reading

SHARED = Path(__file__).resolve().parents[3] / "shared" / "formats" / "pdf"

FILLER = "We keep what you send us for as long as your account is open and no longer than that, and"


@dataclass(frozen=True)
class Words:
    """Text at a place, counted in points from the page's left and top edge."""

    x: float
    y: float
    text: str
    size: float = 11
    bold: bool = False


@dataclass(frozen=True)
class Rule:
    """A straight line from one place to another."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Raw:
    """Drawing commands, in PDF's own coordinates: y counts from the lower edge, 792 points up."""

    commands: bytes


Drawn = Words | Rule | Raw


def pdf_of(pages: Sequence[Sequence[Drawn]], title: str = "", page_entries: bytes = b"") -> bytes:
    """Write one page for each sequence of things."""
    fonts = b"/Resources<</Font<</F 3 0 R/B 4 0 R>>>>"
    kids = b" ".join(b"%d 0 R" % (6 + 2 * i) for i in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages),
        _font(b"Helvetica"),
        _font(b"Helvetica-Bold"),
        b"<</Title(" + _escaped(title) + b")>>",
    ]
    for i, things in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R" % (7 + 2 * i)
            + fonts
            + page_entries
            + b">>"
        )
        objects.append(stream_of(zlib.compress(b"\n".join(map(_drawn, things))), b"/FlateDecode"))
    return file_of(objects, b"/Info 5 0 R")


def file_of(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Write objects, numbered from 1, the first of which is the catalog."""
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = b"%d" % (len(objects) + 1)
    return (
        data + b"xref\n0 " + size + b"\n0000000000 65535 f \n" + table
        + b"trailer\n<</Size " + size + b"/Root 1 0 R" + trailer + b">>\n"
        + b"startxref\n%d\n%%%%EOF\n" % len(data)
    )  # fmt: skip


def stream_of(data: bytes, filters: bytes = b"", entries: bytes = b"") -> bytes:
    """Write a stream object."""
    filter_ = b"/Filter" + filters if filters else b""
    head = b"<<" + entries + filter_ + b"/Length %d>>" % len(data)
    return head + b"\nstream\n" + data + b"\nendstream"


def _font(name: bytes) -> bytes:
    return b"<</Type/Font/Subtype/Type1/BaseFont/" + name + b"/Encoding/WinAnsiEncoding>>"


def _drawn(thing: Drawn) -> bytes:
    if isinstance(thing, Raw):
        return thing.commands
    if isinstance(thing, Rule):
        ends = (thing.x0, 792 - thing.y0, thing.x1, 792 - thing.y1)
        return b"%g %g m %g %g l S" % ends
    font = b"/B" if thing.bold else b"/F"
    place = b"%g Tf %g %g Td" % (thing.size, thing.x, 792 - thing.y)
    return b"BT " + font + b" " + place + b" (" + _escaped(thing.text) + b") Tj ET"


def _escaped(text: str) -> bytes:
    data = text.encode("cp1252")
    return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def lines(x: float, y: float, *texts: str) -> list[Words]:
    """Lay out the lines of one paragraph."""
    return [Words(x, y + 14 * i, text) for i, text in enumerate(texts)]


def read(pages: Sequence[Sequence[Drawn]], title: str = "", page_entries: bytes = b"") -> Reading:
    """Write pages and read them back."""
    return pdf.read(pdf_of(pages, title, page_entries), "policy.pdf")


def trails(reading: Reading) -> list[tuple[str, ...]]:
    """Return the heading trails in order."""
    return [section.trail for section in reading.sections]


def page_of(reading: Reading, quote: str) -> int:
    """Return the page on which a quote begins."""
    place = reading.text.index(quote)
    return sum(start <= place for start in reading.page_starts)


def test_wrapped_lines_are_joined_and_gaps_divide_paragraphs() -> None:
    """A paragraph is one line of text, however it was wrapped."""
    page = [
        *lines(72, 100, FILLER, "then we delete it."),
        *lines(72, 150, "Ask us for a copy at any time."),
    ]
    assert read([page]).text == f"{FILLER} then we delete it.\n\nAsk us for a copy at any time."


def test_a_paragraph_that_runs_over_a_page_break_is_one_with_its_first_page() -> None:
    """A sentence that goes on overleaf is not torn; the next paragraph begins on the new page."""
    reading = read(
        [
            lines(72, 700, FILLER),
            [*lines(72, 72, "then we delete it."), *lines(72, 120, "Ask us for a copy.")],
        ]
    )
    assert reading.text == f"{FILLER} then we delete it.\n\nAsk us for a copy."
    assert reading.page_starts == (0, reading.text.index("Ask"))


def test_footnotes_do_not_tear_the_sentence_above_them() -> None:
    """Small print at the foot of a page stands after the paragraph that goes on overleaf."""
    note = [Words(72, 740, "1 Backups are overwritten monthly.", size=8)]
    reading = read([[*lines(72, 686, FILLER, FILLER), *note], lines(72, 72, "then we delete it.")])
    assert reading.text.endswith("and then we delete it.\n\n1 Backups are overwritten monthly.")


def test_headings_come_from_size_weight_and_numbering() -> None:
    """Larger and bold lines are headings; their order of size makes the levels."""
    page: list[Drawn] = [
        Words(72, 80, "Privacy Policy", size=20, bold=True),
        *lines(72, 110, FILLER, "then we delete it."),
        Words(72, 160, "1. Storage", bold=True),
        *lines(72, 184, FILLER, "then we delete it."),
        Words(72, 230, "1.1 Backups", bold=True),
        *lines(72, 254, FILLER, "then we delete it."),
        Words(72, 300, "2. Access", bold=True),
        *lines(72, 324, FILLER, "then we delete it."),
    ]
    assert trails(read([page])) == [
        ("Privacy Policy",),
        ("Privacy Policy", "1. Storage"),
        ("Privacy Policy", "1. Storage", "1.1 Backups"),
        ("Privacy Policy", "2. Access"),
    ]


def test_a_heading_that_only_counts_takes_the_title_below_it() -> None:
    """ "Clause 1" and the title under it make one heading."""
    page: list[Drawn] = [
        Words(270, 80, "Clause 1", bold=True),
        Words(260, 104, "Definitions", bold=True),
        *lines(72, 130, FILLER, "then we delete it."),
    ]
    assert trails(read([page])) == [("Clause 1 Definitions",)]


@pytest.mark.parametrize(
    ("first", "second", "elsewhere", "expected"),
    [
        ("and our zib-", "wall duties", "All zibwall is kept.", "our zibwall duties"),
        ("and our opt-", "out form", "Use the form.", "our opt-out form"),
        ("see a.test/security-", "overview first", "It is short.", "a.test/security-overview"),
        ("and the infor-", "mation that", "It is short.", "the information that"),
    ],
)
def test_a_hyphen_at_a_line_end_goes_if_it_only_divides_the_word(
    first: str, second: str, elsewhere: str, expected: str
) -> None:
    """The file's own spelling decides, else everyday English; compounds and addresses keep it."""
    page = [*lines(72, 100, first, f"{second} apply."), *lines(72, 160, elsewhere)]
    assert expected in read([page]).text


@pytest.mark.parametrize(
    ("above", "below"),
    [("0800-", "123456"), ("+49 30-", "123 45"), ("1-800-", "555"), ("2019–", "21")],
)
def test_a_number_that_a_line_end_divides_is_one(above: str, below: str) -> None:
    """However much room its line leaves, and whatever stands below."""
    page = [*lines(72, 100, FILLER, f"call {above}", f"{below} or write."), *lines(72, 200, FILLER)]
    assert read([page]).text == f"{FILLER} call {above}{below} or write.\n\n{FILLER}"


def test_running_headers_footers_and_page_numbers_are_removed_and_listed() -> None:
    """What stands at the same place on most pages is furniture; a sentence said twice is not."""
    pages: list[list[Drawn]] = [
        [
            Words(400, 40, "Example Telecom"),
            *lines(72, 100, f"Rule {number} is this.", "It holds for all of us in the company."),
            Words(72, 740, "Confidential"),
            Words(300, 760, f"Page {number} of 3"),
        ]
        for number in (1, 2, 3)
    ]
    pages[2].append(Words(72, 300, "It holds for all of us in the company."))
    reading = read(pages)
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("running header", "Example Telecom"),
        ("running footer", "Confidential"),
        ("page number", "Page 1 of 3"),
        ("running header", "Example Telecom"),
        ("running footer", "Confidential"),
        ("page number", "Page 2 of 3"),
        ("running header", "Example Telecom"),
        ("running footer", "Confidential"),
        ("page number", "Page 3 of 3"),
    ]
    assert "Telecom" not in reading.text
    assert reading.text.count("It holds for all of us") == 4


def test_bullets_and_numbered_clauses_are_items_by_depth() -> None:
    """Items keep number or letter, bullets become "-", and indentation makes the depth."""
    page = [
        *lines(72, 100, "We share data with:"),
        *lines(90, 120, "\u2022 carriers, so that calls reach the person whom you call, also in"),
        *lines(100, 134, "other countries;"),
        *lines(90, 154, "\u2022 banks."),
        *lines(72, 190, "2.1 You may object:"),
        *lines(110, 210, "(a) by letter; or"),
        *lines(110, 230, "(b) by telephone."),
    ]
    assert read([page]).text == (
        "We share data with:\n"
        "- carriers, so that calls reach the person whom you call, also in other countries;\n"
        "- banks.\n"
        "2.1 You may object:\n"
        "  (a) by letter; or\n"
        "  (b) by telephone."
    )


def table(top: float, rows: list[tuple[str, str]], bold_header: bool) -> list[Drawn]:
    """Draw a ruled table of two columns."""
    bottom = top + 20 * len(rows)
    things: list[Drawn] = [Rule(x, top, x, bottom) for x in (72, 250, 500)]
    things += [Rule(72, top + 20 * i, 500, top + 20 * i) for i in range(len(rows) + 1)]
    for i, row in enumerate(rows):
        for x, cell in zip((78, 256), row, strict=True):
            things.append(Words(x, top + 14 + 20 * i, cell, bold=bold_header and i == 0))
    return things


def test_each_row_of_a_table_says_its_header_also_on_the_next_page() -> None:
    """A row makes sense alone: it repeats the header, even of the page before."""
    first = table(680, [("Data", "Kept for"), ("call records", "18 months")], bold_header=True)
    second = table(60, [("invoices", "ten years"), ("letters", "a year")], bold_header=False)
    reading = read([[*lines(72, 100, "How long we keep it:"), *first], second])
    assert reading.text == (
        "How long we keep it:\n"
        "Data: call records | Kept for: 18 months\n"
        "Data: invoices | Kept for: ten years\n"
        "Data: letters | Kept for: a year"
    )


def test_two_columns_are_read_one_after_the_other() -> None:
    """The left column is read to its end before the right one, below a line across both."""
    left = [f"left line {i} says something about" for i in range(8)]
    right = [f"right line {i} says other things of" for i in range(8)]
    page = [
        Words(180, 60, "A title that stretches across both columns", size=14, bold=True),
        *lines(60, 100, *left),
        *lines(330, 100, *right),
    ]
    assert read([page]).text == (
        "A title that stretches across both columns\n\n" + " ".join(left) + " " + " ".join(right)
    )


FEE = [
    Words(72, 100, "The deposit is"), Words(150, 100, "100 EUR"), Words(198, 100, "150 EUR."),
]  # fmt: skip


@pytest.mark.parametrize(
    "stroke",
    [
        Rule(150, 96.5, 194, 96.5),
        Raw(b"150 695 43 0.8 re f"),
        Raw(b"150 694.5 43 0.5 re f 150 696.5 43 0.5 re f"),
    ],
    ids=["line", "thin area", "double"],
)
def test_text_with_a_line_through_it_is_left_out_and_listed(stroke: Drawn) -> None:
    """What is struck is not in force."""
    reading = read([[*FEE, stroke]])
    assert reading.text == "The deposit is 150 EUR."
    assert [(each.rule, each.text) for each in reading.removed] == [("struck through", "100 EUR")]


def test_text_that_a_reader_of_the_pdf_struck_out_is_left_out() -> None:
    """Such a note is drawn by the viewer, not by the page."""
    note = (
        b"/Annots[<</Type/Annot/Subtype/StrikeOut/Rect[150 688 193 704]"
        b"/QuadPoints[150 702 193 702 150 690 193 690]>>]"
    )
    assert read([FEE], page_entries=note).text == "The deposit is 150 EUR."


@pytest.mark.parametrize(
    "rule",
    [Rule(150, 101.5, 194, 101.5), Rule(20, 96.5, 590, 96.5), Rule(150, 89, 193, 89)],
    ids=["underline", "across the page", "above"],
)
def test_other_lines_strike_nothing(rule: Rule) -> None:
    """An underline, a rule that goes on beyond the text, and one above it."""
    assert read([[*FEE, rule]]).text == "The deposit is 100 EUR 150 EUR."


@pytest.mark.parametrize(
    "before", [b"3 Tr", b"1 g", b"0 0 0 0 k"], ids=["no colour", "white", "white for printing"]
)
def test_text_that_nobody_sees_is_left_out_and_listed(before: bytes) -> None:
    """It was not shown to those who agreed to the policy."""
    hidden = Raw(b"q " + before + b" BT /F 11 Tf 72 650 Td (Draft, do not use.) Tj ET Q")
    reading = read([[*FEE, hidden]])
    assert reading.text == "The deposit is 100 EUR 150 EUR."
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("hidden text", "Draft, do not use.")
    ]


def test_the_text_layer_of_a_scanned_page_is_read() -> None:
    """Text recognition writes its letters in no colour over the picture."""
    scan = Raw(b"q 612 0 0 792 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q")
    layer = Raw(b"BT 3 Tr /F 11 Tf 72 700 Td (We keep calls for a year.) Tj ET")
    assert read([[scan, layer]]).text == "We keep calls for a year."


def test_white_text_on_a_dark_ground_is_read() -> None:
    """Headings are often set so."""
    heading = Raw(b"0 0 0.5 rg 60 680 400 40 re f 1 g BT /B 16 Tf 72 692 Td (Deposits) Tj ET 0 g")
    assert read([[heading, *lines(72, 150, "We keep it.")]]).text == "Deposits\n\nWe keep it."


def test_a_raised_mark_is_no_digit() -> None:
    """Its note stands by itself; exponents and ordinals stay what they are."""
    parts = (
        ("You pay within 14", "1"), (" days of the 1", "st"), (" for 3 m", "3"), (" of water", "2"),
        (".", ""),
    )  # fmt: skip
    commands = "".join(
        f"/F 11 Tf 0 Ts ({words}) Tj /F 7 Tf 4 Ts ({mark}) Tj " for words, mark in parts
    )
    page: list[Drawn] = [
        Raw(f"BT 72 692 Td {commands} 0 Ts ET".encode()),
        Words(72, 737, "1", size=5),
        Words(76, 740, "Within 21 days by standing order.", size=8),
    ]
    assert read([page]).text == (
        "You pay within 14[1] days of the 1st for 3 m³ of water[2].\n\n"
        "[1] Within 21 days by standing order."
    )


def aligned(top: float, *rows: Sequence[str], places: Sequence[float]) -> list[Words]:
    """Lay out a table without rules, whose first row is bold."""
    return [
        Words(x, top + 16 * i, cell, bold=i == 0)
        for i, row in enumerate(rows)
        for x, cell in zip(places, row, strict=True)
        if cell
    ]


def test_a_table_without_rules_says_its_headers_in_each_row() -> None:
    """Its columns are told by the gaps that all of its lines leave free."""
    rows = [
        ("Delay", "Single ticket", "Return ticket"),
        ("30 to 59 minutes", "25 %", "12.5 %"),
        ("60 to 119 minutes", "50 % of the", "25 %"),
        ("", "price paid", ""),
    ]
    page = [
        *lines(72, 100, "We pay for delays:"),
        *aligned(130, *rows, places=(72, 230, 360)),
        *lines(72, 240, FILLER, "then we delete it."),
    ]
    assert read([page]).text == (
        "We pay for delays:\n"
        "Delay: 30 to 59 minutes | Single ticket: 25 % | Return ticket: 12.5 %\n"
        "Delay: 60 to 119 minutes | Single ticket: 50 % of the price paid | Return ticket: 25 %"
        f"\n\n{FILLER} then we delete it."
    )


def test_a_table_without_rules_may_have_two_columns_or_an_empty_corner() -> None:
    """Labels beside values."""
    two = aligned(
        100, ("Data", "Kept"), ("calls", "a year"), ("bills", "ten years"), places=(72, 200)
    )
    corner = aligned(
        300, ("", "Single", "Return"), ("Adult", "5 EUR", "9 EUR"), ("Child", "3 EUR", "5 EUR"),
        places=(72, 200, 300),
    )  # fmt: skip
    assert read([[*two, *corner]]).text == (
        "Data: calls | Kept: a year\nData: bills | Kept: ten years\n"
        "Adult | Single: 5 EUR | Return: 9 EUR\nChild | Single: 3 EUR | Return: 5 EUR"
    )


RETURNS = ["Goods may be returned within", "fourteen days of delivery, if", "they are unused."]
REFUNDS = [
    "Refunds are paid by the same",
    "means that were used for the",
    "purchase, within ten days,",
]
BEYOND = [*REFUNDS, "if the goods are here."]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((RETURNS, REFUNDS), [" ".join(RETURNS), " ".join(REFUNDS)]),
        ((RETURNS, BEYOND), [" ".join(RETURNS), " ".join(BEYOND)]),
        ((BEYOND, RETURNS), [" ".join(BEYOND), " ".join(RETURNS)]),
        ((RETURNS, BEYOND, RETURNS), [" ".join(RETURNS), " ".join(BEYOND), " ".join(RETURNS)]),
    ],
    ids=["even", "right longer", "left longer", "three"],
)
def test_a_few_lines_of_prose_in_columns_are_no_table(
    columns: Sequence[Sequence[str]], said: list[str]
) -> None:
    """They go on in the line below, in mid-sentence; each column may have its own heading."""
    places = [60 + 175 * i for i in range(len(columns))]
    across = lines(60, 60, f"{FILLER} longer", "then we delete it.")
    below = lines(60, 220, f"{FILLER} on", "then we stop.")
    text = [
        thing for x, column in zip(places, columns, strict=True) for thing in lines(x, 120, *column)
    ]
    read_across = [f"{FILLER} longer then we delete it.", f"{FILLER} on then we stop."]
    assert read([[*across, *text, *below]]).text.split("\n\n") == [
        read_across[0], *said, read_across[1]
    ]  # fmt: skip

    names = [f"Part {i + 1}" for i in range(len(columns))]
    heads = [Words(x, 98, name, bold=True) for x, name in zip(places, names, strict=True)]
    headed = read([[*across, *heads, *text, *below]]).text.split("\n\n")
    assert headed[1:-1] == [part for pair in zip(names, said, strict=True) for part in pair]


def test_cells_of_several_lines_are_one_row_where_rows_are_set_apart() -> None:
    """A row ends where more room is left than between its lines."""
    page = [
        *(Words(x, 100, head, bold=True) for x, head in ((72, "Data"), (250, "Kept for"))),
        *lines(72, 120, "Records of the calls that", "you make with us"),
        *lines(250, 120, "As long as your account is", "open and a year longer"),
        *lines(72, 160, "Bills"),
        *lines(250, 160, "Ten years"),
        *lines(72, 185, "Recordings that you have", "made yourself"),
        *lines(250, 185, "Until you delete them or", "close your account"),
    ]
    assert read([page]).text.split("\n") == [
        "Data: Records of the calls that you make with us"
        " | Kept for: As long as your account is open and a year longer",
        "Data: Bills | Kept for: Ten years",
        "Data: Recordings that you have made yourself"
        " | Kept for: Until you delete them or close your account",
    ]


def test_a_word_that_a_line_end_divides_is_one_also_in_a_narrow_column() -> None:
    """Though the page has room for the rest of it."""
    page: list[Drawn] = [
        *lines(60, 60, f"{FILLER} longer"),
        *lines(60, 120, "Senden Sie uns die E-", "Mail."),
    ]
    assert "Senden Sie uns die E-Mail." in read([page]).text


VAN = ("Delivery by van to the", "door of your house on", "the next day")
ZONES = [
    "Zone: United Kingdom | Service: Delivery by van to the door of your house on the next day"
    " | Notes: Not on Sundays or on holidays",
    "Zone: World | Service: Air mail | Notes: Customs not included and paid by you",
]


def zones(shift: float, space: float) -> list[Words]:
    """Lay out a table whose cells are wrapped, those of fewer lines `shift` lower."""
    top, below = 120 + shift, 120 + 42 + space
    return [
        *(Words(x, 100, name, bold=True) for x, name in ((72, "Zone"), (160, "Service"))),
        Words(330, 100, "Notes", bold=True),
        *lines(72, top, "United", "Kingdom"),
        *lines(160, 120, *VAN),
        *lines(330, top, "Not on Sundays or on", "holidays"),
        *lines(72, below + shift, "World"),
        *lines(160, below + shift, "Air mail"),
        *lines(330, below, "Customs not included", "and paid by you"),
    ]


@pytest.mark.parametrize("shift", [0, 7], ids=["top", "middle"])
def test_cells_of_several_lines_are_one_row_where_room_is_left_above_it(shift: float) -> None:
    """Their lines may stand at the top of the row, or in its middle as browsers print them."""
    assert read([zones(shift, space=6)]).text.split("\n") == ZONES


@pytest.mark.parametrize("shift", [0, 7], ids=["top", "middle"])
def test_cells_of_several_lines_are_one_row_between_rules(shift: float) -> None:
    """A line across the table, drawn whole or cell by cell, divides two rows."""
    rules = [Rule(72, 107, 500, 107), Rule(72, 151, 320, 151), Rule(320, 151, 500, 151)]
    under = [Rule(72, 184, 500, 184)]
    assert read([[*zones(shift, space=1), *rules, *under]]).text.split("\n") == ZONES


def test_a_label_of_several_short_lines_is_of_one_row() -> None:
    """Though a line of it has two words: only the rows begin with a capital."""
    page: list[Drawn] = [
        *(Words(x, 100, name, bold=True) for x, name in ((72, "Data"), (160, "Kept"))),
        Words(330, 100, "Why", bold=True),
        *lines(72, 120, "Card", "numbers", "and names"),
        *lines(160, 120, "Until paid"),
        *lines(330, 120, "Our bank", "asks for", "them"),
        *lines(72, 172, "Call", "records"),
        *lines(160, 172, "Six months"),
        *lines(330, 172, "For bills"),
    ]

    assert read([page]).text.split("\n") == [
        "Data: Card numbers and names | Kept: Until paid | Why: Our bank asks for them",
        "Data: Call records | Kept: Six months | Why: For bills",
    ]


def test_rows_are_apart_where_a_cell_has_room_for_what_stands_below_it() -> None:
    """Wrapped text fills its lines, whatever they begin with."""
    rows = [
        ("Call records", "until paid", "for billing"),
        ("text messages", "kept for six months", ""),
        ("Mails we get", "kept for six months", "to answer"),
        ("chats with us", "kept for six months", ""),
    ]
    page: list[Drawn] = [
        Words(x, 100 + 14 * i + 8 * (i // 2), cell)
        for i, row in enumerate(rows)
        for x, cell in zip((72, 200, 350), row, strict=True)
        if cell
    ]
    head = [Words(x, 80, name, bold=True) for x, name in ((72, "A"), (200, "B"), (350, "C"))]

    assert [line.count("A: ") for line in read([[*head, *page]]).text.split("\n")] == [1] * 4


def test_lines_that_reach_into_each_other_are_of_one_row() -> None:
    """As where cells stand in the middle of a row, whatever their lines begin with."""
    page: list[Drawn] = [
        *(Words(x, 100, name, bold=True) for x, name in ((72, "Rate"), (160, "Fee"))),
        Words(330, 100, "When", bold=True),
        *lines(72, 127, "Early", "Bird"),
        *lines(160, 120, "Free of", "5 EUR", "Taxes"),
        *lines(330, 127, "In May", "2024"),
        *lines(72, 179, "Late", "Bird"),
        *lines(160, 172, "A fee of", "9 EUR", "Net"),
        *lines(330, 186, "In June"),
    ]

    assert read([page]).text.split("\n") == [
        "Rate: Early Bird | Fee: Free of 5 EUR Taxes | When: In May 2024",
        "Rate: Late Bird | Fee: A fee of 9 EUR Net | When: In June",
    ]


@pytest.mark.parametrize(
    ("label", "fees"),
    [
        ("Zone {}", ("3 EUR", "6 EUR")),
        ("Zone {}", ("for free", "as agreed")),
        ("zone {}", ("3 EUR", "on the same day")),
        ("zone {}", ("for free of charge", "on the same day")),
    ],
)
def test_rows_in_groups_stay_apart(label: str, fees: tuple[str, str]) -> None:
    """Though room or a rule divides the groups, and not the rows in them."""
    rows = [(label.format(i), *fees) for i in range(1, 7)]
    page = [
        Words(x, 100 + 14 * i + 8 * (i // 2), cell)
        for i, row in enumerate(rows)
        for x, cell in zip((72, 200, 300), row, strict=True)
    ]
    head = [Words(x, 80, name, bold=True) for x, name in ((72, "Zone"), (200, "A"), (300, "B"))]
    rules = [Rule(72, 88 + 36 * i, 400, 88 + 36 * i) for i in range(4)]
    plain: list[Drawn] = [*head, *page]
    for drawn in (plain, [*plain, *rules]):
        assert read([drawn]).text.split("\n") == [
            f"Zone: {zone} | A: {one} | B: {other}" for zone, one, other in rows
        ]


def test_items_with_a_wide_gap_behind_their_marker_are_no_table() -> None:
    """Numbers and bullets stand far from their text in many files."""
    page = [
        thing
        for i in range(4)
        for thing in (Words(72, 100 + 20 * i, f"{i + 1}."), Words(110, 100 + 20 * i, "We keep it."))
    ]
    assert read([page]).text == "\n".join(f"{i}. We keep it." for i in range(1, 5))


def test_headings_stand_where_they_are_read_on_a_page_in_columns() -> None:
    """Each column has its own heading; one below both, or between, belongs to what follows."""

    def columns(top: float, name: str) -> list[Words]:
        return [
            *(
                Words(x, top, f"{name} {side}", 13, bold=True)
                for x, side in ((60, "A"), (330, "B"))
            ),
            *lines(60, top + 22, *(f"left line {i} says something about" for i in range(6))),
            *lines(330, top + 22, *(f"right line {i} says other things of" for i in range(6))),
        ]

    page = [
        *columns(60, "First"),
        Words(60, 210, "Part Two", 16, bold=True),
        *columns(250, "Second"),
        Words(60, 400, "Contact", 13, bold=True),
        *lines(60, 420, f"{FILLER} longer", "then we delete it."),
    ]
    found = [line for line in read([page]).text.split("\n\n") if len(line) < 30]
    assert found == ["First A", "First B", "Part Two", "Second A", "Second B", "Contact"]


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_text_that_runs_sideways_is_read(angle: int) -> None:
    """Whether the page says that it is turned or only its text runs so."""
    matrix = {90: b"0 1 -1 0 300 100", 180: b"-1 0 0 -1 500 500", 270: b"0 -1 1 0 300 700"}[angle]
    text = b"BT /F 11 Tf " + matrix + b" Tm (We keep calls) Tj 0 -14 Td (for a year.) Tj ET"
    assert read([[Raw(text)]]).text == "We keep calls for a year."
    entries = b"/Rotate %d" % angle if angle != 180 else b"/Rotate 180"
    assert read([[Raw(text)]], page_entries=entries).text == "We keep calls for a year."


def test_a_watermark_is_left_out_and_listed() -> None:
    """It runs at a slant over the text."""
    mark = Raw(b"BT /F 60 Tf .7 .7 -.7 .7 150 200 Tm (DRAFT) Tj ET")
    reading = read([[*lines(72, 100, FILLER, "then we delete it."), mark]])
    assert reading.text == f"{FILLER} then we delete it."
    assert [(each.rule, each.text) for each in reading.removed] == [("rotated text", "DRAFT")]


def test_a_page_that_is_a_picture_is_named() -> None:
    """What stands on it is missing from the policy."""
    scan = Raw(b"q 612 0 0 792 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q")
    assert [each.text for each in read([FEE, [scan]]).removed] == ["page 2 is a picture"]


def test_the_title_is_the_files_own_only_if_its_words_are_printed() -> None:
    """A document title is trusted if the pages bear it out; else the first heading is taken."""
    page: list[Drawn] = [
        Words(72, 80, "Refund Policy", size=20),
        *lines(72, 120, FILLER, "then we delete it."),
    ]
    assert read([page], "Refund policy").facts["title"].origin == "PDF title"
    fallback = read([page], "Microsoft Word - draft2.docx").facts["title"]
    assert (fallback.value, fallback.origin) == ("Refund Policy", "first heading")


def encrypted() -> bytes:
    """Write a PDF that needs a password."""
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]"
    page = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]
    return file_of(page, lock % (b"11" * 32, b"22" * 32))


def drawing(content: bytes, *further: bytes, resources: bytes = b"") -> bytes:
    """Write one page whose commands are `content`; `further` objects are numbered from 5."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<"
    return file_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page + resources + b">>>>",
            content,
            *further,
        ]
    )


def forms_that_draw_forms(depth: int) -> bytes:
    """Write a page that draws a form ten times, which draws a form ten times, and so on."""
    forms = [
        stream_of(
            b"/X Do " * 10,
            entries=b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
            % (6 + i),
        )
        for i in range(depth)
    ]
    last = stream_of(b"BT ET", entries=b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return drawing(stream_of(b"/X Do " * 10), *forms, last, resources=b"/XObject<</X 5 0 R>>")


def without_letters() -> bytes:
    """Write a page in a font that does not tell its letters."""
    content = stream_of(b"BT /F 11 Tf 72 700 Td <" + b"00240025" * 20 + b"> Tj ET")
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
    inner = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
    )
    return drawing(content, font, inner, resources=b"/Font<</F 5 0 R>>")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (encrypted(), "is protected with a password or against copying; save a copy"),
        (pdf_of([[]]), "has no text layer"),
        (pdf_of([lines(72, 72, FILLER)])[:300], "damaged or incomplete"),
        (b"%PDF-1.7\n", "damaged or incomplete"),
        (without_letters(), "has fonts that do not tell .* 40 of its 40 characters cannot be read"),
        (pdf_of([lines(72, 72, FILLER)])[:-30], "damaged or incomplete"),
        (drawing(stream_of(zlib.compress(b"BT ET")[:-4] + b"????", b"/FlateDecode")), "damaged"),
    ],
    ids=[
        "encrypted", "scanned", "truncated", "header only", "letters unknown",
        "end cut off", "page damaged",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    """The error names the file and the way out, and comes before time or memory run out."""
    begin = time.process_time()
    with pytest.raises(UnreadableFile, match=rf"^policy\.pdf .*{says}.*[^.]\.$") as caught:
        pdf.read(data, "policy.pdf")
    assert "\n" not in str(caught.value)
    assert time.process_time() - begin < 10


def test_damage_at_random_is_read_or_refused_but_never_anything_else() -> None:
    """Cut and flipped bytes lead to a reading or to UnreadableFile, and soon."""
    whole = pdf_of(
        [[*lines(72, 100, FILLER, "then we delete it."), *table(200, [("a", "b")], True)]]
    )
    chance = random.Random(20210610)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(0, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        data = data[: chance.randint(1, len(data))] if chance.random() < 0.4 else data
        begin = time.process_time()
        try:
            assert pdf.read(bytes(data), "policy.pdf").text
        except UnreadableFile as error:
            assert str(error).startswith("policy.pdf ")
        assert time.process_time() - begin < 10


def shared(name: str) -> Reading:
    """Read a real policy."""
    return pdf.read((SHARED / name).read_bytes(), name)


@pytest.mark.shared
def test_a_security_overview_has_its_sections_pages_and_no_running_header() -> None:
    """A real overview: sections by size, sentences on their pages, the header gone and listed."""
    reading = shared("37signals Security Overview.pdf")
    assert page_of(reading, "Our state-of-the-art servers are protected by biometric locks") == 4
    assert ("Access control and organizational security", "Personnel") in trails(reading)
    assert {each.text for each in reading.removed} == {"Security Overview"}
    assert len(reading.removed) == len(reading.page_starts) == 5
    assert "manual investigation. Our products run on a dedicated network" in reading.text


@pytest.mark.slow
@pytest.mark.shared
def test_an_addendum_has_its_clauses_tables_and_no_page_numbers() -> None:
    """A real contract of 41 pages: clauses, ruled tables, footnotes, numbered pages."""
    reading = shared("Basecamp_Data_Processing_Addendum_v202212.pdf")
    assert page_of(reading, "2.2.4 shall not, by act or omission") == 3
    assert [each.rule for each in reading.removed] == ["page number"] * 41
    assert any(trail[-1] == "Clause 9 Use of sub-processors" for trail in trails(reading) if trail)
    assert "\nAppendix Information | As set out in Table 3.\n" in reading.text
    assert reading.facts["title"].value == "37SIGNALS DATA PROCESSING ADDENDUM"


@pytest.mark.slow
@pytest.mark.shared
def test_a_file_whose_fonts_do_not_tell_their_letters_is_refused() -> None:
    """A real file that looks right on screen but has no meaning behind its glyphs."""
    with pytest.raises(UnreadableFile, match="do not tell which letters"):
        shared("Basecamp_Data_Processing_Addendum_v201805.pdf")


STANDARD, EXPRESS = (180, "Standard"), (280, "Express")
BODY: list[tuple[Any, ...]] = [
    (128, (72, "UK"), (180, "3"), (280, "6")),
    (142, (72, "EU"), (180, "5"), (280, "12")),
]


@pytest.mark.parametrize(
    "heads",
    [
        [(100, (72, "Zone"), (218, "Delivery")), (114, STANDARD, EXPRESS)],
        [(100, (180, "Delivery")), (107, (72, "Zone")), (114, STANDARD, EXPRESS)],
        [(100, (72, "Zone"), (180, "Delivery")), (114, STANDARD, EXPRESS)],
        [(100, (228, "Delivery")), (107, (72, "Zone")), (114, STANDARD, EXPRESS)],
    ],
)
@pytest.mark.parametrize("bold", [True, False])
def test_a_header_over_several_columns_without_rules(
    heads: list[tuple[Any, ...]], bold: bool
) -> None:
    """It heads each of them, also where a cell beside it stands between its two rows."""
    header = [Words(x, y, text, bold=bold) for y, *row in heads for x, text in row]
    body = [Words(x, y, text) for y, *row in BODY for x, text in row]
    reading = read([[*lines(72, 60, FILLER), *header, *body, *lines(72, 180, FILLER)]])
    assert reading.text.split("\n")[1:3] == [
        "Zone: UK | Delivery, Standard: 3 | Delivery, Express: 6",
        "Zone: EU | Delivery, Standard: 5 | Delivery, Express: 12",
    ]


def test_a_heading_over_an_empty_corner_is_no_header() -> None:
    """It stands in one column."""
    heads = [(100, [(72, "Fees")]), (114, [STANDARD, EXPRESS])]
    header = [Words(x, y, text, bold=True) for y, row in heads for x, text in row]
    body = [Words(x, y, text) for y, *row in BODY for x, text in row]
    reading = read([[*lines(72, 60, FILLER), *header, *body, *lines(72, 180, FILLER)]])
    assert ("Fees",) in trails(reading)
    assert "UK | Standard: 3 | Express: 6" in reading.text


def test_a_lowered_digit_stays_in_its_word() -> None:
    """It is no line of its own."""
    drawn = [
        Words(72, 100, "Burning a tool makes CO"),
        Words(195, 102.5, "2", size=7),
        Words(199, 100, ", and much of it, so we take tools back, whoever sold them to you."),
    ]
    assert read([[*drawn, *lines(72, 113, FILLER)]]).text.startswith(
        "Burning a tool makes CO2, and much of it"
    )


_RING = (
    b"55 687 m 55 688.1 55.9 689 57 689 c 58.1 689 59 688.1 59 687 c "
    b"59 685.9 58.1 685 57 685 c 55.9 685 55 685.9 55 687 c "
)


@pytest.mark.parametrize(
    "dot",
    [
        _RING + b"f",
        b"55 685 4 4 re f",
        _RING + b"S",
    ],
)
def test_a_bullet_that_is_drawn_begins_an_item(dot: bytes) -> None:
    """Browsers print the bullets of lists as dots, squares and rings, and not as letters."""
    second = Raw(b"q 1 0 0 1 0 -14 cm " + dot + b" Q")
    drawn: list[Drawn] = [
        *lines(50, 80, "We take back:"),
        Raw(dot),
        Words(68, 108, "tools that are whole"),
        second,
        Words(68, 122, "knives in their box"),
    ]
    assert read([drawn]).text == "We take back:\n- tools that are whole\n- knives in their box"


def test_a_dot_elsewhere_is_no_bullet() -> None:
    """As one behind a line, far in front of it, or larger than a letter."""
    dots = [b"300 687 4 4 re f", b"10 687 4 4 re f", b"52 684 9 9 re f"]
    drawn: list[Drawn] = [*map(Raw, dots), Words(68, 108, "We take tools back.")]
    assert read([drawn]).text == "We take tools back."
