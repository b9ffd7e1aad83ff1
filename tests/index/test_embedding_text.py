import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.canonical import Block
from qabot.chunking import passages as chunking
from qabot.index.embedding_text import heading_text, nameless, passage_text, sentence_texts
from qabot.records import Version
from tests.support.fakes import version_of

NAMES = ("Harbour", "Harbour Broadband", "harbour.example", "Three", "Yahoo!")


def version(*blocks: Block, aliases: tuple[str, ...] = ("Harbour Broadband",)) -> Version:
    """Return a version of the company Harbour that these blocks make."""
    return version_of(blocks, title="Harbour Terms", aliases=aliases)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Harbour keeps data.", "we keeps data."),
        ("data of Harbour Broadband, always", "data of we, always"),
        ("Harbour's fees, Harbour Broadband’s fees", "our fees, our fees"),
        ("Mail help@harbour.example", "Mail help@we"),
        ("Ask Yahoo! first", "Ask we first"),
        ("Harbours and a Harbourmaster", "Harbours and a Harbourmaster"),
        ("three months at the harbour", "three months at the harbour"),
        ("(Harbour)", "(we)"),
    ],
)
def test_names_are_taken_out(text: str, without: str) -> None:
    """Names go as whole words in their own spelling, the longest first, possessives too."""
    assert nameless(text, NAMES) == without


@pytest.mark.parametrize("names", [(), ("",)])
def test_no_name_takes_nothing_out(names: tuple[str, ...]) -> None:
    """Without a name the text stays."""
    assert nameless("Harbour keeps data.", names) == "Harbour keeps data."


@given(st.text(), st.lists(st.text(max_size=5), max_size=4))
def test_text_without_the_name_stays(text: str, names: list[str]) -> None:
    """What holds none of the names is returned as it is, whatever signs they are made of."""
    if not any(name and name in text for name in names):
        assert nameless(text, names) == text


def test_passage_is_encoded_under_its_headings() -> None:
    """The trail stands in front once, without the company's name; the heading is not repeated."""
    text = version(
        Block("heading", "Harbour Terms"),
        Block("heading", "Fees", 2),
        Block("paragraph", "Harbour charges five pounds. You pay by card."),
    )

    (passage,) = chunking.split(text)

    assert heading_text(text, passage) == "we Terms > Fees"
    assert passage_text(text, passage) == (
        "we Terms > Fees\nwe charges five pounds. You pay by card."
    )
    assert sentence_texts(text, passage) == [
        "Fees: we charges five pounds.",
        "Fees: You pay by card.",
    ]


def test_title_stands_in_for_a_heading() -> None:
    """A passage under no heading is encoded under the policy's title."""
    text = version(Block("paragraph", "You pay by card."))

    (passage,) = chunking.split(text)

    assert passage_text(text, passage) == "we Terms\nYou pay by card."
    assert sentence_texts(text, passage) == ["we Terms: You pay by card."]


def test_list_is_encoded_with_its_lead_in() -> None:
    """A passage that continues a list is encoded behind what introduced the list."""
    item = " ".join(["word"] * 60)
    text = version(
        Block("paragraph", "We never sell:"), *(Block("item", f"{n} {item}") for n in range(4))
    )

    _, second = chunking.split(text)

    assert passage_text(text, second).startswith("we Terms\nWe never sell:\n2 word")


def test_heading_alone_is_encoded_as_it_is() -> None:
    """A passage of nothing but a heading is encoded too."""
    text = version(Block("heading", "Fees"))

    (passage,) = chunking.split(text)

    assert passage_text(text, passage) == "Fees\nFees"
    assert sentence_texts(text, passage) == []


def test_sentence_is_encoded_with_what_it_is_read_with() -> None:
    """An item is encoded behind its lead-in, an answer behind its question, a row alone."""
    text = version(
        Block("heading", "Fees"),
        Block("paragraph", "Harbour charges nothing if:"),
        Block("item", "the holder has died."),
        Block("paragraph", "Who pays Harbour?"),
        Block("paragraph", "You do."),
        Block("paragraph", "By zone:"),
        Block("row", "Zone: Asia | Letter: 4 EUR"),
    )

    (passage,) = chunking.split(text)

    assert sentence_texts(text, passage) == [
        "Fees: we charges nothing if:",
        "Fees: we charges nothing if: the holder has died.",
        "Fees: Who pays we? You do.",
        "Fees: Who pays we? By zone:",
        "Zone: Asia | Letter: 4 EUR",
    ]
    assert "Who pays we?\n\nYou do." in passage_text(text, passage)
