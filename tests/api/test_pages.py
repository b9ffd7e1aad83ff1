import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from lxml import html as markup  # type: ignore[import-untyped]

from qabot.api.pages.page_templates import changes_page, home_page, page_style, version_page
from qabot.canonical import Block, lines
from qabot.changes.compare import changes
from qabot.chunking.passages import split
from qabot.index.manifest import Manifest
from qabot.records import CELLS, Entry, Passage, Version
from tests.support.fakes import WordEncoder, version_of
from tests.test_canonical import blocks

TODAY = date(2026, 6, 1)
HOSTILE = """"><script>alert('1')</script><img src=x onerror=alert(2)>&lt;b&amp;"""


class _Letters(HTMLParser):
    """Collects what stands inside the element with the id "text"."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._inside |= ("id", "text") in attrs

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "article"

    def handle_data(self, data: str) -> None:
        self.text += data if self._inside else ""


def letters(page: str) -> list[str]:
    """Return the words of the text on a version's page."""
    reading = _Letters()
    reading.feed(page)
    reading.close()
    return reading.text.split()


def paged(found: Sequence[Block]) -> tuple[Version, list[Passage], markup.HtmlElement]:
    """Return a version of these blocks, its passages and its page."""
    version = version_of(found)
    passages = split(version)
    return version, passages, markup.document_fromstring(version_page(version, passages))


def text_of(element: markup.HtmlElement) -> str:
    """Return the text of an element, whitespace folded."""
    return " ".join(element.text_content().split())


LEASE = [
    Block("heading", "Lease", level=1),
    Block("paragraph", "We lend you a hub. It stays ours. You return it when you leave us."),
    Block("heading", "1. Duties", level=2),
    Block("paragraph", "You agree:"),
    Block("item", "to keep it dry;"),
    Block("item", "to let us in,"),
    Block("item", "on a working day,", level=2, marker="(a)"),
    Block("item", "before noon; and", level=2, marker="(b)"),
    Block("item", "That holds for tenants too.", level=2, marker=""),
    Block("item", "to pay.", marker="3."),
    Block("heading", "1.1 Times", level=3),
    Block("paragraph", "These are the times:"),
    Block("row", "Step: order | Days: 5"),
    Block("row", "Step: return | Days: 14"),
    Block("row", "Step: repair | Days: 2 | By: us"),
]


@given(blocks)
def test_no_letter_is_lost(found: list[Block]) -> None:
    """The text on the page is the version's text, every letter in order, whitespace folded.

    Of a table what divides its cells is left out: a page has cells.
    """
    version = version_of(found)

    assert letters(version_page(version, split(version))) == _undivided(version).split()


def _undivided(version: Version) -> str:
    parsed = [line for section in version.sections for line in lines(version.text, section)]
    texts = [(version.text[line.start : line.end], line.kind) for line in parsed]
    return "\n".join(text.replace(CELLS, " ") if kind == "row" else text for text, kind in texts)


@given(blocks)
def test_whatever_begins_can_be_linked_to(found: list[Block]) -> None:
    """Every line, passage and sentence has an id of its own, and a sentence's letters follow it."""
    version, passages, page = paged([Block("paragraph", "Terms."), *found])

    ids = [element.get("id") for element in page.iter() if element.get("id")]
    starts = {0, *(found.end() for found in re.finditer(r"\n+", version.text))}
    starts |= {passage.start for passage in passages}
    assert len(ids) == len(set(ids))
    assert {f"p{start}" for start in starts} <= set(ids)
    for one in (sentence for passage in passages for sentence in passage.sentences):
        assert f"p{one.start}" in ids, version.text[one.start : one.end]


def test_sentence_is_the_element_that_bears_its_id() -> None:
    """What a link to a sentence marks is that sentence; in a table, the cell it begins with."""
    version, passages, page = paged(LEASE)

    shown = {
        version.text[one.start : one.end]: text_of(page.get_element_by_id(f"p{one.start}"))
        for passage in passages
        for one in passage.sentences
    }
    assert shown["It stays ours."] == "It stays ours."
    assert shown["on a working day,"] == "on a working day,"
    assert shown["Step: return | Days: 14"] == "return"
    assert len(shown) == 14


