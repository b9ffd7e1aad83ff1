"""Markdown policies: what is kept, how it is laid out, and what is removed by which rule."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.errors import UnreadableFile
from qabot.readers.markdown.markdown_reader import read
from qabot.records import Reading

DATA = Path(__file__).resolve().parents[1] / "data" / "markdown"
SHARED = Path(__file__).resolve().parents[3] / "shared"

EXPORTED = """\
Privacy Policy - Larkline

Updated: March 12, 2015

We at Larkline Inc. keep little about you, and say below what it is. See our Terms of Use. \
Write to our support team or to https://larkline.example/help.

What Does Larkline Collect?

What You Tell Us.

We may collect:
(a) your name & address;
(b) your number
  - as you wrote it;
  A number that you withdraw is deleted.
- call data, such as times

If you are not a customer and would like us to forget your number, please write to us.

1. Where We Keep It

Data: call records | Kept for: 18 months | EU
Data: bills
Data: name | Kept for: while you stay | EU | and the UK

When it is needed

Some data is needed to place a call.

3. first
4. second

Mail {{ site.email }} or write to us.

It isn’t slow.

+1 555 0100"""


def _read(source: str) -> Reading:
    return read(source.encode(), "policy.md")


@pytest.fixture(scope="module")
def exported() -> Reading:
    """The exported page, read."""
    return read((DATA / "exported.md").read_bytes(), "exported.md")


def test_canonical_text_of_an_exported_page(exported: Reading) -> None:
    """All the marks of an export go, and all that it says stays, laid out in one convention."""
    assert exported.text == EXPORTED


def test_bold_lines_are_headings_below_the_enclosing_one(exported: Reading) -> None:
    """Bold lines and bold numbers head sections one level below the heading that encloses them."""
    assert [section.trail[1:] for section in exported.sections] == [
        (),
        ("What Does Larkline Collect?",),
        ("What Does Larkline Collect?", "What You Tell Us."),
        ("What Does Larkline Collect?", "1. Where We Keep It"),
        ("What Does Larkline Collect?", "When it is needed"),
    ]


def test_everything_removed_is_listed(exported: Reading) -> None:
    """The archive note, images, comments and links to the top are listed with their rule."""
    assert [(removed.rule, removed.text[:24]) for removed in exported.removed] == [
        ("archive note", "The following text is ex"),
        ("image", "a padlock"),
        ("comment", "reviewed by legal"),
        ("image", "a map"),
        ("link to the top", "Back to top"),
    ]


def test_archive_note_tells_address_and_day(exported: Reading) -> None:
    """The note gives the day of the archive, the original address, and the site."""
    assert {key: (fact.value, fact.origin) for key, fact in exported.facts.items()} == {
        "archived": ("2016-05-09", "archive note"),
        "url": ("https://www.larkline.example/privacy-policy", "archive note"),
        "site": ("larkline.example", "archive note"),
    }


def test_a_quotation_on_top_is_no_archive_note() -> None:
    """A policy may begin with a quotation; it stays."""
    reading = _read("> We archived on paper what mattered.\n\n# Terms\n\nPay in time.\n")
    assert reading.text.startswith("We archived on paper what mattered.")
    assert reading.removed == ()


def test_front_matter_is_declared_letter_by_letter() -> None:
    """Front matter gives facts as written; keys of the site generator are listed as left out."""
    reading = _read(
        "---\ncompany: ted.com\ntitle: 'No'\neffective: 2021-02-31\nlayout: sheet\n---\n# A\n\nB.\n"
    )
    assert {key: fact.value for key, fact in reading.facts.items()} == {
        "company": "ted.com",
        "title": "No",
        "effective": "2021-02-31",
    }
    assert {fact.origin for fact in reading.facts.values()} == {"front matter"}
    assert reading.text == "A\n\nB."
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("front matter", "layout: 'sheet'")
    ]


@pytest.mark.parametrize(
    ("escaped", "company"),
    [
        ("A \\ud83d\\ude80", "A \N{ROCKET}"),
        ("A \\ud83d", "A \ufffd"),
        ("A \\ude80\\ud83d B", "A \ufffd\ufffd B"),
    ],
)
@pytest.mark.parametrize("matter", ['---\ncompany: "{}"\n---\n', '{{"company": "{}"}}\n'])
def test_escapes_are_characters(matter: str, escaped: str, company: str) -> None:
    """What JSON writes as two halves is one character, and a half alone is none."""
    reading = _read(f"{matter.format(escaped)}# A\n\nB.\n")
    assert reading.facts["company"].value == company


def test_no_escape_is_a_control_character() -> None:
    """No name of a company can end a string in a database, or colour a terminal."""
    reading = _read('---\ncompany: "A\\0\\x1b[31m"\n---\n# A\n\nB.\n')
    assert reading.facts["company"].value == "A  [31m"


@pytest.mark.parametrize(
    "matter",
    [
        "---\nCompany: Acme\nEFFECTIVE: 2024-05-03\n---\n",
        '+++\ncompany = "Acme"\neffective = 2024-05-03\n+++\n',
        '+++ \n# ours\nCompany = "Acme"\neffective = "2024-05-03"\n+++\n',
        "---\nname: &a Acme\ncompany: *a\neffective: 2024-05-03\n---\n",
    ],
)
def test_front_matter_is_read_as_people_write_it(matter: str) -> None:
    """Keys are in any case, and Hugo writes TOML."""
    reading = _read(f"{matter}# A\n\nB.\n")
    assert {key: fact.value for key, fact in reading.facts.items()} == {
        "company": "Acme",
        "effective": "2024-05-03",
    }
    assert reading.text == "A\n\nB."


BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)},' * 9}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("matter", "says"),
    [
        ("tile: A", '"tile" .* did you mean title'),
        ("Efective: 2024-05-03", '"Efective" .* did you mean effective'),
        ("effective_date: 2024-05-03", '"effective_date" .* did you mean effective'),
        ("Title: A\ntitle: B", '"title" stands twice'),
        (f"{BOMB}title: *u", "an alias may repeat one text only"),
        (f"title: {'[' * 5_000}{']' * 5_000}", "nested too deep"),
        ("note: " + "x" * 20_000, "longer than 20,000 characters"),
        ("title: Acme: privacy", "not valid YAML"),
        ("title: [a, b]", "title in its front matter must be one text"),
        ("effective: 2021-01-01\neffective: 2022-01-01", '"effective" is given twice'),
    ],
)
def test_unusable_front_matter_is_refused(matter: str, says: str) -> None:
    """Front matter that cannot be understood is refused in a sentence naming the file."""
    with pytest.raises(UnreadableFile, match=says) as caught:
        _read(f"---\n{matter}\n---\n# A\n\nB.\n")
    assert str(caught.value).startswith("policy.md: ")


def test_front_matter_without_end_is_refused() -> None:
    """A front matter that is never closed does not swallow the policy."""
    with pytest.raises(UnreadableFile, match="has no end"):
        _read("---\ncompany: Acme\n\n# Terms\n\nPay in time.\n")


@pytest.mark.parametrize(
    ("matter", "says"),
    [
        ("company: Acme", "not valid TOML"),
        (f"tags = {'[' * 9_000}", "not valid TOML .*nested too deep"),
        ("title = 5", "title in its front matter must be one text, not 5"),
    ],
)
def test_unusable_toml_is_refused(matter: str, says: str) -> None:
    """What stands between two lines "+++" is TOML, or said to be none."""
    with pytest.raises(UnreadableFile, match=says):
        _read(f"+++\n{matter}\n+++\n# A\n\nB.\n")


def test_a_rule_on_top_is_no_front_matter() -> None:
    """A line across the page on top is a line across the page."""
    assert _read("---\n\n# Terms\n\nPay in time.\n\n---\n").text == "Terms\n\nPay in time."


def test_a_file_without_text_is_refused() -> None:
    """Nothing to answer from is an error, not an empty policy."""
    with pytest.raises(UnreadableFile, match=r"^policy\.md: there is no policy text"):
        _read("---\ncompany: Acme\n---\n![logo](logo.png)\n")


def test_html_inside_markdown_keeps_its_text() -> None:
    """Headings, items, table rows and paragraphs of HTML blocks become blocks of the text."""
    reading = _read(
        "<div><h2>Refunds</h2><p>We pay&nbsp;back:</p><ul><li>calls</li><li>texts</li></ul></div>"
        "\n\n"
        "<table><tr><th>Plan</th><th>Price</th></tr><tr><td>A</td><td>5</td></tr></table>\n\n"
        "<style>p { color: red }</style>\n"
    )
    assert reading.text == ("Refunds\n\nWe pay back:\n- calls\n- texts\n\nPlan: A | Price: 5")
    assert [removed.rule for removed in reading.removed] == ["script or style"]


def test_setext_headings_and_a_sentence_above_a_rule() -> None:
    """An underlined title is a heading; a long paragraph right above a rule is none."""
    reading = _read("Refunds\n=======\n\n" + "We pay back what you did not use. " * 8 + "\n---\n")
    assert [section.trail for section in reading.sections] == [("Refunds",)]


def test_stars_that_mean_something_stay() -> None:
    """A footnote's star and what stars hide are text; pairs left by an exporter are not."""
    reading = _read("# A\n\nFree\\* calls: **now **later, PIN ****1234.\n\n\\* until May\n")
    assert reading.text == "A\n\nFree* calls: now later, PIN ****1234.\n\n* until May"


