import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.canonical import Block
from qabot.catalog.identify import identify
from qabot.changes.compare import Change, Changes, Side, changes, compare
from qabot.errors import BadInput
from qabot.index.corpus import Corpus, Digests, write
from qabot.readers.reading import read
from qabot.records import Chunked, Version
from tests.support.fakes import version_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "versions"
TODAY = date.today()
NUMBER = re.compile(r"(?<=\s)[0-9]{1,3}(?=\s[a-z])")


def paragraphs(*texts: str) -> Version:
    """Return a version of these paragraphs; what begins with "# " is a heading."""
    return version_of(
        [
            Block("heading", text[2:]) if text.startswith("# ") else Block("paragraph", text)
            for text in texts
        ]
    )


def rows(*texts: str) -> Version:
    """Return a version with a table of these rows."""
    return version_of([Block("paragraph", "We keep:"), *(Block("row", text) for text in texts)])


def items(*texts: str, markers: str = "-") -> Version:
    """Return a version with a list; `markers` are repeated or one an item."""
    each = markers.split() if " " in markers else [markers] * len(texts)
    listed = zip(texts, each, strict=True)
    return version_of([Block("item", text, marker=marker) for text, marker in listed])


def said(found: Changes) -> list[tuple[str, str | None, str | None]]:
    """Return each change as its kind and its two quotes."""
    return [(one.kind, _quote(one.before), _quote(one.after)) for one in found.changes]


def _quote(side: Side | None) -> str | None:
    return side.quote if side else None


def differing(side: Side | None) -> list[str]:
    """Return the words of a side that are marked as changed."""
    assert side
    return [side.quote[one.start - side.start : one.end - side.start] for one in side.changed]


def one_change(before: Version, after: Version) -> Change:
    """Return the only change there is."""
    (change,) = changes(before, after).changes
    return change


@pytest.mark.parametrize(
    ("before", "after", "gone", "came"),
    [
        ("We keep it for 12 months.", "We keep it for 24 months.", ["12"], ["24"]),
        ("It costs £10.50 a year.", "It costs £12 a year.", ["£10.50"], ["£12"]),
        ("It costs 30%.", "It costs 3.5%.", ["30%"], ["3.5%"]),
        ("Since 1 March 2023.", "Since 1 May 2025.", ["March 2023"], ["May 2025"]),
        ("Within 14 days of it, write.", "Within 14 days, write.", ["of it"], [""]),
        ("Write to (us).", "Write to (all of us).", [""], ["all of"]),
        ("We sell data; we lie.", "We never sell data; we lie!", ["", "."], ["never", "!"]),
        ("Write soon.", "Please Write soon.", [""], ["Please"]),
    ],
)
def test_words_that_differ_are_marked(
    before: str, after: str, gone: list[str], came: list[str]
) -> None:
    """Of a reworded sentence exactly the words that differ are marked, side by side."""
    change = one_change(paragraphs(before), paragraphs(after))

    assert change.kind == "reworded"
    assert (differing(change.before), differing(change.after)) == (gone, came)


def test_added_and_removed_are_slices_under_their_headings() -> None:
    """What is new or gone is quoted with its offsets and its heading trail."""
    before = paragraphs("# Fees", "Setting up is free.", "# Refunds", "Nothing is paid back.")
    after = paragraphs("# Fees", "Setting up is free.", "A visit costs £30.", "# Refunds")

    found = changes(before, after)

    assert said(found) == [
        ("added", None, "A visit costs £30."),
        ("removed", "Nothing is paid back.", None),
    ]
    added, removed = found.changes[0].after, found.changes[1].before
    assert added and removed
    assert (added.section, removed.section) == (("Fees",), ("Refunds",))
    assert after.text[added.start : added.end] == added.quote
    assert before.text[removed.start : removed.end] == removed.quote
    assert found.unchanged == 3


def test_new_section_is_one_change() -> None:
    """A section that is new all over is told once, with its heading."""
    after = paragraphs("# Fees", "It is free.", "# Bots", "We run bots. You may ask.", "Or not.")

    assert said(changes(paragraphs("# Fees", "It is free."), after)) == [
        ("added", None, "Bots\n\nWe run bots. You may ask.\n\nOr not.")
    ]


