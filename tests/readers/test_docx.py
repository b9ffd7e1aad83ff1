"""DOCX: what is read from a Word file, what is left out, and what is refused."""

import random
import struct
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml

from qabot.errors import UnreadableFile
from qabot.readers.docx import docx_reader as reader
from qabot.records import Reading

SHARED = Path(__file__).resolve().parents[3] / "shared" / "formats" / "docx" / "raw_pdpa.docx"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: Document) -> bytes:
    """Return the bytes of the file."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def read(build: Callable[[Document], object]) -> Reading:
    """Build a document and read it back."""
    document = docx.Document()
    build(document)
    return reader.read(saved(document), "policy.docx")


def add(document: Document, *paragraphs: str) -> None:
    """Append raw paragraphs: what stands between <w:p> and </w:p>."""
    for inner in paragraphs:
        document.element.body.insert(-1, parse_xml(f"<w:p {W}>{inner}</w:p>"))


def run(text: str, look: str = "") -> str:
    """Return a run with a text and properties."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(text: str, number: int, level: int) -> str:
    """Return a paragraph that Word numbers."""
    look = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:pPr>{look}</w:pPr>{run(text)}"


def trails(reading: Reading) -> list[tuple[str, ...]]:
    """Return the heading trails in order."""
    return [section.trail for section in reading.sections]


def define_numbering(document: Document, *levels: tuple[str, str]) -> None:
    """Add a list, number 77, with a format and a pattern for each level; 78 counts it anew."""
    xml = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for i, (form, pattern) in enumerate(levels)
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{xml}</w:abstractNum>'))
    for number in ("77", "78"):
        restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        root.append(
            parse_xml(
                f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="77"/>'
                f"{restart if number == '78' else ''}</w:num>"
            )
        )


def add_notes(document: Document, text: str) -> None:
    """Add a footnote, number 2, and the line that Word draws above footnotes."""
    notes = (
        f'<w:footnotes {W}><w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        f'<w:footnote w:id="2"><w:p>{run(text)}</w:p></w:footnote></w:footnotes>'
    )
    name = PackURI("/word/footnotes.xml")
    part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def test_paragraphs_and_tables_come_in_the_order_of_the_page() -> None:
    """A table stands where it stands, each row saying its header."""

    def build(document: Document) -> None:
        document.add_paragraph("How long we keep it:")
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(table._cells, ("Data", "Kept", "calls", "a year"), strict=True):
            cell.text = text
        for cell in table.rows[0].cells:
            cell.paragraphs[0].runs[0].bold = True
        document.add_paragraph("Ask us.")

    assert read(build).text == "How long we keep it:\nData: calls | Kept: a year\n\nAsk us."


def test_merged_cells_keep_rows_under_the_right_headers() -> None:
    """A cell merged downwards counts for each row, one merged sideways for its columns."""

    def build(document: Document) -> None:
        table = document.add_table(rows=3, cols=3)
        texts = ("Data", "Use", "Kept", "calls", "billing", "a year", "", "none", "")
        for cell, text in zip(table._cells, texts, strict=True):
            cell.text = text
        for cell in table.rows[0].cells:
            cell.paragraphs[0].runs[0].bold = True
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(2, 1).merge(table.cell(2, 2))

    assert read(build).text == (
        "Data: calls | Use: billing | Kept: a year\nData: calls | Use, Kept: none"
    )


def test_headings_come_from_styles_outline_levels_and_bold_lines() -> None:
    """Bold and capital lines are headings below the styled heading they stand under."""

    def build(document: Document) -> None:
        document.add_heading("Handbook", 1)
        document.add_heading("Leave", 2)
        document.add_paragraph().add_run("Parental leave").bold = True
        document.add_paragraph("You may take a year, and you may take it in up to three parts.")
        add(document, f'<w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run("Pay")}')
        document.add_paragraph("You are paid monthly.")
        document.add_paragraph().add_run("This whole sentence is bold, and no heading.").bold = True

    assert trails(read(build)) == [
        ("Handbook",),
        ("Handbook", "Leave"),
        ("Handbook", "Leave", "Parental leave"),
        ("Handbook", "Pay"),
    ]