def test_html_is_read_as_a_page_is() -> None:
    """Lists count, entities are letters, a bold line is a heading; the rest is listed."""
    reading = _read(
        "# Terms\n\n## Fees\n\n<div><b>How you pay</b><ol type=a><li>by card</li><li>by <i>post</i>"
        "</li></ol><!-- old --><script>x()</script><img src=a.png alt=Card></div>\n\nThat is all.\n"
    )

    assert reading.text == (
        "Terms\n\nFees\n\nHow you pay\n\na. by card\nb. by post\n\nThat is all."
    )
    assert reading.sections[-1].trail == ("Terms", "Fees", "How you pay")
    assert [(gone.rule, gone.text) for gone in reading.removed] == [
        ("comment", "old"),
        ("script or style", "x()"),
        ("image", "Card"),
    ]


TAGS = [
    "<b>",
    "</b>",
    "<body>",
    "</html>",
    "<!--",
    "-->",
    "<frameset>",
    "<table>",
    "<td>",
    "x",
    "&",
]


@given(st.lists(st.sampled_from(TAGS)))
def test_any_html_is_read(tags: list[str]) -> None:
    """Markup that is no tree does not stop the reading."""
    assert _read(f"Terms\n\n<div>{''.join(tags)}\n").text.startswith("Terms")


