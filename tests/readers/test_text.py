"""Plain-text policies: lines become blocks, and a saved page loses its furniture."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.errors import UnreadableFile
from qabot.readers.plain_text.plain_text_reader import read
from qabot.records import Reading

DATA = Path(__file__).resolve().parents[1] / "data" / "text"
SHARED = Path(__file__).resolve().parents[3] / "shared"

HANDBOOK = """\
LARKLINE TELECOM REFUND POLICY

Last revised: 3 March 2020

This policy says when Larkline Telecom Ltd gives money back, and how long that takes. \
It applies to every customer under the age of 13. If you are older, it applies as well.

1. Definitions

"Plan" means what you bought from us. We list here what a plan may hold, so that you can check \
yours:
- minutes, which you can use anywhere
  - at home
  - abroad
- messages
  Messages never expire.

2. Refunds

We pay back what you did not use, within fourteen days of the day on which you ask for it.

(a) by card, if you paid by card;
(b) by transfer.

2.1 Exceptions

We do not refund calls that were made before you asked us for the refund.

THE SERVICE IS PROVIDED AS IT IS, AND NOTHING IN THIS POLICY PROMISES THAT IT WILL NEVER BE \
INTERRUPTED OR THAT ITS QUALITY WILL SUIT EVERY PURPOSE.

How We Pay

We pay in the currency in which you paid, and we bear the costs of it.

Contact

Write to us:

Larkline Telecom Ltd

12 High Street"""

PAGE = """\
LARKLINE COOKIE POLICY

Last updated June 10, 2021. Click here for earlier versions of this policy text.

We use few cookies on our website, and we say below which ones these are and how you can refuse \
them. Nothing else is stored on your device by us or by others.

COOKIES

Cookies are small files. We need some of them so that you can log in to our site and stay logged in.

- Strictly necessary cookies keep you logged in, and we delete them when you log out again.
- Analytics cookies count visits. You can refuse these cookies under “Cookie Settings”.

Cookie Settings

You can change your choice about cookies at any time on the page Cookie Settings of your account.

HOW TO CONTACT US

Larkline Telecom Ltd

12 High Street

privacy@larkline.example"""


def _read(source: str) -> Reading:
    return read(source.encode(), "policy.txt")


def _read_file(name: str) -> Reading:
    return read((DATA / name).read_bytes(), name)


def test_wrapped_lines_headings_and_lists() -> None:
    """Wrapped lines are joined; headings and nested items are known by their form."""
    assert _read_file("handbook.txt").text == HANDBOOK


def test_heading_levels_follow_form() -> None:
    """The title is outermost; "2.1" lies in "2."; an underlined heading leaves both."""
    trails = [section.trail for section in _read_file("handbook.txt").sections]
    title = "LARKLINE TELECOM REFUND POLICY"
    assert trails == [
        (title,),
        (title, "1. Definitions"),
        (title, "2. Refunds"),
        (title, "2. Refunds", "2.1 Exceptions"),
        (title, "2. Refunds", "2.1 Exceptions", "How We Pay"),
        (title, "Contact"),
    ]


def test_unwrapped_lines_are_paragraphs() -> None:
    """Where nobody wrapped the text, each line is a paragraph."""
    reading = _read("REFUNDS\nWe pay back what you did not use.\nWe do so within fourteen days.\n")
    assert reading.text == (
        "REFUNDS\n\nWe pay back what you did not use.\n\nWe do so within fourteen days."
    )


def test_a_wrapped_address_is_no_heading() -> None:
    """Short lines that hold numbers or follow a lead-in are not taken for headings."""
    reading = _read(
        "REFUNDS\n\nWrite to:\n\nLarkline\n\n12 High Street\n\n"
        "We answer each letter within fourteen days of its arrival at our office.\n"
    )
    assert [section.trail for section in reading.sections] == [("REFUNDS",)]


def test_page_furniture_is_removed_and_the_policy_stays_whole() -> None:
    """What stands around the policy goes; its own words on cookies and its address stay."""
    assert _read_file("page.txt").text == PAGE


def test_page_furniture_is_listed_by_rule() -> None:
    """Each block removed is listed under the rule that removed it."""
    removed = _read_file("page.txt").removed
    assert Counter(item.rule for item in removed) == {
        "before the title of the policy": 11,
        "page footer": 8,
        "consent manager": 11,
    }
    listed = {item.text: item.rule for item in removed}
    assert listed["Skip to main content"] == "before the title of the policy"
    assert listed["SWITCH TO A DIFFERENT BROWSER."] == "page footer"
    assert listed["Always Active"] == "consent manager"


def test_page_address_without_tracking() -> None:
    """The address comes from the dump's header, without the parameters that track visitors."""
    fact = _read_file("page.txt").facts["url"]
    assert fact.value == "https://www.larkline.example/legal/cookies/?lang=en"
    assert fact.origin == "page dump header"


def test_a_policy_pasted_alone_keeps_its_end() -> None:
    """Short last lines are an address or a list unless they are a page's links."""
    source = "REFUNDS\n\nWe refund by:\n\n * card\n * transfer\n * cheque\n\nSupport\n"
    reading = _read(source)
    assert reading.text == "REFUNDS\n\nWe refund by:\n- card\n- transfer\n- cheque\n\nSupport"
    assert reading.removed == ()


def test_a_text_without_headings_is_one_section() -> None:
    """What nobody divided is one section without a trail."""
    reading = _read("We pay back what you did not use, within fourteen days of your request.\n")
    assert [(s.start, s.end, s.trail) for s in reading.sections] == [(0, len(reading.text), ())]