def test_automatic_numbers_of_clauses_and_headings_are_printed() -> None:
    """Numbers that stand in no text are counted as Word counts them, levels and restarts too."""

    def build(document: Document) -> None:
        define_numbering(
            document, ("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)")
        )
        for text, number, level in (
            ("We keep calls.", 77, 0),
            ("We keep them a year.", 77, 1),
            ("unless you object; or", 77, 2),
            ("unless the law says so.", 77, 2),
            ("We keep bills.", 77, 0),
            ("We keep them ten years.", 77, 1),
            ("A new list begins.", 78, 0),
        ):
            add(document, numbered(text, number, level))

    assert read(build).text == (
        "1. We keep calls.\n"
        "  1.1 We keep them a year.\n"
        "    (a) unless you object; or\n"
        "    (b) unless the law says so.\n"
        "2. We keep bills.\n"
        "  2.1 We keep them ten years.\n"
        "1. A new list begins."
    )


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("lowerRoman", ["i)", "ii)", "iii)", "iv)"]),
        ("upperLetter", ["A)", "B)", "C)", "D)"]),
        ("decimalZero", ["01)", "02)", "03)", "04)"]),
    ],
)
def test_number_formats_are_those_of_word(form: str, printed: list[str]) -> None:
    """Roman numerals, letters and leading zeros."""

    def build(document: Document) -> None:
        define_numbering(document, (form, "%1)"))
        add(document, *(numbered(f"Rule of the house {i}.", 77, 0) for i in range(4)))

    assert [line.split()[0] for line in read(build).text.splitlines()] == printed


def test_lists_nest_and_a_paragraph_inside_an_item_stays_in_it() -> None:
    """Bullets are "-", deeper ones are indented, and an indented paragraph continues its item."""

    def build(document: Document) -> None:
        document.add_paragraph("We share data with:")
        document.add_paragraph("carriers, for example", "List Bullet")
        document.add_paragraph("those abroad", "List Bullet 2")
        document.add_paragraph("banks", "List Bullet")
        document.add_paragraph("and only if you pay by card.", "List Continue")
        document.add_paragraph("Nobody else gets them.")

    assert read(build).text == (
        "We share data with:\n- carriers, for example\n  - those abroad\n- banks\n"
        "  and only if you pay by card.\n\nNobody else gets them."
    )


def test_tables_used_for_layout_are_unfolded() -> None:
    """A table of "(a)" cells is a list, and a table of one cell is what stands in it."""

    def build(document: Document) -> None:
        outer = document.add_table(rows=1, cols=1).cell(0, 0)
        outer.paragraphs[0].text = "You may object if:"
        table = outer.add_table(rows=2, cols=2)
        for cell, text in zip(table._cells, ("(a)", "we err;", "(b)", "we lie."), strict=True):
            cell.text = text

    lines = [line.strip() for line in read(build).text.splitlines()]
    assert lines == ["You may object if:", "(a) we err;", "(b) we lie."]


def test_insertions_stay_deletions_go_and_hidden_text_is_listed() -> None:
    """The text is what it is with all tracked changes accepted."""
    reading = read(
        lambda document: add(
            document,
            run("We keep calls for ")
            + f"<w:del><w:r><w:delText>two years</w:delText></w:r></w:del><w:ins>{run('a year')}"
            + f"</w:ins>{run(' (check with legal)', '<w:vanish/>')}{run('.')}",
        )
    )
    assert reading.text == "We keep calls for a year."
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("hidden text", "(check with legal)"),
        ("deleted in a tracked change", "two years"),
    ]


