"""The catalog: whose policy, which policy, from when until when, and where each value came from."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.canonical import has_heading
from qabot.catalog.drafts import is_unnamed
from qabot.catalog.identify import identify
from qabot.errors import BadInput, UnreadableFile
from qabot.readers.html import html_reader as html
from qabot.readers.markdown import markdown_reader as markdown
from qabot.readers.plain_text import plain_text_reader as text
from qabot.records import Fact, Reading, Version

SHARED = Path(__file__).resolve().parents[3] / "shared"

POLICY = """\
# Larkline Privacy Policy

Last updated June 10, 2021

Larkline Inc. is committed to your privacy. We at Larkline keep little.
"""


def _write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def _read(path: Path) -> tuple[Path, Reading]:
    readers: dict[str, Callable[[bytes, str], Reading]] = {
        ".md": markdown.read,
        ".txt": text.read,
    }
    return path, readers[path.suffix](path.read_bytes(), str(path))


def _identify(*paths: Path) -> list[Version]:
    return identify([_read(path) for path in paths])


def test_a_title_in_capitals_is_shown_calmly(tmp_path: Path) -> None:
    """A text's first heading too; a name that the text writes in capitals keeps them."""
    source = "WORKING FROM HOME AT KLMN\n\nStaff of KLMN get a screen and a chair.\n"
    [version] = _identify(_write(tmp_path / "home.txt", source))
    assert version.title == "Working From Home at KLMN"


def test_end_of_a_longer_name_is_no_company(tmp_path: Path) -> None:
    """A title's last word is none where the text has it in its company's name alone."""
    source = (
        "# Terms of Parking\n\nWe at Larkfield Parking charge. Larkfield Parking Ltd is liable.\n"
    )
    [version] = _identify(_write(tmp_path / "parking.md", source))
    assert version.company == "Larkfield Parking"


def test_title_goes_on_with_the_name_of_the_file(tmp_path: Path) -> None:
    """A file may be named by the first word of its company, whose policy it is all the same."""
    source = "Northgate Parking Privacy Policy\n\nCameras read the plate of every vehicle.\n"
    [version] = _identify(_write(tmp_path / "northgate-privacy.txt", source))
    assert (version.company, version.policy) == ("Northgate Parking", "northgate-parking/privacy")


def test_detection_from_the_text_alone(tmp_path: Path) -> None:
    """Company, title, kind and date are found in the text, and each origin is told."""
    [version] = _identify(_write(tmp_path / "scan-17.md", POLICY))
    assert (version.id, version.company) == ("larkline/privacy@2021-06-10", "Larkline")
    assert version.title == "Larkline Privacy Policy"
    assert version.aliases == ("Larkline Inc.",)
    assert version.origins == {
        "company": 'text: "Larkline Privacy Policy"',
        "effective": 'text: "Last updated June 10, 2021"',
        "policy": "its title",
        "title": 'text: "Larkline Privacy Policy"',
    }


def test_front_matter_goes_before_catalog_yaml_and_this_before_the_text(tmp_path: Path) -> None:
    """Per field the first that states it wins, and the origin says which."""
    path = _write(tmp_path / "a.md", f"---\ncompany: larkline.example\n---\n{POLICY}")
    _write(
        tmp_path / "catalog.yaml",
        '"*": {company: Other, url: "https://larkline.example/privacy", aliases: [LL]}\n'
        "a.md: {effective: 1 May 2020, title: Our privacy}\n",
    )
    [version] = _identify(path)
    assert version.company == "larkline.example"
    assert version.effective_from == date(2020, 5, 1)
    assert version.title == "Our privacy"
    assert version.url == "https://larkline.example/privacy"
    assert version.aliases[0] == "LL"
    assert version.policy == "larkline-example/privacy"
    assert version.origins["company"] == "front matter"
    assert version.origins["effective"] == version.origins["url"] == "catalog.yaml"


def test_a_page_states_company_title_and_address(tmp_path: Path) -> None:
    """What a page's head states goes before its text, and the site's name leaves the title."""
    path, reading = _read(_write(tmp_path / "page.md", "# Hello\n\nLarkline keeps little.\n"))
    facts = {
        "title": Fact("Privacy Policy | Larkline", "title element"),
        "url": Fact("https://www.larkline.example/p", "canonical link"),
    }
    [version] = identify([(path, replace(reading, facts=facts))])
    assert (version.id, version.company) == ("larkline/privacy", "Larkline")
    assert version.title == "Privacy Policy"
    assert version.origins["title"] == "title element"
    assert version.aliases == ("larkline.example",)


def test_a_relative_canonical_link_is_no_address(tmp_path: Path) -> None:
    """A page's own slip does not stop a build; the version has no address then."""
    path, reading = _read(_write(tmp_path / "page.md", POLICY))
    facts = {"url": Fact("/privacy", "canonical link")}
    [version] = identify([(path, replace(reading, facts=facts))])
    assert version.url is None


@pytest.mark.parametrize("origin", ["canonical link", "front matter"])
def test_blanks_in_an_address_are_encoded(tmp_path: Path, origin: str) -> None:
    """As a browser does; a host that holds one is none."""
    path, reading = _read(_write(tmp_path / "page.md", POLICY))
    facts = {"url": Fact('https://a.example/our terms?q="x"#b%20c', origin)}
    [version] = identify([(path, replace(reading, facts=facts))])
    assert version.url == "https://a.example/our%20terms?q=%22x%22#b%20c"


@pytest.mark.parametrize(
    "url", ["https://a b.example/terms", "https://a.example/x https://b.example"]
)
def test_an_address_whose_blanks_divide_it_is_none(tmp_path: Path, url: str) -> None:
    """A page's own is passed over, one that is declared is refused."""
    path, reading = _read(_write(tmp_path / "page.md", POLICY))
    [version] = identify([(path, replace(reading, facts={"url": Fact(url, "canonical link")}))])
    assert version.url is None
    with pytest.raises(UnreadableFile, match="no web address"):
        identify([(path, replace(reading, facts={"url": Fact(url, "front matter")}))])


