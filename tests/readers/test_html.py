import html
import re
import statistics
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.errors import UnreadableFile
from qabot.readers.html.html_reader import read
from qabot.records import Reading

FIXTURES = Path(__file__).resolve().parents[1] / "data" / "html"
SHARED = Path(__file__).resolve().parents[3] / "shared"

PROSE = (
    "We keep what you tell us for as long as you are our customer and for two years after that, "
    "because the law of the country we work in tells us to, and we then delete it for good. "
)
POLICY = f"<h1>Privacy policy</h1><p>{PROSE}</p><h2>Your rights</h2><p>{PROSE}</p>"


def page(body: str, head: str = "") -> bytes:
    """Return a web page."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def lines(body: str) -> list[str]:
    """Return the lines below the heading, which every page here has."""
    text = read(page(f"<h1>Policy</h1>{body}"), "page.html").text
    return [line for line in text.split("\n") if line][1:]


@pytest.fixture(scope="module")
def brightwave() -> Reading:
    """Return what was read of a page with all kinds of furniture and structure."""
    return read((FIXTURES / "brightwave-privacy.html").read_bytes(), "brightwave-privacy.html")


def test_a_page_becomes_the_text_of_its_policy(brightwave: Reading) -> None:
    """Headings, paragraphs, contents, nested items, rows and address stay, in order."""
    assert brightwave.text == (FIXTURES / "brightwave-privacy.txt").read_text().rstrip("\n")


def test_what_was_removed_is_listed_with_its_rule(brightwave: Reading) -> None:
    """Every block left out is listed once, in the order of the page."""
    assert [(block.rule, block.text.split(" ")[0]) for block in brightwave.removed] == [
        ("skip link", "Skip"),
        ("cookie banner", "We"),
        ("header", "Brightwave"),
        ("hidden", "Assistant,"),
        ("form control", "Cookie"),
        ("social links", "Share"),
        ("sidebar", "Offers"),
        ("footer", "Jobs"),
    ]


def test_the_cookie_banner_goes_and_the_cookies_section_stays(brightwave: Reading) -> None:
    """A banner asks; a section of the policy that bears the same names tells."""
    assert "to show you offers" not in brightwave.text
    assert "We use cookies to keep you signed in" in brightwave.text
    assert "Cookie: lang | Purpose: remembers your language | Kept for: one year" in brightwave.text


def test_sections_follow_the_headings(brightwave: Reading) -> None:
    """A bold line that stands alone is a heading one level below the marked one above it."""
    trails = [section.trail for section in brightwave.sections]
    assert ("Privacy policy", "Cookies") in trails
    assert ("Privacy policy", "Sharing", "Children") in trails


def test_the_head_states_facts(brightwave: Reading) -> None:
    """Title, address, company, policy and date come from the head, each with its origin."""
    assert {name: (fact.value, fact.origin) for name, fact in brightwave.facts.items()} == {
        "title": ("Privacy policy | Brightwave", "<title>"),
        "url": ("https://brightwave.example/privacy", "canonical link"),
        "company": ("Brightwave", "meta company"),
        "policy": ("privacy", "meta policy"),
        "effective": ("2024-03-01", "meta effective"),
        "language": ("en", "lang"),
    }


def test_facts_fall_back_to_open_graph_and_heading() -> None:
    """Without a title the heading is it; an address that is no web address is none."""
    head = (
        '<meta property="og:site_name" content="Brightwave">'
        '<link rel="canonical" href="javascript:alert(1)">'
        '<meta property="og:url" content="https://brightwave.example/p">'
        '<meta property="article:modified_time" content="2025-01-01">'
    )
    facts = read(page(POLICY, head), "page.html").facts
    assert {name: fact.origin for name, fact in facts.items()} == {
        "title": "<h1>",
        "company": "og:site_name",
        "url": "og:url",
    }


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="https://a.example/p">', "https://a.example/p"),
        ('<link rel="Canonical" href="//a.example/p">', "https://a.example/p"),
        (
            '<base href="https://a.example/x/"><link rel="canonical" href="/p">',
            "https://a.example/p",
        ),
        (
            '<base href="https://a.example/x/"><link rel="canonical" href="p">',
            "https://a.example/x/p",
        ),
        ('<base href="//a.example/x/"><link rel="canonical" href="p">', "https://a.example/x/p"),
        (
            '<link rel="canonical" href="/p"><meta property="og:url" content="https://a.example/q">',
            "https://a.example/q",
        ),
        ('<base href="/x/"><link rel="canonical" href="/p">', None),
        ('<link rel="canonical" href="/p">', None),
        ('<link rel="nofollow canonical" href="https://a.example/p">', "https://a.example/p"),
        ("<!-- saved from url=(0019)https://a.example/p -->", "https://a.example/p"),
        (
            "<!-- saved from url=(0019)https://a.example/q -->"
            '<link rel="canonical" href="./q_files/saved.html">',
            "https://a.example/q",
        ),
        (
            "<!--\n Page saved with SingleFile \n url: https://a.example/p \n saved date: Mon -->",
            "https://a.example/p",
        ),
        ("<!-- saved from url=(0014)about:internet -->", None),
        ('<link rel="canonical" href="a.example/p">', None),
        ('<link rel="canonical" href="https://[::">', None),
        ('<link rel="canonical" href="http://localhost:8000/p">', None),
        ('<link rel="canonical" href="http://127.0.0.1/p">', None),
    ],
)
def test_the_address_that_a_page_gives_itself(head: str, address: str | None) -> None:
    """It is resolved against the page's base, and none where others could not follow it."""
    facts = read(page(POLICY, head), "page.html").facts
    assert (facts["url"].value if "url" in facts else None) == address


