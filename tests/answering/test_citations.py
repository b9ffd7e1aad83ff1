import re
from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.answering.citations import cite, link
from qabot.records import Entry, Highlight, Hit, Passage, Sentence

ADDRESS = "https://harbour.example/terms"
TEXT = "Terms\n\nFees\n\n- We charge five pounds. You pay by card.\n- No refunds."
WHOLE = " " * 100 + TEXT
STARTS = (TEXT.index("We charge"), TEXT.index("You pay"), TEXT.index("No refunds"))
PASSAGE = Passage(
    version="harbour/terms@2024-03-01",
    start=100,
    end=100 + len(TEXT),
    text=TEXT,
    trail=("Terms", "Fees"),
    page=None,
    sentences=(
        Sentence(100 + STARTS[0], 100 + STARTS[1] - 1),
        Sentence(100 + STARTS[1], 100 + STARTS[2] - 3),
        Sentence(100 + STARTS[2], 100 + len(TEXT)),
    ),
    lead_in="We say:",
    body=100 + TEXT.index("- We charge"),
)
ENTRY = Entry(
    id=PASSAGE.version,
    company="Harbour",
    policy="harbour/terms",
    title="Terms",
    effective_from=date(2024, 3, 1),
    effective_until=None,
    url=ADDRESS,
    file="terms.md",
    sha256="5a",
    aliases=(),
    rows=range(3),
    number=0,
)


def linked(sentence: str, url: str | None = ADDRESS, page: int | None = None) -> str | None:
    """Return the link to a sentence that is all that a version says."""
    return link(url, page, sentence, Highlight(0, len(sentence)))


def test_quote_begins_behind_the_headings() -> None:
    """A quote is the passage less its headings, bullets included, with offsets that fit."""
    citation = cite(Hit(PASSAGE, 3.0, {}, (1,)), ENTRY, WHOLE, 0.8)

    assert citation.quote == "- We charge five pounds. You pay by card.\n- No refunds."
    assert TEXT[citation.start - 100 : citation.end - 100] == citation.quote
    assert [TEXT[h.start - 100 : h.end - 100] for h in citation.highlight] == ["You pay by card."]
    assert citation.url == f"{ADDRESS}#:~:text=You%20pay%20by%20card."


def test_citation_says_where_it_is_from() -> None:
    """A citation carries what is needed to check it: version, hash, dates, section, lead-in."""
    citation = cite(Hit(PASSAGE, 3.0, {}, (0, 2)), ENTRY, WHOLE, 0.8)

    assert (citation.version, citation.sha256, citation.policy) == (
        "harbour/terms@2024-03-01",
        "5a",
        "harbour/terms",
    )
    assert (citation.company, citation.title, citation.section) == (
        "Harbour",
        "Terms",
        ("Terms", "Fees"),
    )
    assert (citation.effective_from, citation.effective_until) == (date(2024, 3, 1), None)
    assert (citation.score, citation.lead_in, citation.page) == (0.8, "We say:", None)
    assert len(citation.highlight) == 2


def test_quote_of_an_answer_shows_its_question() -> None:
    """The question of an FAQ, which is no sentence of the passage, is quoted, and not marked."""
    text = "Fees\n\nWho pays?\n\nYou do."
    answer = Passage("v", 3, 3 + len(text), text, (), None, (Sentence(20, 27),), body=9)

    citation = cite(Hit(answer, 1.0, {}, (0,)), ENTRY, text, 0.5)

    assert citation.quote == "Who pays?\n\nYou do."
    assert [text[h.start - 3 : h.end - 3] for h in citation.highlight] == ["You do."]


def test_passage_without_sentences_is_quoted_whole() -> None:
    """A heading that stands alone is quoted, links to the policy, and highlights nothing."""
    heading = Passage("v", 5, 9, "Fees", ("Fees",), None, ())

    citation = cite(Hit(heading, 1.0, {}, ()), ENTRY, WHOLE, 0.1)

    assert (citation.quote, citation.start, citation.end) == ("Fees", 5, 9)
    assert (citation.highlight, citation.url) == ((), ADDRESS)


@pytest.mark.parametrize(
    ("sentence", "fragment"),
    [
        ("We use e-mail.", "We%20use%20e%2Dmail."),
        ("Yes, always.", "Yes%2C%20always."),
        ("“We” don’t.", "%E2%80%9CWe%E2%80%9D%20don%E2%80%99t."),
        ("A & B #1 = 50%?", "A%20%26%20B%20%231%20%3D%2050%25%3F"),
        ("one two three four five six", None),
        ("one two three four five six seven", "one%20two%20three,five%20six%20seven"),
        ("one two[1] three", "one,three"),
        ("one[1] two three[2] four five six", "four%20five%20six"),
        ("one two three[2, 3] four five", "one%20two,four%20five"),
        ("one two three.[a]", "one%20two"),
        ("[1] one two 5 m² three", "one%20two%205"),
    ],
)
def test_fragment_is_encoded(sentence: str, fragment: str | None) -> None:
    """What means something in a text fragment or an address is percent-encoded."""
    assert linked(sentence) == f"{ADDRESS}#:~:text={fragment or sentence.replace(' ', '%20')}"