def test_headings_lists_and_tables_are_that() -> None:
    """Headings stand at their depth under the page's title, items in lists, rows by their cells."""
    _, _, page = paged(LEASE)

    text = page.get_element_by_id("text")
    headings = [(part.tag, text_of(part)) for part in text if part.tag.startswith("h")]
    assert headings == [("h2", "Lease"), ("h3", "1. Duties"), ("h4", "1.1 Times")]
    (items,) = text.findall("ul")
    (table,) = text.findall("table")
    assert [text_of(item) for item in items] == [
        "- to keep it dry;",
        "- to let us in, (a) on a working day, (b) before noon; and That holds for tenants too.",
        "3. to pay.",
    ]
    assert [text_of(item)[:3] for item in items[1].iterfind("ul/li")] == ["(a)", "(b)"]
    assert [cell.get("data-label") for cell in table.find("thead").iter("td")] == [
        "Step",
        "Days",
        "By",
    ]
    assert [[text_of(cell) for cell in row] for row in table.find("tbody")] == [
        ["Step: order", "Days: 5", ""],
        ["Step: return", "Days: 14", ""],
        ["Step: repair", "Days: 2", "By: us"],
    ]


def test_rows_of_another_kind_are_another_table() -> None:
    """Rows whose headers are not among those above begin a table of their own."""
    _, _, page = paged(
        [*LEASE, Block("row", "Zone: 1 | Price: £2"), Block("row", "Zone: 2 | Price: £3")]
    )

    tables = [[text_of(row) for row in table.find("tbody")] for table in page.iter("table")]
    assert tables[1:] == [["Zone: 1 Price: £2", "Zone: 2 Price: £3"]]


def test_references_are_links_where_they_resolve() -> None:
    """A section's number, a list of contents and another policy's title lead there."""
    version = version_of(
        [
            Block("heading", "Lease", level=1),
            Block("item", "Costs"),
            Block("item", "Care"),
            Block("item", "Hubs"),
            Block("heading", "1. Care", level=2),
            Block("item", "Costs"),
            Block("item", "are what you pay."),
            Block("heading", "2. Costs", level=2),
            Block("paragraph", "See section 2 and section 7, our Privacy Policy and Privacy."),
            Block("paragraph", "Section 2 of the Act does not count."),
        ]
    )
    others = [replace(entry("privacy", None), title="Privacy Policy"), entry("lease", None)]

    page = markup.document_fromstring(version_page(version, split(version), others=others))

    links = [(text_of(a), a.get("href")) for a in page.get_element_by_id("text").iter("a")]
    costs = f"#p{version.text.index('2. Costs')}"
    assert links == [
        ("Costs", costs),
        ("Care", f"#p{version.text.index('1. Care')}"),
        ("section 2", costs),
        ("Privacy Policy", "/v1/versions/harbour/privacy@None"),
    ]


def test_superseded_version_leads_to_its_successor() -> None:
    """It links to the version that replaced it, to what changed, and to the one in force today."""
    version = replace(
        version_of(LEASE),
        policy="harbour/lease",
        effective_from=date(2020, 1, 1),
        effective_until=date(2021, 1, 1),
    )
    later = [
        entry("lease", date(2021, 1, 1), date(2022, 1, 1)),
        entry("lease", date(2022, 1, 1)),
        entry("terms", date(2021, 1, 1)),
    ]

    page = markup.document_fromstring(version_page(version, [], others=later))

    (notice,) = page.find_class("notice")
    assert [(text_of(a), a.get("href")) for a in notice.iter("a")] == [
        ("Another version", "/v1/versions/harbour/lease@2021-01-01"),
        ("what changed", "/v1/versions/harbour/lease@2021-01-01?changes=true"),
        ("the version of 1 January 2022", "/v1/versions/harbour/lease@2022-01-01"),
    ]


def test_changes_are_shown_side_by_side() -> None:
    """Under the section where it stands each change shows both sides, words that differ marked."""
    before = replace(version_of(LEASE), id="harbour/lease@1", effective_from=date(2020, 1, 1))
    reworded = [replace(b, text=b.text.replace("a hub", "two hubs")) for b in LEASE]
    after = replace(version_of(reworded), id="harbour/lease@2", effective_from=date(2021, 1, 1))

    html = changes_page(changes(before, after), version_url="/v1/versions/{}".format)

    page = markup.document_fromstring(html)
    assert [text_of(mark) for mark in page.iter("mark")] == ["a hub", "two hubs"]
    assert [text_of(h) for h in page.iter("h1", "h2")] == ["What changed in Terms", "Lease"]
    start = after.text.index("We lend")
    assert f"/v1/versions/harbour/lease@2#p{start}" in hrefs(page)
    assert "Before" in html and "After" in html