def test_sentences_that_moved() -> None:
    """Sentences that only stand elsewhere are neither added nor removed; a run moves as one."""
    moving = "We never sell your data. Nor do we rent it to anyone."
    stay = ["It is free for all.", "You may leave whenever you like.", "We answer within a day."]
    before = paragraphs("# Data", moving, "# Fees", *stay)
    after = paragraphs("# Data", "# Fees", *stay, moving)

    change = one_change(before, after)

    assert said(changes(before, after)) == [("moved", moving, moving)]
    assert change.before and change.before.section == ("Data",)
    assert change.after and change.after.section == ("Fees",)


def test_sentence_moves_over_a_heading_and_not_the_heading_over_it() -> None:
    """A clause that stands alone under its heading, and goes to the next section, moved."""
    before = paragraphs("# Fees", "We collect fees.", "# Guests", "Guests sign in.")
    after = paragraphs("# Fees", "# Guests", "We collect fees.", "Guests sign in.")

    for one, other in ((before, after), (after, before)):
        assert said(changes(one, other)) == [("moved", "We collect fees.", "We collect fees.")]


def test_sentence_that_moved_and_was_reworded() -> None:
    """A sentence that moved and has a new amount is one rewording, from there to here."""
    stay = ["It is free for all.", "You may leave whenever you like."]
    keep = "We keep recordings of your calls to our team for {} months."
    before = paragraphs("# Data", keep.format(12), "# Fees", *stay)
    after = paragraphs("# Data", "# Fees", *stay, keep.format(24))

    change = one_change(before, after)

    assert (change.kind, differing(change.before), differing(change.after)) == (
        "reworded",
        ["12"],
        ["24"],
    )


def test_short_sentences_elsewhere_are_not_mistaken() -> None:
    """A few words alike in another section do not make one sentence of two."""
    stay = ["It is free for all.", "You may leave whenever you like."]
    before = paragraphs("# Data", "We keep it safe.", "# Fees", *stay)
    after = paragraphs("# Data", "# Fees", *stay, "We keep it cheap.")

    assert [change.kind for change in changes(before, after).changes] == ["removed", "added"]


@pytest.mark.parametrize(
    "after",
    [
        paragraphs("# Data", "We keep it.", "Safely. As “you” asked: for a year."),
        paragraphs("Data", 'We keep it. Safely. As "you" asked:', "for a year."),
        items("Data", "We keep it. Safely.", "As „you“ asked:", "for a year."),
    ],
)
def test_layout_is_no_wording(after: Version) -> None:
    """Other blanks, breaks, blocks, bullets or quotation marks change nothing."""
    before = paragraphs("# Data", "We keep it. Safely. As “you” asked: for a year.")

    assert changes(before, after).changes == ()
    assert changes(after, before).changes == ()


def test_new_numbers_are_counted() -> None:
    """An item that only has another number is unchanged, and how many there are is told."""
    listed = "to bill you;", "to help you;", "to reach you."
    before = items(*listed, markers="1. 2. 3.")
    after = items("to know you;", *listed, markers="1. 2. 3. 4.")

    found = changes(before, after)

    assert said(found) == [("added", None, "1. to know you;")]
    assert (found.unchanged, found.renumbered) == (3, 3)
    assert changes(before, items(*listed, markers="(a) (b) (c)")).renumbered == 3
    assert changes(before, before).renumbered == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1.1 You order.|1.2 We confirm.", "2.1 You order.|2.2 We confirm."),
        ("1.1. You order. We pay.|1.2. We confirm.", "3.4. You order. We pay.|3.5. We confirm."),
        ("# 1. Orders|1.1 You order.", "# 2. Orders|2.1 You order."),
        ("# 1 Orders|# 2 Fees", "# 2 Orders|# 3 Fees"),
        ("# Section 1: Orders|You order.", "# Section 2: Orders|You order."),
        ("# Article IV – Orders|You order.", "# Article V – Orders|You order."),
        ("# § 4 Widerruf|Sie können widerrufen.", "# § 5 Widerruf|Sie können widerrufen."),
        ("1.2.1 You order.|1.2.2 We confirm.", "1.3.1 You order.|1.3.2 We confirm."),
        ("(1) You order.|(2) We confirm.", "1) You order.|2) We confirm."),
        ("A.1 You order.|A.2 We confirm.", "B.1 You order.|B.2 We confirm."),
        ("1.1 You order. 1.2 We confirm.", "2.1 You order. 2.2 We confirm."),
        ("1.1. You order. Or not. 1.2. We pay.", "2.3. You order. Or not. 2.4. We pay."),
        (
            "# 1. Orders|1.1 You order. 1.2 See clause 1.1.",
            "# 2. Orders|2.1 You order. 2.2 See clause 2.1.",
        ),
    ],
)
def test_new_numbers_of_clauses_and_headings_are_no_wording(before: str, after: str) -> None:
    """What has another number in front, and the same words, is unchanged and counted."""
    old, new = paragraphs(*before.split("|")), paragraphs(*after.split("|"))
    found = changes(old, new)

    assert found.changes == ()
    assert found.renumbered > 0
    assert changes(old, old).renumbered == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2.5 million users pay.|We thank them.", "3.5 million users pay.|We thank them."),
        ("We thank all. 2.5 million users pay.", "We thank all. 3.5 million users pay."),
        ("1.1 You order.|1.2 You pay 5 euros.", "2.1 You order.|2.2 You pay 6 euros."),
        ("# 30 days|We pay.", "# 14 days|We pay."),
        ("14 days are left to you.|We pay.", "30 days are left to you.|We pay."),
        ("# Section 1|We pay.", "# Section 2|We pay."),
    ],
)
def test_numbers_that_are_wording_count(before: str, after: str) -> None:
    """An amount is no number of a clause, wherever it stands."""
    change = one_change(paragraphs(*before.split("|")), paragraphs(*after.split("|")))

    assert change.kind == "reworded"


