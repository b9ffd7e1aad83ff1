import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from qabot.errors import BadInput, BuildRefused
from qabot.index import releases
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.manifest import FORMAT, new_id, read_manifest
from qabot.index.opening import load
from qabot.index.releases import builds_folder, current_folder, current_id, manifests, use
from tests.support.fakes import WordEncoder, policy


def _make(folder: Path, body: str) -> str:
    """Build from one policy of that body; return the build's id."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    (policies / "refunds.md").write_text(policy("Harbour Broadband", "refunds", "2024-01-01", body))
    return build(plan([policies], "words"), folder / "index", WordEncoder()).manifest.id


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of two builds."""
    folder = tmp_path_factory.mktemp("made")
    _make(folder, "# Refunds\n\nWe refund within 14 days.\n")
    _make(folder, "# Refunds\n\nWe refund within 30 days.\n")
    return folder / "index"


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    """Return a copy of that index, to be harmed."""
    return Path(shutil.copytree(made, tmp_path / "index"))


def _files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_build_opens(index: Path) -> None:
    """A build that nothing happened to is opened, and fits together."""
    with closing(load(current_folder(index))) as opened:
        opened.prove()


def test_ids_of_the_same_microsecond_differ() -> None:
    """However fast one build comes after another, each has an id of its own."""
    made = [new_id() for _ in range(5_000)]

    assert len({*made}) == len(made)


def test_one_bit_in_any_file_is_noticed(index: Path) -> None:
    """Whichever file of a build is altered by one bit, opening it is refused and names the file."""
    folder = current_folder(index)
    names = _files(folder)
    assert {"manifest.json", "vectors.faiss", "corpus.sqlite", "report.json"} <= set(names)
    for name in names:
        file = folder / name
        whole = file.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(BuildRefused) as refused:
                load(folder)
            assert str(file) in str(refused.value)
            assert "qabot index" in str(refused.value)
        file.write_bytes(whole)


def test_manifest_shows_every_altered_byte(index: Path) -> None:
    """The manifest is sealed: no byte of it can be altered unseen."""
    folder = current_folder(index)
    file = folder / "manifest.json"
    whole = file.read_bytes()
    for place in range(0, len(whole), 7):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(BuildRefused):
            load(folder)


@pytest.mark.parametrize("cut", [0, 1, -2, -1])
def test_truncated_files_are_refused(index: Path, cut: int) -> None:
    """A file that was written in part is refused by name, the manifest too."""
    folder = current_folder(index)
    for name in _files(folder):
        file = folder / name
        whole = file.read_bytes()
        file.write_bytes(whole[:cut])
        with pytest.raises(BuildRefused) as refused:
            load(folder)
        assert str(file) in str(refused.value)
        file.write_bytes(whole)


def test_missing_file_is_refused(index: Path) -> None:
    """A build that lacks one of its files is refused, naming the file."""
    folder = current_folder(index)
    for name in _files(folder):
        (folder / name).rename(index / "away")
        with pytest.raises(BuildRefused) as refused:
            load(folder)
        assert str(folder / name) in str(refused.value)
        (index / "away").rename(folder / name)


def test_file_too_many_is_refused(index: Path) -> None:
    """FAISS is never given a file that the build did not write."""
    foreign = current_folder(index) / "lists.faiss"
    foreign.write_bytes(b"IwFl" + bytes(100))

    with pytest.raises(BuildRefused, match="remove it") as refused:
        load(foreign.parent)
    assert str(foreign) in str(refused.value)


@pytest.mark.parametrize(
    "manifest", ["", "[]", "null", "{}", "\x00", '{"format": %d}', '{"format": %d, "encoder": 3}']
)
def test_foreign_folder_is_refused(tmp_path: Path, manifest: str) -> None:
    """A folder that is no build is refused, whatever its manifest holds."""
    (tmp_path / "manifest.json").write_text(manifest.replace("%d", str(FORMAT)))

    with pytest.raises(BuildRefused, match="qabot index"):
        load(tmp_path)
    shutil.rmtree(tmp_path)
    with pytest.raises(BuildRefused, match="qabot index"):
        load(tmp_path)


def test_other_format_is_named(index: Path) -> None:
    """A build of an older qabot is refused as such."""
    file = current_folder(index) / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": FORMAT - 1}))

    told = rf"format {FORMAT - 1}, .* reads format {FORMAT}; .*qabot index"
    with pytest.raises(BuildRefused, match=told):
        load(file.parent)
    assert len(manifests(index)) == 1  # those that can be gone back to


@pytest.mark.parametrize("current", [b"20200101T000000.000000Z-gone", b"", b"..", b"\xff\xfe"])
def test_current_that_names_nothing_is_refused(index: Path, current: bytes) -> None:
    """Where CURRENT names no build, opening the live one is refused; `use` repairs that."""
    live = manifests(index)[0].id
    (builds_folder(index) / "CURRENT").write_bytes(current)

    with pytest.raises(BuildRefused, match="qabot index"):
        load(current_folder(index))
    use(index, live)
    assert load(current_folder(index)).manifest.id == live


