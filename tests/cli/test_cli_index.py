import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from qabot.cli import main
from qabot.index.releases import current_id, manifests
from qabot.state.kept_figures import KeptFigures
from qabot.state.store import Store
from tests.support.fakes import policy

ROOT = Path(__file__).resolve().parents[2]
LIVE = {
    "privacy.md": policy(
        "Harbour Broadband",
        "privacy",
        "2024-01-01",
        "# Privacy Policy\n\n## Call records\n\nWe keep call records for 12 months, and then "
        "delete them.\n\n## Cookies\n\nOur website sets a cookie that remembers your language.",
    ),
    "refunds.md": policy(
        "Harbour Broadband",
        "refunds",
        "2024-01-01",
        "# Refund Policy\n\nYou may cancel within 14 days, and we refund what you paid.",
    ),
}
NEW = policy(
    "Pinecrest Mobile", "fees", "2024-01-01", "# Fees\n\nYou must pay 3 pounds for a new card."
)
ASKED = (
    '{"id": "1", "question": "How long do you keep call records?", "company": null, '
    '"as_of": null, "covered": true, "gold": ["We keep call records for 12 months"]}\n'
)


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str


Index = Callable[..., Run]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Path:
    """Return a folder with policies and an index of them."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "policies").mkdir()
    (folder / "encoders").symlink_to(exports)
    for name, text in LIVE.items():
        (folder / "policies" / name).write_text(text)
    assert main(["index", str(folder / "policies"), "--index", str(folder)]) == 0
    return folder


@pytest.fixture
def own(tmp_path: Path, made: Path) -> Path:
    """Return a copy of it that a test may change, its policies at the same place as before."""
    return Path(shutil.copytree(made, tmp_path / "index", symlinks=True))


@pytest.fixture
def index(own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Index:
    """Return what runs `qabot index` over the policies of `own` with these arguments."""

    def run(*arguments: str) -> Run:
        capsys.readouterr()
        code = main(["index", "policies", "--index", str(own), *arguments])
        return Run(code, *capsys.readouterr())

    monkeypatch.chdir(own)
    assert run("--yes").code == 0  # of this place
    return run


def test_new_version_is_looked_at_and_then_live(own: Path, index: Index) -> None:
    """--check makes the build and says what is new; `qabot use` makes that very build live."""
    before = current_id(own)
    (own / "policies" / "privacy-2.md").write_text(
        LIVE["privacy.md"].replace("2024-01-01", "2025-01-01").replace("12 months", "6 months")
    )

    looked = index("--check")

    assert looked.code == 0
    assert current_id(own) == before
    assert looked.out.splitlines()[0] == "Files: 1 new, 0 changed, 0 removed"
    assert "Versions: 1 new (harbour-broadband/privacy@2025-01-01)" in looked.out
    kept = looked.out.splitlines()[-1].split()[-3]
    assert main(["use", kept, "--index", str(own)]) == 0
    assert current_id(own) == kept
    assert index().out.startswith(f"Nothing changed since build {kept}")


def test_catalog_has_a_line_too(own: Path, index: Index) -> None:
    """As many lines follow as files are counted."""
    row = '"privacy.md": {title: "Privacy, for short"}\n'
    (own / "policies" / "catalog.yaml").write_text(row)

    told = index("--check").out.splitlines()

    files = [line.split() for line in told if line.startswith("  ")]
    assert told[0].startswith(f"Files: {len(files)} new, ")
    assert ["policies/catalog.yaml", "says", "what", "files", "beside", "it", "are"] in files


def test_what_was_checked_is_not_encoded_again(own: Path, index: Index) -> None:
    """`qabot index` after --check makes that build live."""
    (own / "policies" / "privacy.md").write_text(
        LIVE["privacy.md"].replace("12 months", "6 months")
    )
    assert index("--check").code == 0
    kept = manifests(own)[0].id
    assert kept != current_id(own)

    run = index()

    assert run.code == 0
    assert current_id(own) == kept
    assert "; made before; " in run.out


def test_new_company_is_refused_without_a_yes(own: Path, index: Index) -> None:
    """Without a terminal a new company is not live, and the sentence names the option."""
    before = current_id(own)
    (own / "policies" / "fees.md").write_text(NEW)

    refused = index()
    expected = index("--expect", "pinecrest mobile")

    assert refused.code == 3
    assert refused.err.startswith("Not live, as nobody said yes to what it changes of Pinecrest ")
    assert "--yes" in refused.err
    assert "--expect 'Pinecrest Mobile'" in refused.err
    assert refused.err.count("\n") == 1
    assert "Decide: policies/fees.md: Pinecrest Mobile is new here" in refused.out
    assert expected.code == 0
    assert current_id(own) != before


def test_build_with_something_undecided_is_used(
    own: Path, index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    """`qabot use` says that nobody decided; not of a build that was live, older or newer."""
    before = current_id(own)
    (own / "policies" / "fees.md").write_text(NEW)
    assert before and index("--check").code == 3
    looked = manifests(own)[0].id
    capsys.readouterr()
    assert main(["builds", "--index", str(own)]) == 0
    assert capsys.readouterr().out.count("looked at, never live") == 1
    capsys.readouterr()
    said = []
    for build in (looked, before, looked):
        assert main(["use", build, "--index", str(own)]) == 0
        said.append(capsys.readouterr().out)

    assert main(["builds", "--index", str(own)]) == 0
    assert "never live" not in capsys.readouterr().out
    assert "nobody said yes to what it changes of Pinecrest Mobile" in said[0]
    assert f"qabot use {before} goes back" in said[0]
    assert [len(out.splitlines()) for out in said] == [2, 1, 1]


def test_removed_policy_is_refused_without_a_yes(own: Path, index: Index) -> None:
    """A policy whose files are gone stays live until somebody says yes."""
    before = current_id(own)
    (own / "policies" / "refunds.md").unlink()

    assert index().code == 3
    assert current_id(own) == before
    assert index("--expect", "harbour-broadband/privacy").code == 3
    assert index("--yes").code == 0
    assert current_id(own) != before


@pytest.mark.parametrize(("answer", "is_live"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_somebody_at_a_terminal_is_asked(
    own: Path, index: Index, answer: str, is_live: bool
) -> None:
    """At a terminal the question is put, and nothing but a yes makes the build live."""
    before = current_id(own)
    (own / "policies" / "fees.md").write_text(NEW)
    master, slave = os.openpty()
    code = "import sys; from qabot.cli import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, "index", "policies", "--index", own],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=own,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        os.close(slave)
        os.write(master, answer.encode())
        said = b""
        while process.poll() is None or b"live" not in said.lower():
            try:
                said += os.read(master, 10_000)
            except OSError:  # the other end is closed
                break
    os.close(master)

    assert b"Make it live, with what it changes of Pinecrest Mobile?" in said
    assert process.returncode == (0 if is_live else 3)
    assert (current_id(own) != before) == is_live


def test_for_programs(own: Path, index: Index) -> None:
    """--json has the whole record, and says which warnings are to be decided."""
    (own / "policies" / "fees.md").write_text(NEW.replace("effective: 2024-01-01\n", ""))

    run = index("--check", "--json")

    found = json.loads(run.out)
    assert run.code == 3
    assert found["files"] == {"added": ["policies/fees.md"], "changed": [], "removed": []}
    assert found["policies"]["added"] == ["pinecrest-mobile/fees"]
    assert [(one["kind"], one["decide"]) for one in found["warnings"]] == [
        ("new_company", True),
        ("no_date", False),
    ]
    assert found["live"] == current_id(own)


def test_first_build_names_its_companies(own: Path, index: Index) -> None:
    """Nobody is asked then, so a name that was misread is to be seen."""
    shutil.rmtree(own / "builds")
    (own / "policies" / "other.md").write_text(
        policy("Harbor Broadband", "rule", "2024-01-01", "You pay 3.")
    )

    assert "Companies: Harbor Broadband, Harbour Broadband\n" in index().out
    assert "Companies:" not in index().out


def test_sentence_that_goes_out_of_force_is_told(own: Path, index: Index) -> None:
    """A question of the test set is no worse answered for a new version: its sentence is old."""
    (own / "questions.jsonl").write_text(ASKED)
    (own / "policies" / "privacy-2.md").write_text(
        LIVE["privacy.md"].replace("2024-01-01", "2025-01-01").replace("12 months", "6 months")
    )
    question = json.loads(ASKED.splitlines()[0])["question"]

    looked = index("--check")

    assert f"is in no version in force any more: {question}; where that is meant" in looked.out
    assert json.loads(index("--check", "--json").out)["outdated"] == [question]


def test_many_files_are_told_in_ten_lines(own: Path, index: Index) -> None:
    """Thirty new files are counted; what is in them is behind --details."""
    for number in range(30):
        text = policy("Harbour Broadband", f"rule-{number}", "2024-01-01", f"You pay {number}.")
        (own / "policies" / f"rule-{number}.md").write_text(text)

    run = index("--check")
    detailed = index("--check", "--details")

    assert run.code == 0
    assert len(run.out.splitlines()) <= 10
    assert "Files: 30 new, 0 changed, 0 removed" in run.out
    assert detailed.out.count("in force") >= 32


def test_worse_answers_are_told_before_they_are_live(own: Path, index: Index) -> None:
    """A build that answers the corpus's own test set worse says which question; exit code 3."""
    (own / "questions.jsonl").write_text(ASKED)
    (own / "policies" / "privacy.md").write_text(
        LIVE["privacy.md"].replace("We keep call records for 12 months", "We say nothing of it")
    )

    run = index("--check")

    assert run.code == 3
    assert (
        "Look: of the test set, hit@1 1 before, 0 now: How long do you keep call records?"
        in run.out
    )