def test_markdown_in_a_txt_file_is_read_as_markdown() -> None:
    """What looks like Markdown is, whatever the file is called."""
    reading = _read("# Refunds\n\nSee [our terms](https://larkline.example/terms).\n")
    assert reading.text == "Refunds\n\nSee our terms."


def test_front_matter_counts_in_text_files_too() -> None:
    """A text file can declare whose it is."""
    reading = _read("---\ncompany: Larkline\n---\nREFUNDS\n\nWe pay back.\n")
    assert reading.facts["company"].value == "Larkline"
    assert reading.text == "REFUNDS\n\nWe pay back."


def test_a_broken_utf_16_file_is_refused() -> None:
    """A file that breaks the promise of its byte order mark is refused with the way out."""
    with pytest.raises(UnreadableFile, match=r"^policy\.txt: .*save it as UTF-8\.$"):
        read(b"\xff\xfea\x00b", "policy.txt")


WORDS = st.lists(st.sampled_from(["We", "keep", "calls", "13", "PLAN", "end."]), min_size=1)
MARKS = st.sampled_from(["", "  ", " * ", "    - ", "• ", "3. ", "(b) ", "> ", "1.2 "])
LINES = st.lists(st.tuples(MARKS, WORDS), min_size=1, max_size=12)


@given(LINES, st.sampled_from(["\n", "\n\n"]))
def test_no_word_is_lost(lines: list[tuple[str, list[str]]], between: str) -> None:
    """Whatever the lines look like, their words come out, in order."""
    source = "TOP\n\n" + between.join(mark + " ".join(words) for mark, words in lines)
    kept = [word for word in _read(source).text.split() if word in "We keep calls 13 PLAN end."]
    assert [word for word in kept if word != "."] == [w for _, words in lines for w in words]


@pytest.mark.shared
def test_seed_that_is_a_saved_page() -> None:
    """The saved page comes out as its policy, from the title to the last word on cookies."""
    path = next((SHARED / "seeds").glob("001_*"))
    reading = read(path.read_bytes(), path.name)
    assert reading.text.startswith("VONAGE PRIVACY POLICY\n\nOur practices around")
    assert reading.text.endswith("prompt you regarding our use of cookies on the site.")
    assert len(reading.sections) == 18
    assert reading.facts["url"].value == "https://www.vonage.com/legal/privacy-policy/"
    assert {item.rule for item in reading.removed} == {
        "before the title of the policy",
        "page footer",
        "consent manager",
    }
    assert "For targeted advertising These cookies" in reading.text
    assert not any(line in reading.text for line in ("Always Active", "Main Menu", "urlscan"))


@pytest.mark.parametrize(
    ("source", "trail"),
    [
        ("Travel by rail\n\nLast updated 3 May 2024\n\nSecond class.", ("Travel by rail",)),
        ("Reisen\n\nStand: 3. Mai 2024\n\nWir fahren zweiter Klasse.", ("Reisen",)),
        ("We travel by rail.\n\nIn second class.", ()),
        ("3 May 2024\n\nWe travel by rail.", ()),
        ("Stand 3. Mai 2024\n\nWir fahren zweiter Klasse.", ()),
        ("Kiln Ltd\n4 Mill Lane\n\nWe travel by rail.", ()),
        ("Travel by rail", ()),
    ],
)
def test_a_short_first_line_that_stands_alone_is_the_title(
    source: str, trail: tuple[str, ...]
) -> None:
    """What follows stands under it; a sentence, a date or an address is no title."""
    assert read(source.encode(), "rail.txt").sections[-1].trail == trail


def test_a_word_that_a_line_end_divides_is_one_word() -> None:
    """A hyphen of its own stays."""
    lines = "We send it within the coun-\ntry, and to all co-\noperative members."
    expected = "We send it within the country, and to all co-operative members."
    assert read(lines.encode(), "a.txt").text == expected


FEES = """\
Item              Price       When
Standard          5 EUR       at once
Large parcels     20 EUR      on delivery
over two metres
Express           9 EUR       at once
                              or later
Furniture         90 EUR      on a day
"""


@pytest.mark.parametrize("below", ["", "Prices are without VAT.\n", "* without VAT\n"])
def test_cells_in_columns_of_blanks_go_on_below_and_a_remark_ends_them(below: str) -> None:
    """What goes on begins with a small letter; a remark right below the table is text."""
    lines = _read(f"Fees\n\n{FEES}{below}").text.split("\n")

    assert [line for line in lines if "|" in line] == [
        "Item: Standard | Price: 5 EUR | When: at once",
        "Item: Large parcels over two metres | Price: 20 EUR | When: on delivery",
        "Item: Express | Price: 9 EUR | When: at once or later",
        "Item: Furniture | Price: 90 EUR | When: on a day",
    ]
    assert bool(below) == any("without VAT" in line for line in lines)


@pytest.mark.parametrize(
    "rows",
    [
        ["Zone 1    5 EUR       by post", "zone 2    9 EUR       by post", "zone 3"],
        [
            "zone 1    standard    5 EUR",
            "          express     9 EUR",
            "zone 2    express     7 EUR",
        ],
    ],
)
def test_rows_in_columns_of_blanks_stay_apart(rows: list[str]) -> None:
    """Though they begin with small letters, as what goes on does."""
    text = _read("Fees\n\n" + "\n".join(rows)).text

    assert "zone 2 zone 3" not in text
    assert "5 EUR express" not in text
    assert "days letters" not in text