@pytest.mark.parametrize(
    ("rule", "furniture"),
    [
        ("navigation", '<nav><a href="/a">Phones</a></nav>'),
        ("navigation", '<div class="topNav menu"><a href="/a">Phones</a> and more</div>'),
        ("header", '<div class="masthead">Brightwave, the friendly network</div>'),
        ("footer", '<div role="contentinfo">Brightwave Ltd, Porttown</div>'),
        ("search form", '<form role="search"><label>Search</label><input></form>'),
        ("form", '<form><label>Your e-mail</label><input type="email"></form>'),
        ("form", '<div><p>Was this page of any use?</p><input type="radio">Yes</div>'),
        ("form control", "<select><option>English</option><option>Welsh</option></select>"),
        ("cookie banner", '<div id="onetrust-consent-sdk"><h2>Your choice</h2><p>Text</p></div>'),
        ("cookie banner", f'<div class="consent-modal"><p>{PROSE}</p><button>OK</button></div>'),
        ("cookie banner", "<div>This site uses some cookies. <button>OK</button></div>"),
        ("dialog", '<div role="dialog">You are about to leave our site.</div>'),
        ("sidebar", '<aside>Call us now on <a href="/c">any number</a></aside>'),
        ("breadcrumb", '<div class="breadcrumbs"><a href="/">Home</a> &gt; Privacy policy</div>'),
        ("social links", '<ul class="social"><li><a href="https://s.example">S</a></li></ul>'),
        ("related links", '<div class="related-articles"><a href="/a">Our terms</a></div>'),
        ("promotion", '<div class="promo"><a href="/a">Get a phone</a> for nothing</div>'),
        ("newsletter", '<div class="newsletter">Our news in <a href="/a">your inbox</a></div>'),
        ("comments", '<div id="comments"><a href="/a">Log in</a> to comment</div>'),
        ("login box", '<div class="login-box"><a href="/in">My account</a></div>'),
        ("advert", '<div class="ad-slot">Advertisement</div>'),
        ("calendar", '<table class="calendar"><tr><td>1<td>2</table>'),
        ("skip link", '<a href="#top">Back to top</a>'),
        ("list of links", '<p><a href="/a">Jobs</a> | <a href="/b">Press</a></p>'),
        ("copyright line", "<p>© 2024 Brightwave Ltd. All rights reserved.</p>"),
        ("hidden", "<p hidden>Nobody sees this.</p>"),
        ("hidden", '<p style="visibility:hidden">Nobody sees this.</p>'),
        ("hidden", "<noscript><p>Please switch on scripts.</p></noscript>"),
    ],
)
def test_each_rule_removes_its_furniture_and_says_so(rule: str, furniture: str) -> None:
    """Furniture beside the text goes, under the name of the rule, and the policy stays whole."""
    plain = read(page(f"<div>{POLICY}</div>"), "page.html").text
    reading = read(page(f"<div>{POLICY}</div>{furniture}"), "page.html")
    assert reading.text == plain
    assert {block.rule for block in reading.removed} == {rule}


def test_what_stands_outside_the_main_element_goes() -> None:
    """Where a page says what its main part is, only headings and their neighbours count besides."""
    reading = read(page(f"<div>We are hiring.</div><main>{POLICY}</main>"), "page.html")
    assert [(block.rule, block.text) for block in reading.removed] == [
        ("outside the main element", "We are hiring.")
    ]


def test_a_title_and_date_above_the_main_element_stay() -> None:
    """The policy's title and its date often stand in a header of their own."""
    header = "<header><h1>Terms</h1><p>In force from 1 May 2024</p><a href='/'>Home</a></header>"
    text = read(page(f"{header}<main><h2>Scope</h2><p>{PROSE}</p></main>"), "page.html").text
    assert text.startswith("Terms\n\nIn force from 1 May 2024\n\nScope\n\n")


@pytest.mark.parametrize(
    "name",
    ["privacy-header", "content-footer", "cookie-policy", "sidebar-page", "nav-page", "cookies"]
    + ["advertising", "social-sharing", "cookie-consent", "search", "login", "comments-policy"],
)
def test_no_name_removes_the_text_of_a_policy(name: str) -> None:
    """Words of id and class do not remove prose or headings, be it all of the text or a section."""
    section = f'<h2>What we do</h2><p>{PROSE} <a href="/more">More</a></p>'
    whole = read(page(f'<div class="{name}" id="{name}">{POLICY}</div>'), "page.html")
    part = read(page(f'<main>{POLICY}<div class="{name}">{section}</div></main>'), "page.html")
    top = read(page(f'{POLICY}<div class="{name}">{section}</div>'), "page.html")
    assert not whole.removed + part.removed + top.removed
    assert part.text.endswith("delete it for good. More")


def test_what_hides_most_of_a_page_hides_nothing() -> None:
    """Some pages hide their text until a script has run, or name a cookie product on <body>."""
    reading = read(page(f'<div style="visibility: hidden">{POLICY}</div>'), "page.html")
    assert reading.text == read(page(POLICY), "page.html").text
    body = f'<body class="cookieyes-active"><div class="cmplz-document">{POLICY}</div>'
    assert read(body.encode(), "page.html").text == reading.text


def test_text_after_the_end_of_the_page_stays() -> None:
    """What an include or a script wrote below </html> is shown by browsers, and read."""
    markup = b"<html><body><h1>A</h1></body><p>B</p></html><p>C</p><html><body>D"
    assert read(markup, "page.html").text == "A\n\nB\n\nC\n\nD"


def test_lists_keep_depth_numbers_and_continuations() -> None:
    """Numbers follow start, value and type; a further paragraph of an item stands under it."""
    assert lines(
        '<p>We may:</p><ol start="3"><li>call<ol type="a"><li>you</li><li value="27">them</li></ol>'
        '</li><li><p>write</p><p>or not</p></li></ol><ol type="i"><li>x</li><li>y</li></ol>'
    ) == ["We may:", "3. call", "  a. you", "  aa. them", "4. write", "  or not", "i. x", "ii. y"]


def test_a_number_or_bullet_in_the_text_is_not_written_twice() -> None:
    """A marker that the page spells out replaces the one of the list."""
    assert lines("<ul><li>(a) one</li><li>• two</li></ul><p>· three</p>") == [
        "(a) one",
        "- two",
        "- three",
    ]


def test_items_with_headings_are_sections() -> None:
    """A list of sections reads as headings with their numbers, and text under them."""
    first = f"<li><h2>Scope</h2><p>{PROSE}</p></li>"
    body = f"<ol>{first}<li><p><b>Term</b></p><p>{PROSE * 3}</p></li></ol>"
    reading = read(page(f"<h1>Terms</h1>{body}"), "page.html")
    assert [section.trail[-1] for section in reading.sections] == ["Terms", "1. Scope", "2. Term"]
    assert f"1. Scope\n\n{PROSE.strip()}\n\n2. Term" in reading.text


