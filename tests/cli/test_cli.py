import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from qabot.cli import main
from qabot.cli.show_answer import show_answer
from qabot.index.corpus import Corpus
from qabot.index.releases import builds_folder, current_folder, current_id
from qabot.service.contract import to_json
from tests.slack.made import CITATION, ENTRIES, answer

ROOT = Path(__file__).resolve().parents[2]

POLICIES = {
    "harbour-2021.md": """---
company: Harbour Broadband
policy: privacy
title: Privacy Policy
effective: 2021-06-10
url: https://harbour.example/privacy
---
# Privacy Policy

## Call records

We write down who called whom so that we can bill you. We keep call records for 18 months.
After that we delete them.
""",
    "harbour-2024.md": """---
company: Harbour Broadband
policy: privacy
title: Privacy Policy
effective: 2024-03-01
url: https://harbour.example/privacy
---
# Privacy Policy

## Call records

We write down who called whom so that we can bill you. We keep call records for 12 months.
After that we delete them.

## Cookies

Our website sets a cookie that remembers your language for one year.
""",
    "pinecrest.txt": """Pinecrest Mobile Refund Policy
Last updated 5 May 2023

Pinecrest Mobile pays back the price of an unused top-up within 14 days of your request.
""",
}
QUESTION = "How long does Harbour Broadband keep call records?"


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Run]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return what runs `qabot` with these arguments."""

    def run(*arguments: str | Path) -> Run:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Run(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Path:
    """Return an index of POLICIES, to be read only; the files lie in its folder `policies`."""
    index = _new_index(tmp_path_factory.mktemp("indexed"), exports)
    assert main(["index", str(index / "policies"), "--index", str(index)]) == 0
    return index


@pytest.fixture
def own(tmp_path: Path, indexed: Path) -> Path:
    """Return a copy of `indexed` that a test may change."""
    index = tmp_path / "index"
    shutil.copytree(indexed, index, symlinks=True)
    return index


def _new_index(folder: Path, exports: Path) -> Path:
    (folder / "policies").mkdir(parents=True)
    (folder / "encoders").symlink_to(exports)
    for name, text in POLICIES.items():
        (folder / "policies" / name).write_text(text)
    return folder


def _start(*arguments: str | Path, terminal: int | None = None) -> subprocess.Popen[str]:
    code = "import sys; from qabot.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE if terminal is None else terminal,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "50", "TERM": "xterm"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )


def _table(text: str) -> list[str]:
    """Return lines with their spaces folded."""
    return [" ".join(line.split()) for line in text.splitlines()]


def test_index_says_what_it_understood_and_from_where(
    tmp_path: Path, exports: Path, command: Command
) -> None:
    """`qabot index --details` prints, for each file, what it took it for and from where."""
    index = _new_index(tmp_path, exports)
    (index / "policies" / "logo.png").write_bytes(b"\x89PNG")

    run = command("index", index / "policies", "--index", index, "--details")

    assert run.code == 0
    lines = _table(run.out)
    assert f"{index}/policies/harbour-2021.md" in lines
    assert "company Harbour Broadband front matter" in lines
    assert "policy harbour-broadband/privacy front matter" in lines
    assert "in force 10 June 2021 - 29 February 2024 front matter; the next version" in lines
    assert "in force since 1 March 2024 front matter" in lines
    assert 'in force since 5 May 2023 text: "Last updated 5 May 2023"' in lines
    assert "url - no address found" in lines
    assert any(line.startswith(f"Ignored: {index}/policies/logo.png (") for line in lines)
    assert lines[-2].startswith("2 companies, 2 policies, 3 versions, ")
    assert lines[-1] == f"Live now: {current_id(index)}"


def test_index_again_changes_nothing(own: Path, command: Command) -> None:
    """Indexing files that have not changed leaves the live build as it is, and says so."""
    command("index", own / "policies", "--index", own)
    before = current_id(own)

    run = command("index", own / "policies", "--index", own)

    assert run.code == 0
    assert run.out.startswith(f"Nothing changed since build {before}")
    assert current_id(own) == before


def test_index_rebuilds_what_is_damaged(own: Path, command: Command) -> None:
    """A damaged live build is not taken for an unchanged one."""
    command("index", own / "policies", "--index", own)
    (current_folder(own) / "sentences.npy").write_bytes(b"damaged")

    run = command("index", own / "policies", "--index", own)

    assert run.code == 0
    assert "3 versions" in run.out
    assert command("ask", QUESTION, "--index", own).code == 0


def test_index_encodes_only_what_is_new(own: Path, command: Command) -> None:
    """A changed file makes a new build, for which only new texts are encoded."""
    changed = own / "policies" / "harbour-2024.md"
    changed.write_text(changed.read_text() + "\n## Letters\n\nWe keep letters for two years.\n")

    run = command("index", own / "policies", "--index", own)

    counts = run.out.splitlines()[-2]
    assert run.code == 0
    assert " encoded, " in counts
    assert "; 0 texts encoded" not in counts
    assert ", 0 known before" not in counts


def test_unreadable_file_stops_the_build(own: Path, command: Command) -> None:
    """A file that cannot be read is named, and the live build stays."""
    before = current_id(own)
    (own / "policies" / "empty.md").write_text("")

    run = command("index", own / "policies", "--index", own)

    assert run.code == 2
    assert run.err.startswith(f"{own}/policies/empty.md is empty; ")
    assert current_id(own) == before


def test_skipped_file_is_named_every_time(own: Path, command: Command) -> None:
    """What --skip-unreadable left out is named, also by a run that changes nothing; and a run
    without it does not pass for an unchanged one."""
    (own / "policies" / "empty.md").write_text("")
    arguments = "index", own / "policies", "--index", own

    first = command(*arguments, "--skip-unreadable")
    second = command(*arguments, "--skip-unreadable")
    strict = command(*arguments)

    assert (first.code, second.code, strict.code) == (0, 0, 2)
    assert f"Skipped: {own}/policies/empty.md is empty" in first.out
    assert second.out.startswith("Nothing changed")
    assert f"Skipped: {own}/policies/empty.md is empty" in second.out


def test_answer_for_people(indexed: Path, command: Command) -> None:
    """An answer is the sentence that answers, behind a bar, and what is needed to check it."""
    run = command("ask", QUESTION, "--index", indexed, "--k", "1")

    assert run.code == 0
    lines = [line.rstrip() for line in run.out.splitlines()]
    assert lines[0] == "▌ We keep call records for 12 months."
    assert "  Harbour Broadband: Privacy Policy > Call records" in lines
    assert "  harbour-broadband/privacy@2024-03-01, in force since 1 March 2024" in lines
    assert lines[-1].startswith("  https://harbour.example/privacy#:~:text=")


def test_question_without_quotation_marks(indexed: Path, command: Command) -> None:
    """A question of several words is one question, wherever options stand."""
    quoted = command("ask", QUESTION, "--index", indexed, "--k", "1")
    plain = command(
        "ask", *QUESTION.split(" ")[:3], "--index", indexed, *QUESTION.split(" ")[3:], "--k", "1"
    )

    assert (plain.code, plain.out) == (0, quoted.out)


@pytest.mark.parametrize("words", [(), ("",), (" ", "\t")])
def test_a_question_that_is_missing(
    indexed: Path, command: Command, words: tuple[str, ...]
) -> None:
    """Without a question the command says so, and how to ask one."""
    run = command("ask", *words, "--index", indexed)

    assert (run.code, run.out) == (2, "")
    assert run.err == 'A question is missing; write: qabot ask "QUESTION"\n'


def test_long_question_is_refused(indexed: Path, command: Command) -> None:
    """A question may be as long as over HTTP; a longer one costs nothing."""
    longest = QUESTION.ljust(2000, "x")
    assert command("ask", longest, "--index", indexed).code in {0, 3}

    run = command("ask", *f"{longest} ?".split(" "), "--index", indexed)

    assert (run.code, run.out) == (2, "")
    assert run.err == "The question has 2,002 characters; ask it in 2,000 at most.\n"


CLEAR = "\x1b[2J\x9b31m\x07\r\u202e"
"""What empties a terminal, colours it, rings, begins its line anew, and turns it around."""
CONTROL = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u202d", "\u202e"} - {"\n"}


@pytest.mark.parametrize(
    "arguments",
    [
        [CLEAR],
        ["ask", "x", f"--{CLEAR}"],
        ["ask", "x", "--as-of", CLEAR],
        ["ask", "x", "--index", f"no{CLEAR}folder"],
        ["ask", CLEAR * 300],
        ["use", f"no{CLEAR}build"],
        ["index", f"no{CLEAR}file.md"],
        ["evaluate", f"no{CLEAR}file"],
    ],
)
def test_errors_obey_no_control_character(arguments: list[str], command: Command) -> None:
    """What was typed comes back in an error without what a terminal would obey."""
    run = command(*arguments)

    assert run.code in {1, 2}
    assert run.out == ""
    assert len(run.err) > 20
    assert not CONTROL & {*run.err}
    assert run.err.count("\n") == 1


def test_control_characters_of_a_policy_stay_out_of_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What a text holds that a terminal would obey is printed as a mark, the rest as it is."""
    odd = replace(CITATION, quote=f"{CLEAR}{CITATION.quote}", company=f"Harbour{CLEAR}")

    show_answer(answer(odd), ENTRIES, more=True)

    printed = capsys.readouterr().out
    assert not CONTROL & {*printed}
    assert "We keep call records" in printed
    assert "\ufffd[2J" in printed


