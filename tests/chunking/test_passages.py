from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.canonical import Block
from qabot.chunking.passages import MAX_WORDS, split
from qabot.records import Passage
from tests.support.fakes import version_of

WORDS = (
    *("we", "keep", "your", "records", "don’t", "café", "“personal data”", "📞", "e-mail"),
    *("naïve", "(if any)", "18", "months", "çağrı", "通話記録", "straße"),
)
few = settings(max_examples=60, deadline=None)
OPENERS = ("We", "Your", "Élise", "After", "Unless", "Übrigens", "Calls")
ENDS = (".", "!", " 📞.")


def sentence(opener: int, length: int, end: str = ".") -> str:
    """Return a sentence of so many words, which no splitter can mistake."""
    middle = (WORDS[(opener + n) % len(WORDS)] for n in range(length - 2))
    return " ".join([OPENERS[opener % len(OPENERS)], *middle, "again"]) + end


@dataclass(frozen=True)
class Line:
    """A block, the sentences it is made of, and what introduces it."""

    block: Block
    sentences: tuple[str, ...] = ()
    lead_in: str = ""
    introduces: bool = False  #: what is under it follows

    def __repr__(self) -> str:
        words = [len(one.split()) for one in self.sentences]
        return f"{self.block.kind} {self.block.level} {words}"


lengths = st.one_of(st.integers(3, 60), st.just(180))
sentences = st.builds(sentence, st.integers(0, 50), lengths, st.sampled_from(ENDS))
bodies = st.lists(sentences, min_size=1, max_size=3)
leads = st.builds(sentence, st.integers(0, 50), st.integers(3, 30), st.just(":"))
headings = st.builds(
    lambda level, n: [Line(Block("heading", f"Heading {n} — “Überblick”", level))],
    st.integers(1, 4),
    st.integers(0, 99),
)
paragraphs = bodies.map(lambda body: [Line(Block("paragraph", " ".join(body)), tuple(body))])
rows = st.builds(
    sentence, st.integers(0, 50), st.integers(3, 20), st.sampled_from([" | Kept: a year"])
)
tables = st.lists(
    rows.map(lambda row: Line(Block("row", row), (row,))),
    min_size=1,
    max_size=12,
)


@st.composite
def items(draw: st.DrawFn, level: int = 1, lead_in: str = "") -> list[Line]:
    """Draw a list, its items' lists included."""
    lines: list[Line] = []
    for number in range(draw(st.integers(1, 3))):
        marker = draw(st.sampled_from(["-", f"{number + 1}.", f"({chr(97 + number)})"]))
        body = draw(bodies)
        under = level < 3 and draw(st.integers(0, 3)) == 0
        if under:
            body.append(draw(leads))
        lines.append(
            Line(Block("item", " ".join(body), level, marker), tuple(body), lead_in, under)
        )
        if under:
            lines += draw(items(level + 1, f"{lead_in} {body[-1]}".strip()))
    return lines


@st.composite
def introduced(draw: st.DrawFn) -> list[Line]:
    """Draw a paragraph that introduces a list or a table."""
    body = [*draw(st.lists(sentences, max_size=2)), draw(leads)]
    lead = Line(Block("paragraph", " ".join(body)), tuple(body), introduces=True)
    if draw(st.booleans()):
        return [lead, *draw(items(lead_in=body[-1]))]
    return [lead, *(replace(row, lead_in=body[-1]) for row in draw(tables))]


headed_tables = st.tuples(headings, tables).map(lambda pair: pair[0] + pair[1])
documents = st.lists(
    st.one_of(headings, headings, paragraphs, introduced(), headed_tables), min_size=1, max_size=5
).map(lambda groups: [line for group in groups for line in group])