def test_definition_lists_keep_term_and_meaning_together() -> None:
    """The meaning stands under its term, as the same item."""
    assert lines(
        "<dl><dt>Roaming</dt><dd>Use abroad.</dd><dt>Plan</dt><dd>A tariff.</dd></dl>"
    ) == [
        "- Roaming",
        "  Use abroad.",
        "- Plan",
        "  A tariff.",
    ]


def test_a_layout_table_is_only_a_container() -> None:
    """A page laid out in tables reads like one that is not."""
    body = (
        f"<table><tr><td><a href='/a'>Home</a></td><td><table><tr><td><h2>Scope</h2>{PROSE}<br><br>"
        f"Second.<br>Line.</td></tr></table></td></tr></table>"
    )
    assert lines(body) == ["Scope", PROSE.strip(), "Second.", "Line."]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("<tr><th>Data<th>Kept<tr><td>calls<td>a year", ["Data: calls | Kept: a year"]),
        ("<tr><td><b>Data</b><td><b>Kept</b><tr><td>a<td>b", ["Data: a | Kept: b"]),
        ("<thead><tr><td>A:<td>B<tbody><tr><td><td>2", ["B: 2"]),
        ("<tr><th>A<th>B<tr><td rowspan=2>x<td>1<tr><td>2", ["A: x | B: 1", "A: x | B: 2"]),
        ("<tr><th colspan=2>A<th>B<tr><td>1<td>2<td>3", ["A: 1 | A: 2 | B: 3"]),
        ("<tr><th>A<th>B<tr><td colspan=2>Abroad<tr><td>1<td>2", ["Abroad", "A: 1 | B: 2"]),
        ("<tr><th>Fee<td>2 euros<tr><th>Term<td>a month", ["Fee: 2 euros", "Term: a month"]),
        ("<tr><td>a<td>b<tr><td>c<td>d", ["a | b", "c | d"]),
        (
            "<tr><th rowspan=2>A<th colspan=2>B<tr><th>C<th>D<tr><td>1<td>2<td>3",
            ["A: 1 | B C: 2 | B D: 3"],
        ),
        ("<thead><tr><td rowspan=2>A<td>B<tr><td>C<tbody><tr><td>1<td>2", ["A: 1 | B C: 2"]),
        ("<tr><th><th>A<th>B<tr><th>Fee<td>1<td>2", ["Fee | A: 1 | B: 2"]),
        ("<tr><td><td>A<td>B<tr><td>Fee<td>1<td>2", ["Fee | A: 1 | B: 2"]),
        ("<tr><th rowspan=2>A<td>1<td>2<tr><td>3<td>4", ["A: 1 | 2", "A: 3 | 4"]),
        ("<tr><th>A<th>B<tr><td rowspan=0>x<td>1<tr><td>2", ["A: x | B: 1", "A: x | B: 2"]),
        (
            "<tr><th>A<th>B<tr><th colspan=2>EU<tr><td>1<td>2<tr><th colspan=2>UK<tr><td>3<td>4",
            ["EU | A: 1 | B: 2", "UK | A: 3 | B: 4"],
        ),
        (
            "<tr><th>A<th>B<tr><td>1<td>2<tr><th>C<th>D<tr><td>3<td>4",
            ["A: 1 | B: 2", "C: 3 | D: 4"],
        ),
        ("<caption>In EUR</caption><tr><th>A<th>B<tr><td>1<td>2", ["In EUR", "A: 1 | B: 2"]),
    ],
)
def test_rows_of_a_data_table_repeat_its_header(table: str, rows: list[str]) -> None:
    """Each row can be quoted alone: it says what its cells are."""
    assert lines(f"<table>{table}</table>") == rows


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One<br>two<br> <br>three</p>", ["One", "two", "three"]),
        ("<pre>Post: 3 EUR\n\nDisc: 7 EUR</pre>", ["Post: 3 EUR", "Disc: 7 EUR"]),
        ("<pre>Post: 3 EUR\nDisc: 7 EUR</pre>", ["Post: 3 EUR", "Disc: 7 EUR"]),
        ("<address>Kiln Ltd<br>4 Mill Lane</address>", ["Kiln Ltd", "4 Mill Lane"]),
        ("<ul><li>Post<br>3 EUR<li>Mail</ul>", ["- Post", "  3 EUR", "- Mail"]),
        ("<h2>What we<br>keep</h2>", ["What we keep"]),
        ("<p>You pay by:<br>– card<br>– cash</p>", ["You pay by:", "- card", "- cash"]),
        (
            "<p>All goods are sent to you within<br>three days.</p>",
            ["All goods are sent to you within three days."],
        ),
        (
            "<p>Fees were paid for all of the fortnight that began on<br>"
            "17 May 2020, or in any week of the school holidays.</p>",
            [
                "Fees were paid for all of the fortnight that began on "
                "17 May 2020, or in any week of the school holidays."
            ],
        ),
    ],
)
def test_a_line_ends_where_its_author_ended_it(body: str, expected: list[str]) -> None:
    """Each entry of a list of fees or an address is a line; a sentence that was wrapped is one."""
    assert lines(body) == expected


@pytest.mark.parametrize(
    "struck",
    [
        "<s>14 days</s>",
        "<del>14 days</del>",
        "<strike>14 days</strike>",
        '<span role="deletion">14 days</span>',
        '<span style="color: red; text-decoration: line-through">14 days</span>',
        '<b style="text-decoration-line:underline line-through">14 <i>days</i></b>',
    ],
)
def test_what_is_struck_through_is_left_out_and_listed(struck: str) -> None:
    """It is not in force, wherever it stands and however much of the page it is."""
    table = f"<table><tr><th>A<th>B<tr><td>x<td>{struck} 28 days</table>"
    body = f"<h1>Policy</h1><p>We pay in {struck} 28 days {struck}.</p><ul><li>{struck}</ul>{table}"
    reading = read(page(body), "page.html")
    assert reading.text == "Policy\n\nWe pay in 28 days.\nA: x | B: 28 days"
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("struck through", "14 days")
    ] * 4


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>Not this.</p>",
        '<p style="display : none">Not this.</p>',
        '<div style="opacity:0">Not this.</div>',
        "<template><p>Not this.</p></template>",
        '<span aria-hidden="true">→</span>',
        '<i class="icons" aria-hidden="true">expand_more</i>',
    ],
)
def test_what_is_hidden_is_left_out(hidden: str) -> None:
    """What no click opens is no text of the policy, nor is an icon."""
    assert lines(f"<p>One.</p>{hidden}<p>Two.</p>") == ["One.", "Two."]


