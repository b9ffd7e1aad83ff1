"""Names of companies and policies: their comparison, their display and their detection."""

import pytest

from qabot.catalog.names import (
    display_name,
    domain_of,
    owns,
    same_company,
    slug,
    without_site,
)
from qabot.catalog.owners import (
    company_in_text,
    legal_names,
)
from qabot.catalog.titles import (
    kind_of,
    title_parts,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ted.com", "ted-com"), ("Café & Söhne", "cafe-sohne"), ("Larkline's", "larklines")],
)
def test_slugs(name: str, expected: str) -> None:
    """A slug has lower-case letters, digits and single hyphens."""
    assert slug(name) == expected


def test_site_on_anothers_domain_is_its_own() -> None:
    """Of a site on a domain of many owners the name in front is the owner, and no neighbour's."""
    assert domain_of("https://tallow.github.io/refunds") == "tallow.github.io"
    assert display_name("tallow.github.io", "We refund.") == "Tallow"
    assert domain_of("https://shop.acme.co.uk/x") == "acme.co.uk"
    assert domain_of("https://sites.google.com/view/tallow/refunds") == ""
    assert domain_of("https://www.iubenda.com/privacy-policy/1") == ""
    assert domain_of("https://policies.google.com/privacy") == "google.com"


def test_same_company() -> None:
    """Case, punctuation and legal form make no other company; another word does."""
    names = ["Larkline Telecom", "LARKLINE TELECOM, Inc.", "Larkline-Telecom Ltd"]
    assert len({same_company(name) for name in names}) == 1
    assert same_company("Larkline Energy") != same_company("Larkline Telecom")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("LARKLINE", "At Larkline we care. LARKLINE!", "Larkline"),
        ("BulkText.com", "BulkText sends texts.", "BulkText"),
        ("IBX", "At IBX we care.", "IBX"),
        ("larkline-telecom", "", "Larkline Telecom"),
        ("Larkline, Inc.", "", "Larkline"),
        ("larkline", "Write to help@larkline.example or Larkline.", "Larkline"),
    ],
)
def test_display_names(name: str, text: str, expected: str) -> None:
    """A detected name is shown as the text writes it, without legal form or domain ending."""
    assert display_name(name, text) == expected


@pytest.mark.parametrize(
    ("title", "company", "kind"),
    [
        ("Larkline Privacy Policy", "Larkline", "privacy"),
        ("Privacy and Cookie Policy", "", "privacy"),
        ("Website Terms of Use", "", "terms"),
        ("Terms & Conditions", "", "terms"),
        ("A fair refund policy.", "Larkline", "refund"),
        ("Acceptable Use Policy for Larkline", "Larkline Telecom", "acceptable-use"),
        ("Call Recording Privacy Policy", "Larkline", None),
        ("How to refund a visa", "Larkline", None),
    ],
)
def test_kinds_of_policies(title: str, company: str, kind: str | None) -> None:
    """A title is of a kind when nothing else is in it but the company's name."""
    assert kind_of(title, company) == kind


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Privacy Policy - Larkline", ("Privacy Policy", "Larkline")),
        ("Larkline | Privacy Policy", ("Privacy Policy", "Larkline")),
        ("Larkline’s privacy policy", ("Larkline’s privacy policy", "Larkline")),
        ("Privacy Notice for Larkline", ("Privacy Notice for Larkline", "Larkline")),
        ("Terms of Service", ("Terms of Service", "")),
        ("Privacy Notice for Sellers | Pell Tools", ("Privacy Notice for Sellers", "Pell Tools")),
        ("Pell Tools Ltd Leave Policy", ("Pell Tools Ltd Leave Policy", "Pell Tools Ltd")),
        ("Leave Policy of Pell Tools Ltd", ("Leave Policy of Pell Tools Ltd", "Pell Tools Ltd")),
        (
            "Richtlinie für Reisen der Pell GmbH",
            ("Richtlinie für Reisen der Pell GmbH", "Pell GmbH"),
        ),
        ("Tools Limited Warranty Policy", ("", "")),
        ("Our Company Leave Policy", ("", "")),
        ("Coronavirus: how to help", ("", "")),
    ],
)
def test_title_parts(title: str, parts: tuple[str, str]) -> None:
    """A title splits into that of the policy and the company."""
    assert title_parts(title) == parts


def test_what_stands_behind_a_colon_is_part_of_the_title() -> None:
    """Though it names a kind of policy."""
    title = "Guidance: cancellation of A levels"
    assert title_parts(title)[0] == title


def test_company_in_text() -> None:
    """The company is who speaks as "we", not who is mentioned."""
    text = (
        "We at Larkline Inc. use Google Analytics. Google’s policy applies to Google’s cookies. "
        "Google will tell you. California’s law applies. Larkline is committed to Larkline’s users."
    )
    assert company_in_text(text, "") == "Larkline"
    assert company_in_text("We care for your data. Google’s cookies are Google’s.", "") is None


@pytest.mark.parametrize(
    "text",
    [
        "Write to our Copyright Agent. The Copyright Agent has our Copyright Policy.",
        "Microsoft Ireland Limited hosts. Microsoft Ireland Limited is in Dublin.",
        "This is a tool of Kestrel Ltd. One is a tool by Kestrel Ltd.",
    ],
)
def test_those_who_are_only_mentioned_are_not_the_company(text: str) -> None:
    """An office, a well-known supplier and whose tool is used do not make a text theirs."""
    assert company_in_text(text, "") is None


def test_legal_names_are_the_companys_own() -> None:
    """Legal names begin with the company's name; others' do not count, and none comes twice."""
    text = (
        "Larkline Holdings Corp., Larkline Limited and Nexus Limited are one. "
        "Larkline Media S.à r.l. is in Luxembourg. We love Larkline, LLC. Larkline Limited pays."
    )
    assert list(legal_names("Larkline", text)) == [
        "Larkline Holdings Corp.",
        "Larkline Limited",
        "Larkline Media S.à r.l.",
        "Larkline, LLC",
    ]


def test_domains() -> None:
    """A domain is that of the site's owner, whatever the host and the country."""
    assert domain_of("https://www.larkline.com/privacy") == "larkline.com"
    assert domain_of("https://help.larkline.co.uk/") == "larkline.co.uk"
    assert domain_of("https://www.gov.uk/guidance") == "gov.uk"
    assert domain_of("") == ""


def test_owners_of_domains() -> None:
    """A domain is a company's if it is named after it; a host's is not."""
    assert owns("Larkline Telecom", "larkline.com")
    assert owns("Larkline", "larklinetelecom.com")
    assert not owns("Larkline", "iubenda.com")
    assert not owns("Larkline", "")


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("Larkspur Help Center", "Larkspur"),
        ("Larkspur’s Help Centre", "Larkspur"),
        ("Pell Voice Support", "Pell Voice"),
        ("Fenwick Docs", "Fenwick"),
        ("Fenwick Developer Documentation", "Fenwick"),
        ("Calder & Sons Knowledge Base", "Calder & Sons"),
        ("Falke Hilfe-Center", "Falke"),
        ("Centre d’aide de Larive", "Larive"),
        ("Centro de ayuda Olmo", "Olmo"),
        ("Help Center", "Help Center"),
        ("Marlow Rehab Center", "Marlow Rehab Center"),
        ("Docs", "Docs"),
    ],
)
def test_what_a_company_calls_its_pages_is_no_part_of_its_name(name: str, company: str) -> None:
    """A center that is none for help is a company's."""
    assert without_site(name) == company
