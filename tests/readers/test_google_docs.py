"""What Google Docs exports as a web page: looks by class, lists side by side, remarks."""

import pytest

from qabot.readers.html.html_reader import read
from qabot.records import Reading

STYLES = """
.lst-kix_a-1>li:before{content:"" counter(lst-ctn-kix_a-1,lower-latin) ". "}
.c0{font-weight:400;text-decoration:none;vertical-align:baseline} /* .c1{font-weight:400} */
.c1{font-weight:700}.c2{text-decoration:line-through}.c3{vertical-align:super}
"""


def exported(body: str) -> Reading:
    """Read a document."""
    head = f'<meta charset="utf-8"><style type="text/css">{STYLES}</style>'
    page = f'<html><head>{head}</head><body class="c8 doc-content">{body}</body></html>'
    return read(page.encode(), "policy.html")


def said(body: str) -> list[str]:
    """Return the lines of a document."""
    return [line for line in exported(body).text.split("\n") if line]


def test_what_is_bold_by_its_class_heads_a_section() -> None:
    """The title is a heading by its class, and the policy's title."""
    reading = exported(
        '<p class="c4 title"><span class="c0">Travel policy</span></p>'
        '<p class="c4"><span class="c1">Hotels</span></p>'
        '<p class="c4"><span class="c0">You may book a hotel of up to 120 euros a night.</span></p>'
    )

    trails = [section.trail for section in reading.sections]
    assert trails == [("Travel policy",), ("Travel policy", "Hotels")]
    assert reading.facts["title"].value == "Travel policy"


@pytest.mark.parametrize(
    ("classes", "is_heading"), [("c0 c1", True), ("c1 c0", True), ("c0", False), ("c1 c9", True)]
)
def test_of_several_classes_the_last_rule_counts(classes: str, is_heading: bool) -> None:
    """Whatever the order in which the element names them."""
    reading = exported(f'<p><span class="{classes}">Hotels</span></p><p>You may book one.</p>')
    assert (reading.sections[0].trail == ("Hotels",)) is is_heading


def test_weight_inside_bold_text_may_be_normal_again() -> None:
    """A line of which half is not bold is no heading."""
    reading = exported('<p class="c1">Hotels <span class="c0">in the capital</span></p><p>Yes.</p>')
    assert [section.trail for section in reading.sections] == [()]


def test_a_block_of_blocks_is_not_bold_by_its_class() -> None:
    """Else each short line of a page that is set in bold were a heading."""
    reading = exported('<div class="c1"><p>Hotels</p><p>You may book one.</p></div>')
    assert [section.trail for section in reading.sections] == [()]


def test_a_row_that_is_bold_by_its_class_is_a_header() -> None:
    """Google's tables have no <th>."""
    head = '<td class="c4"><p class="c4"><span class="c1">{}</span></p></td>'
    cell = '<td class="c4"><p class="c4"><span class="c0">{}</span></p></td>'
    rows = [head.format("Class") + head.format("Limit"), cell.format("Economy") + cell.format("8")]
    table = "".join(f'<tr class="c5">{row}</tr>' for row in rows)
    assert said(f'<table class="c7">{table}</table>') == ["Class: Economy | Limit: 8"]


def test_classes_strike_and_raise() -> None:
    """What is struck through is not in force, and a raised mark is no digit."""
    body = (
        '<p>Within <span class="c2">30</span> <span class="c0">14</span><span class="c3">1</span> '
        'days.</p><p><span class="c3">1</span> Of work.</p>'
    )
    assert said(body)[0] == "Within 14[1] days."


def test_lists_of_deeper_levels_stand_beside_and_not_inside() -> None:
    """Google says the level in the class alone, and the kind of number in its styles."""
    body = (
        '<ol class="c1 lst-kix_a-0 start" start="1"><li>Ask.</li></ol>'
        '<ol class="c1 lst-kix_a-1 start" start="1"><li>By mail.</li><li>By phone.</li></ol>'
        '<ul class="c1 lst-kix_b-2 start"><li>Not at night.</li></ul>'
        '<ol class="c1 lst-kix_a-0" start="2"><li>Book.</li></ol><p>Then travel:</p>'
        '<ul class="c1 lst-kix_b-1 start"><li>By train.</li></ul>'
    )
    assert exported(body).text.split("\n\n") == [
        "1. Ask.\n  a. By mail.\n  b. By phone.\n    - Not at night.\n2. Book.",
        "Then travel:\n- By train.",
    ]


def test_remarks_are_no_policy_text() -> None:
    """Nor are the marks in the text that refer to them; footnotes stay."""
    reading = exported(
        '<p>Up to 120 euros.<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup>'
        '<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup> Ask first.'
        '<a href="#cmnt2" id="cmnt_ref2">[b]</a></p>'
        '<hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;A night.</span></p></div>'
        '<div class="c9"><p><a href="#cmnt_ref1" id="cmnt1">[a]</a><span>Too much?</span></p>'
        "<p>Finance says no.</p></div>"
        '<div class="c9"><p><a href="#cmnt_ref2" id="cmnt2">[b]</a><span>Whom?</span></p></div>'
    )

    assert reading.text == "Up to 120 euros.[1] Ask first.\n\n[1] A night."
    assert [one.text for one in reading.removed] == [
        "[a]", "[b]", "[a] Too much? Finance says no.", "[b] Whom?",
    ]  # fmt: skip
    assert {one.rule for one in reading.removed} == {"comments"}