@pytest.mark.parametrize("tag", ["template", "noscript"])
def test_no_click_opens_what_is_there_for_scripts(tag: str) -> None:
    """A template and what stands in for scripts are no panel of the heading above them."""
    assert lines(f"<h2>Fees</h2><{tag}><p>3 EUR</p></{tag}><p>6 EUR</p>") == ["Fees", "6 EUR"]


def test_the_template_of_a_shadow_root_is_shown() -> None:
    """A browser makes it the content of the element that it stands in."""
    root = '<policy-text><template shadowrootmode="open"><p>One.</p></template></policy-text>'
    assert lines(f"{root}<p>Two.</p>") == ["One.", "Two."]


def test_what_is_hidden_from_screen_readers_alone_stays() -> None:
    """It is seen; often its twin for screen readers goes."""
    twins = '<span aria-hidden="true">5 EUR</span><span class="sr-only">five euros</span>'
    assert lines(f"<p>You pay {twins}.</p>") == ["You pay 5 EUR."]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("within 14<sup>1</sup> days", "within 14[1] days"),
        ("within 14<sup><a href='#n1'>1</a></sup> days", "within 14[1] days"),
        ("within 14<a href='#n1'><sup>1</sup></a> days", "within 14[1] days"),
        ("within 14<a role='doc-noteref' href='#n1'>1</a> days", "within 14[1] days"),
        ("within 14<span style='vertical-align: super'>1)</span> days", "within 14[1] days"),
        ("within 14<sup>1, 2</sup> days", "within 14[1, 2] days"),
        ("within 14<sup>[1]</sup> days", "within 14[1] days"),
        ("up to 50 EUR<sup>b</sup>", "up to 50 EUR[b]"),
        ("within 14<sup>*</sup> days", "within 14* days"),
        ("within 10<sup>2</sup> days", "within 10[2] days"),
        ("within 14<sup>see below</sup> days", "within 14 see below days"),
        ("a room of 3 m<sup>2</sup>", "a room of 3 m²"),
        ("a room of 3 m<sup>2</sup><sup>1</sup>", "a room of 3 m²[1]"),
        ("10<sup>6</sup> cells", "10⁶ cells"),
        ("5 s<sup>-1</sup>", "5 s⁻¹"),
        ("the 21<sup>st</sup> of May", "the 21st of May"),
        ("le 1<sup>er</sup> mai", "le 1er mai"),
        ("N<sup>o</sup> 5", "No 5"),
        ("Acme<sup>TM</sup>", "AcmeTM"),
        ("CO<sub>2</sub>", "CO2"),
    ],
)
def test_a_raised_mark_is_no_digit_of_what_it_follows(markup: str, text: str) -> None:
    """A note's mark is told apart, an exponent stays one, and so does the end of an ordinal."""
    note = '<p id="n1"><sup>2</sup>In December: 21 days.</p>'
    assert lines(f"<p>{markup}</p>{note}") == [text, "[2] In December: 21 days."]


def trails(body: str) -> dict[str, tuple[str, ...]]:
    """Return under which headings below <h1> each line stands that is none itself."""
    reading = read(page(f"<h1>Policy</h1>{body}"), "page.html")
    return {
        line: section.trail[1:]
        for section in reading.sections
        for line in reading.text[section.start : section.end].split("\n")
        if line and line not in section.trail
    }


OUTER = "<h2>Gifts</h2><p>None.</p>"


@pytest.mark.parametrize(
    "part",
    [
        "<details><summary>Post?</summary><p>We pay.</p></details>",
        "<details><summary><h3>Post?</h3></summary><p>We pay.</p></details>",
        '<button aria-expanded="false" aria-controls="p">Post?</button><div id="p">We pay.</div>',
        '<button>Post?</button><div style="display:none"><p>We pay.</p></div>',
        '<div><button>Post?</button></div><div hidden="">We pay.</div>',
        '<h3><button aria-controls="p">Post?</button></h3><div id="p" hidden>We pay.</div>',
        '<h4><a data-toggle="collapse" href="#p">Post?</a></h4><div id="p">We pay.</div>',
        '<div role="button" data-bs-target="#p">Post?</div><div id="p" class="x">We pay.</div>',
        '<ul><li><button aria-expanded="true">Post?</button><div hidden>We pay.</div></ul>',
    ],
)
def test_a_part_that_a_click_opens_is_a_section_of_its_own(part: str) -> None:
    """What its button says is its heading, and what follows it stands under the one around."""
    assert trails(f"{OUTER}{part}<p>Later.</p><h2>Fees</h2><p>Five.</p>") == {
        "None.": ("Gifts",),
        "We pay.": ("Gifts", "Post?"),
        "Later.": ("Gifts",),
        "Five.": ("Fees",),
    }


@pytest.mark.parametrize(
    "tabs",
    [
        '<div role="tablist"><button role="tab" aria-controls="a">UK</button>'
        '<button role="tab" aria-controls="b">US</button></div>'
        '<div role="tabpanel" id="a">One.</div><div role="tabpanel" id="b" hidden>Two.</div>',
        '<ul><li id="t" role="tab">UK</li><li id="u" role="tab">US</li></ul>'
        '<div role="tabpanel" aria-labelledby="t">One.</div>'
        '<div role="tabpanel" aria-labelledby="u" style="display:none">Two.</div>',
        '<div><a role="tab">UK</a><a role="tab">US</a></div>'
        '<div role="tabpanel">One.</div><div role="tabpanel" hidden>Two.</div>',
        '<ul class="nav"><li><a data-toggle="tab" href="#a">UK</a><li>'
        '<a data-toggle="tab" href="#b">US</a></ul><div id="a">One.</div><div id="b">Two.</div>',
    ],
)
def test_each_tab_is_a_section(tabs: str) -> None:
    """What a tab says heads its panel, also one that is closed."""
    assert trails(f"{OUTER}{tabs}<p>Later.</p>") == {
        "None.": ("Gifts",),
        "One.": ("Gifts", "UK"),
        "Two.": ("Gifts", "US"),
        "Later.": ("Gifts",),
    }


