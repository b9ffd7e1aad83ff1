"""What the styles of a web page say of its text: struck, hidden, raised, on a line of its own."""

import pytest

from qabot.readers.html.html_reader import read
from qabot.records import Reading

LEAD = "Goods may be returned to our shop in the usual way, with the receipt and in their box."


def reading(body: str, style: str = "") -> Reading:
    """Return what was read of a page with a style sheet."""
    head = f"<head><style>{style}</style></head>"
    markup = f"<html>{head}<body><main><h1>Policy</h1><p>{LEAD}</p>{body}</main></body></html>"
    return read(markup.encode(), "page.html")


def lines(body: str, style: str = "") -> list[str]:
    """Return the lines behind those that every page here has."""
    return [line for line in reading(body, style).text.split("\n") if line][2:]


@pytest.mark.parametrize(
    ("selector", "markup"),
    [
        (".old", "<p>The fee is <i class='old'>5 EUR</i> 6 EUR.</p>"),
        ("p .old", "<p>The fee is <i class='old'>5 EUR</i> 6 EUR.</p>"),
        (
            ".law > p i.old",
            "<div class='law'><p>The fee is <i class='old'>5 EUR</i> 6 EUR.</p></div>",
        ),
        ("h1, #gone", "<p>The fee is <i id='gone'>5 EUR</i> 6 EUR.</p>"),
        (".policy i", "<div class='policy'><p>The fee is <i>5 EUR</i> 6 EUR.</p></div>"),
    ],
)
def test_a_style_sheet_strikes_what_its_selector_names(selector: str, markup: str) -> None:
    """Classes, ids, what lies in what, and several selectors of one rule."""
    page = reading(markup, f"{selector} {{ color: red; text-decoration: red 2px line-through }}")
    assert page.text.endswith("The fee is 6 EUR.")
    assert [(one.rule, one.text) for one in page.removed] == [("struck through", "5 EUR")]


@pytest.mark.parametrize(
    "style",
    [
        ".other .old {text-decoration: line-through}",
        "p.old {text-decoration: line-through}",
        ".old:hover {text-decoration: line-through}",
        ".old {text-decoration: line-through} i.old {text-decoration: none}",
        "i.old {text-decoration: none} .old {text-decoration: line-through}",
        ".old {text-decoration: none !important} p i.old {text-decoration: line-through}",
        "@media print { .old {text-decoration: line-through} }",
    ],
)
def test_a_rule_for_others_or_a_weaker_one_strikes_nothing(style: str) -> None:
    """A selector names all that it says, and of several the one that says most counts."""
    assert lines("<p>The fee is <i class='old'>5 EUR</i>.</p>", style) == ["The fee is 5 EUR."]


@pytest.mark.parametrize("name", ["line-through", "text-decoration-line-through", "strikethrough"])
def test_a_usual_class_strikes_without_a_style_sheet(name: str) -> None:
    """Tailwind's and Bootstrap's, whose sheets are files of their own."""
    assert lines(f"<p>The fee is <span class='{name}'>5 EUR</span> 6 EUR.</p>") == [
        "The fee is 6 EUR."
    ]


def test_what_says_that_it_is_not_struck_stays() -> None:
    """The style of an element goes before its tag."""
    assert lines("<p>This <s style='text-decoration:none'>stays</s>.</p>") == ["This stays."]


@pytest.mark.parametrize(
    ("style", "markup"),
    [
        (".x {display: none}", "<p class='x'>We refund in gold.</p>"),
        ("#x {visibility: hidden !important}", "<p id='x'>We refund in gold.</p>"),
        ("main .x {display:none!important}", "<p class='x'>We refund in gold.</p>"),
        ("", "<div class='d-none'><p>We refund in gold.</p></div>"),
        ("", "<p class='hidden'>We refund in gold.</p>"),
        ("", "<p style='height: 0; overflow: hidden'>We refund in gold.</p>"),
        ("", "<p style='position:absolute; clip: rect(0, 0, 0, 0)'>We refund in gold.</p>"),
        ("", "<p style='clip-path: inset(50%)'>We refund in gold.</p>"),
    ],
)
def test_what_a_style_or_usual_class_hides_is_left_out(style: str, markup: str) -> None:
    """And listed."""
    page = reading(f"{markup}<p>We refund in euros.</p>", style)
    assert page.text.endswith(f"{LEAD}\n\nWe refund in euros.")
    assert [(one.rule, one.text) for one in page.removed] == [("hidden", "We refund in gold.")]