def test_no_address_may_be_declared(tmp_path: Path) -> None:
    """Then the address that the text gives is passed over."""
    text = "# Terms\n\nPublished at https://a.example/terms\n\nLark Line pays.\n"

    [found] = _identify(_write(tmp_path / "terms.md", text))
    [none] = _identify(_write(tmp_path / "none.md", f"---\nurl: None\n---\n{text}"))

    assert (found.url, none.url) == ("https://a.example/terms", None)


def test_a_folder_of_dated_files_is_one_policy(tmp_path: Path) -> None:
    """Files named by a date are versions of the policy that their folder is named after."""
    folder = tmp_path / "lark-line-refund-policy"
    versions = _identify(
        _write(folder / "2021-03-01.md", "# When we pay\n\nLark Line pays.\n"),
        _write(folder / "2019-12-31.md", "# A refund policy\n\nLast updated 1 May 2018\n\nNo.\n"),
    )
    assert [version.id for version in versions] == [
        "lark-line/refund@2019-12-31",
        "lark-line/refund@2021-03-01",
    ]
    assert {version.company for version in versions} == {"Lark Line"}
    assert [version.effective_until for version in versions] == [date(2021, 3, 1), None]
    assert versions[0].origins["company"] == "folder name"
    assert versions[0].origins["effective"] == "file name"


def test_the_archives_day_is_the_last_resort_for_a_date(tmp_path: Path) -> None:
    """Without a date in the text, the day on which it was archived counts."""
    note = (
        "> *The following text was archived on 2017-10-06. See the [snapshot]"
        "(https://web.archive.org/web/20171006005624id_/http%3A//www.larkline.com/p).*\n\n"
    )
    undated = POLICY.replace("Last updated June 10, 2021", "")
    dated, archived = (
        _identify(_write(tmp_path / "a.md", note + content))[0] for content in (POLICY, undated)
    )
    assert dated.effective_from == date(2021, 6, 10)
    assert archived.effective_from == date(2017, 10, 6)
    assert archived.origins["effective"] == "archive note"
    assert archived.url == "http://www.larkline.com/p"
    assert archived.aliases == ("Larkline Inc.", "larkline.com")


def test_file_names_are_the_last_resort(tmp_path: Path) -> None:
    """Where nothing else tells, the file's name does."""
    [version] = _identify(_write(tmp_path / "lark-line-refund-policy.txt", "WE PAY\n\nin time.\n"))
    assert version.company == "Lark Line"
    assert version.origins["company"] == "file name"
    assert version.effective_from is None
    assert version.id == version.policy


def test_companies_are_unified_by_form_and_by_domain(tmp_path: Path) -> None:
    """One company has one name: the declared one, letter by letter."""
    declared = "---\ncompany: LARKLINE inc\ntitle: Terms of Use\nurl: https://larkline.com/t\n---\n"
    versions = _identify(
        _write(tmp_path / "a.md", POLICY),
        _write(tmp_path / "b.md", f"{declared}# Terms\n\nPay in time.\n"),
        _write(
            tmp_path / "c.md",
            "---\ntitle: Refund policy\nurl: https://help.larkline.com/r\n---\n# R\n\nWe pay.\n",
        ),
    )
    assert {version.company for version in versions} == {"LARKLINE inc"}
    assert [version.policy for version in versions] == [
        "larkline-inc/privacy",
        "larkline-inc/refund",
        "larkline-inc/terms",
    ]


def test_declared_companies_on_one_domain_stay_apart(tmp_path: Path) -> None:
    """Two companies that share a site remain two when they are declared."""
    head = "---\ncompany: {}\nurl: https://group.example/{}\n---\n# Terms\n\nPay.\n"
    versions = _identify(
        _write(tmp_path / "a.md", head.format("Larkline", "l")),
        _write(tmp_path / "b.md", head.format("Nexus", "n")),
    )
    assert [version.company for version in versions] == ["Larkline", "Nexus"]


def test_an_undated_version_ends_where_the_dated_one_begins(tmp_path: Path) -> None:
    """A version without a date was in force until the first that has one."""
    first, second = _identify(
        _write(tmp_path / "old.md", POLICY.replace("Last updated June 10, 2021", "")),
        _write(tmp_path / "new.md", POLICY),
    )
    assert (first.id, first.effective_from) == ("larkline/privacy", None)
    assert first.effective_until == second.effective_from == date(2021, 6, 10)


def test_pages_with_equal_titles_are_named_after_their_files(tmp_path: Path) -> None:
    """Undated pages of one title are different policies, not versions of one."""
    head = "---\ncompany: Larkline\n---\n# Overview\n\n"
    versions = _identify(
        _write(tmp_path / "calls.md", f"{head}On calls.\n"),
        _write(tmp_path / "texts.md", f"{head}On texts.\n"),
    )
    assert [version.policy for version in versions] == ["larkline/calls", "larkline/texts"]


def test_dated_pages_at_other_addresses_are_no_versions(tmp_path: Path) -> None:
    """Pages of one vague title at two addresses do not replace one another."""
    page = "---\ncompany: Larkline\nurl: https://larkline.com/{0}\neffective: 202{1}-01-01\n---\n"
    versions = _identify(
        _write(tmp_path / "calls.md", page.format("c", 0) + "# Overview\n\nOn calls.\n"),
        _write(tmp_path / "texts.md", page.format("t", 1) + "# Overview\n\nOn texts.\n"),
    )
    assert {version.effective_until for version in versions} == {None}


