import re
from datetime import date
from pathlib import Path

import pytest

from qabot.answering.bot import Bot
from qabot.api.pages.report_pages import drift_report
from qabot.changes.drift import Drift, drift
from qabot.cli.show_drift import as_markdown
from qabot.records import AskedQuestion
from tests.support.fakes import build_bot, policy

TODAY = date(2025, 6, 1)
CALLS = "## Call records\n\nWe keep call records for {} months, and then delete them."
COOKIES = "## Cookies\n\nOur website sets a cookie that remembers your language for one year."
ASKED = [
    AskedQuestion("How many months do you keep call records?"),
    AskedQuestion("Which cookie remembers my language on your website?"),
]


def bot(folder: Path, *sections: str) -> Bot:
    """Return the bot of one policy with these sections."""
    folder.mkdir()
    text = "# Privacy Policy\n\n" + "\n\n".join(sections)
    return build_bot(folder, {"privacy.md": policy("Harbour", "privacy", "2024-01-01", text)})


def moved(folder: Path, before: tuple[str, ...], after: tuple[str, ...]) -> Drift:
    """Return what moves from a policy of some sections to one of others."""
    return drift(bot(folder / "a", *before), bot(folder / "b", *after), ASKED, TODAY)


def test_nothing_moves(tmp_path: Path) -> None:
    """Another place of a section, spaces and typography move no answer."""
    spaced = COOKIES.replace("cookie that", "cookie  that")

    found = moved(tmp_path, (CALLS.format(12), COOKIES), (spaced, CALLS.format(12)))

    assert (found.asked, found.moves) == (2, ())


def test_words_that_changed_are_marked(tmp_path: Path) -> None:
    """Of a passage that says another number its question alone moves, the number marked."""
    found = moved(tmp_path, (CALLS.format(12), COOKIES), (CALLS.format(6), COOKIES))

    (move,) = found.moves
    assert move.asked is ASKED[0]
    assert (move.kinds, move.rank) == (("wording",), 1)
    old, new = move.before.citations[0], move.after.citations[0]
    ((was,), (is_now,)) = move.changed
    assert old.quote[was.start - old.start : was.end - old.start] == "12"
    assert new.quote[is_now.start - new.start : is_now.end - new.start] == "6"


def test_passage_that_is_gone(tmp_path: Path) -> None:
    """Where the passage is gone, what is cited or said now stands beside it."""
    found = moved(tmp_path, (CALLS.format(12), COOKIES), (COOKIES,))

    (move,) = found.moves
    assert move.asked is ASKED[0]
    assert {"verdict", "passage"} & set(move.kinds)
    assert move.rank is None
    assert "call records" in move.before.citations[0].quote


def test_passage_that_is_cited_further_down(tmp_path: Path) -> None:
    """A passage that another one overtook is told with its place."""
    nearer = "## How many months\n\nHow many months do you keep call records? We keep 12 months."

    found = moved(tmp_path, (CALLS.format(12), COOKIES), (CALLS.format(12), COOKIES, nearer))

    (move,) = found.moves
    assert "rank" in move.kinds
    assert move.rank == 2


@pytest.mark.parametrize("render", [drift_report, as_markdown])
def test_reports(tmp_path: Path, render: object) -> None:
    """Reports name the question and mark the words; nothing of a policy is taken for markup."""
    odd = (
        "## Tags\n\nThe tag <b>bold</b> & co., @all ![](https://spy.example/a.png) #1 ```` "
        "\x1b[31m is kept for {} months in call records."
    )
    assert callable(render)

    said = render(moved(tmp_path, (odd.format(12),), (odd.format(6),)))

    assert ASKED[0].text in said
    if render is drift_report:
        assert "<del>12</del>" in said
        assert "<ins>6</ins>" in said
        assert "<b>" not in said
        assert "http" not in said.replace("https://", "")
    else:
        assert "[-12-]" in said
        assert "{+6+}" in said
        assert f"### ` {ASKED[0].text}" in said
        assert re.search(r"^`{5}text\n[^`]*@all [^`]*````[^`]*\n`{5}$", said, re.MULTILINE)
        assert "\x1b" not in said
