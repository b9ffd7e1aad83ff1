import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from qabot.canonical import Block
from qabot.changes.compare import changes
from qabot.cli import main
from qabot.cli.show_changes import show_changes
from qabot.service.wording import written
from tests.support.fakes import build_bot, policy, version_of

OLD = """# Privacy Policy

We keep call records for 24 months, and please do write.

## Sharing

We never sell your data. We pass on names:

- to engineers;
- to partners, if you have agreed.

## Cookies

Our website sets no cookie, as far as we know today.
"""
NEW = """# Privacy Policy

We keep call records for 12 months, and do write. A visit costs nothing.

## Cookies

Our website sets no cookie, as far as we know today.

## Sharing

We pass on names:

1. to engineers;

We never sell your data.
"""
DAY = timedelta(days=1)
SOON = date.today() + timedelta(days=30)
SHOWN = f"""\
Harbour Broadband: Privacy Policy
from harbour-broadband/privacy@2021-06-10, in force 10 June 2021 - 29 February 2024
to   harbour-broadband/privacy@2024-03-01, in force 1 March 2024 - {written(SOON - DAY)}
1 reworded, 1 added, 1 removed, 2 moved; 4 sentences unchanged, 1 of them with another number or \
bullet

Privacy Policy
reworded  We keep call records for [-24-]{{+12+}} months, and [-please-] do write.
added     A visit costs nothing.

Privacy Policy > Cookies
moved     Cookies

          Our website sets no cookie, as far as we know today.

Privacy Policy > Sharing
removed   - to partners, if you have agreed.
moved     We never sell your data.

Not in force yet: harbour-broadband/privacy@{SOON}, in force from {written(SOON)}; see: --to {SOON}
"""


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Run]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of a policy in three versions, one of them to come, and of another."""
    folder = tmp_path_factory.mktemp("changes")
    privacy = [(OLD, "2021-06-10"), (NEW, "2024-03-01"), (NEW, str(SOON))]
    files = {f"{day}.md": policy("Harbour Broadband", "privacy", day, t) for t, day in privacy}
    terms = policy("Harbour Broadband", "terms", "2022-01-01", "# Terms\n\nIt is free.")
    build_bot(folder, {**files, "terms.md": terms})
    return folder / "index"


@pytest.fixture
def command(index: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return what runs `qabot changes` with these arguments."""

    def run(*arguments: str) -> Run:
        code = main(["changes", *arguments, "--index", str(index)])
        return Run(code, *capsys.readouterr())

    return run


POLICY = "harbour-broadband/privacy"


def test_changes_for_people(command: Command) -> None:
    """Changes are told under their headings, new words beside the old; and what is yet to come."""
    run = command(POLICY)

    assert run.code == 0
    assert run.out == SHOWN


def test_changes_between_days(command: Command) -> None:
    """--from and --to name days; the versions in force on them are compared."""
    run = command(POLICY, "--from", "2022-01-01", "--to", str(SOON))

    assert run.code == 0
    assert run.out.splitlines()[1:3] == [
        f"from {POLICY}@2021-06-10, in force 10 June 2021 - 29 February 2024",
        f"to   {POLICY}@{SOON}, in force from {written(SOON)}",
    ]
    assert "Not in force yet" not in run.out