def test_one_text_twice_is_refused(tmp_path: Path) -> None:
    """Two files with one text are refused, both named."""
    a, b = _write(tmp_path / "a.md", POLICY), _write(tmp_path / "b.md", POLICY)
    with pytest.raises(BadInput, match="delete one") as caught:
        _identify(a, b)
    assert str(a) in str(caught.value)
    assert str(b) in str(caught.value)


def test_two_texts_for_one_day_are_refused(tmp_path: Path) -> None:
    """Two different texts cannot both be the version of one day."""
    a, b = _write(tmp_path / "a.md", POLICY), _write(tmp_path / "b.md", POLICY + "\nMore.\n")
    with pytest.raises(
        BadInput, match=r"one version of larkline/privacy, in force from 2021-06-10; give"
    ):
        _identify(a, b)


def test_files_of_one_name_in_two_folders_are_refused(tmp_path: Path) -> None:
    """When not even the file's name tells two policies apart, both files are named."""
    head = "---\ncompany: Larkline\n---\n# Overview\n\n"
    paths = [_write(tmp_path / name / "page.md", f"{head}On {name}.\n") for name in ("a", "b")]
    with pytest.raises(BadInput, match="one version of larkline/page, undated; give one of them"):
        _identify(*paths)


@pytest.mark.parametrize("day", ["soon", "31 February 2021", "2021-01-01 or 2022-01-01"])
def test_an_unusable_declared_date_is_refused(tmp_path: Path, day: str) -> None:
    """A declared date that is not one day stops the build and names file and value."""
    path = _write(tmp_path / "a.md", f"---\neffective: {day}\n---\n{POLICY}")
    with pytest.raises(UnreadableFile, match=day) as caught:
        _identify(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("matter", "says"),
    [
        ("url: javascript:alert(1)", "no web address"),
        ("policy: nexus/privacy", "is of another company than the file, Larkline; write"),
    ],
)
def test_unusable_declarations_are_refused(tmp_path: Path, matter: str, says: str) -> None:
    """Addresses that cannot be linked to, and policies of others, are refused."""
    path = _write(tmp_path / "a.md", f"---\n{matter}\n---\n{POLICY}")
    with pytest.raises(UnreadableFile, match=says):
        _identify(path)


def test_a_name_that_is_no_date_is_refused(tmp_path: Path) -> None:
    """A file named like a date that does not exist is refused."""
    with pytest.raises(UnreadableFile, match="rename it"):
        _identify(_write(tmp_path / "2021-02-31.md", POLICY))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("a.md: {colour: red}", "unknown key 'colour'"),
        ("a.md: {company: [A, B]}", "write one text"),
        ("a.md: {aliases: LL}", "write a list of names"),
        ("a.md: Larkline", "says nothing of the file"),
        ("b.md: {company: Larkline}", 'no file "b.md"'),
        ("a.md: {company: A}\na.md: {company: B}", "given twice"),
        ("- a.md", "not one entry a file"),
        ("a.md: {company: : A", "not valid YAML"),
    ],
)
def test_an_unusable_catalog_is_refused(tmp_path: Path, rows: str, says: str) -> None:
    """Slips in catalog.yaml are refused in a sentence that names it."""
    path = _write(tmp_path / "a.md", POLICY)
    _write(tmp_path / "catalog.yaml", rows)
    with pytest.raises(BadInput, match=says) as caught:
        _identify(path)
    assert str(caught.value).startswith(str(tmp_path / "catalog.yaml"))


def test_policies_may_be_declared_with_or_without_the_company(tmp_path: Path) -> None:
    """ "larkline/privacy" and "Privacy policy" declare the same policy."""
    for declared in ("larkline/privacy", "Privacy policy", "privacy"):
        path = _write(tmp_path / "a.md", f"---\npolicy: {declared}\n---\n{POLICY}")
        assert _identify(path)[0].policy == "larkline/privacy"


READINGS = [
    (
        Path(f"{name}-{day}.md"),
        markdown.read(
            POLICY.replace("Larkline", name).replace("10, 2021", f"{day}, 2021").encode(), "a.md"
        ),
    )
    for name in ("Larkline", "Nexus")
    for day in (10, 11, 12)
]


@given(st.permutations(READINGS))
def test_the_order_of_files_does_not_matter(readings: list[tuple[Path, Reading]]) -> None:
    """Versions come out the same whatever the order of the files, and follow one another."""
    versions = identify(readings)
    assert versions == identify(READINGS)
    for before, after in pairwise(versions):
        if before.policy == after.policy:
            assert before.effective_until == after.effective_from
        else:
            assert before.effective_until is None


@pytest.mark.shared
def test_seeds() -> None:
    """The seeds are five versions of four policies, with nothing declared."""
    versions = _identify(*sorted((SHARED / "seeds").glob("*.txt")))
    assert [(version.id, version.company) for version in versions] == [
        ("bulksms/privacy@2017-10-06", "BulkSMS"),
        ("nexmo/privacy@2015-03-12", "Nexmo"),
        ("nymgo/privacy@2012-03-14", "Nymgo"),
        ("vonage/privacy@2018-05-23", "Vonage"),
        ("vonage/privacy@2021-06-10", "Vonage"),
    ]
    assert [version.url for version in versions][2:] == [
        "http://nymgo.com/EN/privacy-policy",
        "https://www.vonage.com/privacy-policy",
        "https://www.vonage.com/legal/privacy-policy/",
    ]
    assert not any("exmo" in alias for version in versions[3:] for alias in version.aliases)


@pytest.mark.shared
def test_version_histories() -> None:
    """Every file of a history is a version from the date of its name to that of the next."""
    versions = _identify(*sorted((SHARED / "versions").rglob("*.md")))
    assert {version.policy for version in versions} == {"basecamp/refund", "viber/privacy"}
    for version in versions:
        assert Path(version.file).stem == str(version.effective_from)
    assert [version.effective_until for version in versions].count(None) == 2


