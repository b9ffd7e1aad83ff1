import json
import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qabot.encoder.base import Progress, silent
from qabot.errors import BadInput, BuildNotWritten, UnreadableFile
from qabot.index.build import Report, build
from qabot.index.build_plan import already_made, plan
from qabot.index.file_report import REPORT
from qabot.index.opening import load
from qabot.index.releases import builds_folder, current_folder, current_id, manifests
from qabot.records import FloatMatrix
from tests.support.fakes import WordEncoder, build_bot, index_and_open, open_files, policy

ROOT = Path(__file__).resolve().parents[2]


class CountingEncoder(WordEncoder):
    """Remembers the texts that it was given to encode."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        self.texts += texts
        return super().encode_documents(texts, done=done)


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """Return a folder of two policies."""
    folder = tmp_path / "policies"
    folder.mkdir()
    write(folder, "refunds", "# Refunds\n\nWe refund within 14 days.\n")
    write(folder, "calls", "# Calls\n\nWe keep call records for 12 months. Then we delete them.\n")
    return folder


def write(folder: Path, name: str, body: str) -> None:
    """Write a policy of that name into the folder."""
    (folder / f"{name}.md").write_text(policy("Harbour Broadband", name, "2024-01-01", body))


def built(policies: Path, encoder: WordEncoder | None = None) -> Report:
    """Build from the folder, into the index beside it."""
    return build(plan([policies], "words"), policies.parent / "index", encoder or WordEncoder())


def texts_of(index: Path) -> str:
    """Return the texts of all passages of the live build."""
    with closing(open_files(index)) as live:
        return "\n".join(p.text for p in live.corpus.passages(range(len(live.vectors))))


def test_unchanged_files_have_the_same_fingerprint(policies: Path) -> None:
    """The fingerprint tells whether anything changed: a file, its catalog, the encoder."""
    first = plan([policies], "words").fingerprint

    assert plan([policies], "words").fingerprint == first
    assert plan([policies], "others").fingerprint != first
    (policies / "catalog.yaml").write_text("refunds.md: {title: Refunds}\n")
    with_catalog = plan([policies], "words").fingerprint
    assert with_catalog != first
    write(policies, "refunds", "# Refunds\n\nWe refund within 15 days.\n")
    assert plan([policies], "words").fingerprint not in (first, with_catalog)


_LIVE_STAYS = """
import sys
from pathlib import Path
from qabot.index.build import build
from qabot.index.build_plan import already_made, plan
from tests.support.fakes import WordEncoder
policies, index = map(Path, sys.argv[1:])
planned = plan([policies], "words")
stays = already_made(planned, index) is not None
if not stays:
    build(planned, index, WordEncoder())