def cell(content: str, properties: str = "") -> str:
    """Return a table cell with properties."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{content}</w:p></w:tc>"


def add_table(document: Document, *rows: str, properties: str = "") -> None:
    """Append a table from the cells of its rows."""
    inner = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    table = f"<w:tbl {W}><w:tblPr>{properties}</w:tblPr><w:tblGrid/>{inner}</w:tbl>"
    document.element.body.insert(-1, parse_xml(table))


def test_each_row_says_all_rows_of_a_header_with_merged_cells() -> None:
    """Two header rows, one cell over both, one over two columns; rows in insertions count too."""
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"

    def build(document: Document) -> None:
        add_table(
            document,
            cell(run("Tariff"), start) + cell(run("Roaming"), '<w:gridSpan w:val="2"/>'),
            cell("", on) + cell(run("Calls")) + cell(run("Data")),
            cell(run("Small")) + cell(run("5 p")) + cell(run("9 p")),
            cell(run("Large")) + cell(run("3 p")) + cell(run("4 p")),
        )

    assert read(build).text == (
        "Tariff: Small | Roaming, Calls: 5 p | Roaming, Data: 9 p\n"
        "Tariff: Large | Roaming, Calls: 3 p | Roaming, Data: 4 p"
    )


def test_a_header_is_told_by_the_style_of_the_table() -> None:
    """A style may print the first row in bold though no run of it is."""

    def build(document: Document) -> None:
        look = '<w:tblLook w:firstRow="1" w:firstColumn="0"/>'
        rows = (("Data", "Kept"), ("calls", "a year"))
        add_table(
            document,
            *("".join(cell(run(text)) for text in row) for row in rows),
            properties=f'<w:tblStyle w:val="LightShading"/>{look}',
        )

    assert read(build).text == "Data: calls | Kept: a year"


def test_a_table_in_a_cell_keeps_its_rows_and_headers() -> None:
    """They stand in the cell, one behind the other."""

    def build(document: Document) -> None:
        outer = document.add_table(rows=2, cols=2)
        for cell, text in zip(outer._cells, ("Topic", "Rule", "Keeping", "As said:"), strict=True):
            cell.text = text
        for cell in outer.rows[0].cells:
            cell.paragraphs[0].runs[0].bold = True
        inner = outer.cell(1, 1).add_table(rows=3, cols=2)
        texts = ("Data", "Kept", "calls", "a year", "bills", "ten years")
        for cell, text in zip(inner._cells, texts, strict=True):
            cell.text = text
        for cell in inner.rows[0].cells:
            cell.paragraphs[0].runs[0].bold = True

    assert read(build).text == (
        "Topic: Keeping | Rule: As said: Data: calls, Kept: a year; Data: bills, Kept: ten years"
    )


def test_deleted_cells_are_not_read() -> None:
    """A tracked deletion of a cell."""

    def build(document: Document) -> None:
        deleted = cell(run("two years"), '<w:cellDel w:id="1" w:author="A"/>')
        row = cell(run("calls")) + deleted + cell(run("a year"))
        add_table(document, cell(run("Data")) + cell(run("Kept")), row)

    assert read(build).text == "Data | Kept\ncalls | a year"


def test_a_note_that_a_cell_refers_to_stands_under_the_table() -> None:
    """It is no part of the cell."""

    def build(document: Document) -> None:
        add_notes(document, "Except bills.")
        note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
        rows = (
            cell(run("Data")) + cell(run("Kept")),
            cell(run("calls")) + cell(run("1 year") + note),
        )
        add_table(document, *rows)
        document.add_paragraph("Ask us.")

    assert read(build).text == "Data | Kept\ncalls | 1 year\n\n[1] Except bills.\n\nAsk us."


def test_a_note_does_not_tear_a_list() -> None:
    """It stands under the list that refers to it, whose items keep their depth."""

    def build(document: Document) -> None:
        add_notes(document, "Abroad too.")
        add(document, run("We tell") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run(":"))
        document.add_paragraph("carriers", "List Bullet")
        document.add_paragraph("those abroad", "List Bullet 2")
        document.add_paragraph("Ask us.")

    assert read(build).text == (
        "We tell:\n- carriers\n  - those abroad\n\n[1] Abroad too.\n\nAsk us."
    )


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
def test_a_deleted_paragraph_mark_joins_the_paragraph_with_the_next(mark: str) -> None:
    """The mark's deletion is tracked in the paragraph's properties; several may follow."""
    look = f'<w:pPr><w:rPr><w:{mark} w:id="1" w:author="A"/></w:rPr></w:pPr>'
    reading = read(
        lambda document: add(
            document,
            f"{look}{run('We pay to the card ')}",
            f"{look}{run('that you used ')}",
            run("within a week."),
            run("Ask us."),
        )
    )
    assert reading.text == "We pay to the card that you used within a week.\n\nAsk us."


def test_a_deleted_mark_before_a_table_or_the_end_joins_nothing() -> None:
    """There is no paragraph that the text could become part of."""
    look = '<w:pPr><w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'

    def build(document: Document) -> None:
        add(document, f"{look}{run('How long:')}")
        add_table(document, cell(run("calls")) + cell(run("a year")))
        add(document, f"{look}{run('Ask us.')}")

    assert read(build).text == "How long:\ncalls | a year\n\nAsk us."


def test_an_item_whose_mark_is_deleted_is_not_counted() -> None:
    """Two clauses become one, and so do their numbers."""

    def build(document: Document) -> None:
        define_numbering(document, ("decimal", "%1."))
        gone = numbered("We keep calls ", 77, 0).replace(
            "</w:pPr>", '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'
        )
        add(document, gone, numbered("for a year.", 77, 0), numbered("We keep bills.", 77, 0))

    assert read(build).text == "1. We keep calls for a year.\n2. We keep bills."


@pytest.mark.parametrize(
    "look",
    ["<w:strike/>", "<w:dstrike/>", '<w:rStyle w:val="Struck"/>', "<w:strike/><w:b/>"],
    ids=["strike", "double", "style", "bold"],
)
def test_struck_through_text_is_left_out_and_listed(look: str) -> None:
    """What is struck is not in force, however Word was told to strike it."""

    def build(document: Document) -> None:
        style = '<w:style {} w:type="character" w:styleId="{}">{}<w:rPr>{}</w:rPr></w:style>'
        based = '<w:basedOn w:val="Base"/>'
        for name, base, own in (("Base", "", "<w:dstrike/>"), ("Struck", based, "")):
            document.styles.element.append(parse_xml(style.format(W, name, base, own)))
        add(document, run("The fee is ") + run("10 EUR ", look) + run("6 EUR."))

    reading = read(build)
    assert reading.text == "The fee is 6 EUR."
    assert [(each.rule, each.text) for each in reading.removed] == [("struck through", "10 EUR")]


def test_strike_that_is_switched_off_strikes_nothing() -> None:
    """A run may say that it is not struck though its style is."""

    def build(document: Document) -> None:
        style = (
            f'<w:style {W} w:type="character" w:styleId="S"><w:rPr><w:dstrike/></w:rPr></w:style>'
        )
        document.styles.element.append(parse_xml(style))
        off = '<w:rStyle w:val="S"/><w:dstrike w:val="0"/>'
        add(document, run("The fee is ") + run("6 EUR.", off))

    assert read(build).text == "The fee is 6 EUR."


WHITE = '<w:color w:val="FFFFFF"/>'
DARK = '<w:shd w:val="clear" w:fill="1F3864"/>'


def test_white_letters_on_white_paper_are_hidden_text() -> None:
    """Nobody sees them, in whatever way Word was told to print white."""

    def build(document: Document) -> None:
        style = f'<w:style {W} w:type="character" w:styleId="S"><w:rPr>{WHITE}</w:rPr></w:style>'
        document.styles.element.append(parse_xml(style))
        on_white = WHITE + '<w:shd w:val="clear" w:fill="FFFFFF"/>'
        ways = (WHITE, '<w:rStyle w:val="S"/>', on_white)
        add(document, *(run("The fee is 6 EUR.") + run(" Or 9.", look) for look in ways))

    reading = read(build)
    assert reading.text == "\n\n".join(["The fee is 6 EUR."] * 3)
    assert [(each.rule, each.text) for each in reading.removed] == [("hidden text", "Or 9.")] * 3


@pytest.mark.parametrize(
    "add_white",
    [
        lambda document: add(document, run("White.", WHITE + DARK)),
        lambda document: add(document, run("White.", WHITE + '<w:highlight w:val="black"/>')),
        lambda document: add(document, f"<w:pPr>{DARK}</w:pPr>{run('White.', WHITE)}"),
        lambda document: add_table(document, cell(run("White.", WHITE))),
        lambda document: add(document, run("White.", WHITE), "<w:r><w:pict/></w:r>"),
        lambda document: add(document, run("White.", WHITE + '<w:rStyle w:val="Dark"/>')),
    ],
    ids=["shade", "marker", "paragraph", "cell", "picture behind", "style"],
)
def test_white_letters_on_a_color_are_read(add_white: Callable[[Document], None]) -> None:
    """What is behind them shows them, or may: a table's style, a picture behind the text."""

    def build(document: Document) -> None:
        style = f'<w:style {W} w:type="character" w:styleId="Dark"><w:rPr>{DARK}</w:rPr></w:style>'
        document.styles.element.append(parse_xml(style))
        add_white(document)

    assert read(build).text == "White."