@pytest.mark.shared
def test_declared_companies() -> None:
    """Companies declared as domains stay letter by letter, each with one privacy policy."""
    versions = _identify(*sorted((SHARED / "eval/policyqa-dev/policies").glob("*.md")))
    assert len(versions) == 20
    for version in versions:
        assert version.company == Path(version.file).stem
        assert version.policy.endswith("/privacy")


@pytest.mark.shared
def test_many_pages_of_one_site() -> None:
    """Every third page of guidance is a policy, none taken for a version of another."""
    read = import_module("qabot.readers.html.html_reader").read
    paths = sorted((SHARED / "eval/feedbackqa-dev/policies").glob("*.html"))[::3]
    versions = identify([(path, read(path.read_bytes(), str(path))) for path in paths])
    assert len({version.policy for version in versions}) == len(versions) == 53


def test_an_alias_that_is_another_companys_name_is_refused(tmp_path: Path) -> None:
    """The sentence names the catalog, the alias, both sides and the way out."""
    _write(tmp_path / "catalog.yaml", "a.md: {company: Larkline, aliases: [Larkpost Inc.]}\n")
    paths = [_write(tmp_path / "a.md", POLICY)]
    paths.append(_write(tmp_path / "b.md", f"---\ncompany: Larkpost\n---\n{POLICY}"))
    with pytest.raises(BadInput) as refused:
        _identify(*paths)
    assert str(refused.value) == (
        f'{tmp_path / "catalog.yaml"}: the alias "Larkpost Inc." of Larkline is the name of the '
        f"company that {paths[1]} is of; delete the alias, or give both files one company."
    )


@pytest.mark.parametrize(
    ("one", "other"), [("Smith & Co", "Smith Co"), ("Acme, Inc", "Acme-Inc"), ("Foo AG", "Foo-AG")]
)
def test_two_companies_have_no_policy_in_common(tmp_path: Path, one: str, other: str) -> None:
    """Names that differ, but not in the ids of policies, would make one history of two texts."""
    paths = [
        _write(
            tmp_path / f"{place}.md", f"---\ncompany: {name}\neffective: 202{place}-01-01\n---\n# P"
        )
        for place, name in enumerate((one, other))
    ]
    with pytest.raises(BadInput, match="differ too little to be two companies"):
        _identify(*paths)


@pytest.mark.parametrize("name", ["\U0001f642", "+", "_", "\u200b"])
def test_company_has_a_letter(tmp_path: Path, name: str) -> None:
    """All names without one would be the same company's."""
    with pytest.raises(UnreadableFile, match="has no letter and no digit"):
        _identify(_write(tmp_path / "a.md", f'---\ncompany: "{name}"\n---\n{POLICY}'))


def test_the_name_of_the_mail_addresses_is_an_alias(tmp_path: Path) -> None:
    """A company that signs with another legal name, at its own domain, is known by it."""
    text = f"{POLICY}\nWrite to privacy@harbourworks.example or to Harbour Works LLC, 1 Quay.\n"
    [version] = _identify(_write(tmp_path / "a.md", text))
    assert version.aliases == ("Larkline Inc.", "Harbour Works")


def _page(path: Path, *, head: str = "", body: str, lang: str = "") -> tuple[Path, Reading]:
    attribute = f' lang="{lang}"' if lang else ""
    markup = f"<html{attribute}><head>{head}</head><body><main>{body}</main></body></html>"
    return path, html.read(markup.encode(), str(path))


@pytest.mark.parametrize(
    ("lang", "url", "day"),
    [
        ("en-GB", "", date(2024, 4, 3)),
        ("de", "", date(2024, 4, 3)),
        ("en-US", "", date(2024, 3, 4)),
        ("en-US", "https://larkline.co.uk/p", date(2024, 3, 4)),
        ("", "https://larkline.co.uk/p", date(2024, 4, 3)),
        ("en", "https://larkline.de/p", date(2024, 4, 3)),
        ("en", "", None),
        ("en", "https://larkline.com/p", None),
        ("", "https://larkline.io/p", None),
        ("no such language", "", None),
    ],
)
def test_day_or_month_first_by_language_and_country(lang: str, url: str, day: date | None) -> None:
    """The page's language settles what 03/04/2024 means, else its country; else it stays open."""
    link = f'<link rel="canonical" href="{url}">' if url else ""
    body = "<h1>Larkline Privacy Policy</h1><p>Last updated: 03/04/2024</p><p>We keep little.</p>"
    [version] = identify([_page(Path("page.html"), head=link, body=body, lang=lang)])
    assert version.effective_from == day
    if day is None:
        assert version.origins["undated"] == (
            'text: "Last updated: 03/04/2024", which can be 4 March 2024 or 3 April 2024'
        )


@pytest.mark.parametrize(
    ("lang", "head", "day"),
    [
        ("", '<meta property="og:locale" content="en_GB">', date(2024, 4, 3)),
        ("en", '<meta property="og:locale" content="en_GB">', date(2024, 4, 3)),
        ("en", '<meta http-equiv="Content-Language" content="en-US">', date(2024, 3, 4)),
        ("en-GB", '<meta property="og:locale" content="en_US">', date(2024, 4, 3)),
        ("en", '<meta property="og:locale" content="de_DE">', None),
    ],
)
def test_a_tag_of_the_head_tells_the_country_of_a_page(
    lang: str, head: str, day: date | None
) -> None:
    """Where the page's own language names none, and is the same."""
    body = "<h1>Larkline Privacy Policy</h1><p>Last updated: 03/04/2024</p><p>We keep little.</p>"
    [version] = identify([_page(Path("page.html"), head=head, body=body, lang=lang)])
    assert version.effective_from == day