def test_windows_and_utf_16_files_read_alike() -> None:
    """The encoding of a file does not show in its text."""
    source = "# Terms\r\n\r\nIt’s “fair” – pay in time.\r\n"
    texts = {read(source.encode(e), "a.md").text for e in ("utf-8-sig", "utf-16", "cp1252")}
    assert texts == {"Terms\n\nIt’s “fair” – pay in time."}


WORDS = st.lists(st.sampled_from(["we", "keep", "call", "records", "18", "months"]), min_size=1)
LINES = st.tuples(st.sampled_from(["", "# ", "- ", "  - ", "2. ", "> ", "| ", "**"]), WORDS)


@given(st.lists(LINES, min_size=1, max_size=12), st.sampled_from(["\n", "\n\n"]))
def test_no_word_is_lost(lines: list[tuple[str, list[str]]], between: str) -> None:
    """Whatever the marks, the words of the source come out, in order."""
    source = between.join(mark + " ".join(words) for mark, words in lines)
    kept = [word for word in _read(f"# Top\n\n{source}").text.split() if word.isalnum()]
    assert kept[0] == "Top"
    assert kept[1:] == [word for _, words in lines for word in words]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "headings", "last"),
    [
        ("000_*", 14, "What If I have Questions About This policy?"),
        ("002_*", 12, "11. Privacy Policy updates"),
        ("003_*", 19, "How to control cookies"),
        ("004_*", 8, "Questions and Comments"),
    ],
)
def test_seeds(name: str, headings: int, last: str) -> None:
    """The seeds come out with all their headings and without marks, notes or mojibake."""
    path = next((SHARED / "seeds").glob(name))
    reading = read(path.read_bytes(), path.name)
    assert len([section for section in reading.sections if section.trail]) == headings
    assert reading.sections[-1].trail[-1] == last
    assert [removed.rule for removed in reading.removed] == ["archive note"]
    assert not any(mark in reading.text for mark in ("**", "](", "&amp;", "Â", "web.archive.org"))