def test_a_struck_clause_keeps_its_number() -> None:
    """Word prints it, so that the clauses after it are called as before."""

    def build(document: Document) -> None:
        define_numbering(document, ("decimal", "%1."))
        struck = numbered("We keep bills.", 77, 0).replace("<w:rPr>", "<w:rPr><w:strike/>")
        add(document, numbered("We keep calls.", 77, 0), struck, numbered("Ask us.", 77, 0))

    assert read(build).text == "1. We keep calls.\n3. Ask us."


@pytest.mark.parametrize(
    "look",
    [
        '<w:vertAlign w:val="superscript"/>',
        '<w:position w:val="6"/><w:sz w:val="12"/>',
        '<w:rStyle w:val="Mark"/>',
    ],
    ids=["superscript", "lifted", "style"],
)
def test_a_raised_mark_is_no_digit(look: str) -> None:
    """A note's number typed by hand goes, exponents and ordinals stay, the note says its number."""

    def build(document: Document) -> None:
        style = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        xml = f'<w:style {W} w:type="character" w:styleId="Mark">{style}</w:style>'
        document.styles.element.append(parse_xml(xml))
        sentence = (
            ("Bills are due within 14", ""), ("1", look), (" days of the 1", ""), ("st", look),
            (" for 3 m", ""), ("3", look), (".", ""),
        )  # fmt: skip
        add(document, "".join(run(*part) for part in sentence))
        add(document, run("1", look) + run("Or 21 days."))

    assert read(build).text == (
        "Bills are due within 14[1] days of the 1st for 3 m³.\n\n[1] Or 21 days."
    )