@pytest.mark.parametrize(
    ("style", "markup"),
    [
        ("@media print {.x {display: none}}", "<p class='x'>We refund.</p>"),
        ("@media (max-width: 9em) {.x {display: none}}", "<p class='x'>We refund.</p>"),
        (".x {display: none} .open .x {display: block}", "<p class='x'>We refund.</p>"),
        (
            ".x {display: none} @media (max-width: 9em) {.x {display: block}}",
            "<p class='x'>We refund.</p>",
        ),
        (".x {display: none}", "<p class='x'>We refund.</p><button>Show more</button>"),
        ("", "<p class='hidden md:block'>We refund.</p>"),
        ("", "<p class='d-none d-lg-block'>We refund.</p>"),
        ("", "<a href='#' class='t'>Refunds</a><p class='hide'>We refund.</p>"),
        ("", "<p style='opacity: 0; transform: translateY(20px)'>We refund.</p>"),
        ("", "<p data-w-id='1' style='opacity: 0'>We refund.</p>"),
        ("", "<p style='height: 0; color: red'>We refund.</p>"),
    ],
)
def test_what_a_click_a_screen_or_scrolling_shows_is_not_hidden(style: str, markup: str) -> None:
    """What is shown under some condition is read."""
    assert "We refund." in lines(markup, style)


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("14<a class='footnote' href='#f1'>1</a> days", "14[1] days"),
        ("14<a href='#f1'>1</a> days", "14[1] days"),
        ("14<span class='footnote-ref'>1</span> days", "14[1] days"),
        ("14<span style='position: relative; top: -0.4em'>1</span> days", "14[1] days"),
        ("14<span style='vertical-align: 4px'>1</span> days", "14[1] days"),
        ("14<span style='vertical-align: 50%'>1</span> days", "14[1] days"),
        ("14<span style='font-variant-position: super'>1</span> days", "14[1] days"),
        ("14<sup>1 2</sup> days", "14[1,2] days"),
        ("2<sup>1</sup>/<sub>2</sub> days", "2 1/2 days"),
        ("2<sup>1</sup>⁄<sub>2</sub> days", "2 1⁄2 days"),
        ("5 m<sup>3</sup>/h", "5 m³/h"),
        ("5<sup>99</sup> €", "5⁹⁹ €"),
        ("on page <a href='#p2'>2</a>", "on page 2"),
        ("1<span style='vertical-align: 0'>4</span> days", "14 days"),
        ("1<span style='top: 0'>4</span> days", "14 days"),
    ],
)
def test_a_mark_raised_by_other_means_is_no_digit(markup: str, said: str) -> None:
    """By a style, by the class of notes, or as a link to one close to the word before it."""
    assert lines(f"<p>{markup}</p>") == [said]


@pytest.mark.parametrize(
    ("markup", "style"),
    [
        ("Letter: 1 EUR<span style='display: block'>Parcel: 5 EUR</span>", ""),
        (
            "<span class='row'>Letter: 1 EUR</span><span class='row'>Parcel: 5 EUR</span>",
            ".row {display: block}",
        ),
        ("<div style='display: flex'><b>Letter: 1 EUR</b><span>Parcel: 5 EUR</span></div>", ""),
        ("<div style='white-space: pre-line'>Letter: 1 EUR\nParcel: 5 EUR</div>", ""),
        ("<div class='fees'>Letter: 1 EUR\nParcel: 5 EUR</div>", ".fees {white-space: pre-wrap}"),
    ],
)
def test_lines_that_a_style_makes_are_lines(markup: str, style: str) -> None:
    """Words of two of them are not joined to one."""
    assert lines(markup, style) == ["Letter: 1 EUR", "Parcel: 5 EUR"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p><u>Gifts</u></p>",
        "<p><span style='text-decoration: underline'>Gifts</span></p>",
        "<div class='h3'>Gifts</div>",
        "<p><strong style='display: block'>Gifts</strong></p>",
    ],
)
def test_what_is_printed_like_a_heading_heads_what_follows(markup: str) -> None:
    """Text stands under its own heading, and not under the one before."""
    page = reading(f"<h2>Fees</h2><p>A fee is due.</p>{markup}<p>Gifts are exchanged.</p>")
    assert page.sections[-1].trail[-1] == "Gifts"
    assert page.text[page.sections[-1].start :] == "Gifts\n\nGifts are exchanged."


def test_a_link_that_is_underlined_heads_nothing() -> None:
    """Links look so."""
    page = reading("<h2>Fees</h2><p><u><a href='/x'>Our shop</a></u></p><p>A fee is due.</p>")
    assert page.sections[-1].trail[-1] == "Fees"


def test_the_sign_of_an_accordion_is_no_part_of_its_label() -> None:
    """Whether it stands in front of the label or behind it."""
    label = "<div class='tab-title' role='tab' aria-controls='p'><i>+</i><a>Who pays?</a></div>"
    page = reading(f"{label}<div id='p' role='tabpanel' hidden><p>We pay.</p></div>")
    assert page.sections[-1].trail[-1] == "Who pays?"


def test_a_table_without_marks_has_its_first_row_as_header() -> None:
    """As in the other formats: three columns of short names."""
    rows = ("Zone Standard Express", "UK 3 6", "EU 5 12")
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split()) for row in rows)
    table = "".join(f"<tr>{row}</tr>" for row in cells)
    assert lines(f"<table>{table}</table>") == [
        "Zone: UK | Standard: 3 | Express: 6",
        "Zone: EU | Standard: 5 | Express: 12",
    ]


def test_a_row_in_bold_is_a_header() -> None:
    """Bold may be said of the row."""
    rows = (
        "<tr style='font-weight:bold'><td>Zone</td><td>Fee</td></tr><tr><td>UK</td><td>3</td></tr>"
    )
    assert lines(f"<table>{rows}</table>") == ["Zone: UK | Fee: 3"]