def test_parts_lie_in_parts() -> None:
    """Headings in a part lie below its own, and so do the parts in it."""
    inner = "<details><summary>Inner</summary><p>Two.</p></details>"
    part = f"<details><summary>Outer</summary><h2>Sub</h2><p>One.</p>{inner}<p>On.</p></details>"
    assert trails(f"{OUTER}{part}<p>Later.</p>") == {
        "None.": ("Gifts",),
        "One.": ("Gifts", "Outer", "Sub"),
        "Two.": ("Gifts", "Outer", "Sub", "Inner"),
        "On.": ("Gifts", "Outer", "Sub"),
        "Later.": ("Gifts",),
    }


def test_a_button_that_says_nothing_is_no_heading() -> None:
    """What "Read more" opens goes on with what stands above it."""
    more = '<button aria-controls="p">Read more</button><div id="p" hidden>We pay.</div>'
    assert trails(f"{OUTER}{more}") == {"None.": ("Gifts",), "We pay.": ("Gifts",)}


def test_a_part_with_a_heading_of_its_own_heads_nothing() -> None:
    """Though its classes name an accordion and what opens one."""
    part = (
        '<div class="accordion"><div class="accordion-item toggle"><h5 class="toggle-title">Post?'
        '</h5><div class="toggle-content">We pay.</div></div></div>'
    )
    assert trails(f"{OUTER}{part}<p>Later.</p>") == {
        "None.": ("Gifts",),
        "We pay.": ("Gifts", "Post?"),
        "Later.": ("Gifts",),
    }


def test_what_is_hidden_below_the_title_of_a_page_is_not_opened_by_it() -> None:
    """A title is no question that a click answers; a lower heading may be."""
    hidden = "<div hidden><p>We refund in gold.</p></div>"
    assert "We refund in gold." not in lines(f"<h1>Refunds</h1>{hidden}<p>{PROSE}</p>")
    assert "We refund in gold." in lines(f"<h2>Refunds</h2>{hidden}<p>{PROSE}</p>")


def test_terms_in_a_field_are_text() -> None:
    """People scroll them there; what a field is filled with as an example is none of the text."""
    assert lines(f"<form><textarea readonly>{PROSE}\nFee: 5 EUR</textarea></form><p>x</p>") == [
        PROSE.strip(),
        "Fee: 5 EUR",
        "x",
    ]
    assert lines("<p>x</p><form><textarea>Why do you return it?</textarea></form>") == ["x"]


def test_a_picture_says_what_a_cell_holds_that_has_no_words() -> None:
    """A tick is often one; beside words it is only an ornament."""
    tick = '<img alt="Yes">'
    rows = f"<tr><td>UK</td><td>{tick}</td></tr><tr><td>EU</td><td>{tick}5 EUR</td></tr>"
    table = f"<table><tr><th>Zone</th><th>Van</th></tr>{rows}</table>"
    assert lines(table) == ["Zone: UK | Van: Yes", "Zone: EU | Van: 5 EUR"]


def test_a_table_may_have_its_title_in_a_row() -> None:
    """It stands above the rows, and names no column."""
    title = "<tr><td colspan=3>Prices</td></tr>"
    heads = "<tr><td><b>Zone</b></td><td><b>Post</b></td><td><b>Van</b></td></tr>"
    table = f"<table>{title}{heads}<tr><td>UK</td><td>5</td><td>9</td></tr></table>"
    assert lines(table) == ["Prices", "Zone: UK | Post: 5 | Van: 9"]


def test_a_bold_line_is_above_no_heading() -> None:
    """A heading that is marked as one ends the section of a bold line, whatever its level."""
    body = "<p><b>Fees</b></p><p>Five.</p><h4>Insurance</h4><p>Six.</p>"
    assert trails(body) == {"Five.": ("Fees",), "Six.": ("Insurance",)}


def test_what_follows_an_aside_does_not_stand_under_its_heading() -> None:
    """An aside may have a heading of its own, which ends with it."""
    body = f"{OUTER}<aside><h3>Note</h3><p>One.</p></aside><p>Later.</p>"
    assert trails(body) == {"None.": ("Gifts",), "One.": ("Gifts", "Note"), "Later.": ("Gifts",)}


@pytest.mark.parametrize(
    "part",
    [
        "<aside><h2>Note</h2><p>Gold tickets are not refunded.</p></aside>",
        "<aside><p>Gold tickets are not refunded.</p></aside>",
        '<div class="sidebar"><p>Gold tickets are not refunded.</p></div>',
        '<form><h2>Groups</h2><p>Gold tickets are not refunded.</p><input name="a"></form>',
        "<button role=tab>UK</button><div role=tabpanel>Gold tickets are not refunded.</div>",
    ],
)
@pytest.mark.parametrize("shape", ["wrapped", "bare"])
def test_what_stands_between_the_sections_of_a_short_page_stays(part: str, shape: str) -> None:
    """Of a page in short paragraphs too, the policy stays whole and the furniture goes."""
    first = "<section><h2>Shows</h2><p>You get a refund within ten days.</p></section>"
    last = "<section><h2>Fees</h2><p>We keep the booking fee.</p></section>"
    around = ('<div class="content">', "</div>") if shape == "wrapped" else ("", "")
    reading = read(
        page(
            '<header><a href="/">Kiln</a> tickets for all</header><nav><a href="/a">Shows</a></nav>'
            f"{around[0]}<h1>Refunds</h1>{first}{part}{last}{around[1]}"
            "<footer><p>© 2024 Kiln Tickets Ltd</p></footer>"
        ),
        "page.html",
    )
    assert "Gold tickets are not refunded." in reading.text
    assert {each.rule for each in reading.removed} == {"header", "navigation", "footer"}


def test_a_heading_may_be_told_by_its_role() -> None:
    """ARIA says what is a heading, and of which level."""
    body = '<div role="heading" aria-level="3">Fees</div><span>Five.</span>'
    assert trails(body) == {"Five.": ("Fees",)}