def test_json_holds_no_control_character() -> None:
    """JSON says by their numbers what a terminal would obey, and means the same."""
    said = {CLEAR: [CLEAR, "\x7f\x80"]}

    assert not CONTROL & {*to_json(said)}
    assert json.loads(to_json(said)) == said


def test_answer_for_programs(indexed: Path, command: Command) -> None:
    """--json prints the contract's object, and every quote is a slice of its version's text."""
    run = command("ask", QUESTION, "--index", indexed, "--json")

    fields = json.loads(run.out)
    assert run.code == 0
    assert set(fields) == {"id", "status", "citations", "nearest", "parts", "scope", "took_ms"}
    assert fields["status"] == "answered"
    assert set(fields["scope"]) == {"company", "as_of", "versions", "passages"}
    assert fields["scope"]["company"] == "Harbour Broadband"
    with closing(Corpus.open(current_folder(indexed))) as corpus:
        for citation in fields["citations"]:
            version = corpus.version(citation["version"])
            assert version is not None
            assert version.text[citation["start"] : citation["end"]] == citation["quote"]
            assert version.sha256 == citation["sha256"]
            assert citation["effective_from"] == "2024-03-01"
            for sentence in citation["highlight"]:
                assert citation["start"] <= sentence["start"] < sentence["end"] <= citation["end"]
                marked = version.text[sentence["start"] : sentence["end"]]
                assert sentence["text"] == marked


