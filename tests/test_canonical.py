import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.canonical import (
    Block,
    cells,
    clean,
    compose,
    has_heading,
    letters,
    lines,
    opening,
    roman,
    row_text,
)
from qabot.records import Section

blocks = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(["heading", "paragraph", "item", "row"]),
        text=st.text(max_size=40) | st.just(" \n"),
        level=st.integers(1, 4),
        marker=st.sampled_from(["-", "1.", "(a)", ""]),
        page=st.none() | st.integers(1, 5),
    ),
    max_size=12,
)
ends = st.builds(Block, kind=st.just("end"), text=st.just(""), level=st.integers(1, 4))


@pytest.mark.parametrize(
    ("found", "cleaned"),
    [
        pytest.param("Â© 2020 Harbour", "© 2020 Harbour", id="mojibake"),
        pytest.param("donâ€™t share", "don’t share", id="mojibake of a curly quote"),
        pytest.param("cafe\u0301", "café", id="decomposed accent"),
        pytest.param("tele\u00adphone", "telephone", id="soft hyphen"),
        pytest.param("\ufeffPrivacy", "Privacy", id="byte order mark"),
        pytest.param("18\u200bmonths", "18 months", id="zero-width space divides words"),
        pytest.param("we\u2060 keep\x07", "we keep", id="word joiner and control"),
        pytest.param("  we\u00a0keep\r\n\tit\u2028all ", "we keep it all", id="whitespace"),
        pytest.param("“We” don’t – ever…", "“We” don’t – ever…", id="typography stays"),
        pytest.param("ﬁle № Ａ ½", "ﬁle № Ａ ½", id="compatibility characters stay"),
        pytest.param("AT&amp;T", "AT&amp;T", id="entities are the reader's business"),
        pytest.param("👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم", id="joiners stay"),
        pytest.param(" \u200b\u00ad ", "", id="nothing visible"),
    ],
)
def test_text_is_cleaned(found: str, cleaned: str) -> None:
    """What readers find is repaired and folded; what people can see stays as it is."""
    assert clean(found) == cleaned


@settings(max_examples=80, deadline=None)
@given(st.text())
def test_clean_text_is_one_visible_line(text: str) -> None:
    """Whatever comes in, out comes one NFC line without blanks around it or control characters."""
    cleaned = clean(text)

    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    assert not any(unicodedata.category(sign) in {"Cc", "Cs", "Co"} for sign in cleaned)


def test_layout() -> None:
    """Items and rows stand under what introduces them; a blank line divides everything else."""
    text, _, _ = compose(
        [
            Block("heading", "Your data"),
            Block("paragraph", "We keep:"),
            Block("item", "your name;"),
            Block("item", "your calls:", marker="2."),
            Block("item", "numbers,", level=2, marker="(a)"),
            Block("item", "and their length.", level=2, marker=""),
            Block("paragraph", "That is all."),
            Block("item", "An item of its own."),
            Block("paragraph", "How long we keep it"),
            Block("row", "Data: calls | Kept: a year"),
            Block("row", "Data: name | Kept: always"),
            Block("item", "After the table:"),
            Block("row", "Fee: none"),
        ]
    )

    assert text == (
        "Your data\n\n"
        "We keep:\n- your name;\n2. your calls:\n  (a) numbers,\n    and their length.\n\n"
        "That is all.\n\n"
        "- An item of its own.\n\n"
        "How long we keep it\nData: calls | Kept: a year\nData: name | Kept: always\n\n"
        "- After the table:\nFee: none"
    )


def test_sections_carry_their_headings() -> None:
    """A section begins at its heading and knows those above it; a deeper one does not linger."""
    text, sections, _ = compose(
        [
            Block("paragraph", "Before."),
            Block("heading", "Terms", 1),
            Block("heading", "Fees", 3),
            Block("paragraph", "Five pounds."),
            Block("heading", "Refunds", 2),
            Block("heading", "Contact", 2),
        ]
    )

    assert [(text[s.start : s.end], s.trail) for s in sections] == [
        ("Before.\n\n", ()),
        ("Terms\n\n", ("Terms",)),
        ("Fees\n\nFive pounds.\n\n", ("Terms", "Fees")),
        ("Refunds\n\n", ("Terms", "Refunds")),
        ("Contact", ("Terms", "Contact")),
    ]


def test_nothing_makes_an_empty_section() -> None:
    """Blocks without visible text make an empty text of one section."""
    assert compose([Block("heading", "\u200b", page=1)]) == ("", (Section(0, 0, ()),), ())


def test_pages_begin_where_their_first_line_does() -> None:
    """A page that no line begins on starts where the next one does."""
    text, _, page_starts = compose(
        [
            Block("paragraph", "One.", page=1),
            Block("paragraph", "Still one.", page=1),
            Block("paragraph", "Three.", page=3),
            Block("paragraph", "Of no known page."),
        ]
    )

    assert page_starts == (0, text.index("Three."), text.index("Three."))