@pytest.mark.parametrize("line", ["Children", "Data We Keep.", "3. How we share:"])
def test_a_bold_line_is_a_heading(line: str) -> None:
    """A short line all in bold heads what follows it, also before a mere line break."""
    for body in (f"<p><b>{line}</b></p><p>x</p>", f"<p><b>{line}</b><br>{PROSE * 2}</p>"):
        reading = read(page(f"<h1>Policy</h1>{body}"), "page.html")
        assert reading.sections[-1].trail == ("Policy", line)


def test_a_bold_line_heads_the_sentences_below_its_line_end() -> None:
    """So do shop systems write a policy; a bold word that only stresses them is no heading."""
    body = (
        "<p><b>Damages</b><br>Please check what arrives.</p><p>Then write to us.</p>"
        "<p><b>Exchanges</b><br>Send back what you have.</p>"
    )
    assert trails(body) == {
        "Please check what arrives.": ("Damages",),
        "Then write to us.": ("Damages",),
        "Send back what you have.": ("Exchanges",),
    }
    for line in ("Please note:", "Wichtig!", "Pell Tools Ltd"):
        below = "4 Mill Lane" if line.endswith("Ltd") else "You keep the receipt."
        page_ = read(page(f"<h1>Policy</h1><p><b>{line}</b><br>{below}</p>"), "x.html")
        assert len(page_.sections) == 1


@pytest.mark.parametrize("line", ["We never sell what you tell us.", "THE LINE IS NOT INSURED."])
def test_a_bold_sentence_is_text(line: str) -> None:
    """What a policy stresses is no heading, so that it can be quoted."""
    assert len(read(page(f"<h1>Policy</h1><p><strong>{line}</strong></p>"), "x.html").sections) == 1


def test_what_a_click_opens_is_not_hidden() -> None:
    """Closed panels of an accordion, and closed details, are text."""
    body = (
        '<h2 aria-controls="p1"><button>Refunds</button></h2><div id="p1" hidden>We refund.</div>'
        '<div style="cursor: pointer">Fees</div><div style="display:none">We charge.</div>'
        "<details><summary>Term</summary><p>A month.</p></details>"
    )
    assert lines(body) == ["Refunds", "We refund.", "Fees", "We charge.", "Term", "A month."]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h1>Café “q”</h1>".encode(), "Café “q”"),
        ("<h1>Café “q”</h1>".encode("windows-1252"), "Café “q”"),
        ("<h1>Café ® “q”</h1>".encode().replace("®".encode(), b"\xae"), "Café ® “q”"),
        ("<h1>Café “q”</h1>".encode().decode("windows-1252", "ignore").encode(), "Café “q"),
        ("\ufeff<h1>Café</h1>".encode("utf-16-le"), "Café"),
        ("<meta charset=koi8-r><h1>Привет</h1>".encode("koi8-r"), "Привет"),
        (b"<meta charset=punycode><h1>a\0b</h1>", "ab"),
        (b"<?xml version='1.0' encoding='utf-8'?><html><body><h1>x &amp; y</h1>", "x & y"),
    ],
)
def test_bytes_are_decoded_and_mojibake_is_repaired(markup: bytes, expected: str) -> None:
    """Declared, undeclared, mixed and broken encodings give the text that was meant."""
    assert expected in read(markup, "page.html").text


@pytest.mark.parametrize(
    "markup",
    [b"", b" \n", b"<html><body></body></html>", b"<frameset><frame src=a></frameset>"]
    + [b'<body><nav><a href="/a">Home</a></nav></body>', b"<title>T</title><script>x</script>"],
)
def test_a_page_without_text_is_refused(markup: bytes) -> None:
    """The message names the file and the way out."""
    with pytest.raises(UnreadableFile, match=r"^empty\.html has no text .*: save the page"):
        read(markup, "empty.html")


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (b"x" * 10_000_001, "10 MB"),
        (b"<h1>x" + b"<b>" * 100_000, "100,000 tags"),
        (b"<h1>x" + b"<div>y" * 20_000, "thousands deep"),
        (b"<h1 " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">x", "500 attributes"),
        (b'<h1 a"b ' + b" ".join(b"a%d" % i for i in range(100_000)) + b">x", "500 attributes"),
        (b"<h1>x</h1><p>" + b"word " * 500_000, "2,000,000 characters"),
    ],
)
def test_a_page_made_to_stall_is_refused(markup: bytes, reason: str) -> None:
    """What would take too long, or be read only in part, is refused in one sentence."""
    with pytest.raises(
        UnreadableFile, match=rf"^big\.html has .*{reason}.* give the policy's part"
    ):
        read(markup, "big.html")


@pytest.mark.parametrize(
    "markup",
    [
        "<h1>x</h1>" + "<div><p>y" * 900,
        "<h1>x</h1>" + "<ul><li>y" * 900,
        "<h1>x</h1>" + "<table><tr><td>y" * 600,
        f'<h1 class="{"nav " * 1_000_000}">x</h1>',
        "<h1>x</h1><table><tr>"
        + f"<td colspan=999 rowspan=99>{'y' * 199}" * 40
        + "<tr><td>y" * 900,
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><h1>x &b;</h1>',
    ],
)
def test_a_hostile_page_is_read_all_the_same(markup: str) -> None:
    """Depth, huge attributes, spans and entities neither stall nor break the reader."""
    assert "x" in read(markup.encode(), "page.html").text


TAGS = "p /p b /b ul /ul li ol table tr td th /table br dl dt dd h2 /h2 nav pre !-- a&nbsp;href=/x"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [f"<{tag.replace('&nbsp;', ' ')}>" for tag in TAGS.split()] + ["<", "&", "]"]
        )
        | st.text(max_size=8)
    )
)
def test_any_markup_is_read(pieces: list[str]) -> None:
    """Whatever the tags, sections cover the text, and its lines are clean."""
    markup = f"<h1>Policy</h1><p>{PROSE}</p>" + "".join(pieces)
    reading = read(markup.encode("utf-8", "surrogatepass"), "page.html")
    assert reading.text.startswith(f"Policy\n\n{PROSE.strip()}")
    assert reading.sections[0].start == 0
    assert reading.sections[-1].end == len(reading.text)