def test_comments_are_not_read() -> None:
    """What a colleague remarks is no policy."""

    def build(document: Document) -> None:
        paragraph = document.add_paragraph("You may take a year.")
        document.add_comment(paragraph.runs, "Half a year?", author="A")

    assert read(build).text == "You may take a year."


def test_links_fields_breaks_and_hyphens_keep_their_text() -> None:
    """What Word prints is kept: a link's words, a field's result, a no-break hyphen."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF x </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("clause 4")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    inner = (
        f"{run('See ')}<w:hyperlink>{run('our site')}</w:hyperlink>{run(', ')}{field}"
        "<w:r><w:br/><w:t>or opt</w:t><w:noBreakHyphen/><w:t>out.</w:t></w:r>"
    )
    assert read(lambda document: add(document, inner)).text == "See our site, clause 4 or opt-out."


def test_a_table_of_contents_is_removed_and_listed() -> None:
    """Its lines repeat the headings and would be found in their stead."""

    def build(document: Document) -> None:
        code = "<w:r><w:instrText>PAGEREF _Toc1 \\h</w:instrText></w:r>"
        add(document, run("Leave ") + code + run("2"))
        document.add_heading("Leave", 1)
        document.add_paragraph("You may take a year.")

    reading = read(build)
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("table of contents", "Leave 2")
    ]
    assert reading.text == "Leave\n\nYou may take a year."


def test_headers_and_footers_are_removed_and_listed() -> None:
    """They are printed on each page and say nothing about the sentence between them."""

    def build(document: Document) -> None:
        document.add_paragraph("You may take a year.")
        document.sections[0].header.paragraphs[0].text = "Example Telecom"
        document.sections[0].footer.paragraphs[0].text = "Confidential"

    reading = read(build)
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("running header", "Example Telecom"),
        ("running footer", "Confidential"),
    ]
    assert reading.text == "You may take a year."


def test_text_boxes_are_read_once_where_they_are_anchored() -> None:
    """Word writes a text box twice, for old and new programs."""
    compatibility = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:pict><w:txbxContent><w:p>{run('In the box.')}</w:p></w:txbxContent></w:pict>"
    inner = (
        f"{run('Beside it.')}<w:r><mc:AlternateContent {compatibility}><mc:Choice Requires='wps'>"
        f"{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert read(lambda document: add(document, inner)).text == "Beside it.\n\nIn the box."


def test_a_footnote_stands_under_the_paragraph_that_refers_to_it() -> None:
    """Its text is part of the policy; the line that Word draws above footnotes is not."""

    def build(document: Document) -> None:
        add_notes(document, "Backups: a month.")
        add(document, run("We delete it.") + '<w:r><w:footnoteReference w:id="2"/></w:r>')

    assert read(build).text == "We delete it.\n\n[1] Backups: a month."


def test_the_title_is_the_files_own_only_if_its_words_are_printed() -> None:
    """A title left over from another document is not believed."""

    def build(document: Document) -> None:
        document.add_heading("Leave policy", 1)
        document.core_properties.title = "Budget 2014"

    fact = read(build).facts["title"]
    assert (fact.value, fact.origin) == ("Leave policy", "first heading")


def with_part(name: str, content: bytes) -> bytes:
    """Return a small Word file in which one part is replaced or added."""
    document = docx.Document()
    document.add_paragraph("You may take a year.")
    source, file = zipfile.ZipFile(BytesIO(saved(document))), BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            if entry != name:
                target.writestr(entry, source.read(entry))
        if content:
            target.writestr(name, content)
    return file.getvalue()


def with_false_size(data: bytes) -> bytes:
    """Declare of each entry that it unpacks to ten bytes."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = changed.find(signature)
        while place >= 0:
            struct.pack_into("<I", changed, place + offset, 10)
            place = changed.find(signature, place + 4)
    return bytes(changed)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (with_part("", b"")[:4000], "damaged or incomplete Word"),
        (with_part("word/document.xml", b""), "damaged or incomplete Word"),
        (with_part("word/document.xml", b"<w:document"), "damaged or incomplete Word"),
        (with_part("[Content_Types].xml", b""), "damaged or incomplete Word"),
        (with_part("word/document.xml", ENTITIES), "holds XML entities"),
        (with_part("word/document.xml", ENTITIES.decode().encode("utf-16")), "holds XML entities"),
        (with_false_size(with_part("word/media/x.xml", b"<x>" * 9)), "damaged or incomplete Word"),
        (saved(docx.Document()), "holds no text"),
    ],
    ids=[
        "truncated", "no document", "broken XML", "no types", "entities",
        "entities in UTF-16", "false sizes", "empty",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    """The error names the file and the way out, and comes before time or memory run out."""
    begin = time.process_time()
    with pytest.raises(UnreadableFile, match=rf"^policy\.docx .*{says}.*; .*\.$"):
        reader.read(data, "policy.docx")
    assert time.process_time() - begin < 5


def test_what_lies_outside_the_file_is_never_fetched(tmp_path: Path) -> None:
    """A relationship to elsewhere is ignored: its text does not enter the policy."""
    secret = tmp_path / "secret.xml"
    secret.write_text(f"<w:ftr {W}><w:p>{run('secret')}</w:p></w:ftr>")

    def build(document: Document) -> None:
        document.add_paragraph("You may take a year.")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
        document.part.relate_to(secret.as_uri(), kind, is_external=True)

    reading = read(build)
    assert reading.text == "You may take a year."
    assert reading.removed == ()


def test_damage_at_random_is_read_or_refused_but_never_anything_else() -> None:
    """Cut and flipped bytes, in the file and in its XML, lead to a reading or UnreadableFile."""
    whole = with_part("", b"")
    xml = zipfile.ZipFile(BytesIO(whole)).read("word/document.xml")
    chance = random.Random(20210610)
    for turn in range(120):
        data = bytearray(xml if turn % 2 else whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if turn % 2:
            data = bytearray(with_part("word/document.xml", bytes(data)))
        elif chance.random() < 0.3:
            data = data[: chance.randint(1, len(data))]
        try:
            assert reader.read(bytes(data), "policy.docx").text
        except UnreadableFile as error:
            assert str(error).startswith("policy.docx ")


@pytest.mark.shared
def test_a_statute_laid_out_in_tables_has_its_parts_sections_and_items() -> None:
    """A real Act: parts, section headings, nested items, its footer gone and listed."""
    reading = reader.read(SHARED.read_bytes(), "act.docx")
    assert ("PART 1 PRELIMINARY", "Short title") in trails(reading)
    assert ("PART 6A NOTIFICATION OF DATA BREACHES", "Notifiable data breaches") in trails(reading)
    assert "\n    (i) for employment or for appointment to office;\n" in reading.text
    assert "\n  (b) the loss of any storage medium or device on which" in reading.text
    assert "as an ancillary part of a business" in reading.text and "non-profit" in reading.text
    assert [each.rule for each in reading.removed] == ["running footer"]
    assert "|" not in reading.text


@pytest.mark.parametrize("end", ["<w:br/>", "<w:cr/>"])
def test_line_breaks_end_lines(end: str) -> None:
    """Lines that an author ended stand alone; what goes on in a small letter is joined."""
    lines = ["Our fees:", "Basic plan 5 euros", "Plus plan 9 euros"]
    fees = f"<w:r>{end}</w:r>".join(map(run, lines))
    wrapped = f"<w:r>{end}</w:r>".join(
        map(run, ["We send the goods to the address that you", "gave us."])
    )

    reading = read(lambda document: add(document, fees, wrapped))

    assert reading.text.split("\n\n") == [
        *lines,
        "We send the goods to the address that you gave us.",
    ]


def test_what_a_tracked_change_deletes_is_listed() -> None:
    """Runs, and rows of a table, are left out and named as left out."""
    gone = "<w:del><w:r><w:delText>14</w:delText></w:r></w:del>"

    def build(document: Document) -> None:
        add(document, run("Return within ") + gone + run("30 days."))
        table = document.add_table(3, 2)
        for row, texts in zip(table.rows, ("Item Fee", "Bike 20", "Car 30"), strict=True):
            for cell, text in zip(row.cells, texts.split(), strict=True):
                cell.text = text
        row = table.rows[1]._tr.get_or_add_trPr()  # python-docx has no deletion of a row
        row.append(parse_xml(f"<w:del {W}/>"))

    reading = read(build)
    assert reading.text.startswith("Return within 30 days.")
    assert "Bike" not in reading.text
    listed = [(one.rule, one.text) for one in reading.removed]
    assert listed == [
        ("deleted in a tracked change", "14"),
        ("deleted in a tracked change", "Bike 20"),
    ]


def test_an_underlined_line_heads_what_follows() -> None:
    """As a bold one does; a word underlined in a sentence does not."""
    u = '<w:u w:val="single"/>'
    reading = read(
        lambda document: add(
            document,
            run("Fees", "<w:b/>"),
            run("A fee of 5 EUR is due for each parcel."),
            run("Gifts", u),
            run("Gifts ") + run("must", u) + run(" be exchanged within 14 days."),
        )
    )
    assert trails(reading)[-1] == ("Gifts",)
    assert "Gifts must be exchanged within 14 days." in reading.text


def test_a_bold_line_right_above_its_text_heads_it() -> None:
    """Both in one paragraph, with a line break between; a name above an address heads nothing."""
    bold, text = "<w:b/>", "<w:r><w:br/></w:r>"
    reading = read(
        lambda document: add(
            document,
            run("Fees", bold),
            run("A fee of 5 EUR is due for each parcel."),
            run("Repairs", bold) + text + run("Repairs take ten days in most cases."),
            run("Fern Tools Ltd", bold) + text + run("12 Mill Lane"),
        )
    )
    assert trails(reading)[-1] == ("Repairs",)
    assert reading.text.endswith(
        "Repairs take ten days in most cases.\n\nFern Tools Ltd\n\n12 Mill Lane"
    )