@pytest.mark.parametrize(
    ("matter", "company", "day"),
    [
        ("---\ncompany: Larkline\n...", "Larkline", None),
        ('{\n "company": "Larkline",\n "effective": "2024-04-03"\n}', "Larkline", "2024-04-03"),
        ("---\ncompany: ~\n---", None, None),
        ("---\ncompany: Larkline\nlast_updated: 2024-04-03\n---", "Larkline", "2024-04-03"),
        ('+++\ncompany = "Larkline"\nlastmod = 2024-04-03\n+++', "Larkline", "2024-04-03"),
        ("---\ncompany: Larkline\nupdated: soon\n---", "Larkline", None),
        ("{ company }", None, None),
    ],
)
def test_front_matter_as_site_generators_have_it(
    tmp_path: Path, matter: str, company: str | None, day: str | None
) -> None:
    """An end of three dots, JSON, nothing as a value, and the day that the file was changed on."""
    text = f"{matter}\n# Hire Policy\n\nWe hire tools out.\n"
    [version] = _identify(_write(tmp_path / "hire.md", text))
    assert is_unnamed(version.company) if company is None else version.company == company
    assert version.effective_from == (day and date.fromisoformat(day))
    assert version.text.endswith("Hire Policy\n\nWe hire tools out.")


def test_the_day_that_a_text_announces_goes_before_that_of_its_file(tmp_path: Path) -> None:
    """A site generator changes its file whenever it likes."""
    text = f"---\nlast_updated: 2024-04-03\n---\n{POLICY}"
    [version] = _identify(_write(tmp_path / "a.md", text))
    assert version.effective_from == date(2021, 6, 10)


def test_an_impossible_date_in_a_file_name_is_told(tmp_path: Path) -> None:
    """It is no date, and the origin says so."""
    text = POLICY.replace("Last updated June 10, 2021\n", "")
    [version] = _identify(_write(tmp_path / "privacy 2024-02-31.md", text))
    assert version.effective_from is None
    assert version.origins["undated"] == 'file name: "2024-02-31" is no day of the calendar'


def test_another_date_of_the_file_settles_the_order(tmp_path: Path) -> None:
    """Where the text has 25/03/2021, its writer puts the day first, whatever the language."""
    text = POLICY.replace("June 10, 2021", "03/04/2024") + "\nThe policy of 25/03/2021 is void.\n"
    [version] = _identify(_write(tmp_path / "a.md", text))
    assert version.effective_from == date(2024, 4, 3)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ('Last updated: <time datetime="2024-04-03">03/04/2024</time>', (2024, 4, 3)),
        ('Effective <b>from</b> <time datetime="2024-04-03T00:00Z">Easter</time>', (2024, 4, 3)),
        ('Posted in news <time datetime="2024-04-03">a year ago</time>', None),
        ('<i><time datetime="2024-04-03">A year ago</time></i> <i>Updated</i>', (2024, 4, 3)),
        (
            '<time datetime="2023-01-01">x</time> <i>Updated</i> '
            '<time datetime="2024-04-03">y</time>',
            (2024, 4, 3),
        ),
        ('<i><time datetime="2024-04-03">A year ago</time></i> <i>Comments</i>', None),
        ('<time datetime="2024-04-03">A year ago</time> <h2>Terms in force</h2>', None),
        ('Last updated 1 May 2023. <time datetime="2024-04-03">Today</time>', (2023, 5, 1)),
    ],
)
def test_the_time_that_a_page_gives_for_machines(
    said: str, day: tuple[int, int, int] | None
) -> None:
    """It counts where it is announced, and settles what is unclear to people."""
    [version] = identify([_page(Path("p.html"), body=f"<h1>Privacy Policy</h1><p>{said}</p>")])
    assert version.effective_from == (day and date(*day))


def test_the_heading_of_a_page_tells_which_part_of_its_title_is_its_own() -> None:
    """What stands beside it is the place where a site keeps it."""
    title, body = "<title>Sick leave - HR - Wiki</title>", "<h1>Sick leave</h1><p>Ten days.</p>"
    [version] = identify([_page(Path("p.html"), head=title, body=body)])
    assert version.title == "Sick leave"


def test_an_impossible_date_is_told(tmp_path: Path) -> None:
    """A date that no calendar has is no date, and the origin says so."""
    text = POLICY.replace("June 10, 2021", "31 February 2021")
    [version] = _identify(_write(tmp_path / "a.md", text))
    assert version.effective_from is None
    assert version.origins["undated"] == (
        'text: "Last updated 31 February 2021", which is no day of the calendar'
    )