print(stays)
"""


def test_only_code_that_makes_builds_makes_them_anew(policies: Path, tmp_path: Path) -> None:
    """A changed text of Slack's leaves the live build as it is; a changed reader does not."""
    package = tmp_path / "code" / "qabot"
    shutil.copytree(ROOT / "qabot", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package.parent / "tests").symlink_to(ROOT / "tests")

    def stays() -> bool:
        run = subprocess.run(
            [sys.executable, "-c", _LIVE_STAYS, str(policies), str(tmp_path / "index")],
            cwd=package.parent,
            env={**os.environ, "PYTHONPATH": str(package.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout == "True\n"

    def change(folder: str) -> None:
        file = min((package / folder).rglob("*.py"))
        file.write_text(file.read_text() + "\n# changed\n")

    assert [stays(), stays()] == [False, True]
    for folder in ("slack", "api", "cli", "service", "answering"):
        change(folder)
    assert stays()
    change("readers")
    assert [stays(), stays()] == [False, True]


def test_skipped_files_are_no_change_where_they_may_be_skipped(policies: Path) -> None:
    """A build that left files out is the same again only for who may leave them out again."""
    (policies / "bad.txt").write_bytes(b"\x00" * 100)
    index = policies.parent / "index"
    planned = plan([policies], "words", skip_unreadable=True)
    report = build(planned, index, WordEncoder())

    assert already_made(planned, index) == report.manifest
    assert already_made(plan([policies], "words"), index) is None


def test_only_what_changed_is_encoded(policies: Path) -> None:
    """Texts that the live build knows keep their vectors; the rest is encoded, each text once."""
    first, second, third = CountingEncoder(), CountingEncoder(), CountingEncoder()
    report = built(policies, first)
    assert report.encoded == len(first.texts) == len(set(first.texts)) == 5

    write(policies, "refunds", "# Refunds\n\nWe refund within 30 days.\n")
    report = built(policies, second)
    assert sorted(second.texts) == [
        "Refunds\nWe refund within 30 days.",
        "Refunds: We refund within 30 days.",
    ]
    assert (report.encoded, report.reused) == (2, 3)

    assert built(policies, third).encoded == 0
    assert third.texts == []


def test_reused_vectors_are_those_of_their_texts(policies: Path) -> None:
    """A vector that was taken over still belongs to its text, when rows have moved."""
    built(policies)
    write(
        policies, "accounts", "# Accounts\n\nYou may close your account.\n\n## Delay\n\nOr not.\n"
    )
    built(policies)

    with closing(open_files(policies.parent / "index")) as live:
        passages = live.corpus.passages(range(len(live.vectors)))
        for row, passage in enumerate(passages):
            body = passage.text.split("\n\n", 1)[1]
            expected = WordEncoder().encode_query(f"{passage.trail[-1]} {body}")
            if passage.trail[-1] != "Delay":  # its trail has two headings
                np.testing.assert_allclose(
                    live.vectors.rows(np.array([row]))[0], expected, atol=1e-3
                )


def test_other_encoder_reuses_nothing(policies: Path) -> None:
    """Vectors of another encoder are not taken over."""
    built(policies)
    other = CountingEncoder()
    other.card = replace(WordEncoder.card, weights_sha256="other")

    assert built(policies, other).encoded == 5


def test_damaged_live_build_is_built_anew(policies: Path) -> None:
    """Where the live build is damaged, everything is encoded again and the new build is whole."""
    built(policies)
    (current_folder(policies.parent / "index") / "sentences.npy").write_bytes(b"damaged")

    assert built(policies).encoded == 5
    assert "14 days" in texts_of(policies.parent / "index")


def test_deleted_and_replaced_texts_vanish(policies: Path) -> None:
    """What is no longer in the files is in neither texts, words nor vectors of the next build."""
    built(policies)
    (policies / "calls.md").unlink()
    write(policies, "refunds", "# Refunds\n\nYou get a voucher.\n")
    built(policies)

    index = policies.parent / "index"
    assert "call" not in texts_of(index)
    assert "14 days" not in texts_of(index)
    with closing(open_files(index)) as live:
        everything = np.arange(len(live.vectors))
        assert len(live.vectors) == len(live.words) == 1
        assert live.words.scores({"call": 1.0}, everything).tolist() == [0]
        gone = WordEncoder().encode_query("Calls call records 12 months delete")
        assert (live.vectors.rows(everything) @ gone).max() < 0.3


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 no page", b"\x00\x01\x02" * 100])
def test_unreadable_file_fails_the_build(policies: Path, content: bytes) -> None:
    """A file that cannot be read fails the build, is named, and the live build stays."""
    built(policies)
    live = current_id(policies.parent / "index")
    (policies / "bad.txt").write_bytes(content)
    (policies / "worse.pdf").write_bytes(content)

    with pytest.raises(UnreadableFile) as refused:
        built(policies)
    assert "bad.txt" in str(refused.value)
    assert "worse.pdf" in str(refused.value)
    assert current_id(policies.parent / "index") == live
    assert not list(builds_folder(policies.parent / "index").glob(".draft-*"))


def test_unreadable_file_can_be_skipped(policies: Path) -> None:
    """With skip_unreadable the rest is built, and the file is listed with its reason."""
    (policies / "bad.txt").write_bytes(b"\x00" * 100)
    index = policies.parent / "index"

    report = build(plan([policies], "words", skip_unreadable=True), index, WordEncoder())

    (sentence,) = report.files.skipped
    assert "bad.txt" in sentence
    written = json.loads((current_folder(index) / REPORT).read_text())
    assert written["skipped"] == [sentence]
    assert report.manifest.counts["versions"] == 2


def test_nothing_readable_is_no_build(tmp_path: Path) -> None:
    """Where every file is unreadable there is nothing to build, whatever may be skipped."""
    (tmp_path / "bad.txt").write_bytes(b"")

    with pytest.raises(UnreadableFile, match=r"bad\.txt"):
        build(plan([tmp_path], "words", skip_unreadable=True), tmp_path / "index", WordEncoder())
    assert current_id(tmp_path / "index") is None


def test_no_policy_file_is_bad_input(tmp_path: Path) -> None:
    """A folder without policy files is refused by name."""
    (tmp_path / "notes.csv").write_text("a,b")

    with pytest.raises(BadInput, match=str(tmp_path)):
        plan([tmp_path], "words")


def test_what_is_left_out_is_listed(policies: Path) -> None:
    """The report of a build lists what was removed with its rule, and what was ignored and why."""
    (policies / "cookies.html").write_text(
        "<html><head><title>Cookies</title></head><body><nav><a href='/'>Home</a> "
        "<a href='/shop'>Shop</a></nav><main><h1>Harbour Broadband Cookie Policy</h1><p>We set a "
        "cookie that remembers your language for one year, and no others.</p></main></body></html>"
    )
    (policies / "prices.csv").write_text("plan,price\n")
    report = built(policies)

    written = json.loads((current_folder(policies.parent / "index") / REPORT).read_text())
    removed = written["removed"][str(policies / "cookies.html")]
    kept = report.files.removed[str(policies / "cookies.html")]
    assert Counter(one.rule for one in kept) == Counter(one["rule"] for one in removed)
    assert len(removed) > 0
    assert all(one["rule"] for one in removed)
    assert "Shop" in " ".join(one["text"] for one in removed)
    assert (
        ".md" in written["ignored"][str(policies / "prices.csv")]
    )  # one of the kinds that are read
    assert "Shop" not in texts_of(policies.parent / "index")


@pytest.mark.parametrize(
    "text", ["# Who we are\n\nWe are us.\n", "# The\n\n## And so on\n", "## Refunds\n"]
)
def test_texts_without_words_or_sentences(tmp_path: Path, text: str) -> None:
    """A policy of small words alone, or of headings alone, is built and searched like others."""
    (tmp_path / "odd.md").write_text(text)
    report = build(plan([tmp_path], "words"), tmp_path / "index", WordEncoder())

    with closing(open_files(tmp_path / "index")) as live:
        live.prove()
        rows = np.arange(report.manifest.counts["passages"])
        found = live.sentences.of(rows)
        vectors, bounds = found.vectors, found.bounds
        assert vectors.shape == (report.manifest.counts["sentences"], WordEncoder.card.dimension)
        assert bounds[-1] == len(vectors)


def test_progress_counts_every_text(policies: Path) -> None:
    """Progress is told how many texts there are, and then of each of them."""
    told: list[int] = []
    totals: list[int] = []

    def progress(total: int) -> Progress:
        totals.append(total)
        return told.append

    report = build(
        plan([policies], "words"), policies.parent / "index", WordEncoder(), progress=progress
    )

    assert totals == [sum(told)] == [report.encoded]


_BUILDER = """
import sys
from pathlib import Path
from qabot.index.build import build
from qabot.index.build_plan import plan
from tests.support.fakes import WordEncoder
for _ in range(8):
    build(plan([Path(sys.argv[1])], "words"), Path(sys.argv[2]), WordEncoder())
"""


def test_builders_at_once_each_finish(policies: Path) -> None:
    """Two builders of one index do not disturb each other: every build ends live and whole."""
    index = policies.parent / "index"
    command = [sys.executable, "-c", _BUILDER, str(policies), str(index)]
    builders = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]

    for builder in builders:
        _, errors = builder.communicate()
        assert builder.returncode == 0, errors
    assert "14 days" in texts_of(index)
    for manifest in manifests(index):
        load(builds_folder(index) / manifest.id).prove()
    assert not list(builds_folder(index).glob(".draft-*"))


def test_killed_builders_leave_a_whole_build() -> None:
    """After SIGKILL at any moment the live build answers, and the next one can be made."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "killed", "--part", "0.17"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr


def test_sentence_vectors_are_kept_in_half_precision(policies: Path) -> None:
    """Each sentence's vector is that of its text, rounded to half precision and nothing else."""
    encoder = CountingEncoder()
    built(policies, encoder)

    with closing(open_files(policies.parent / "index")) as live:
        found = live.sentences.of(np.arange(len(live.vectors)))
    texts = ["Calls: We keep call records for 12 months.", "Calls: Then we delete them."]
    texts.append("Refunds: We refund within 14 days.")
    expected = encoder.encode_documents(texts).astype(np.float16)
    np.testing.assert_array_equal(found.vectors, expected)
    assert found.bounds.tolist() == [0, 2, 3]


def test_changed_model_is_another_plan(policies: Path, tmp_path: Path) -> None:
    """A model whose files change under the same name makes another build, not the same again."""
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.safetensors").write_bytes(b"weights")
    before = plan([policies], str(model)).fingerprint

    (model / "model.safetensors").write_bytes(b"other weights")

    assert plan([policies], str(model)).fingerprint != before


@pytest.mark.parametrize("most", [0, 512, 4_096, 20_000, 60_000])
def test_no_room_is_said(tmp_path: Path, most: int) -> None:
    """Where a file of the build cannot be written as a whole, one sentence says so.

    The live build stays as it is, and nothing is left beside it.
    """
    short = policy("Harbour Broadband", "refunds", "2024-01-01", "# Refunds\n\nIn 14 days.\n")
    live = build_bot(tmp_path, {"refunds.md": short}).index.manifest.id
    more = "\n\n".join(f"We refund item{n} within {n} days of order{n}." for n in range(400))
    (tmp_path / "policies" / "more.md").write_text(
        policy("Harbour Broadband", "terms", "2024-01-01", f"# Terms\n\n{more}")
    )
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        with pytest.raises(BuildNotWritten, match="cannot be written into .* make room"):
            index_and_open([tmp_path / "policies"], tmp_path / "index")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert current_id(tmp_path / "index") == live
    assert {one.name for one in (tmp_path / "index" / "builds").iterdir()} == {
        *(".lock", "CURRENT", "WERE_LIVE", live)
    }