@pytest.mark.shared
def test_versions_keep_no_marks() -> None:
    """Every policy version of the sample histories reads without leftovers of its markup."""
    for path in sorted((SHARED / "versions").rglob("*.md")):
        text = read(path.read_bytes(), path.name).text
        assert not any(mark in text for mark in ("**", "](", "&rsquo;", "<figure", "Back to top"))


def lines_of(source: str) -> list[str]:
    """Return the lines of a text below its heading."""
    text = read(f"# Policy\n\n{source}".encode(), "policy.md").text
    return [line for line in text.split("\n") if line][1:]


@pytest.mark.parametrize(
    "struck",
    [
        "~~14 days~~",
        "**~~14 days~~**",
        "~~14 **days**~~",
        "<s>14 days</s>",
        "<del>14 *days*</del>",
        '<span style="text-decoration: line-through">14 days</span>',
    ],
)
def test_what_is_struck_through_is_left_out_and_listed(struck: str) -> None:
    """It is not in force: neither a word, nor an item, nor a cell."""
    source = (
        f"# Policy\n\nIn {struck} 28 days {struck}.\n\n- {struck}\n\n|A|B|\n|-|-|\n|{struck}|x|\n"
    )
    reading = read(source.encode(), "policy.md")
    assert reading.text == "Policy\n\nIn 28 days.\nB: x"
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("struck through", "14 days")
    ] * 4


@pytest.mark.parametrize(
    ("opens", "closes", "rule"),
    [("<del>", "</del>", "struck through"), ("<div hidden>", "</div>", "hidden")],
)
def test_tags_around_paragraphs_leave_them_out(opens: str, closes: str, rule: str) -> None:
    """A tag of HTML may open above a paragraph and close below it."""
    source = f"# Policy\n\nOne.\n\n{opens}\n\nOld.\n\n- Item.\n\n{closes}\n\nTwo."
    reading = read(source.encode(), "policy.md")
    assert reading.text == "Policy\n\nOne.\n\nTwo."
    assert [(each.rule, each.text) for each in reading.removed] == [(rule, "Old."), (rule, "Item.")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("14[^1] days\n\n[^1]: In May: 21 days.", ["14[1] days", "[1] In May: 21 days."]),
        ("14[^1] days\n\n[^1]: Never", ["14[1] days", "[1] Never"]),
        ("14[^may] days\n\n[^may]: Never", ["14[1] days", "[1] Never"]),
        ("14<sup>1</sup> days\n\n<sup>1</sup>Never", ["14[1] days", "[1] Never"]),
        ("14[<sup>1</sup>](#n1) days", ["14[1] days"]),
        ("14<sup>[1](#n1)</sup> days", ["14[1] days"]),
        ("14¹ days", ["14¹ days"]),
        ("3 m<sup>2</sup> on the 1<sup>st</sup>", ["3 m² on the 1st"]),
    ],
)
def test_a_raised_mark_is_no_digit_of_what_it_follows(source: str, expected: list[str]) -> None:
    """The mark of a note is told apart, and the note is a paragraph of its own."""
    assert lines_of(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Post: 3 EUR  \nMail: free\\\nDisc: 7 EUR<br>Visit", ["Post: 3 EUR", "Mail: free"]),
        ("- Post  \n  3 EUR\n- Mail", ["- Post", "  3 EUR", "- Mail"]),
        (
            "Goods are sent to you within  \nthree days.",
            ["Goods are sent to you within three days."],
        ),
        ("Wrapped in the\nsource.", ["Wrapped in the source."]),
        ("```\nPost: 3 EUR\n\nMail: free\n```", ["Post: 3 EUR", "Mail: free"]),
    ],
)
def test_a_line_ends_where_its_author_ended_it(source: str, expected: list[str]) -> None:
    """Hard breaks divide the entries of a list of fees; a sentence that was wrapped is one line."""
    assert lines_of(source)[: len(expected)] == expected