def test_dates_in_file_names_are_the_last_resort(tmp_path: Path) -> None:
    """Versions that differ in the date of their names alone follow one another."""
    undated = POLICY.replace("Last updated June 10, 2021", "")
    versions = _identify(
        _write(tmp_path / "privacy-2021-06-10.md", undated),
        _write(tmp_path / "privacy_20230301.md", undated + "\nMore.\n"),
        _write(tmp_path / "privacy-2024-01-01.md", POLICY.replace("2021", "2022")),
    )
    days = [version.effective_from for version in versions]
    assert days == [date(2021, 6, 10), date(2022, 6, 10), date(2023, 3, 1)]
    assert versions[0].origins["effective"] == "file name"


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("# Privacy Policy of Larkline S.A.\n\nWe keep data.", "Larkline"),
        ("# Terms of Use – Lark Line\n\nPay.", "Lark Line"),
        ("# Refunds | Lark & Sons\n\nWe pay.", "Lark & Sons"),
        ("# Hire terms - Lark Line Ltd\n\nPay.", "Lark Line"),
        (
            "# Lark & Wren's Pantry Terms of Sale\n\nLark & Wren's Pantry sells.",
            "Lark & Wren's Pantry",
        ),
        ("# Datenschutzerklärung der Lerche GmbH\n\nWir speichern.", "Lerche"),
        ("# Returns\n\nThis website is operated by Lark Line Ltd.", "Lark Line"),
        ("# Returns\n\nLark Line Ltd (“we”) sells tools.", "Lark Line"),
        ('# Returns\n\nLark Line Ltd ("Lark", "we", "us") sells tools.', "Lark Line"),
        ("# Returns\n\nWe, Lark & Co. Ltd, take back goods.", "Lark & Co"),
        ("# Returns\n\nO'Lark's Ltd is the controller.", "O'Lark's"),
        ("# Returns\n\nA contract between you and Lark Line B.V. and more.", "Lark Line"),
        ("# Returns\n\nLark Line is a trading name of Wren Holdings plc.", "Lark Line"),
        (
            "# Returns\n\nPay.\n\nCopyright © 2019-2024 Lark Line Ltd. All rights reserved.",
            "Lark Line",
        ),
        ("# LARK LINE PRIVACY POLICY\n\nLARK LINE PLC\n\nWe keep data.", "Lark Line"),
        ("# LLX PRIVACY POLICY\n\nAt LLX we keep data.", "LLX"),
        ("# Hire Policy\n\nAt Lark & Line, we rent tools. Lark & Line will help.", "Lark & Line"),
    ],
)
def test_usual_ways_to_name_the_company(tmp_path: Path, text: str, company: str) -> None:
    """Titles, legal notices and copyright lines name the company, however its name is written."""
    [version] = _identify(_write(tmp_path / "todo.md", text))
    assert version.company == company
    assert version.origins["company"].startswith("text")


@pytest.mark.parametrize(
    ("notice", "company"),
    [
        ("Impressum: Angaben gemäß § 5 DDG Lerche GmbH, Am Markt 1", "Lerche"),
        ("## Impressum\n\nAngaben gemäß § 5 TMG\n\nBäckerei Lerche e.K.", "Bäckerei Lerche"),
        ("Verantwortlicher im Sinne der DSGVO ist die Lerche & Söhne KG.", "Lerche & Söhne"),
        ("Verantwortlich für die Daten ist:\n\nÄrzte Haus UG (haftungsbeschränkt)", "Ärzte Haus"),
        ("Der Vertrag kommt zustande mit der Lerche GmbH & Co. KG.", "Lerche"),
        ("Verträge zwischen der Lerche eG (nachfolgend „Anbieter“) und Kunden", "Lerche"),
        ("Mentions légales : le site est édité par la société Alouette SAS.", "Alouette"),
        ("Éditeur : Étoile du Nord SARL\n\nHébergeur : OVH SAS, Roubaix", "Étoile du Nord"),
        ("Le responsable du traitement est L'Alouette SASU.", "L'Alouette"),
        ("El responsable del tratamiento es Alondra, S.L., con domicilio en Lugo.", "Alondra"),
        ("Titular: Alondra S.L.U.\n\nCIF: B12345678", "Alondra"),
        ("Este sitio web es propiedad de Alondra S.A. de C.V.", "Alondra"),
        ("Il titolare del trattamento è Allodola S.r.l., con sede in Roma.", "Allodola"),
        ("Il sito è gestito da Allodola SpA, P.IVA 01234567890.", "Allodola"),
        ("De verwerkingsverantwoordelijke is Leeuwerik B.V.", "Leeuwerik"),
        ("Leeuwerik BV, gevestigd te Utrecht, levert.", "Leeuwerik"),
        ("O responsável pelo tratamento é a Cotovia, Lda.", "Cotovia"),
        ("Data controller: Lark Line Ltd, 1 High Street.", "Lark Line"),
        ("This policy is issued by Lark Line Pty Ltd (ABN 12).", "Lark Line"),
        ("© 2026 Lark Line | Powered by Shopify", "Lark Line"),
        ("Copyright 2026 by Lark Line All Rights Reserved", "Lark Line"),
        ("© Lark Line 2026. Website by Pixel Works Ltd.", "Lark Line"),
        ("Powered by Shopify, Inc.", None),
        ("Anbieter ist die Google Ireland Limited. Google Ireland Limited speichert.", None),
        ("Unser Datenschutzbeauftragter ist die Habicht GmbH, Berlin.", None),
        ("Le site est hébergé par OVH SAS, un service de OVH SAS.", None),
        ("Certificates are issued by Kestrel Inc and others.", None),
        ("Verantwortlich ist Bo Lerche, Berlin.", None),
    ],
)
def test_legal_notices_name_the_company(tmp_path: Path, notice: str, company: str | None) -> None:
    """A role in a legal notice and a legal form name the company; a supplier's do not."""
    [version] = _identify(_write(tmp_path / "todo.md", f"# Rules\n\nWe pay.\n\n{notice}\n"))
    assert is_unnamed(version.company) if company is None else version.company == company