def test_what_was_added_has_no_side() -> None:
    """Of what stands in one version alone it is said that it was added, and no more."""
    before = replace(version_of(LEASE[:-1]), effective_from=date(2020, 1, 1))
    after = replace(version_of(LEASE), id="harbour/lease@2", effective_from=date(2021, 1, 1))

    html = changes_page(changes(before, after), version_url="/v1/versions/{}".format)

    assert "Added" in html
    assert "Before" not in html and "After" not in html


def test_contents_lead_to_headings() -> None:
    """The contents name the sections under the title, and each link's target is its heading."""
    _, _, page = paged([*LEASE, Block("heading", "2. Costs", level=2)])

    links = page.find(".//nav").iterfind(".//a")
    named = {
        text_of(link): text_of(page.get_element_by_id(link.get("href").removeprefix("#")))
        for link in links
    }
    assert named == {"1. Duties": "1. Duties", "2. Costs": "2. Costs"}


def test_what_a_version_is_stands_above_its_text() -> None:
    """Title, company, days in force, hash and the public address are on the page."""
    version = replace(
        version_of(LEASE, title="Lease of equipment"),
        effective_from=date(2021, 6, 10),
        sha256="5e8f",
        url="https://harbour.example/lease",
    )

    page = markup.document_fromstring(version_page(version, split(version)))

    assert text_of(page.find(".//title")) == "Lease of equipment, Harbour"
    assert [text_of(h) for h in page.iter("h1")] == ["Lease of equipment"]
    assert "In force since 10 June 2021" in text_of(page.find(".//main"))
    assert "Superseded" not in page.text_content()
    assert "5e8f" in text_of(page.find(".//footer"))
    assert hrefs(page)[1] == "https://harbour.example/lease"


def hrefs(page: markup.HtmlElement) -> list[str]:
    """Return where the links of a page lead, in order."""
    return [link.get("href") for link in page.iter("a")]


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        pytest.param(
            date(2020, 1, 1),
            date(2021, 6, 10),
            "Was in force from 1 January 2020 to 9 June 2021 Superseded. "
            "Another version is in force from 10 June 2021.",
            id="replaced",
        ),
        pytest.param(
            date(2020, 1, 1),
            date(9000, 6, 10),
            "In force from 1 January 2020 to 9 June 9000 "
            "Another version is in force from 10 June 9000.",
            id="to be replaced",
        ),
        pytest.param(date(9000, 6, 10), None, "In force from 10 June 9000", id="in future"),
        pytest.param(None, None, "Date of entry into force not stated", id="undated"),
        pytest.param(
            None,
            date(2021, 6, 10),
            "Was in force until 9 June 2021 Superseded. "
            "Another version is in force from 10 June 2021.",
            id="undated and replaced",
        ),
    ],
)
def test_days_in_force(since: date | None, until: date | None, said: str) -> None:
    """A reader is told when a version is in force, and that another has replaced or will do so."""
    version = replace(version_of(LEASE), effective_from=since, effective_until=until)

    page = markup.document_fromstring(version_page(version, []))

    assert said in text_of(page.find(".//header[@class='about']"))


def test_address_that_is_none_of_the_web_is_not_linked_to() -> None:
    """An address that would run a script is left out."""
    version = replace(version_of([]), url="javascript:alert(1)")

    page = markup.document_fromstring(version_page(version, []))

    assert "javascript:" not in "".join(hrefs(page))


def test_hostile_text_stays_text() -> None:
    """Markup in a title, a company's name, a text or an id is shown, not run."""
    version = replace(
        version_of([Block("heading", HOSTILE), Block("item", HOSTILE, marker="1.")]),
        id=HOSTILE,
        company=HOSTILE,
        title=HOSTILE,
        url=f"https://harbour.example/{HOSTILE}",
    )

    html = version_page(version, split(version))

    page = markup.document_fromstring(html)
    assert [element.tag for element in page.iter("script", "img", "b")] == []
    assert [text_of(h) for h in page.iter("h1", "h2")] == [HOSTILE, HOSTILE]
    assert letters(html) == version.text.split()


def entry(
    policy: str, since: date | None, until: date | None = None, *, company: str = "Harbour"
) -> Entry:
    """Return a version of a policy; its title is the policy's name."""
    return Entry(
        id=f"{company.lower()}/{policy}@{since}",
        company=company,
        policy=f"{company.lower()}/{policy}",
        title=policy.capitalize(),
        effective_from=since,
        effective_until=until,
        url=None,
        file=f"{policy}.md",
        sha256="",
        aliases=(),
        rows=range(1),
        number=0,
    )