def test_answer_of_an_earlier_day(indexed: Path, command: Command) -> None:
    """--as-of quotes the version in force that day, and says until when it was."""
    run = command("ask", QUESTION, "--index", indexed, "--as-of", "2022-01-01")

    assert run.code == 0
    assert "▌ We keep call records for 18 months.\n" in run.out
    assert "@2021-06-10, in force 10 June 2021 - 29 February 2024" in run.out
    assert "12 months" not in run.out


def test_answer_in_a_terminal_is_wrapped(indexed: Path) -> None:
    """In a terminal, what answers is bold as well, and no line of a quote is wider than it."""
    master, slave = os.openpty()
    with _start("ask", QUESTION, "--index", indexed, terminal=slave) as process:
        os.close(slave)
        process.wait()
    output = os.read(master, 100_000).decode()
    os.close(master)

    assert "\x1b[1mWe keep call records for 12 months.\x1b[0m" in output
    quote = output.partition("Harbour Broadband:")[0]
    assert max(map(len, quote.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines())) <= 50


def test_uncertain(capsys: pytest.CaptureFixture[str]) -> None:
    """What may answer is quoted with its source, marked otherwise than what does, and labelled."""
    other = replace(CITATION, title="Call Policy")
    show_answer(answer(status="uncertain", nearest=[CITATION, other]), ENTRIES)
    short = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    show_answer(answer(status="uncertain", nearest=[CITATION, other]), ENTRIES, more=True)
    more = [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    assert short == [
        "This comes closest; check whether it answers:",
        "",
        "? We keep call records for 18 months.",
        "  Then they are deleted.",
        "",
        "  Harbour Broadband: Privacy Policy > 4. Retention",
        "  harbour-broadband/privacy@2021-06-10, in force since 10 June 2021",
        "  https://harbour.example/privacy#:~:text=We%20keep",
        "",
        "Searched: all policies in force today. If it does not, ask a person.",
    ]
    assert more == [
        *short,
        "",
        "Less close:",
        "",
        "  We keep call records for 18 months. Then they are deleted.",
        "  Harbour Broadband: Call Policy > Privacy Policy > 4. Retention",
        "  harbour-broadband/privacy@2021-06-10, in force since 10 June 2021",
        "  https://harbour.example/privacy#:~:text=We%20keep",
    ]


def test_what_has_to_be_known_beside_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Another language and companies without policies are said first, whatever the verdict."""
    show_answer(
        answer(status="uncertain", nearest=[CITATION], language="fr", unknown=["Acme"]), ENTRIES
    )
    uncertain = capsys.readouterr().out
    show_answer(answer(CITATION, company="Harbour", unknown=["Acme", "Zebra", "Nix"]), ENTRIES)
    answered = capsys.readouterr().out

    assert uncertain.startswith(
        "The question seems to be in French, the policies searched are not.\n\n"
        "There are no policies of Acme here.\n\nThis comes closest"
    )
    assert answered.startswith("There are no policies of Acme, Zebra and Nix here.\n\n▌ We keep")


def test_not_covered(indexed: Path, command: Command) -> None:
    """What no policy answers is said plainly, with what was searched; nothing poses as a quote."""
    run = command("ask", "Who won the chess championship in Reykjavik?", "--index", indexed)

    assert run.code == 3
    assert run.out.startswith("The policies searched do not answer this.\n")
    assert "Searched: all policies in force today." in run.out
    assert "▌" not in run.out


def test_unknown_company(indexed: Path, command: Command) -> None:
    """A company without policies is named, and so are those that have some."""
    run = command("ask", "Do you sell my data?", "--company", "Vonage", "--index", indexed)

    assert run.code == 3
    assert "There are no policies of Vonage here." in run.out
    assert "Harbour Broadband, Pinecrest Mobile" in run.out


def test_no_version_in_force(indexed: Path, command: Command) -> None:
    """A day before the first version is told, with the days for which there are versions."""
    run = command("ask", QUESTION, "--as-of", "2001-02-03", "--index", indexed)

    assert run.code == 3
    assert "No policy of Harbour Broadband was in force on 3 February 2001." in run.out
    assert "There has been one since 10 June 2021." in run.out
    assert "harbour-broadband/privacy, 10 June 2021 - 29 February 2024" in run.out
    assert "pinecrest" not in run.out


def test_policies(indexed: Path, command: Command) -> None:
    """`qabot policies` lists companies, policies and versions with their files."""
    lines = _table(command("policies", "--index", indexed).out)

    assert "Harbour Broadband" in lines
    assert "harbour-broadband/privacy: Privacy Policy" in lines
    file = indexed / "policies" / "harbour-2021.md"
    assert f"10 June 2021 - 29 February 2024 1 passage {file}" in lines
    assert "https://harbour.example/privacy" in lines


def test_policies_of_a_day(indexed: Path, command: Command) -> None:
    """`--as-of` leaves what is in force that day, to the day; of none it says so."""
    days = {"2024-02-29": "harbour-2021.md", "2024-03-01": "harbour-2024.md"}
    for day, file in days.items():
        run = command("policies", "--as-of", day, "--json", "--index", indexed)
        found = {one["policy"]: one["versions"] for one in json.loads(run.out)}
        (version,) = found["harbour-broadband/privacy"]
        assert version["effective_from"] == ("2021-06-10" if "2021" in file else "2024-03-01")

    none = command("policies", "--as-of", "1999-01-01", "--index", indexed)
    assert none.code == 2 and "Nothing was in force on 1999-01-01" in none.err


def test_policies_as_json(indexed: Path, command: Command) -> None:
    """`qabot policies --json` has a policy once, with its versions by date."""
    policies = json.loads(command("policies", "--json", "--index", indexed).out)

    privacy = next(one for one in policies if one["policy"] == "harbour-broadband/privacy")
    assert privacy["company"] == "Harbour Broadband"
    assert [version["effective_from"] for version in privacy["versions"]] == [
        "2021-06-10",
        "2024-03-01",
    ]
    assert privacy["versions"][0]["effective_until"] == "2024-03-01"
    assert len(policies) == 2


def test_going_back_to_an_earlier_build(own: Path, command: Command) -> None:
    """`qabot builds` lists the builds, and `qabot use` makes one of them live."""
    first = current_id(own)
    assert first
    (own / "policies" / "harbour-2024.md").unlink()
    assert command("index", own / "policies", "--index", own, "--yes").code == 0

    listed = json.loads(command("builds", "--json", "--index", own).out)
    used = command("use", first, "--index", own)

    assert [build["live"] for build in listed] == [True, False]
    assert [build["counts"]["versions"] for build in listed] == [2, 3]
    assert used.code == 0
    assert f"live {first}" in _table(command("builds", "--index", own).out)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["aks", "x"], "'ask'"),
        (["ask"], "QUESTION"),
        (["ask", "x", "--compny", "y"], "'--company'"),
        (["ask", "x", "--as-of", "10/06/2021"], "10/06/2021"),
        (["ask", "x", "--as-of", "2021-02-30"], "2021-02-30"),
        (["ask", "x", "--k", "0"], "--k"),
        (["ask", "x", "--k", "many"], "many"),
        (["index", "no-such-folder"], "no-such-folder"),
        (["ask", "caf\udce9"], "QUESTION"),
        (["ask", "x", "--company", "caf\udce9"], "--company"),
        (["use", "no-such-build"], "no-such-build"),
        (["evaluate", "no-such-file.jsonl"], "no-such-file.jsonl"),
    ],
)
def test_bad_usage_is_one_sentence(arguments: list[str], named: str, command: Command) -> None:
    """What is asked for wrongly is named in one line on standard error, with exit code 2."""
    run = command(*arguments)

    assert run.code == 2
    assert run.out == ""
    assert named in run.err
    assert run.err.count("\n") == 1


def test_no_command_says_what_to_do_next(
    indexed: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`qabot` alone says how to index where nothing is, else how to ask."""
    monkeypatch.setenv("QABOT_INDEX", str(tmp_path))
    empty = command()
    monkeypatch.setenv("QABOT_INDEX", str(indexed))
    ready = command()

    assert (empty.code, ready.code) == (0, 0)
    assert f"Nothing is indexed in {tmp_path} yet." in empty.out
    assert "qabot index" in empty.out and "qabot ask" not in empty.out
    assert "qabot ask" in ready.out and "qabot serve" in ready.out


def test_nothing_indexed(tmp_path: Path, command: Command) -> None:
    """Without a build, the way out is named, and no encoder is prepared."""
    for arguments in (["ask", "x"], ["policies"]):
        run = command(*arguments, "--index", tmp_path)

        assert run.code == 1
        way_out = f"qabot index --index {tmp_path}"
        assert run.err == f"{tmp_path}: nothing is indexed yet; build with: {way_out}\n"
    assert "no builds yet" in command("builds", "--index", tmp_path).out


def test_damaged_build_is_refused(own: Path, command: Command) -> None:
    """A build that is not as it was written is refused in one sentence."""
    (current_folder(own) / "corpus.sqlite").write_bytes(b"damaged")

    for arguments in (["ask", "x"], ["policies"]):
        run = command(*arguments, "--index", own)

        assert run.code == 1
        assert "corpus.sqlite" in run.err
        assert run.err.count("\n") == 1


def test_index_that_is_a_file(tmp_path: Path, command: Command) -> None:
    """A path that the system refuses is named in one sentence."""
    file = tmp_path / "file"
    file.write_text("")

    run = command("policies", "--index", file)

    assert run.code == 1
    assert str(file) in run.err
    assert run.err.count("\n") == 1


def test_reader_that_stops_reading(indexed: Path) -> None:
    """A pipe closed by its reader, such as `head`, ends a command without a word."""
    with _start("policies", "--json", "--index", indexed) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()

    assert said == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_full_disk(indexed: Path) -> None:
    """An output that cannot be written is told in one sentence."""
    full = os.open("/dev/full", os.O_WRONLY)
    with _start("policies", "--json", "--index", indexed, terminal=full) as process:
        os.close(full)
        assert process.stderr
        said = process.stderr.read()

    assert process.returncode == 1
    assert said.startswith("The output: No space left on device; ")
    assert "Traceback" not in said


def test_evaluate(indexed: Path, tmp_path: Path, command: Command) -> None:
    """`qabot evaluate` prints the contract's figures, and --details writes a row a question."""
    asked = [
        {"id": "1", "question": QUESTION, "gold": ["We keep call records for 12 months."]},
        {"id": "2", "question": "Who won the chess championship in Reykjavik?", "gold": []},
    ]
    questions, details = tmp_path / "questions.jsonl", tmp_path / "details.jsonl"
    questions.write_text(
        "".join(
            json.dumps({**one, "company": None, "as_of": None, "covered": bool(one["gold"])}) + "\n"
            for one in asked
        )
    )

    run = command("evaluate", questions, "--index", indexed, "--json", "--details", details)

    measures = json.loads(run.out)
    assert run.code == 0
    assert measures["questions"] == 2
    assert measures["hit@1"] == 1
    assert measures["abstention"]["false_answer_rate"] == 0
    assert [json.loads(line)["id"] for line in details.read_text().splitlines()] == ["1", "2"]


def test_interrupted_index_leaves_the_live_build(own: Path) -> None:
    """Ctrl-C ends `qabot index` quietly; the live build answers on, and no draft is left."""
    sentences = "\n\n".join(f"Rule {n} is that form {n} goes to desk {n}." for n in range(4000))
    (own / "policies" / "harbour-2024.md").write_text(f"# Harbour Broadband Rules\n\n{sentences}")
    before = current_id(own)
    with _start("index", own / "policies", "--index", own) as process:
        while process.poll() is None and not list(builds_folder(own).glob(".draft-*")):
            time.sleep(0.02)
        time.sleep(1)  # it encodes by now
        for _ in range(5):  # Python drops an interrupt that comes while it destroys an object
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)
        assert process.stderr
        said = process.stderr.read()

    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert current_id(own) == before
    assert not list(builds_folder(own).glob(".draft-*"))