def kept_figures(folder: Path) -> list[tuple[str, int, int]]:
    """Return build, covered questions and hits of the measurements, the newest first."""
    with closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store:
        found = KeptFigures(store.engine).newest(9)
    return [(one.build, one.covered, one.hits) for one in found]


def test_figures_of_what_goes_live_are_kept(own: Path, index: Index) -> None:
    """Those of a build that is indexed or used, and when asked for; not of one looked at alone."""
    first = current_id(own)
    assert not (own / "state.sqlite").exists()
    (own / "questions.jsonl").write_text(ASKED)
    (own / "policies" / "privacy.md").write_text(
        LIVE["privacy.md"].replace("We keep call records for 12 months", "We say nothing of it")
    )
    assert index("--check").code == 3
    assert kept_figures(own) == []

    assert index().code == 0
    worse = current_id(own)
    assert kept_figures(own) == [(worse, 1, 0)]
    assert main(["use", str(first), "--index", str(own)]) == 0
    with (own / "questions.jsonl").open("a") as file:
        file.write(ASKED.replace('"1"', '"2"'))
    assert main(["evaluate", "--index", str(own)]) == 0
    assert main(["evaluate", str(own / "questions.jsonl"), "--index", str(own)]) == 0

    assert kept_figures(own) == [(first, 2, 2), (first, 1, 1), (worse, 1, 0)]