def test_nothing_indexed_yet(tmp_path: Path) -> None:
    """An index without builds says how to make one."""
    assert current_id(tmp_path) is None
    assert manifests(tmp_path) == []
    with pytest.raises(BuildRefused, match="nothing is indexed yet; .*qabot index"):
        current_folder(tmp_path)


def test_use_goes_back(index: Path) -> None:
    """Naming the older build makes it live, and naming the newer one returns to that."""
    newer, older = (manifest.id for manifest in manifests(index))
    assert current_id(index) == newer

    use(index, older)
    assert current_id(index) == older
    use(index, newer)
    assert current_folder(index).name == newer


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../..", "/", "nothing", ".draft-1", "{id}/", "../builds/{id}", "{id}/words"],
)
def test_use_takes_ids_alone(index: Path, name: str) -> None:
    """What is no id of a build is refused, paths above all, and the live build stays."""
    live = current_id(index)
    (builds_folder(index) / ".draft-1").mkdir()

    with pytest.raises(BadInput, match="qabot builds"):
        use(index, name.format(id=live))
    assert current_id(index) == live


def test_use_verifies(index: Path) -> None:
    """A damaged build is not made live."""
    newer, older = (manifest.id for manifest in manifests(index))
    (builds_folder(index) / older / "vectors.faiss").write_bytes(b"damaged")

    with pytest.raises(BuildRefused, match=r"vectors\.faiss"):
        use(index, older)
    assert current_id(index) == newer


def test_oldest_builds_are_dropped(tmp_path: Path) -> None:
    """Besides the live build, the newest KEPT stay."""
    made = [_make(tmp_path, f"# Refunds\n\nWithin {n} days.\n") for n in range(releases.KEPT + 3)]

    kept = [manifest.id for manifest in manifests(tmp_path / "index")]
    assert kept == made[::-1][: releases.KEPT + 1]
    folders = [path.name for path in builds_folder(tmp_path / "index").iterdir() if path.is_dir()]
    assert sorted(folders) == sorted(kept)


def test_what_is_made_while_the_clock_is_turned_back_stays(tmp_path: Path) -> None:
    """A new build whose id is older than that of all others is there, and can go live."""
    for n in range(releases.KEPT + 1):
        _make(tmp_path, f"# Refunds\n\nWithin {n} days.\n")
    index = tmp_path / "index"
    live = current_folder(index)
    with releases.draft(index) as draft:
        shutil.copytree(live, draft, dirs_exist_ok=True)
        made = replace(read_manifest(live), id="20200101T000000.000000Z-00000000")
        releases.write_manifest(draft, made)
        releases.keep(index, draft, made)

    use(index, made.id)

    assert current_id(index) == made.id


def test_only_drafts_of_dead_builders_are_swept(tmp_path: Path) -> None:
    """A draft whose builder was killed is removed by the next one; one at work is left alone."""
    script = (
        "import os, signal, sys; from pathlib import Path; from qabot.index.releases import draft\n"
        "with draft(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=root, check=False)
    (left,) = builds_folder(tmp_path).glob(".draft-*")

    with releases.draft(tmp_path) as first, releases.draft(tmp_path) as second:
        assert first.is_dir()
        assert second.is_dir()
        assert first != second
        assert not left.exists()
    assert not first.exists()
    assert not second.exists()


def test_builds_are_readable_as_other_files_are(index: Path) -> None:
    """A build has the rights that the umask gives, so that another user may serve it."""
    umask = os.umask(0)
    os.umask(umask)

    assert current_folder(index).stat().st_mode & 0o777 == 0o777 & ~umask


def test_kept_build_is_not_live_until_it_is_used(index: Path) -> None:
    """A build that is only kept answers nothing; it is found by its fingerprint, and then used."""
    policies = index.parent / "policies"
    policies.mkdir()
    (policies / "fees.md").write_text(policy("Harbour Broadband", "fees", "2024-01-01", "Free."))
    planned = plan([policies], "words")
    before = current_id(index)

    kept = build(planned, index, WordEncoder(), live=False).manifest

    assert current_id(index) == before
    assert releases.made_from(index, planned.fingerprint) == kept
    use(index, kept.id)
    assert current_id(index) == kept.id


def test_builds_that_are_looked_at_displace_none_to_go_back_to(index: Path) -> None:
    """However many builds are only looked at, the live one and the one before it stay on disk."""
    policies = index.parent / "policies"
    policies.mkdir()
    known = {manifest.id for manifest in manifests(index)}

    for number in range(releases.KEPT + 3):
        text = policy("Harbour Broadband", "fees", "2024-01-01", f"It costs {number}.")
        (policies / "fees.md").write_text(text)
        newest = build(plan([policies], "words"), index, WordEncoder(), live=False).manifest.id

    kept = {manifest.id for manifest in manifests(index)}
    assert known < kept
    assert newest in kept
    assert len(kept - known) == releases.KEPT


def test_damaged_build_is_not_taken_for_made(index: Path) -> None:
    """A damaged build does not stand for one that is to be made anew."""
    folder = current_folder(index)
    fingerprint = read_manifest(folder).fingerprint
    (folder / "vectors.faiss").write_bytes(b"damaged")

    assert releases.made_from(index, fingerprint) is None
