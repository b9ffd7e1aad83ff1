import csv
import json
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from qabot.cli import main
from qabot.cli.show_gaps import show_csv
from qabot.service.gaps import Gap
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion, now
from tests.support.fakes import policy


@pytest.fixture
def index(tmp_path: Path, exports: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return an index of one policy, in whose log a question was asked twice."""
    index = tmp_path / "index"
    index.mkdir()
    (index / "encoders").symlink_to(exports)
    file = tmp_path / "shops.md"
    file.write_text(policy("Acme", "shops", "2024-01-01", "# Shops\n\nGuide dogs may come in."))
    assert main(["index", str(file), "--index", str(index)]) == 0
    with closing(Store.open(f"sqlite:///{index}/state.sqlite")) as store:
        for _ in range(2):
            store.log_question(
                LoggedQuestion("a" * 16, "=Do you sell yachts?", "Acme", None, "not_covered", "b")
            )
        store.rephrase("=Do you sell yachts?", now() - timedelta(1), answered=True)
    capsys.readouterr()
    return index


def test_gaps_are_shown(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked, how often, what became of it, and what comes closest."""
    assert main(["gaps", "--index", str(index)]) == 0

    shown = capsys.readouterr().out
    assert "2 times: =Do you sell yachts?" in shown
    assert "not covered 2; then: asked in other words 1 (answered 1); last on" in shown
    assert "asked of Acme" in shown
    assert "nearest: Shops Policy > Shops (acme/shops@2024-01-01)" in shown


def test_gaps_are_data(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON and as CSV, in which no cell is a formula."""
    assert main(["gaps", "--json", "--index", str(index)]) == 0
    (gap,) = json.loads(capsys.readouterr().out)
    assert main(["gaps", "--csv", "--index", str(index)]) == 0
    (row,) = csv.DictReader(StringIO(capsys.readouterr().out))

    assert (gap["count"], gap["wordings"]) == (2, ["=Do you sell yachts?"])
    assert gap["nearest"]["quote"] == "Guide dogs may come in."
    assert (gap["rephrased"], gap["rephrased_answered"]) == (1, 1)
    assert (row["times"], row["wording 1"]) == ("2", "'=Do you sell yachts?")
    assert (row["asked in other words"], row["of these answered"]) == ("1", "1")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" +1", "' +1"),
        ("\t@a", "' @a"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Why \x1b[31m \u202e?", "Why \ufffd[31m \ufffd?"),
        ("Why - not?", "Why - not?"),
    ],
)
def test_cell_is_text(asked: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A spreadsheet computes nothing of a question, and a terminal obeys nothing."""
    gap = Gap("Acme", 1, 1, 0, 0, 0, 0, 0, (asked,), now(), None)

    show_csv([gap], 7, is_logged=True)

    (row,) = csv.DictReader(StringIO(capsys.readouterr().out))
    assert row["wording 1"] == shown


def test_without_gaps_it_says_why(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was kept, the way to have it kept is told."""
    with closing(Store.open(f"sqlite:///{index}/state.sqlite")) as store:
        store.forget_before(now() + timedelta(1))

    assert main(["gaps", "--company", "ACME Ltd", "--index", str(index)]) == 0

    assert "QABOT_LOG_QUESTIONS=on" in capsys.readouterr().out


def test_company_that_is_not_there_is_no_gap(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told, with the name that is nearest; a company is found however it is written."""
    assert main(["gaps", "--company", "Akme", "--index", str(index)]) == 2
    assert "no policies of Akme here; the nearest name is Acme." in capsys.readouterr().err
    assert main(["gaps", "--company", "acme ltd", "--index", str(index)]) == 0
    assert "Do you sell yachts?" in capsys.readouterr().out


@pytest.mark.parametrize("url", ["ftp://x", "qabot.example.com", "https://", "http://["])
def test_owner_link_is_of_a_service(
    index: Path, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    """An address that no page can be at gets no link."""
    assert main(["owner", "--url", url, "--index", str(index)]) == 2
    assert "is no address of a service" in capsys.readouterr().err
    assert main(["owner", "--url", "https://a.example/q/", "--index", str(index)]) == 0
    assert capsys.readouterr().out.startswith("https://a.example/q/owner/enter?link=")


def test_owner_link_is_of_an_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing is indexed no link is made, nor a store for it."""
    assert main(["owner", "--index", str(tmp_path / "none")]) == 1

    assert "nothing is indexed yet" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