@pytest.mark.parametrize(
    ("text", "company", "title"),
    [
        ("# Tariffs | Lark Line Ltd\n\nPay.", "Lark Line", "Tariffs"),
        ("# Lark Line GmbH | Rückgabe\n\nPay.", "Lark Line", "Rückgabe"),
        ("# Home | Refunds | Lark Line\n\nAt Lark Line we pay.", "Lark Line", "Refunds"),
        ("# Lark & Wren: Returns\n\nLark & Wren takes it back.", "Lark & Wren", "Returns"),
        ("# AGB der Lerche GmbH\n\nZahlen.", "Lerche", "AGB der Lerche GmbH"),
        ("# Refund Policy\n\n**Lark Line Limited**\n\nWe pay.", "Lark Line", "Refund Policy"),
        ("# LARK LINE LTD\n\n## Refunds\n\nWe pay.", "Lark Line", "Refunds"),
        ("# Refund Policy\n\nWren Foods\n\nWren Foods pays.", "Wren Foods", "Refund Policy"),
        ("# Refund Policy\n\n## Wren Period\n\nThe Wren Period is it.", None, "Refund Policy"),
        ("# Refund Policy\n\nGeneral Rules\n\nGeneral Rules apply.", None, "Refund Policy"),
        ("# Refund Policy\n\nZone 1 5 EUR\n\nZone 2 7 EUR", None, "Refund Policy"),
        ("# Refund Policy\n\nLetter3 EUR\n\nPay.", None, "Refund Policy"),
        ("# Lark Line Ltd Leave Policy\n\nPay.", "Lark Line", "Lark Line Ltd Leave Policy"),
        ("# Home | Refunds | Delivery\n\nPay.", None, "Refunds"),
        ("# Parcel Company\n\nPay.", None, "Parcel Company"),
        ("# Resi\n\nLark S.r.l. – in vigore dal primo marzo 2024\n\nPaga.", None, "Resi"),
        ("# Retourbeleid Lark B.V.\n\nBetaal.", None, "Retourbeleid Lark B.V."),
    ],
)
def test_titles_and_what_stands_beside_them(
    tmp_path: Path, text: str, company: str | None, title: str
) -> None:
    """Part of a title, or the line beside it, is the company's name; navigation is not."""
    [version] = _identify(_write(tmp_path / "todo.md", text))
    assert is_unnamed(version.company) if company is None else version.company == company
    assert version.title == title


HIRE = (
    "<h1>Hire Policy</h1><p>The deposit is 60 pounds for each tool. You get it back when the tool "
    "is back with us in good order, within a week of that day.</p>"
)


@pytest.mark.parametrize(
    ("head", "foot", "company", "title"),
    [
        ("<title>Hire Policy - Lark Line</title>", "© 2024 Lark Line", "Lark Line", "Hire Policy"),
        ("<title>Hire | Lark Line</title>", "© 2024 Lark Line Ltd", "Lark Line", "Hire"),
        ("", "Lark Line Ltd is registered in England.", "Lark Line", "Hire Policy"),
        ('<meta property="og:site_name" content="Lark Line">', "", "Lark Line", "Hire Policy"),
        ('<meta property="og:site_name" content="LARK LINE">', "", "Lark Line", "Hire Policy"),
        ('<meta property="og:site_name" content="BT">', "", "BT", "Hire Policy"),
        ("<title>HIRE POLICY | LARK LINE</title>", "© LARK LINE", "Lark Line", "Hire Policy"),
        ('<meta property="og:site_name" content="localhost">', "", None, "Hire Policy"),
        ('<link rel="canonical" href="http://127.0.0.1:8000/hire">', "", None, "Hire Policy"),
        ('<link rel="canonical" href="http://localhost/hire">', "", None, "Hire Policy"),
        ("<title>Hire Policy | Help Centre</title>", "© 2024", None, "Hire Policy"),
        ("", "© 2026, Lark Line Powered by Shopify", "Lark Line", "Hire Policy"),
        ("", "Powered by Shopify © 2026 Lark Line", "Lark Line", "Hire Policy"),
        ("", "Powered by Shopify", None, "Hire Policy"),
        ("<title>Hire Policy - Larkline Tools</title>", "", "Larkline Tools", "Hire Policy"),
        ("<title>Hire Policy · Larkline Tools</title>", "", "Larkline Tools", "Hire Policy"),
        ("<title>Larkline Tools :: Hire Policy</title>", "", "Larkline Tools", "Hire Policy"),
        ("<title>Hire Policy | O’Larkin’s Tools</title>", "", "O’Larkin’s Tools", "Hire Policy"),
        (
            "<!-- saved from url=(0025)http://www.larkline.com/h --><title>Larkline.com Help: Hire "
            "Policy</title>",
            "",
            "Larkline",
            "Hire Policy",
        ),
        ("<title>Hire Policy | Wayback Machine</title>", "", None, "Hire Policy"),
        ("<title>Hire Policy | Our Shop</title>", "", None, "Hire Policy"),
        ("", "© Copyright 2024. All Rights Reserved by Lark Line.", "Lark Line", "Hire Policy"),
        ("", "Lark Line Ltd, 12 Mill Lane, Leeds. Company number 123.", "Lark Line", "Hire Policy"),
    ],
)
def test_pages_name_the_company(head: str, foot: str, company: str | None, title: str) -> None:
    """Head and foot of a page name it; a machine, and what is no name, are no company."""
    markup = (
        f"<html><head>{head}</head><body><main>{HIRE}</main><footer>{foot}</footer></body></html>"
    )
    [version] = identify([(Path("page.html"), html.read(markup.encode(), "page.html"))])
    assert is_unnamed(version.company) if company is None else version.company == company
    assert version.title == title


@pytest.mark.parametrize(
    "data",
    [
        '{"@type": "Organization", "name": "Lark Line"}',
        '[{"@type": "WebSite", "name": "Shop", "publisher": {"name": "Lark Line"}}]',
        '{"@graph": [{"@type": "WebPage"}, {"@type": "WebSite", "name": "Lark Line"}]}',
        '{"@type": "WebPage", "isPartOf": {"@type": "WebSite", "name": "Lark Line"}}',
        '{"@type": ["LocalBusiness", "HardwareStore"], "name": "Lark Line"}',
    ],
)
def test_linked_data_names_the_company(data: str) -> None:
    """What a page tells search engines of its publisher, organization or site is its company."""
    script = f'<script type="application/ld+json">{data}</script><script>{{"name": 1}}</script>'
    [version] = identify([_page(Path("page.html"), head=script, body=HIRE)])
    assert (version.company, version.origins["company"]) == ("Lark Line", "JSON-LD")