@pytest.mark.parametrize(
    "after",
    [
        "We pay “at once” - it's fair...",
        "We pay «at once» ― it’s fair…",
        "We pay ″at once″ − it′s fair…",
        "We pay\N{NO-BREAK SPACE}'at once' \N{EM DASH} it‘s fair ...".replace("'", '"', 2),
        "We pay\N{NARROW NO-BREAK SPACE}„at once“ – it's\nfair...",
    ],
)
def test_typography_is_no_wording(after: str) -> None:
    """The shapes of quotation marks, dashes, dots and blanks change nothing."""
    before = paragraphs('We pay "at once" - it\'s fair...')

    assert changes(before, paragraphs(after)).changes == ()


def test_capitals_of_a_heading_are_no_wording() -> None:
    """Those of a sentence are."""
    before = paragraphs("# PAYMENT TERMS", "You pay at once.")
    assert changes(before, paragraphs("# Payment terms", "You pay at once.")).changes == ()
    assert changes(before, paragraphs("# PAYMENT TERMS", "YOU pay at once.")).changes != ()


SECTIONS = "# 1 Orders|You order.|# 2 Fees|You pay.|# 3 Refunds|We pay you."
MORE = "# 1 Words|We mean it.|# 2 Orders|You order.|# 3 Fees|You pay.|# 4 Refunds|We pay you."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It is free; see Section 2.", "It is free; see Section 3."),
        ("It is free (clause 2, 3).", "It is free (clause 3, 4)."),
        ("Sections 2 and 3 stay in force.", "Sections 3 and 4 stay in force."),
        ("Siehe § 2 dieser Bedingungen.", "Siehe § 3 dieser Bedingungen."),
        ("Voir l’article 2 ci-dessus.", "Voir l’article 3 ci-dessus."),
        ("Véase la cláusula 3(b).", "Véase la cláusula 4(b)."),
    ],
)
def test_references_that_follow_their_sections_are_not_reworded(before: str, after: str) -> None:
    """A sentence whose only new number is that of the section it names counts as renumbered."""
    old, new = paragraphs(*SECTIONS.split("|"), before), paragraphs(*MORE.split("|"), after)

    found = changes(old, new)

    assert said(found) == [("added", None, "1 Words\n\nWe mean it.")]
    assert (found.unchanged, found.renumbered) == (7, 4)
    assert [kind for kind, _, _ in said(changes(new, old))] == ["removed"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It is free; see Section 2.", "It is free; see Section 4."),
        ("It is free; see Section 8.", "It is free; see Section 9."),
        ("It costs 2 pounds; see Section 2.", "It costs 3 pounds; see Section 3."),
        ("You have 2 days.", "You have 3 days."),
    ],
)
def test_other_references_and_amounts_are_reworded(before: str, after: str) -> None:
    """A reference to another section, to none in the text, and an amount are a new wording."""
    old, new = paragraphs(*SECTIONS.split("|"), before), paragraphs(*MORE.split("|"), after)

    assert ("reworded", before, after) in said(changes(old, new))