@settings(max_examples=100, deadline=None)
@given(blocks)
def test_sections_cover_the_text(found: list[Block]) -> None:
    """Sections follow each other without gaps; each but the first begins with its heading."""
    text, sections, _ = compose(found)

    edges = [0, *(edge for s in sections for edge in (s.start, s.end)), len(text)]
    assert edges[::2] == edges[1::2]
    for section in sections:
        line = text[section.start : section.end].partition("\n")[0]
        assert section.trail[-1:] == ((line,) if section.trail else ())


@settings(max_examples=100, deadline=None)
@given(blocks)
def test_every_block_is_one_line(found: list[Block]) -> None:
    """Each block with visible text is one line, in order, and no more than one line is blank."""
    text, _, page_starts = compose(found)

    lines = [line for line in text.split("\n") if line]
    visible = [clean(block.text) for block in found if clean(block.text)]
    assert len(lines) == len(visible)
    assert all(line.endswith(shown) for line, shown in zip(lines, visible, strict=True))
    assert "\n\n\n" not in text
    assert list(page_starts) == sorted(page_starts)


MARKERS = ["-", "1.", "(2)", "2.1.", "10.2.3)", "12A.", "(1A)", "a)", "(B)", "(aa)", "(ab)"]
MARKERS += ["iv)", "(xviii)", "XXXIV.", "1.—(1)", ""]
words = st.lists(st.sampled_from(["keep", "Calls", "data:", "2018", "x."]), min_size=2).map(
    lambda some: " ".join(["We", *some])
)
written = st.lists(
    st.builds(Block, kind=st.sampled_from(["heading", "paragraph"]), text=words)
    | st.builds(
        Block,
        kind=st.just("item"),
        text=words,
        level=st.integers(1, 4),
        marker=st.sampled_from(MARKERS),
    )
    | st.builds(
        Block,
        kind=st.just("row"),
        text=st.lists(st.tuples(words, words), min_size=2, max_size=4).map(row_text),
    ),
    max_size=12,
)


@settings(max_examples=80)
@given(written)
def test_what_is_written_is_parsed(found: list[Block]) -> None:
    """Lines come back as the blocks that they were written from, each where its text stands."""
    text, sections, _ = compose(found)

    parsed = [line for section in sections for line in lines(text, section)]
    assert len(parsed) == len(found)
    for block, line in zip(found, parsed, strict=True):
        assert (line.kind, text[line.body : line.end]) == (block.kind, block.text)
        assert line.has_cells == (block.kind == "row")
        assert text[line.start : line.body] == " " * line.indent + line.marker
        if block.kind == "item":
            assert line.marker.removesuffix(" ") == block.marker
            assert line.indent == 2 * block.level - (2 if block.marker else 0)
        assert line.level == (block.kind == "heading")


@pytest.mark.parametrize(
    "line",
    ["Data. We keep it.", "No. 5", "mix. it", "2018. A year", "e.g. this", "iiii. it", "-1 degree"],
)
def test_words_that_are_no_marker(line: str) -> None:
    """Words with a full stop, years and what is no Roman numeral are text."""
    assert opening(line) == ""


def test_cells_are_parsed_as_they_were_written() -> None:
    """A cell is its header, if it repeats one, and its value."""
    row = row_text([("Data", "calls"), ("", "always"), ("Note", "a: b")])

    parsed = [(row[one.start : one.value], row[one.value : one.end]) for one in cells(row)]
    assert parsed == [("Data: ", "calls"), ("", "always"), ("Note: ", "a: b")]
    assert [(one.start, one.end) for one in cells("No table")] == [(0, 8)]


def test_counting() -> None:
    """Roman numerals and letters go on as people write them."""
    assert [roman(n) for n in (1, 4, 9, 14, 40, 1994)] == ["i", "iv", "ix", "xiv", "xl", "mcmxciv"]
    assert [letters(n) for n in (1, 26, 27, 28, 702, 703)] == ["a", "z", "aa", "ab", "zz", "aaa"]


def test_what_follows_an_end_stands_under_the_heading_around() -> None:
    """The text goes on without a heading of its own, as after a part that a click opens."""
    found = [
        Block("heading", "Fees", 1),
        Block("heading", "Post?", 2),
        Block("item", "We pay."),
        Block("end", "", 2),
        Block("item", "Later."),
        Block("end", "", 1),
        Block("end", "", 1),
        Block("paragraph", "Last."),
    ]
    text, sections, _ = compose(found)
    assert text == "Fees\n\nPost?\n\n- We pay.\n\n- Later.\n\nLast."
    assert [(one.trail, has_heading(text, one)) for one in sections] == [
        (("Fees",), True),
        (("Fees", "Post?"), True),
        (("Fees",), False),
        ((), False),
    ]
    kinds = [[line.kind for line in lines(text, one)] for one in sections]
    assert kinds == [["heading"], ["heading", "item"], ["item"], ["paragraph"]]


@given(st.lists(blocks | st.lists(ends, max_size=2), max_size=4))
def test_sections_cover_the_text_without_gaps(found: list[list[Block]]) -> None:
    """Whatever ends where, each letter stands in one section."""
    parts = [block for part in found for block in part]
    text, sections, _ = compose(parts)
    assert [one.start for one in sections] == [0, *(one.end for one in sections[:-1])]
    assert sections[-1].end == len(text)
