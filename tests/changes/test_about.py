import pytest

from qabot.api.pages.report_pages import changes_report
from qabot.canonical import Block
from qabot.changes.about import about
from qabot.changes.compare import Changes, changes
from qabot.errors import BadInput
from qabot.records import Version
from tests.support.fakes import WordEncoder, version_of


def found() -> Changes:
    """Return a change of what is said of location, and one of what is said of cookies."""
    return changes(_version("12", "one"), _version("6", "two"))


def _version(months: str, years: str) -> Version:
    return version_of(
        [
            Block("heading", "Location data"),
            Block("paragraph", f"We keep the cells of your phone for {months} months."),
            Block("heading", "Cookies"),
            Block("paragraph", f"<b>Cookies</b> remember your language for {years} years & more."),
        ]
    )


@pytest.mark.parametrize(
    ("phrase", "sections"),
    [
        ("location data", [("Location data",)]),
        ("the language", [("Cookies",)]),
        ("chess", []),
    ],
)
def test_changes_about_something(phrase: str, sections: list[tuple[str, ...]]) -> None:
    """What has the phrase's words, in a side or the heading above it, is about it; the rest is
    counted."""
    some = about(found(), phrase, WordEncoder())

    assert [one.after and one.after.section for one in some.changes] == sections
    assert some.left_out == 2 - len(sections)
    assert some.unchanged == found().unchanged


def test_nothing_is_no_subject() -> None:
    """A phrase without a word is refused."""
    with pytest.raises(BadInput, match="names nothing"):
        about(found(), " ?", WordEncoder())


def test_report() -> None:
    """The report marks the words, loads nothing, and takes nothing of a policy for markup."""
    report = changes_report(found())

    assert "<del>12</del>" in report
    assert "<ins>6</ins>" in report
    assert "2 reworded; 2 sentences unchanged" in report
    assert "<b>" not in report
    assert "src=" not in report
    assert "href=" not in report