def test_long_sentence_is_named_by_its_ends() -> None:
    """Of a sentence over ten words the fragment names the first five and the last five."""
    sentence = "We keep call-records, as said, for eighteen months and then we delete all."

    assert linked(sentence) == (
        f"{ADDRESS}#:~:text=We%20keep%20call%2Drecords%2C%20as%20said%2C"
        ",and%20then%20we%20delete%20all."
    )


@pytest.mark.parametrize(
    ("url", "page", "expected"),
    [
        (None, None, None),
        (f"{ADDRESS}#fees", None, f"{ADDRESS}#fees:~:text=Yes."),
        (f"{ADDRESS}#:~:text=Old", None, f"{ADDRESS}#:~:text=Yes."),
        (f"{ADDRESS}#fees:~:text=Old", None, f"{ADDRESS}#fees:~:text=Yes."),
        (f"{ADDRESS}?a=b", None, f"{ADDRESS}?a=b#:~:text=Yes."),
        (f"{ADDRESS}.pdf", 4, f"{ADDRESS}.pdf#page=4"),
        (f"{ADDRESS}.pdf#page=1", 4, f"{ADDRESS}.pdf#page=4"),
        (None, 4, None),
    ],
)
def test_link_keeps_the_address(url: str | None, page: int | None, expected: str | None) -> None:
    """The fragment comes behind an anchor, replaces an older fragment, and is a page in a PDF."""
    assert linked("Yes.", url, page) == expected


@pytest.mark.parametrize(
    ("row", "fragment"),
    [
        ("What: Router logs | How long: 60 days", "Router%20logs,-60%20days"),
        ("How long: 60 days | What: Router logs", "60%20days-,Router%20logs"),
        (
            "What: Logs of calls | How long: a b c d e f | By: us",
            "Logs%20of%20calls,-a%20b%20c%20d%20e",
        ),
        ("| 18 months.", "18%20months."),
    ],
)
def test_row_is_named_by_two_cells(row: str, fragment: str) -> None:
    """Of a table's row the fragment names the longest cell, and the one that stands beside it."""
    assert linked(row) == f"{ADDRESS}#:~:text={fragment}"


@settings(deadline=None)
@given(
    st.text(min_size=1).map(lambda text: " ".join(re.sub("[|:]", "", text).split())).filter(bool)
)
def test_fragment_names_the_sentence(sentence: str) -> None:
    """Whatever a sentence is made of, the fragment's marks are its own and its words are found.

    Not with a colon in it: what stands before one may be a table's header, which is not named.
    """
    found = linked(sentence)

    assert found is not None
    directive = found.partition("#:~:text=")[2]
    assert not set(directive) & set("-&# “’")
    begin, *end = [unquote(part) for part in directive.split(",")]
    if not re.search(r"\[\w+\]|[⁰¹²³⁴-⁹⁺⁻]", sentence):  # what may be raised is not named
        assert sentence.startswith(begin)
        assert all(sentence.endswith(part) for part in end)
        assert end or begin == sentence
    assert all(part in sentence for part in [begin, *end])


RULES = """House Rules

Dogs

A fee is due.

Dogs sleep in the kennel. They eat what the house gives to every dog, and no more than that.

Bicycles

1. A fee is due. Bicycles stand in the cellar.
2. They eat what the house gives to every dog, and no more than that; so it was decided.

Keys

A fee is due.

Pay it.

Keys

A fee is due.

Ask first.

Thing: Cellar | Fee: 5 euros | For: a day
Thing: Attic | Fee: 5 euros | For: a day

A fee is due! A FEE IS DUE. No fee is due.
"""


@pytest.mark.parametrize(
    ("words", "nth", "spot"),
    [
        ("A fee is due.", 0, "A%20fee%20is%20due."),
        ("A fee is due.", 1, "Bicycles-,A%20fee%20is%20due."),
        ("A fee is due.", 2, "Keys-,A%20fee%20is%20due."),
        ("A fee is due.", 3, "Keys-,A%20fee%20is%20due.,-Ask%20first."),
        ("A FEE IS DUE.", 0, "A%20fee%20is%20due%21-,A%20FEE%20IS%20DUE."),
        ("No fee is due.", 0, "No%20fee%20is%20due."),
        (
            "They eat what the house gives to every dog, and no more than that; so it was decided.",
            0,
            "Bicycles%20stand%20in%20the%20cellar.-,They%20eat%20what%20the%20house,"
            "that%3B%20so%20it%20was%20decided.",
        ),
        ("Thing: Cellar | Fee: 5 euros | For: a day", 0, "5%20euros,-a%20day"),
        ("Thing: Attic | Fee: 5 euros | For: a day", 0, "Attic,-5%20euros"),
    ],
)
def test_what_stands_more_than_once_is_named_with_what_is_around(
    words: str, nth: int, spot: str
) -> None:
    """A browser takes the first place of the words, in any case, so the others name more."""
    start = [found.start() for found in re.finditer(re.escape(words), RULES)][nth]

    assert link(ADDRESS, None, RULES, Highlight(start, start + len(words))) == (
        f"{ADDRESS}#:~:text={spot}"
    )