def test_reference_in_a_sentence_that_moved() -> None:
    """A sentence that stands elsewhere and names its section's new number moved."""
    old = paragraphs(*SECTIONS.split("|"), "It is free for all of you; see Section 2.")
    first, *others = MORE.split("|")
    new = paragraphs(first, "It is free for all of you; see Section 3.", *others)

    assert "moved" in [kind for kind, _, _ in said(changes(old, new))]
    assert "reworded" not in [kind for kind, _, _ in said(changes(old, new))]


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ("A sheet is 3x4 of a foot.", "A sheet is 3×4 of a foot.", True),
        ("A sheet is 3 x 4 of a foot.", "A sheet is 3 × 4 of a foot.", True),
        ("The fee is £1,000 to you.", "The fee is £1000 to you.", True),
        ("The fee is 1,234,567.50 to you.", "The fee is 1234567.50 to you.", True),
        ("The fee is 1 000 to you.", "The fee is 1,000 to you.", True),
        ("The fee is 1,000 to you.", "The fee is 1.000 to you.", False),
        ("The fee is 1,00 to you.", "The fee is 100 to you.", False),
        ("The fee is 1,000 to you.", "The fee is 10,000 to you.", False),
        ("Der Preis ist 1.000 Euro und fest.", "Der Preis ist 1000 Euro und fest.", True),
        ("Der Preis ist 1’000 Euro und fest.", "Der Preis ist 1.000 Euro und fest.", True),
        ("Der Preis ist 1,000 Euro und fest.", "Der Preis ist 1.000 Euro und fest.", False),
        ("Le prix est de 1 000 euros et la TVA.", "Le prix est de 1.000 euros et la TVA.", True),
    ],
)
def test_what_divides_thousands_is_typography(before: str, after: str, is_same: bool) -> None:
    """A number written otherwise is the same, as its language has it; another amount is not."""
    found = changes(paragraphs(before), paragraphs(after))

    assert [change.kind for change in found.changes] == ([] if is_same else ["reworded"])


def test_ligatures_and_dashes_are_no_wording() -> None:
    """Letters that a program set as one, and a dash that it set as two signs, change nothing."""
    before = paragraphs("The oﬃce -- and only that -- ﬁles it.")
    after = paragraphs("The office – and only that – files it.")

    assert changes(before, after).changes == ()


def test_sentence_cut_in_two_is_one_change() -> None:
    """A sentence that became two, or two that became one, are compared as a whole."""
    one = paragraphs("We keep your call records for a year and we delete them after that day.")
    two = paragraphs("We keep your call records for a year. We delete them after that day.")

    change = one_change(one, two)

    assert change.kind == "reworded"
    assert differing(change.before) == ["and we"]
    assert differing(change.after) == [". We"]
    assert said(changes(two, one)) == [("reworded", two.text, one.text)]


def test_sentence_that_goes_on_is_reworded() -> None:
    """A sentence that only has a longer end is reworded, however long the end is."""
    before = "We do not sell your personal information"
    end = ", and since the first of May we no longer pass it on to other companies at all"

    change = one_change(paragraphs(f"{before}."), paragraphs(f"{before}{end}."))

    assert (change.kind, differing(change.after)) == ("reworded", [end])


def test_rows_are_known_by_their_first_cell() -> None:
    """A row with a new period is reworded; one that gave way to another is removed."""
    kept = "Data: {} | Kept for: {}".format
    before = rows(kept("Call records", "24 months"), kept("Failed orders", "12 months"))
    after = rows(kept("Call records", "12 months"), kept("Router checks", "12 months"))

    found = changes(before, after)

    assert said(found) == [
        ("reworded", kept("Call records", "24 months"), kept("Call records", "12 months")),
        ("removed", kept("Failed orders", "12 months"), None),
        ("added", None, kept("Router checks", "12 months")),
    ]
    assert differing(found.changes[0].after) == ["12"]


def test_renamed_heading_leaves_its_section() -> None:
    """Under a heading that was renamed, nothing moved."""
    texts = "It is free for all.", "You may leave whenever you like."

    found = changes(paragraphs("# Our fees", *texts), paragraphs("# What it costs", *texts))

    assert {change.kind for change in found.changes} <= {"reworded", "added", "removed"}
    assert found.unchanged == 2