def starts(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of every line that is not blank, without its indentation."""
    spans = []
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((offset + len(line) - len(line.lstrip()), offset + len(line)))
        offset += len(line) + 1
    return spans


def located(text: str, lines: Sequence[Line]) -> list[tuple[Line, int, list[tuple[int, int]]]]:
    """Return, for each line, where it begins and where its sentences are."""
    found = []
    for line, (start, end) in zip(lines, starts(text), strict=True):
        spans = []
        offset = start
        for one in line.sentences:
            begins = text.index(one, offset, end)
            offset = begins + len(one)
            spans.append((begins, offset))
        found.append((line, start, spans))
    return found


@few
@given(documents)
def test_passages_cover_the_text(lines: list[Line]) -> None:
    """Passages are slices in order, do not overlap, and leave out nothing but whitespace."""
    text = version_of([line.block for line in lines])

    passages = split(text)

    assert [text.text[p.start : p.end] for p in passages] == [p.text for p in passages]
    edges = [0, *(edge for p in passages for edge in (p.start, p.end)), len(text.text)]
    assert edges == sorted(edges)
    between = [text.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    assert "".join(between).strip() == ""
    assert all(p.text == p.text.rstrip() and p.version == text.id for p in passages)


@few
@given(documents)
def test_no_sentence_is_cut(lines: list[Line]) -> None:
    """Every sentence of every line is in exactly one passage, and in its list of sentences."""
    text = version_of([line.block for line in lines])

    spans = [span for passage in split(text) for span in spans_of(passage)]

    assert spans == [span for _, _, spans in located(text.text, lines) for span in spans]
    for passage in split(text):
        assert all(passage.start <= start < end <= passage.end for start, end in spans_of(passage))


@few
@given(documents)
def test_length_has_an_upper_limit(lines: list[Line]) -> None:
    """A passage over MAX_WORDS is one sentence, with nothing but what introduces it in front."""
    text = version_of([line.block for line in lines])
    leads = {spans[-1] for line, _, spans in located(text.text, lines) if line.introduces}

    for passage in split(text):
        words = sum(len(text.text[s:e].split()) for s, e in spans_of(passage))
        assert words <= MAX_WORDS or leads.issuperset(spans_of(passage)[:-1])


@few
@given(documents)
def test_lead_in_stays_with_its_first_item(lines: list[Line]) -> None:
    """What introduces a list or table is in one passage with the first sentence under it."""
    text = version_of([line.block for line in lines])
    passages = split(text)

    for (line, _, spans), (_, start, below) in pairwise(located(text.text, lines)):
        if line.introduces:
            holding = passage_at(passages, spans[-1][0])
            assert holding.start <= start < below[0][1] <= holding.end


@few
@given(documents)
def test_continued_list_names_its_lead_in(lines: list[Line]) -> None:
    """A passage that begins within a list or table says what introduced it, outermost first."""
    text = version_of([line.block for line in lines])

    for passage in split(text):
        line = [one for one, start, _ in located(text.text, lines) if start <= begin(passage)][-1]
        assert passage.lead_in == line.lead_in


@few
@given(documents)
def test_trail_is_that_of_the_section(lines: list[Line]) -> None:
    """A passage carries the headings above its sentences, from the outermost in."""
    text = version_of([line.block for line in lines])

    for passage in split(text):
        trail: list[tuple[int, str]] = []
        last = passage.sentences[0].start if passage.sentences else passage.end
        for line, start, _ in located(text.text, lines):
            if line.block.kind == "heading" and start <= last:
                level = line.block.level
                trail = [*(above for above in trail if above[0] < level), (level, line.block.text)]
        assert passage.trail == tuple(heading for _, heading in trail)


@few
@given(documents)
def test_heading_opens_what_stands_under_it(lines: list[Line]) -> None:
    """A heading is never a passage's end: with no text of its own it opens the next passage."""
    text = version_of([line.block for line in lines])
    passages = split(text)

    for line, start, _ in located(text.text, lines):
        holding = passage_at(passages, start)
        if line.block.kind == "heading" and holding is not passages[-1]:
            assert start < holding.sentences[0].start
    assert all(passage.sentences for passage in passages[:-1])


@few
@given(documents, st.data())
def test_page_is_that_of_the_first_character(lines: list[Line], data: st.DataObject) -> None:
    """A passage names the page on which the line begins that its first character is of."""
    turned = data.draw(st.lists(st.integers(0, 2), min_size=len(lines), max_size=len(lines)))
    paged = [
        replace(line, block=replace(line.block, page=1 + page))
        for line, page in zip(lines, accumulate(turned), strict=True)
    ]
    text = version_of([line.block for line in paged])

    for passage in split(text):
        line = [one for one, start, _ in located(text.text, paged) if start <= begin(passage)][-1]
        assert passage.page == line.block.page


@few
@given(
    st.lists(
        st.builds(
            Block,
            st.sampled_from(["heading", "paragraph", "item", "row"]),
            st.text(max_size=300),
            st.integers(1, 4),
            st.sampled_from(["-", "1.", "(a)", ""]),
        ),
        max_size=12,
    )
)
def test_any_text_is_split(blocks: list[Block]) -> None:
    """Whatever stands in a text, passages and sentences are whole slices that begin with a sign."""
    text = version_of(blocks)

    passages = split(text)

    covered = "".join(passage.text for passage in passages)
    assert "".join(covered.split()) == "".join(text.text.split())
    for passage in passages:
        assert passage.text == text.text[passage.start : passage.end]
        for start, end in spans_of(passage):
            assert passage.start <= start < end <= passage.end
            assert text.text[start:end] == text.text[start:end].strip()


def test_text_without_anything_has_no_passages() -> None:
    """An empty text is split into nothing."""
    assert split(version_of([])) == []


def test_headings_alone_open_the_next_passage() -> None:
    """A part's heading stands in front of its first clause, whose trail is the full one."""
    text = version_of(
        [
            Block("heading", "Terms", 1),
            Block("heading", "Part A", 2),
            Block("heading", "Fees", 3),
            Block("paragraph", "We charge £5. You pay by card."),
            Block("heading", "Part B", 2),
        ]
    )

    first, last = split(text)

    assert first.text == "Terms\n\nPart A\n\nFees\n\nWe charge £5. You pay by card."
    assert first.trail == ("Terms", "Part A", "Fees")
    assert [text.text[s:e] for s, e in spans_of(first)] == ["We charge £5.", "You pay by card."]
    assert (last.text, last.sentences, last.page) == ("Part B", (), None)


@pytest.mark.parametrize("marker", ["-", "1.", "(a)", "iv)", "2.1.", "(aa)", "(xviii)", "1.—(1)"])
def test_marker_is_no_part_of_the_sentence(marker: str) -> None:
    """A bullet or number stands in the passage, but not in the sentence behind it."""
    text = version_of([Block("paragraph", "We keep:"), Block("item", "your name.", marker=marker)])

    (passage,) = split(text)

    assert passage.text == f"We keep:\n{marker} your name."
    assert [text.text[s:e] for s, e in spans_of(passage)] == ["We keep:", "your name."]


def test_list_inside_a_list_is_divided() -> None:
    """A long inner list is divided between its items, and the second part knows both lead-ins."""
    inner = [Block("item", sentence(n, 30), level=2) for n in range(9)]
    text = version_of(
        [Block("paragraph", "We keep:"), Block("item", "of your calls:"), *inner]
        + [Block("item", sentence(3, 30))]
    )

    first, *others = split(text)

    assert first.lead_in == ""
    assert {passage.lead_in for passage in others} == {"We keep: of your calls:"}
    assert all(len(passage.text.split()) <= MAX_WORDS + 9 for passage in (first, *others))


def test_abbreviation_ends_no_sentence() -> None:
    """A full stop within a sentence does not divide it."""
    text = version_of([Block("paragraph", "We pay 3.5 percent, e.g. to Dr. Smith. You agree.")])

    (passage,) = split(text)

    assert [text.text[s:e] for s, e in spans_of(passage)] == [
        "We pay 3.5 percent, e.g. to Dr. Smith.",
        "You agree.",
    ]


def spans_of(passage: Passage) -> list[tuple[int, int]]:
    """Return where each sentence of a passage begins and ends."""
    return [(one.start, one.end) for one in passage.sentences]


def passage_at(passages: Sequence[Passage], offset: int) -> Passage:
    """Return the passage that holds this character."""
    (found,) = [passage for passage in passages if passage.start <= offset < passage.end]
    return found


def begin(passage: Passage) -> int:
    """Return where the first sign of a passage is, behind its indentation."""
    return passage.start + len(passage.text) - len(passage.text.lstrip())


def marked(blocks: Sequence[Block], title: str = "Terms") -> list[tuple[str, str, str]]:
    """Return (kind, lead-in, text) of every sentence of the version that these blocks make."""
    version = version_of(blocks, title=title)
    return [
        (one.kind, one.lead_in, version.text[one.start : one.end])
        for passage in split(version)
        for one in passage.sentences
    ]


def paragraphs_of(*texts: str) -> list[Block]:
    """Return a paragraph for each text."""
    return [Block("paragraph", text) for text in texts]


@pytest.mark.parametrize(
    "blocks",
    [
        paragraphs_of("Q: Who pays?", "A: You do.", "Q: When?", "A: Each May. By card."),
        paragraphs_of("Q: Who pays? A: You do.", "Q: When? A: Each May. By card."),
        paragraphs_of("Who pays?", "You do.", "When?", "Each May.", "By card."),
        paragraphs_of("**Who pays?**", "You do.", "**When?**", "Each May. By card."),
        [
            Block("item", "Who pays?", marker="1."),
            Block("item", "You do.", level=2),
            Block("item", "When?", marker="2."),
            Block("item", "Each May. By card.", level=2),
        ],
        [
            Block("item", "Who pays? You do.", marker="i."),
            Block("item", "When? Each May. By card.", marker="ii."),
        ],
        paragraphs_of(
            "Frage 1: Who pays?", "Antwort: You do.", "Frage 2: When? Each May. By card."
        ),
    ],
)
def test_question_of_an_faq_leads_in_its_answer(blocks: list[Block]) -> None:
    """However an FAQ is written, its questions are no sentences but what the answers are read with.

    The question and its answer stand in one passage.
    """
    found = marked(blocks)

    assert [(kind, text) for kind, _, text in found] == [
        ("content", "You do."),
        ("content", "Each May."),
        ("content", "By card."),
    ]
    assert [lead_in.split()[-1].strip("*") for _, lead_in, _ in found] == [
        "pays?",
        "When?",
        "When?",
    ]
    assert all("When" not in lead_in for _, lead_in, _ in found[:1])


def test_heading_that_asks_stays_a_heading() -> None:
    """A question in a heading is in the trail and leads in nothing."""
    found = marked([Block("heading", "Who pays?"), *paragraphs_of("You do. In May.")])

    assert found == [("content", "", "You do."), ("content", "", "In May.")]


def test_question_in_a_paragraph_is_answered_there() -> None:
    """A question amid a paragraph leads in the rest of it, and nothing below it."""
    found = marked(paragraphs_of("We like mail. Questions? Write to us.", "We close at noon."))

    assert found == [
        ("content", "", "We like mail."),
        ("content", "Questions?", "Write to us."),
        ("content", "", "We close at noon."),
    ]


def test_long_answer_keeps_its_question() -> None:
    """Passages within an answer are read with the question, which none of them begins with."""
    long = [sentence(n, 40) for n in range(8)]
    version = version_of(paragraphs_of("What is kept?", *long, "What is sold?", "Nothing is."))

    first, *others = split(version)

    assert first.lead_in == ""
    assert first.text.startswith("What is kept?")
    assert {one.lead_in for one in others if "sold" not in one.text} == {"What is kept?"}
    *_, last = (one for passage in others for one in passage.sentences)
    assert last.lead_in == "What is sold?"


def test_list_of_questions_is_content() -> None:
    """Questions that are the items of a list answer: they are what is to be asked."""
    blocks = [
        Block("paragraph", "Before you sign, ask yourself:"),
        Block("item", "Is it legal?"),
        Block("item", "Would you tell your mother?"),
    ]

    assert [(kind, text) for kind, _, text in marked(blocks)] == [
        ("lead-in", "Before you sign, ask yourself:"),
        ("content", "Is it legal?"),
        ("content", "Would you tell your mother?"),
    ]


def test_list_of_questions_answered_below_is_a_table_of_contents() -> None:
    """Questions that the text asks again further down are no answers where they are listed."""
    blocks = [
        Block("paragraph", "On this page:"),
        Block("item", "Who pays?"),
        Block("item", "When?"),
        *paragraphs_of("Who pays?", "You do.", "When?", "In May."),
    ]

    assert [text for _, _, text in marked(blocks)][1:] == ["You do.", "In May."]


def test_item_is_read_with_its_lead_ins() -> None:
    """What introduces a list is a lead-in, and each item is read with all that lead to it."""
    blocks = [
        Block("paragraph", "Fees are fair. We make no charge if:"),
        Block("item", "the holder has died", marker="(a)"),
        Block("item", "you move to:", marker="(b)"),
        Block("item", "a ship", level=2, marker="i."),
    ]

    assert marked(blocks) == [
        ("content", "", "Fees are fair."),
        ("lead-in", "", "We make no charge if:"),
        ("content", "We make no charge if:", "the holder has died"),
        ("lead-in", "We make no charge if:", "you move to:"),
        ("content", "We make no charge if: you move to:", "a ship"),
    ]


def test_paragraph_is_read_with_what_announces_it() -> None:
    """A colon announces the next paragraph too, and no further one."""
    found = marked(paragraphs_of("The period starts:", "with the order.", "It is long."))

    assert found == [
        ("lead-in", "", "The period starts:"),
        ("content", "The period starts:", "with the order."),
        ("content", "", "It is long."),
    ]


def test_row_is_one_sentence() -> None:
    """A row is marked whole, whatever stands in its cells, and what is above a table leads in."""
    blocks = [
        Block("paragraph", "Post is quick. The table shows our prices."),
        Block("row", "Zone: Europe. | Letter: 2 EUR. | Parcel: 9 EUR."),
        Block("row", "Zone: Asia | Letter: 4 EUR"),
    ]

    assert [(kind, text) for kind, _, text in marked(blocks)] == [
        ("content", "Post is quick."),
        ("lead-in", "The table shows our prices."),
        ("content", "Zone: Europe. | Letter: 2 EUR. | Parcel: 9 EUR."),
        ("content", "Zone: Asia | Letter: 4 EUR"),
    ]


def test_version_without_content_answers_as_it_is() -> None:
    """Where all that a version says is of another kind, it is content."""
    found = marked(paragraphs_of("This notice explains how we work.", "Last updated: 1 May 2021"))

    assert [kind for kind, _, _ in found] == ["content", "content"]


def test_body_begins_behind_the_headings() -> None:
    """A passage says where its own text begins: at a bullet, or at the question of an FAQ."""
    version = version_of(
        [
            Block("heading", "Terms"),
            Block("heading", "Fees", 2),
            *paragraphs_of("Who pays?", "You do."),
            Block("heading", "Mail", 2),
            Block("item", "by post"),
            Block("heading", "Left empty", 2),
        ]
    )

    assert [passage.text[passage.body - passage.start :] for passage in split(version)] == [
        "Who pays?\n\nYou do.",
        "- by post",
        "",
    ]


def test_title_of_a_paragraph_leads_in_the_rest() -> None:
    """What a paragraph's first sentence only names is what the others are read with."""
    found = marked(paragraphs_of("Governing Law. Greek law applies. You may sue.", "Late Fees."))

    assert found == [
        ("lead-in", "", "Governing Law."),
        ("content", "Governing Law.", "Greek law applies."),
        ("content", "Governing Law.", "You may sue."),
        ("content", "", "Late Fees."),
    ]


def test_title_stays_with_what_it_titles() -> None:
    """No passage ends with a title, however long the sentence behind it is."""
    (passage,) = split(version_of(paragraphs_of(f"Governing Law. {sentence(0, MAX_WORDS)}")))

    assert passage.text.startswith("Governing Law. ")


def test_short_answer_is_no_title() -> None:
    """The first words of an answer stay part of it: the question says what it is about."""
    found = marked(paragraphs_of("May I leave?", "Yes. Tell us a month before."))

    assert [(kind, text) for kind, _, text in found] == [
        ("content", "Yes."),
        ("content", "Tell us a month before."),
    ]