def home(entries: Sequence[Entry], key: str | None = None) -> markup.HtmlElement:
    """Return the home page of a build that holds these versions."""
    manifest = Manifest(
        id="20260601T000000.000000Z-0a1b2c3d",
        format=2,
        created=datetime(2026, 6, 1, tzinfo=UTC).isoformat(),
        fingerprint="",
        encoder=WordEncoder.card,
        chunking={},
        sources={},
        counts={},
        hashes={},
    )
    return markup.document_fromstring(
        home_page(entries, manifest, TODAY, key, lambda version: f"/v1/versions/{version}")
    )


def test_home_lists_what_is_in_force() -> None:
    """Of each policy the version in force today is shown, the others are folded, newest first."""
    page = home(
        [
            entry("terms", date(2020, 1, 1), date(2021, 1, 1)),
            entry("terms", date(2021, 1, 1), date(2026, 7, 1)),
            entry("terms", date(2026, 7, 1)),
            entry("refunds", None),
        ]
    )

    (listed,) = page.find_class("policies")
    refunds, terms = listed
    assert text_of(refunds) == "Refunds Date of entry into force not stated"
    assert text_of(terms).startswith("Terms In force from 1 January 2021 to 30 June 2026 2 other")
    assert [text_of(item) for item in terms.iter("li")][1:] == [
        "Terms In force from 1 July 2026",
        "Terms Was in force from 1 January 2020 to 31 December 2020",
    ]
    assert [href for href in hrefs(page) if "versions" in href][:2] == [
        "/v1/versions/harbour/refunds@None",
        "/v1/versions/harbour/terms@2021-01-01",
    ]


def test_policy_that_is_not_in_force_yet_is_listed() -> None:
    """A policy that begins later is shown with its first day."""
    page = home([entry("terms", date(2027, 1, 1)), entry("terms", date(2028, 1, 1))])

    (listed,) = page.find_class("policies")
    assert text_of(listed).startswith("Terms In force from 1 January 2027")


def test_many_companies_are_folded() -> None:
    """Few companies show their policies; of many each is a line to unfold, in order of names."""
    names = ["Ælf", "bay", "Cove", "Abbey"]
    few = home([entry("terms", None, company=name) for name in names[:3]])
    many = home([entry("terms", None, company=name) for name in names])

    assert [text_of(h) for h in few.iter("h3")] == ["bay", "Cove", "Ælf"]
    assert few.find_class("company") == []
    folded = many.find_class("company")
    assert [text_of(one.find("summary")) for one in folded] == [
        f"{name} 1 policy" for name in ("Abbey", "bay", "Cove", "Ælf")
    ]
    assert all(one.tag == "details" and one.get("open") is None for one in folded)


def test_home_holds_the_widget() -> None:
    """The widget stands in the page with the key it was given, and without one otherwise."""
    keyed = home([entry("terms", None)], key='pk_"1"').find(".//policy-answers")
    open_ = home([entry("terms", None)]).find(".//policy-answers")

    assert dict(keyed.attrib) == {"display": "inline", "key": 'pk_"1"'}
    assert dict(open_.attrib) == {"display": "inline"}


def test_home_says_which_build_answers() -> None:
    """Without a key the page's foot names the build, and leads to the API; visitors have a key."""
    page = home([entry("terms", None)])

    foot = page.find(".//footer")
    assert text_of(foot).startswith("Build 20260601T000000.000000Z-0a1b2c3d of 1 June 2026")
    assert hrefs(foot) == ["/docs"]
    assert home([entry("terms", None)], key="pk_1").find(".//footer") is None


@pytest.mark.parametrize("company", [HOSTILE, "<b>Bold</b> & Sons"])
def test_hostile_names_stay_text(company: str) -> None:
    """Markup in the name of a company or a policy is shown on the home page, not run."""
    page = home([replace(entry("terms", None), company=company, title=HOSTILE)])

    assert [element.tag for element in page.iter("img", "b")] == []
    assert [script.get("src") for script in page.iter("script")] == ["/widget.js"]
    assert [text_of(h) for h in page.iter("h3")] == [" ".join(company.split())]


def test_pages_need_no_exception_of_the_content_policy() -> None:
    """No page holds a script or style of its own: a policy that forbids them breaks nothing."""
    for page in (home([entry("terms", None)]), paged(LEASE)[2]):
        assert [element.tag for element in page.iter("style", "form", "base", "iframe")] == []
        assert [script.text for script in page.iter("script")] in ([], [None])
        inline = [name for e in page.iter() for name in e.attrib if re.match(r"on|style$", name)]
        assert inline == []
    assert b"url(" not in page_style() and b"@import" not in page_style()