def test_order_is_that_of_the_later_text() -> None:
    """Changes are told from top to bottom; what is gone, where it was."""
    a, b, c, d = "Apples are free.", "Bread costs £2.", "Cake is for guests.", "Dates are sweet."

    found = changes(
        paragraphs("Zebras go first.", a, b, c, d), paragraphs(a, "Bread costs £3.", d, "Eggs too.")
    )

    assert [(kind, before or after) for kind, before, after in said(found)] == [
        ("removed", "Zebras go first."),
        ("reworded", b),
        ("removed", c),
        ("added", "Eggs too."),
    ]


@pytest.mark.parametrize("other", ["", "It is free."])
def test_empty_text(other: str) -> None:
    """A version without words has been filled, or emptied, or is as it was."""
    full, empty = paragraphs(other), paragraphs()

    assert [c.kind for c in changes(empty, full).changes] == ["added"] * bool(other)
    assert [c.kind for c in changes(full, empty).changes] == ["removed"] * bool(other)


# What holds for any two versions


def spans(found: Changes, side: str) -> list[tuple[int, int]]:
    """Return where one of the versions is changed, in order."""
    sides = [getattr(change, side) for change in found.changes]
    return sorted((one.start, one.end) for one in sides if one)


def unlisted(text: str, taken: Sequence[tuple[int, int]]) -> str:
    """Return the wording of a text outside of these spans, which do not overlap."""
    words = ""
    at = 0
    for start, end in [*taken, (len(text), len(text))]:
        assert at <= start
        words += wording(text[at:start])
        at = end
    return words


def wording(text: str) -> str:
    """Return a text without spaces and list markers, quotation marks all alike."""
    bare = re.sub(r"(?m)^ *(?:- |\(?[0-9a-z][.)] )", "", text)
    return re.sub(r"\s", "", re.sub("[“”„‘’']", '"', bare))


def kept_words(side: Side) -> str:
    """Return the wording of a reworded side that is not marked."""
    marked = [(one.start - side.start, one.end - side.start) for one in side.changed]
    return unlisted(side.quote, marked)


def check(before: Version, after: Version) -> Changes:
    """Compare two versions and assert what always holds."""
    found = changes(before, after)
    for change in found.changes:
        for side, text in ((change.before, before.text), (change.after, after.text)):
            assert side is None or text[side.start : side.end] == side.quote
        if change.before and change.after:
            same = change.kind == "moved"
            assert (wording(change.before.quote) == wording(change.after.quote)) is same
            assert kept_words(change.before) == kept_words(change.after)
            assert len(change.before.changed) == len(change.after.changed)
            assert bool(change.after.changed) is not same
    assert unlisted(before.text, spans(found, "before")) == unlisted(
        after.text, spans(found, "after")
    )
    return found


WORDS = "data call we keep you sell may never 12 24 £10 it's “all” (both) a, to"
words = st.sampled_from(WORDS.split())
texts = st.lists(words, min_size=1, max_size=12).map(lambda some: f"The {' '.join(some)}.")
blocks = st.one_of(
    st.builds(Block, st.just("heading"), texts, st.integers(1, 3)),
    st.builds(Block, st.just("paragraph"), st.lists(texts, min_size=1, max_size=4).map(" ".join)),
    st.builds(
        Block, st.just("item"), texts, st.integers(1, 2), st.sampled_from(["-", "1.", "(b)"])
    ),
    st.builds(Block, st.just("row"), st.lists(texts, min_size=2, max_size=3).map(" | ".join)),
)
documents = st.lists(blocks, max_size=12)


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[Block], list[Block]]:
    """Draw a version and another, made of it by some edits."""
    before = draw(documents)
    after = list(before)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(after)))
        kind = draw(st.sampled_from(["insert", "delete", "move", "reword"]))
        if kind == "insert" or place == len(after):
            after.insert(place, draw(blocks))
        elif kind == "delete":
            del after[place]
        elif kind == "move":
            block = after.pop(place)
            after.insert(draw(st.integers(0, len(after))), block)
        else:
            some = after[place].text.split()
            some[draw(st.integers(0, len(some) - 1))] = draw(words)
            after[place] = replace(after[place], text=" ".join(some))
    return before, after