def test_details_are_a_section_of_their_own() -> None:
    """What follows them stands under the heading around them; headings in them lie below."""
    source = (
        "# Policy\n\n## Gifts\n\nNone.\n\n<details>\n<summary>Post?</summary>\n\nWe pay.\n\n"
        "### Abroad\n\nYou pay.\n\n</details>\n\nLater.\n\n**Fees?**\n\nFive.\n\n"
        "### Insurance\n\nSix."
    )
    reading = read(source.encode(), "policy.md")
    assert [section.trail[1:] for section in reading.sections] == [
        (),
        ("Gifts",),
        ("Gifts", "Post?"),
        ("Gifts", "Post?", "Abroad"),
        ("Gifts",),
        ("Gifts", "Fees?"),
        ("Gifts", "Insurance"),
    ]
    again = reading.sections[4]
    assert reading.text[again.start : again.end].strip() == "Later."


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("| A | B |\n|-|-|\n| **C** | **D** |\n| 1 | 2 |", ["A C: 1 | B D: 2"]),
        ("| A | B |\n|-|-|\n| 1 | 2 |\n| **3** | **4** |", ["A: 1 | B: 2", "A: 3 | B: 4"]),
        ("| | |\n|-|-|\n| **Fee** | 5 |\n| **Term** | 9 |", ["Fee: 5", "Term: 9"]),
        ("| | A |\n|-|-|\n| **Fee** | 5 |", ["Fee | A: 5"]),
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", ["A: 1 | B: 2"]),
    ],
)
def test_each_row_says_its_headers(table: str, expected: list[str]) -> None:
    """Headers may take two rows, or stand in the first column."""
    assert lines_of(table) == expected


@pytest.mark.parametrize(
    "source",
    [
        "**Lamps**\\\nLamps may be returned within 30 days.",
        "<b>Lamps</b><br>Lamps may be returned within 30 days.",
        '<strong class="x">Lamps</strong><br/>\nLamps may be returned within 30 days.',
        "<b>Lamps</b>\n\nLamps may be returned within 30 days.",
    ],
)
def test_a_bold_line_after_a_section_in_bold_heads_the_sentence_under_it(source: str) -> None:
    """Its text does not stand under the bold line before."""
    reading = _read(f"# Returns\n\n**Shades**\n\nShades may not be returned.\n\n{source}")
    assert [section.trail for section in reading.sections] == [
        ("Returns",),
        ("Returns", "Shades"),
        ("Returns", "Lamps"),
    ]
    assert reading.text.endswith("Lamps\n\nLamps may be returned within 30 days.")


def test_several_bold_lines_of_a_paragraph_head_what_is_under_each() -> None:
    """An address below a bold name is no section."""
    sections = _read(
        "# Returns\n\n**Shades**\n\nNone.\n\n**Lamps**\\\nWe take lamps back.\\\n**Beds**\\\nWe do "
        "not take beds back.\n\n**Contact**\n\n**Acme Ltd**<br>1 High Street<br>London"
    ).sections
    assert [section.trail[-1] for section in sections] == [
        "Returns", "Shades", "Lamps", "Beds", "Contact",
    ]  # fmt: skip


@pytest.mark.parametrize("indent", ["    ", "\t", "        "])
def test_indented_lines_stay_lines(indent: str) -> None:
    """They are no code: lists, marks and wrapped lines in them are read as elsewhere."""
    said = ["Write to:", "", "Acme **Legal** Ltd", "1 High Street", "", "- first", "- second"]
    wrapped = ["We keep what you send us for as long as your", "account is open, and no longer."]
    lines = [f"{indent}{line}" if line else "" for line in (*said, "", *wrapped)]
    assert _read("\n".join(["# Returns", "", *lines, "", "Then wait."])).text.split("\n") == [
        "Returns", "", "Write to:", "", "Acme Legal Ltd", "", "1 High Street", "- first",
        "- second", "", " ".join(wrapped), "", "Then wait.",
    ]  # fmt: skip