# What people extracted from real pages, and what they did otherwise than a reader would.
EXCEPTIONS = {
    "144_style.com": "the gold is one section of the user agreement that the page holds",
    "175_mlb.mlb.com": "list numbers that the gold leaves out",
    "32_www.theverge.com": "list numbers that the gold leaves out; it keeps a sidebar of links",
    "58_www.esquire.com": "the gold divides words that the page runs together",
}


def words(text: str) -> list[str]:
    """Return runs of letters and digits, lower-cased."""
    return re.findall(r"[^\W_]+", text.lower())


def shared_with(ours: list[str], theirs: list[str]) -> tuple[float, float]:
    """Return how much of `ours` stands in `theirs`: of its runs of eight words, of its words."""
    known = {tuple(theirs[i : i + 8]) for i in range(len(theirs) - 7)}
    runs = [i for i in range(len(ours) - 7) if tuple(ours[i : i + 8]) in known]
    covered = {j for i in runs for j in range(i, i + 8)}
    return len(runs) / (len(ours) - 7), len(covered) / len(ours)


@pytest.mark.shared
def test_real_pages_keep_the_words_that_people_kept() -> None:
    """Nearly all that people extracted from real policies stays, and little else; -s prints it."""
    kept: dict[str, tuple[float, float]] = {}
    besides: dict[str, float] = {}
    for gold_file in sorted((SHARED / "formats" / "html").glob("*.gold.html")):
        name = gold_file.name.removesuffix(".gold.html")
        ours = words(read(gold_file.with_name(f"{name}.html").read_bytes(), name).text)
        gold = gold_file.read_text(encoding="utf-8", errors="replace")
        theirs = words(html.unescape(re.sub(r"<[^>]*>|\|\|\|", " ", gold)))
        kept[name] = shared_with(theirs, ours)
        besides[name] = 1 - shared_with(ours, theirs)[1]
        row = f"{name:32} {kept[name][0]:.4f} {kept[name][1]:.4f} {besides[name]:.4f}"
        sys.stdout.write(f"{row} {EXCEPTIONS.get(name, '')}\n")
    assert len(kept) == 12
    assert statistics.median(runs for runs, _ in kept.values()) >= 0.99
    assert min(share for _, share in kept.values()) >= 0.985
    assert all(runs >= 0.97 for name, (runs, _) in kept.items() if name not in EXCEPTIONS)
    assert all(share <= 0.05 for name, share in besides.items() if name != "144_style.com")


@pytest.mark.shared
def test_real_guidance_loses_its_header_and_footer_and_nothing_else() -> None:
    """In 159 pages with a clean <main>, every word of it stays."""
    for file in sorted((SHARED / "eval" / "feedbackqa-dev" / "policies").glob("*.html")):
        reading = read(file.read_bytes(), file.name)
        assert [block.rule for block in reading.removed] == ["header", "footer"]
        main = file.read_text(encoding="utf-8").split("<main>")[1].split("</main>")[0]
        main = html.unescape(re.sub(r"</?(a|b|em|i|strong|sup)\b[^>]*>|[\u200b-\u200f]", "", main))
        missing = set(words(re.sub(r"<[^>]*>", " ", main))) - set(words(reading.text))
        assert not missing, file.name


def test_a_page_of_more_paragraphs_than_a_policy_has_is_refused() -> None:
    """The message names the file and the way out."""
    with pytest.raises(
        UnreadableFile, match=r"^page\.html has more than 50,000 paragraphs, .*alone"
    ):
        read(page("<pre>" + "a\n" * 50_001), "page.html")


@pytest.mark.parametrize("rule", [".c1,.c9", "span.c1", "#x"])
def test_what_a_style_sheet_strikes_is_left_out(rule: str) -> None:
    """Struck through by a class or an id of the page's own styles, a text is not in force."""
    head = f"<style>p {{ color: red }} {rule} {{ text-decoration: line-through; }}</style>"
    body = '<h1>Policy</h1><p><span class="c1" id="x">In 30 days.</span> In 14 days.</p>'

    reading = read(page(body, head), "page.html")

    assert reading.text == "Policy\n\nIn 14 days."
    assert [(one.rule, one.text) for one in reading.removed] == [("struck through", "In 30 days.")]


@pytest.mark.parametrize(
    "question",
    ["<h3>Swapping</h3>", "<p>Can I swap?</p>", "<label>Swapping</label>", "<span>Swap?</span>"],
)
def test_answer_that_a_script_opens_is_read(question: str) -> None:
    """What is hidden below a question or a heading is what a click opens."""
    hidden = '<div class="answer" style="display:none"><p>You can swap in 9 days.</p></div>'

    assert "You can swap in 9 days." in lines(f"<p>{PROSE}</p>{question}{hidden}<p>{PROSE}</p>")
    alone = lines(f"<p>{PROSE}</p><p>We swap.</p>{hidden}<p>{PROSE}</p>")
    assert "You can swap in 9 days." not in alone


def test_a_bold_line_after_a_section_in_bold_heads_the_sentence_under_it() -> None:
    """Its text does not stand under the bold line before; an address is no section."""
    reading = read(
        page(
            "<h1>Returns</h1><p><b>Shades</b></p><p>Shades may not be returned.</p>"
            "<p><b>Lamps</b><br>Lamps may be returned within 30 days.<br><b>Beds</b><br>"
            "Beds may not be returned at all.</p><p><b>Contact</b></p>"
            "<p><b>Acme Ltd</b><br>1 High Street<br>London</p>"
        ),
        "page.html",
    )
    assert [section.trail[-1] for section in reading.sections] == [
        "Returns", "Shades", "Lamps", "Beds", "Contact",
    ]  # fmt: skip


TAKEN = "Goods may be returned within fourteen days of delivery."
PAID = "Refunds are paid within ten days of the return."


def _twice(part: str) -> str:
    """Return a part of a page for each of two sections; NAME, TEXT and 1 stand for what differs."""
    first = part.replace("NAME", "Returns").replace("TEXT", TAKEN)
    return first + part.replace("NAME", "Refunds").replace("TEXT", PAID).replace("1", "2")