@given(edited())
def test_every_word_is_accounted_for(pair: tuple[list[Block], list[Block]]) -> None:
    """What is in no change is the same, in the same order, in both versions."""
    check(version_of(pair[0]), version_of(pair[1]))


@given(documents, documents)
def test_every_word_of_any_two_is_accounted_for(before: list[Block], after: list[Block]) -> None:
    """That holds for versions that have little in common as well."""
    check(version_of(before), version_of(after))


@given(edited())
def test_swapped_versions_swap_what_came_and_went(pair: tuple[list[Block], list[Block]]) -> None:
    """Seen from the other side, what was added is removed, and as much is unchanged."""
    one, other = version_of(pair[0]), version_of(pair[1])

    there, back = changes(one, other), changes(other, one)

    def size(found: Changes, kind: str) -> int:
        """Count letters: of two that are alike, either may be taken for the new one."""
        sides = [change.after or change.before for change in found.changes if change.kind == kind]
        return sum(len(wording(side.quote)) for side in sides if side)

    assert size(there, "added") == size(back, "removed")
    assert size(there, "removed") == size(back, "added")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# The data.|# The data.|# The data data.", "# The call.|# The data data.|# The data."),
        ("# The data.|The data.|The call.", "The call.|# The data.|The data data."),
        ("# The data.|# The data.|# A b c.", "# The data.|# data data.|# A b c.|# The data."),
    ],
)
def test_of_choices_as_good_one_is_made_from_either_side(before: str, after: str) -> None:
    """What stays and what moved, where either could be said, does not turn on which is older."""
    one, other = paragraphs(*before.split("|")), paragraphs(*after.split("|"))

    there, back = said(changes(one, other)), said(changes(other, one))

    swapped = {"added": "removed", "removed": "added"}
    assert sorted((swapped.get(kind, kind), new, old) for kind, old, new in there) == sorted(back)


@given(
    st.lists(words, min_size=1),
    st.lists(st.integers(0, 20)),
    st.lists(st.integers(0, 20)),
)
def test_other_breaks_change_nothing(some: list[str], cuts: list[int], others: list[int]) -> None:
    """The same words in the same order are unchanged, wherever blocks begin."""

    def cut(places: list[int]) -> Version:
        ends = [0, *sorted(places), len(some)]
        return paragraphs(*(" ".join(some[a:b]) for a, b in pairwise(ends)))

    assert check(cut(cuts), cut(others)).changes == ()


@pytest.mark.shared
@pytest.mark.parametrize("name", ["basecamp-refund", "viber-privacy"])
def test_versions_of_real_policies(name: str) -> None:
    """All words of real policies are accounted for, from each version to the next."""
    files = sorted((SHARED / name).glob("*.md"))

    for before, after in pairwise(identify([(file, read(file)) for file in files])):
        found = check(before, after)
        assert found.changes or before.text == after.text