def test_build_goes_live_without_the_store(
    own: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where figures cannot be kept, or the test set cannot be read, that is said, and no more."""
    first = current_id(own)
    (own / "questions.jsonl").write_text(ASKED)
    (own / "policies" / "refunds.md").write_text(LIVE["refunds.md"].replace("14", "30"))
    monkeypatch.setenv("QABOT_STATE", f"sqlite:///{own}/policies/refunds.md/state.sqlite")

    run = index()

    assert (run.code, current_id(own) == first) == (0, False)
    assert run.err.startswith("The test set's figures are not kept: The state store sqlite:///")
    assert len(run.err.splitlines()) == 1
    (own / "questions.jsonl").write_text("no JSON")
    assert main(["use", str(first), "--index", str(own)]) == 0
    assert current_id(own) == first


def test_test_set_that_stays_right_says_nothing(own: Path, index: Index) -> None:
    """A build that answers it as before says nothing of it."""
    (own / "questions.jsonl").write_text(ASKED)
    (own / "policies" / "refunds.md").write_text(LIVE["refunds.md"].replace("14", "30"))

    run = index("--check")

    assert run.code == 0
    assert "test set" not in run.out


def test_drift_before_it_is_live(
    own: Path, index: Index, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`qabot drift --check` asks the test set of both builds; nothing goes live, exit code 3."""
    before = current_id(own)
    (own / "questions.jsonl").write_text(ASKED)
    drift = ["drift", "--index", str(own)]
    (own / "policies" / "refunds.md").write_text(LIVE["refunds.md"].replace("14", "30"))
    assert main([*drift, "--check", "policies"]) == 0
    (own / "policies" / "privacy.md").write_text(LIVE["privacy.md"].replace("12 months", "a year"))
    capsys.readouterr()

    code = main([*drift, "--check", "policies", "--json", "--html", str(tmp_path / "moved.html")])

    found = json.loads(capsys.readouterr().out)
    assert (code, found["asked"], found["before"]) == (3, 1, before)
    (move,) = found["moves"]
    assert move["kinds"] == ["wording"]
    assert "a year" in move["after"]["citation"]["quote"]
    assert current_id(own) == before
    report = (tmp_path / "moved.html").read_text()
    assert "<del>12 months</del>" in report
    assert main([*drift, "--to", found["after"]]) == 3
    assert "from " + str(before) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--log"], "The question log is empty; "),
        (["--log", "--sample"], "Name one set of questions: "),
        (["--sample"], "questions.jsonl is not there; "),
    ],
)
def test_drift_of_no_questions(
    made: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    """Where there is nothing to ask the sentence says so."""
    assert main(["drift", "--index", str(made), *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_test_set_is_kept_and_measured(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A question that is added is listed, and measured where no file is named."""
    of = ["--index", str(own)]
    sentence = "We keep call records for 12 months, and then delete them."

    assert main(["questions", "add", "How long are calls kept?", "--gold", sentence, *of]) == 0
    assert main(["questions", "add", "Who won the cup?", "--uncovered", *of]) == 0
    assert main(["questions", "list", *of]) == 0
    listed = capsys.readouterr().out
    assert main(["evaluate", "--json", *of]) == 0

    assert "How long are calls kept?" in listed
    assert "(not covered)" in listed
    measures = json.loads(capsys.readouterr().out)
    assert (measures["questions"], measures["hit@1"]) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["questions", "add", "How long?"], "Say what answers: "),
        (["questions", "add", "How long?", "--uncovered", "--gold", "x"], "Say what answers: "),
        (["questions", "add", "?", "--uncovered"], "is no question"),
        (["questions", "add", "How long?", "--gold", "not there"], "No version has the text "),
        (
            ["questions", "add", "How long?", "--uncovered", "--company", "Harbor"],
            "There are no policies of Harbor here; the nearest name is Harbour Broadband.",
        ),
        (
            [
                *["questions", "add", "How long?", "--as-of", "2020-01-01"],
                *["--gold", "We keep call records for 12 months"],
            ],
            "harbour-broadband/privacy@2024-01-01 is not in force on 2020-01-01",
        ),
        (
            [
                *["questions", "add", "How long?", "--as-of", "2020-01-01"],
                *["--passage", "harbour-broadband/privacy@2024-01-01:0"],
            ],
            "harbour-broadband/privacy@2024-01-01 is not in force on 2020-01-01",
        ),
        (["questions", "list"], "questions.jsonl is not there; "),
        (["evaluate"], "questions.jsonl is not there; "),
    ],
)
def test_questions_that_cannot_be_kept(
    made: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    """What is missing or is in no policy is said in one sentence."""
    assert main([*arguments, "--index", str(made)]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert not (made / "questions.jsonl").exists()