def test_changes_for_programs(command: Command) -> None:
    """--json prints both versions and each change, the words that differ pair by pair."""
    run = command(POLICY, "--json")

    found = json.loads(run.out)
    assert run.code == 0
    assert found["policy"] == POLICY
    assert found["before"]["version"] == f"{POLICY}@2021-06-10"
    assert found["after"]["version"] == f"{POLICY}@2024-03-01"
    assert found["after"]["effective_until"] == str(SOON)
    assert (found["unchanged"], found["renumbered"]) == (4, 1)
    kinds = [change["kind"] for change in found["changes"]]
    assert kinds == ["reworded", "added", "moved", "removed", "moved"]
    reworded = found["changes"][0]
    assert reworded["before"]["quote"].startswith("We keep call records for 24 months")
    assert reworded["after"]["section"] == ["Privacy Policy"]
    marked = [
        [side["quote"][one["start"] - side["start"] : one["end"] - side["start"]]]
        for side in (reworded["before"], reworded["after"])
        for one in side["changed"]
    ]
    assert marked == [["24"], ["please"], ["12"], [""]]
    assert found["changes"][1]["before"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["harbour-broadband/terms"],
            "There is no version before harbour-broadband/terms@2022-01-01, "
            "in force since 1 January 2022; nothing to compare it with.",
        ),
        (
            ["harbour-broadband/terms", "--from", "2022-01-01"],
            "On both days the same version was in force: harbour-broadband/terms@2022-01-01, "
            "in force since 1 January 2022.",
        ),
        ([POLICY, "--to", str(SOON)], "No wording changed; 9 sentences unchanged"),
    ],
)
def test_nothing_changed(command: Command, arguments: list[str], sentence: str) -> None:
    """That there is nothing to tell is said plainly, and is no error."""
    run = command(*arguments)

    assert run.code == 0
    assert run.out.splitlines()[-1] == sentence


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["privacy"], "There is no policy 'privacy'; nearest to it: harbour-broadband/privacy, "),
        ([POLICY, "--to", "2020-01-01"], f"{POLICY} was not in force on 2020-01-01; "),
        ([POLICY, "--from", "2024-01-01", "--to", "2023-01-01"], "2024-01-01 is later than "),
        ([POLICY, "--from", "spring"], "Invalid value for '--from': 'spring' is no date; "),
        ([], "Missing argument 'POLICY'; "),
    ],
)
def test_bad_input(command: Command, arguments: list[str], sentence: str) -> None:
    """What cannot be compared ends with 2 and one sentence."""
    run = command(*arguments)

    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(sentence)
    assert run.err.count("\n") == 1


def test_changes_in_a_terminal(index: Path) -> None:
    """In a terminal lines are wrapped beside what became of them, and old and new are coloured."""
    code = "import sys; from qabot.cli import main; sys.exit(main())"
    master, slave = os.openpty()
    subprocess.run(
        [sys.executable, "-c", code, "changes", POLICY, "--index", index],
        stdout=slave,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "COLUMNS": "50", "TERM": "xterm"},
    )
    os.close(slave)
    output = os.read(master, 100_000).decode()
    os.close(master)

    assert "\x1b[31m[-24-]\x1b[0m\x1b[1;32m{+12+}\x1b[0m" in output
    shown = re.sub(r"\x1b\[[0-9;]*m", "", output).splitlines()
    told = [line for line in shown[shown.index("Privacy Policy") :] if line]
    assert max(map(len, told[:4])) <= 50
    assert told[1:3] == [
        "reworded  We keep call records for [-24-]{+12+}",
        "          months, and [-please-] do write.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("We keep all of it.", "We keep it.", "We keep [-all of-] it."),
        ("Please do write soon.", "Do write soon.", "[-Please do-]{+Do+} write soon."),
        ("Now you may call us.", "you may call us.", "[-Now-] you may call us."),
        ("You may call us.", "You may call us (free).", "You may call us {+(free)+}."),
        ("You may call us, too.", "You may call us.", "You may call us[-, too-]."),
        (
            "You may call us: now.",
            "You may call us or write now.",
            "You may call us [-:-]{+or write+}",
        ),
    ],
)
def test_words_keep_their_distance(
    before: str, after: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words that went leave the spaces around them as they would be read."""
    versions = [version_of([Block("paragraph", text)]) for text in (before, after)]
    versions[0] = replace(versions[0], id="harbour/terms@2020-01-01")

    show_changes(changes(*versions), ())

    assert f"\nreworded  {shown}" in capsys.readouterr().out