@pytest.mark.parametrize(
    "body",
    [
        _twice("<div><div role=button aria-expanded=false>NAME</div><div>TEXT</div></div>"),
        _twice("<div><div role=button>NAME</div><div hidden>TEXT</div></div>"),
        _twice(
            "<section><div><span role=button aria-expanded=false>NAME</span><i>+</i></div>"
            "<div>TEXT</div></section>"
        ),
        '<div class="w-tab-menu">'
        + _twice('<a data-w-tab="Tab 1" class="w-tab-link"><div>NAME</div></a>')
        + "</div><div>"
        + _twice('<div data-w-tab="Tab 1" class="w-tab-pane"><p>TEXT</p></div>')
        + "</div>",
        '<ul class="tabs">'
        + _twice('<li class="tab"><a href="#t1">NAME</a></li>')
        + "</ul>"
        + _twice('<div id="t1">TEXT</div>'),
        "<div>"
        + _twice('<a class="tab" data-tab="t1">NAME</a>')
        + "</div>"
        + _twice('<div id="t1" style="display:none">TEXT</div>'),
        '<div class="tabs">'
        + _twice('<a class="tab" href="#">NAME</a>')
        + "</div><div>"
        + _twice('<div class="tab-panel">TEXT</div>')
        + "</div>",
        _twice('<div class="acc"><b>NAME</b><div style="display:none">TEXT</div></div>'),
        _twice('<div class="acc closed"><b>NAME</b><div class="acc-body"><p>TEXT</p></div></div>'),
        _twice('<button class="accordion">NAME</button><div class="panel"><p>TEXT</p></div>'),
        _twice(
            '<div class="faq"><input type=checkbox id=c1><label for=c1>NAME</label><p>TEXT</div>'
        ),
        _twice(
            '<div class="w-dropdown-toggle">NAME</div><nav class="w-dropdown-list"><p>TEXT</nav>'
        ),
        _twice(
            '<div class="expand-control"><i><img></i><span>NAME</span></div>'
            '<div class="expand-content" style="display:none"><p>TEXT</p></div>'
        ),
        _twice('<div class="faq-question">NAME</div><div class="faq-answer">TEXT</div>'),
    ],
)
def test_what_a_click_opens_stands_under_what_is_clicked(body: str) -> None:
    """However the page says so: by role, by name, by place or by class; and it ends there."""
    after = "Beyond this, the law applies to all that we sell."
    reading = read(page(f"<h1>Policy</h1><div>{body}</div><p>{after}</p>"), "page.html")
    said = [(s.trail, reading.text[s.start : s.end].split()) for s in reading.sections]
    assert said == [
        (("Policy",), ["Policy"]),
        (("Policy", "Returns"), ["Returns", *TAKEN.split()]),
        (("Policy", "Refunds"), ["Refunds", *PAID.split()]),
        (("Policy",), after.split()),
    ]


@pytest.mark.parametrize(
    "body",
    [
        f'<div class="tab">{TAKEN} See <a href="#t">section five</a>.</div><p id="t">{PAID}</p>',
        f"<div role=button aria-expanded=false>Returns</div><p>{TAKEN}</p><p>{PAID}</p>",
        f"<p><b>Note</b> <i>{TAKEN}</i></p><p>{PAID}</p>",
        f'<p class="tabs"><a href="#t">Returns</a></p><div id="t"><h2>Returns</h2>{TAKEN}</div>',
    ],
    ids=["link in a sentence", "several behind", "bold words", "heading of its own"],
)
def test_what_is_no_label_of_a_panel_stays_where_it_is(body: str) -> None:
    """No word is moved or said twice."""
    words = re.sub(r"<[^>]*>", " ", body).replace(" .", ".").split()
    assert " ".join(lines(body)).split() == words


def test_a_table_by_its_roles_alone_says_its_headers_in_each_row() -> None:
    """Rows may be elements of any kind, in groups or not; a role without its table is none."""
    grid = (
        '<ul role="grid"><li role="row"><b role="columnheader"></b><b role="columnheader">EU</b>'
        '<b role="columnheader">UK</b></li><div><li role="row"><i role="rowheader">Adult</i>'
        '<i role="gridcell">5 EUR</i><i role="gridcell">6 EUR</i></li></div></ul>'
    )
    table = (
        '<div role="table"><div role="rowgroup"><div role="row">'
        '<span role="columnheader">Data</span><span role="columnheader">Kept for</span></div></div>'
        '<div role="rowgroup"><div role="row"><span role="cell">Calls</span>'
        '<span role="cell">a year</span></div></div></div>'
    )
    assert lines(grid + table + f'<p><b role="cell">{TAKEN}</b></p>') == [
        "Adult | EU: 5 EUR | UK: 6 EUR",
        "Data: Calls | Kept for: a year",
        TAKEN,
    ]


@pytest.mark.parametrize(
    "head",
    ["<title>Terms</title>", "<meta charset=utf-8>\n<title>Terms</title>\n<link rel=icon href=i>"],
)
@pytest.mark.parametrize("tag", ["main", "article", "section", "header", "my-page"])
def test_a_page_may_leave_out_the_tags_of_its_head_and_body(head: str, tag: str) -> None:
    """HTML allows it: the body begins with the first element that no head holds."""
    rest = f"<p>{PROSE}</p>Loose<p>{PROSE}</p><section><p>The end.</p></section>"
    markup = f"<!doctype html>{head}<{tag}><h1>Terms</h1>{rest}</{tag}><script>let a</script>"

    reading = read(markup.encode(), "page.html")

    assert reading.text.split("\n\n") == [
        "Terms",
        PROSE.strip(),
        "Loose",
        PROSE.strip(),
        "The end.",
    ]
    assert reading.facts["title"].value == "Terms"


def test_a_cell_that_spans_columns_says_all_their_headers() -> None:
    """Each once, in order."""
    body = (
        "<table><tr><th>Country<th>Post<th>Courier<th>Van<tr><td>Spain<td colspan=2>5 EUR<td>9 EUR"
        "<tr><td>Brazil<td>7 EUR<td colspan=2>8 EUR</table>"
    )
    assert lines(body) == [
        "Country: Spain | Post, Courier: 5 EUR | Van: 9 EUR",
        "Country: Brazil | Post: 7 EUR | Courier, Van: 8 EUR",
    ]