# A whole policy with one edit


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Return the lines of a policy of the sample."""
    file = ROOT / "index" / "policies" / "privacy-2025-02-01.md"
    (version,) = identify([(file, read(file))])
    return [line.strip() for line in version.text.split("\n") if line]


def test_one_line_removed_or_added(lines: list[str]) -> None:
    """Whichever line of a policy goes, it is what was removed; from the other side, added."""
    whole = paragraphs(*lines)

    for place in range(0, len(lines), 3):
        less = paragraphs(*lines[:place], *lines[place + 1 :])
        assert said(changes(whole, less)) == [("removed", lines[place], None)]
        assert said(changes(less, whole)) == [("added", None, lines[place])]


def test_one_line_moved(lines: list[str]) -> None:
    """Whichever line of a policy goes to its end, it is all that moved."""
    for place in range(0, len(lines) - 2, 3):
        line = lines[place]
        after = paragraphs(*lines[:place], *lines[place + 1 :], line)
        assert said(changes(paragraphs(*lines), after)) == [("moved", line, line)]


def test_one_number_changed(lines: list[str]) -> None:
    """Whichever number of a policy is another, its sentence is reworded by that number alone."""
    numbers = [(n, found) for n, line in enumerate(lines) for found in NUMBER.finditer(line)]

    for place, number in numbers:
        line = lines[place][: number.start()] + "97" + lines[place][number.end() :]
        after = paragraphs(*lines[:place], line, *lines[place + 1 :])
        change = one_change(paragraphs(*lines), after)
        assert change.kind == "reworded"
        assert (differing(change.before), differing(change.after)) == ([number[0]], ["97"])
    assert len(numbers) > 15


# Which versions are compared


def history(*days: date | None, policy: str = "harbour/terms") -> list[Version]:
    """Return the versions of a policy that came into force on these days."""
    return [
        replace(
            paragraphs(f"We keep it for {n} months."),
            id=f"{policy}@{day}" if day else policy,
            policy=policy,
            effective_from=day,
            effective_until=until,
        )
        for n, (day, until) in enumerate(pairwise([*days, None]))
    ]


def corpus_of(folder: Path, *versions: Version) -> Corpus:
    """Return a corpus of these versions."""
    write(folder, [Chunked(version, []) for version in versions], Digests([], []))
    return Corpus.open(folder)


OLD, MID, NEW = date(2021, 6, 10), date(2023, 1, 1), date(2024, 3, 1)
SOON = TODAY + timedelta(days=30)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "since", "until", "compared"),
    [
        ([OLD, MID, NEW], None, None, (MID, NEW)),
        ([OLD, MID, NEW], OLD, None, (OLD, NEW)),
        ([OLD, MID, NEW], None, NEW - DAY, (OLD, MID)),
        ([OLD, MID, NEW], MID - DAY, NEW, (OLD, NEW)),
        ([OLD, MID, NEW], MID, NEW - DAY, (MID, MID)),
        ([OLD, MID, SOON], None, None, (OLD, MID)),
        ([OLD, MID, SOON], None, SOON, (MID, SOON)),
        ([OLD, MID, SOON], SOON, None, (SOON, SOON)),
        ([SOON, SOON + DAY], None, None, (SOON, SOON + DAY)),
        ([None, NEW], None, None, (None, NEW)),
        ([None, NEW], OLD, None, (None, NEW)),
    ],
)
def test_versions_in_force_are_compared(
    tmp_path: Path,
    days: list[date | None],
    since: date | None,
    until: date | None,
    compared: tuple[date | None, date | None],
) -> None:
    """Compared are those in force on the two days, by default that of today and the one before."""
    versions = [*history(OLD, NEW, policy="harbour/privacy"), *history(*days)]

    with closing(corpus_of(tmp_path, *versions)) as corpus:
        found = compare(corpus, "harbour/terms", since, until)

    assert found.before
    assert (found.before.policy, found.after.policy) == ("harbour/terms",) * 2
    assert (found.before.effective_from, found.after.effective_from) == compared
    assert bool(found.changes) is (compared[0] != compared[1])


@pytest.mark.parametrize(
    ("days", "until"), [([OLD], None), ([OLD, NEW], NEW - DAY), ([SOON], None), ([None], None)]
)
def test_first_version_has_none_before(
    tmp_path: Path, days: list[date | None], until: date | None
) -> None:
    """There is nothing that a first version could be compared with, and that is no error."""
    with closing(corpus_of(tmp_path, *history(*days))) as corpus:
        found = compare(corpus, "harbour/terms", None, until)

    assert (found.before, found.changes) == (None, ())
    assert found.after.effective_from == days[0]


@pytest.mark.parametrize(
    ("policy", "since", "until", "sentence"),
    [
        (
            "harbour/term",
            None,
            None,
            "There is no policy 'harbour/term'; nearest to it: harbour/terms, harbour/privacy.",
        ),
        (
            "harbour/terms",
            OLD - DAY,
            None,
            "harbour/terms was not in force on 2021-06-09; "
            "its first version is in force from 2021-06-10.",
        ),
        (
            "harbour/terms",
            None,
            OLD - DAY,
            "harbour/terms was not in force on 2021-06-09; "
            "its first version is in force from 2021-06-10.",
        ),
        ("harbour/terms", NEW, OLD, "2024-03-01 is later than 2021-06-10; swap the two days."),
    ],
)
def test_what_cannot_be_compared(
    tmp_path: Path, policy: str, since: date | None, until: date | None, sentence: str
) -> None:
    """A policy or a version that is not there is told in a sentence that helps."""
    versions = [*history(OLD, policy="harbour/privacy"), *history(OLD, NEW)]

    with closing(corpus_of(tmp_path, *versions)) as corpus, pytest.raises(BadInput) as error:
        compare(corpus, policy, since, until)

    assert str(error.value) == sentence