def test_lists_that_are_indented_far_below_an_item_stay_lists() -> None:
    """People indent by a tab, or by four or eight blanks, whatever stands above."""
    assert _read("1. Fees\n\n\t\t- first\n\t\t- second\n\n2. Terms").text == (
        "1. Fees\n  - first\n  - second\n2. Terms"
    )


@pytest.mark.parametrize(
    "attributes",
    ["{#contact}", "{#contact .wide}", "{: #contact}", '{.wide data-x="a b"}', "{/* #contact */}"],
)
def test_attribute_lists_are_no_part_of_the_text(attributes: str) -> None:
    """They name and dress what they stand behind, for a site generator."""
    source = (
        f"## Contact {attributes}\n\n[Write]({{{{ url }}}}){{:target=_blank}} to us.\n"
        f"{{: .note}}\n\nFees {attributes}\n----\n\nA {{name}} and {{{{ fee }}}} stay."
    )
    assert _read(source).text == "Contact\n\nWrite to us.\n\nFees\n\nA {name} and {{ fee }} stay."


@pytest.mark.parametrize("indent", ["", "\t", "  "])
@pytest.mark.parametrize(
    "above", ["", "\n", "\n \n\t\n", "\ufeff", "\ufeff\n\ufeff\n", "<!-- A comment -->\n", " "]
)
@pytest.mark.parametrize("mark", ["---", "+++"])
def test_front_matter_may_be_indented_or_stand_lower(indent: str, above: str, mark: str) -> None:
    """Blank lines, a byte order mark and a comment may stand above it; none of it is policy."""
    company = 'company = "Acme"' if mark == "+++" else '"Company" : Acme'
    source = f"{above}{mark}\n{indent}{company}\n{mark}\n\n# Terms\n\nFees are 5 EUR."
    reading = _read(source)
    assert reading.text == "Terms\n\nFees are 5 EUR."
    assert reading.facts["company"].value == "Acme"


@pytest.mark.parametrize("source", ["\n---\ncompany: Acme\n\nFees.", "---\n\tcompany: Acme\nFees."])
def test_front_matter_without_end_is_refused_wherever_it_stands(source: str) -> None:
    """Its keys do not become policy text."""
    with pytest.raises(UnreadableFile, match="has no end"):
        _read(source)


def test_text_between_two_rules_is_no_front_matter() -> None:
    """Below a blank line, only what a policy declares tells front matter from text."""
    assert (
        _read("\n---\nWe sell: lamps.\n\n---\n\nAnd more.").text == "We sell: lamps.\n\nAnd more."
    )


@pytest.mark.parametrize(
    "part",
    [
        ":::note[Who]\nAll customers.\n:::",
        "::: details Who\nAll customers.\n:::",
        '<TabItem value="a" label="Who" default>\n\n    All customers.\n\n</TabItem>',
        '{{< tab "Who" >}}\nAll customers.\n{{< /tab >}}',
        '{{% expand title="Who" %}}\nAll customers.\n{{% /expand %}}',
        '{% tab title="Who" %}\nAll customers.\n{% endtab %}',
        '!!! note "Who"\n    All customers.',
        '=== "Who"\n\n    All customers.\n',
    ],
)
def test_parts_with_a_title_are_sections_that_end(part: str) -> None:
    """As site generators write tabs, notes and what a click opens."""
    reading = _read(f"# Terms\n\n{part}\n\nAfter all.")
    assert [(s.trail, reading.text[s.start : s.end].split()) for s in reading.sections] == [
        (("Terms",), ["Terms"]),
        (("Terms", "Who"), ["Who", "All", "customers."]),
        (("Terms",), ["After", "all."]),
    ]


