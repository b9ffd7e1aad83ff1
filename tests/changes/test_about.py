import pytest

from qabot.answering.bot import Bot
from qabot.api.pages.report_pages import changes_report
from qabot.changes.about import about
from qabot.changes.compare import Changes, compare
from qabot.errors import BadInput
from tests.support.fakes import build_bot, policy


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return the bot of two versions: what is said of location and of cookies changed."""
    text = (
        "# Location data\n\nWe keep the cells of your phone for {} months.\n\n# Cookies\n\n"
        "&lt;b>Cookies&lt;/b> remember your language for {} years & more."
    )
    folder = tmp_path_factory.mktemp("about")
    return build_bot(
        folder,
        {
            "old.md": policy("Harbour", "privacy", "2020-01-01", text.format(12, "one")),
            "new.md": policy("Harbour", "privacy", "2024-01-01", text.format(6, "two")),
        },
    )


def found(bot: Bot) -> Changes:
    """Return both changes."""
    return compare(bot.index.corpus, "harbour/privacy", None, None)


@pytest.mark.parametrize(
    ("phrase", "sections"),
    [
        ("location data", [("Location data",)]),
        ("the language", [("Cookies",)]),
        ("What of my phone is kept for months?", [("Location data",)]),
        ("chess", []),
    ],
)
def test_changes_about_something(phrase: str, sections: list[tuple[str, ...]], bot: Bot) -> None:
    """What has the phrase's words, in a side or the heading above it, is about it; the rest is
    counted."""
    some = about(found(bot), phrase, bot)

    assert [one.after and one.after.section for one in some.changes] == sections
    assert some.left_out == 2 - len(sections)
    assert some.unchanged == found(bot).unchanged


def test_nothing_is_no_subject(bot: Bot) -> None:
    """A phrase without a word is refused."""
    with pytest.raises(BadInput, match="names nothing"):
        about(found(bot), " ?", bot)


def test_report(bot: Bot) -> None:
    """The report marks the words, loads nothing, and takes nothing of a policy for markup."""
    report = changes_report(found(bot))

    assert "<del>12</del>" in report
    assert "<ins>6</ins>" in report
    assert "2 reworded; 2 sentences unchanged" in report
    assert "<b>" not in report
    assert "src=" not in report
    assert "href=" not in report