@pytest.mark.parametrize(
    "data", ["{", "[" * 5000, '{"@type": "Person", "name": "Bo"}', "null", '{"name": 3}']
)
def test_linked_data_of_no_company(data: str) -> None:
    """What is broken or of something else names nobody."""
    script = f'<script type="application/ld+json">{data}</script>'
    [version] = identify([_page(Path("page.html"), head=script, body=HIRE)])
    assert is_unnamed(version.company)


def test_no_company_is_named_after_a_file(tmp_path: Path) -> None:
    """Where nothing tells the company, all files are of one that is not named."""
    names = "todo.txt", "privacy.txt", "my-refund-policy.txt", "2024-terms.txt"
    versions = _identify(*(_write(tmp_path / name, f"Buy {name}.\n\nOr not.\n") for name in names))
    assert {version.company for version in versions} == {"Unnamed company"}
    assert {version.origins["company"] for version in versions} == {"no name found"}


def test_unnamed_files_of_other_texts_do_not_replace_one_another(tmp_path: Path) -> None:
    """Of files that name nobody, those that share their wording are versions; others are not."""
    shop = "# Refund Policy\n\nLast updated 1 May {}\n\nWe pay within {} days, in full, by card.\n"
    inn = "# Refund Policy\n\nLast updated 1 May 2022\n\nNights in our inn are not paid back.\n"
    gym = "# Refund Policy\n\nLast updated 1 May 2023\n\nLeave the gym, get half a fee.\n"
    paths = [
        _write(tmp_path / "shop" / "refund.md", shop.format(2020, 14)),
        _write(tmp_path / "shop" / "refund-old.md", shop.format(2018, 28)),
        _write(tmp_path / "inn" / "refund.md", inn),
        _write(tmp_path / "gym.md", gym),
    ]

    versions = _identify(*paths)

    assert {version.company for version in versions} == {"Unnamed company"}
    replaced = {Path(v.file).name: v.effective_until for v in versions if v.effective_until}
    assert replaced == {"refund-old.md": date(2020, 5, 1)}
    assert len({version.policy for version in versions}) == 3
    history = _identify(*paths[:2])
    assert [version.policy for version in history] == ["unnamed-company/refund"] * 2


def test_files_of_one_company_agree_on_its_name(tmp_path: Path) -> None:
    """With a legal form or without, it is one company."""
    ways = "Lark Line Ltd (“we”) sells.", "We at Lark Line sell.", "© 2024 LARK LINE"
    paths = [_write(tmp_path / f"{n}.md", f"# Part {n}\n\n{way}\n") for n, way in enumerate(ways)]
    assert {version.company for version in _identify(*paths)} == {"Lark Line"}


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("COMPLAINTS AND RETURNS POLICY", "Complaints and Returns Policy"),
        ("GDPR NOTICE FOR EE CUSTOMERS", "GDPR Notice for EE Customers"),
        ("TERMS OF USE", "Terms of Use"),
        ("LEAVE POLICY OF PELL LTD", "Leave Policy of Pell Ltd"),
        ("Terms of USE", "Terms of USE"),
    ],
)
def test_titles_in_capitals_are_shown_calmly(tmp_path: Path, heading: str, shown: str) -> None:
    """What is all in capitals is shown as people write it; abbreviations stay."""
    [version] = _identify(_write(tmp_path / "a.md", f"# {heading}\n\nWe pay.\n"))
    assert version.title == shown


def test_headings_in_capitals_are_shown_calmly(tmp_path: Path) -> None:
    """What names a section is calm, abbreviations stay; the text itself is as its author wrote."""
    file = tmp_path / "acme.md"
    file.write_text(
        "# PRIVACY POLICY OF ACME\n\n## 1. WHO WE SHARE IT WITH (EEA)\n\nWith nobody outside.\n"
    )

    (version,) = identify([_read(file)])

    assert version.sections[-1].trail == (
        "Privacy Policy of Acme",
        "1. Who We Share It With (EEA)",
    )
    assert "1. WHO WE SHARE IT WITH (EEA)" in version.text
    assert has_heading(version.text, version.sections[-1])


def test_a_help_center_is_no_company(tmp_path: Path) -> None:
    """It is the company's, in the title and in what the page calls its site."""
    head = (
        "<title>Lost keys – Larkspur Help Center</title>"
        '<meta property="og:site_name" content="Larkspur Help Center">'
    )
    body = "<h1>Lost keys</h1><p>A lost key costs thirty euros, which you pay at the desk.</p>"
    [version] = identify([_page(tmp_path / "keys.html", head=head, body=body)])
    assert (version.company, version.title) == ("Larkspur", "Lost keys")


def test_properties_name_the_company_and_no_title(tmp_path: Path) -> None:
    """As Notion writes them below the title of a page."""
    source = (
        "# Remote work\n\nOwner: Ada Brook\nCompany: Tern Analytics\n"
        "Last edited: March 4, 2024 9:12 AM\nTags: HR, Policy\n\n## Where\n\nFrom anywhere.\n"
    )
    [version] = _identify(_write(tmp_path / "remote.md", source))
    assert (version.company, version.title) == ("Tern Analytics", "Remote work")
    assert version.effective_from == date(2024, 3, 4)


@pytest.mark.parametrize("line", ["Company: you and us", "Company: Terms"])
def test_a_property_that_names_nobody_is_no_company(tmp_path: Path, line: str) -> None:
    """A definition is none either."""
    [version] = _identify(_write(tmp_path / "a.md", f"# Remote work\n\n{line}\n\nNo.\n"))
    assert is_unnamed(version.company)