@pytest.mark.parametrize("mark", ['{{% alert "Who pays?" %}}', '{{< note title="Who pays?" >}}'])
def test_words_that_a_mark_of_a_site_generator_says_head_its_part(mark: str) -> None:
    """Whatever it is called; a single word may be its kind."""
    end = "{% endalert %}" if "alert" in mark else "{{< /note >}}"
    mark = mark.replace("{{%", "{%").replace("%}}", "%}")
    found = [
        _read(f"# Terms\n\n{one}\nWe do.\n{end}\n\nAfter.").sections
        for one in (mark, mark.replace("Who pays?", "warning"))
    ]
    assert [[section.trail for section in sections] for sections in found] == [
        [("Terms",), ("Terms", "Who pays?"), ("Terms",)],
        [("Terms",)],
    ]


def test_what_stands_between_two_marks_on_a_line_stays() -> None:
    """On a line of their own, or in a sentence."""
    reading = _read(
        '# Terms\n\n{{< note "x" >}}Members: 60 days.{{< /note >}}\n\n'
        '{% hint style="info" %}Fees: 5 EUR.{% endhint %}\n\n'
        "Pay {{% bold %}}nine{{% /bold %}} EUR.\n\n"
        '{{< details "Who pays?" >}}We do.{{< /details >}}\n\n'
        "Write {% raw %}{% hint %}so{% endhint %}{% endraw %} or `{% hint %}so{% endhint %}`.\n"
    )
    assert [line for line in reading.text.split("\n") if line] == [
        "Terms", "Members: 60 days.", "Fees: 5 EUR.", "Pay nine EUR.", "Who pays?", "We do.",
        "Write {% raw %}{% hint %}so{% endhint %}{% endraw %} or {% hint %}so{% endhint %}.",
    ]  # fmt: skip
    assert [section.trail for section in reading.sections] == [
        ("Terms",), ("Terms", "Who pays?"), ("Terms",)
    ]  # fmt: skip


def test_marks_of_site_generators_without_a_title_say_nothing() -> None:
    """Text is kept, also where it looks like a mark; what is left out is listed."""
    reading = _read(
        "import A from './a';\n\n# Terms\n\n:::warning\nFees apply.\n:::\n\n{{< toc >}}\n\n"
        "> [!NOTE]\n> Keep it.\n\nimport duties are the buyer's, not 'ours'.\n\n!!! NOW\nPay.\n\n"
        "Term\n: Meaning\n\n{/* unseen */}\n\n```\n::: note\n```\n"
    )
    assert reading.text == (
        "Terms\n\nFees apply.\n\nKeep it.\n\nimport duties are the buyer's, not 'ours'.\n\n"
        "!!! NOW Pay.\n\nTerm\n- Meaning\n\n::: note"
    )
    assert [(each.rule, each.text) for each in reading.removed] == [
        ("script or style", "import A from './a';"),
        ("tag of a site generator", "{{< toc >}}"),
        ("comment", "unseen"),
    ]


def test_properties_stay_lines() -> None:
    """As Notion writes them; wrapped prose with a colon in it stays one paragraph."""
    source = (
        "# Remote work\n\nOwner: Ada Brook\nTags: HR, Policy\n\nNote: you may work\nfrom anywhere\n"
    )
    assert read(source.encode(), "a.md").text.split("\n\n") == [
        "Remote work", "Owner: Ada Brook", "Tags: HR, Policy", "Note: you may work from anywhere",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "matter",
    [
        '+++\ntitle = "Hire"\n[params]\ncompany = "Oakline"\neffective = 2024-02-01\n+++',
        '+++\ntitle = "Hire"\n[extra]\nCompany = "Oakline"\neffective = 2024-02-01\n+++',
        "---\ntitle: Hire\nparams:\n  company: Oakline\n  effective: 2024-02-01\n---",
        '+++\ntitle = "Hire"\ncompany = "Oakline"\neffective = 2024-02-01\n'
        '[params]\ncompany = "Theme Makers"\n+++',
    ],
)
def test_what_a_site_adds_to_its_front_matter_may_be_fields_of_a_policy(matter: str) -> None:
    """Those at the top go before."""
    facts = read(f"{matter}\n\nBoats are hired by the day.\n".encode(), "a.md").facts
    assert {name: fact.value for name, fact in facts.items()} == {
        "title": "Hire", "company": "Oakline", "effective": "2024-02-01",
    }  # fmt: skip
