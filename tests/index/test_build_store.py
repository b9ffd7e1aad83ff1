import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from qabot.checksums import file_sha256
from qabot.errors import BadInput, BuildRefused, BuildStoreUnavailable
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.build_store import BuildStore
from qabot.index.manifest import new_id, read_manifest
from qabot.index.opening import load
from qabot.index.releases import (
    KEPT,
    build_folder,
    builds_folder,
    current_folder,
    current_id,
    draft,
    keep,
    manifests,
    pulling,
    write_manifest,
)
from qabot.index.shared_releases import SharedReleases
from tests.support.fakes import WordEncoder, policy
from tests.support.ports import free_port

Machine = Callable[[str], SharedReleases]
Make = Callable[[SharedReleases], str]


@pytest.fixture
def machine(object_store: str, tmp_path: Path) -> Machine:
    """Return what gives each machine of a name an index of its own and the one store."""
    return lambda name: SharedReleases(tmp_path / name, BuildStore(object_store))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a build."""
    index = tmp_path_factory.mktemp("template")
    text = "# Refunds\n\nWe refund within 14 days.\n"
    file = index / "refunds.md"
    file.write_text(policy("Harbour Broadband", "refunds", "2024-01-01", text))
    build(plan([file], "words"), index, WordEncoder())
    return current_folder(index)


@pytest.fixture
def make(template: Path) -> Make:
    """Return what makes a build on a machine, beside its live one, and gives its id."""

    def make(machine: SharedReleases) -> str:
        with draft(machine.index) as folder:
            shutil.copytree(template, folder, dirs_exist_ok=True)
            manifest = replace(read_manifest(folder), id=new_id())
            (folder / "report.json").write_text(manifest.id)
            report = file_sha256(folder / "report.json")
            manifest = replace(manifest, hashes={**manifest.hashes, "report.json": report})
            write_manifest(folder, manifest)
            keep(machine.index, folder, manifest)
        return manifest.id

    return make


def put(address: str, path: str, content: bytes) -> None:
    """Write something into the store, past qabot."""
    import obstore
    from obstore.store import S3Store

    bucket, _, folder = address.removeprefix("s3://").partition("/")
    store = S3Store(bucket, prefix=folder, client_options={"allow_http": True})
    obstore.put(store, path, content)


def paths(address: str) -> set[str]:
    """Return what lies in the store."""
    import obstore
    from obstore.store import S3Store

    bucket, _, folder = address.removeprefix("s3://").partition("/")
    store = S3Store(bucket, prefix=folder, client_options={"allow_http": True})
    return {one["path"] for some in obstore.list(store) for one in some}


def test_what_goes_live_is_pulled(machine: Machine, make: Make) -> None:
    """Another machine takes over the build that went live, byte by byte, and once."""
    builder, replica = machine("builder"), machine("replica")
    made = make(builder)
    assert current_id(builder.index) is None

    builder.use(made)

    assert current_id(builder.index) == made
    assert replica.pull(replica.current())
    with closing(load(current_folder(replica.index))) as opened:
        opened.prove()
    ours, theirs = current_folder(builder.index), current_folder(replica.index)
    for name in ("manifest.json", *read_manifest(ours).hashes):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()
    assert not replica.pull(replica.current())


def test_stale_builder_is_refused(machine: Machine, make: Make) -> None:
    """Of two that began with the same live build, or with none, the later one is told."""
    first, second = machine("first"), machine("second")
    for _ in range(2):
        live = first.current()
        stale = second.current()
        made = make(first)
        first.use(made, live)

        before = current_id(second.index)
        with pytest.raises(BuildRefused, match="another build went live .*; run qabot index again"):
            second.use(make(second), stale)

        assert second.current().build == made
        assert current_id(second.index) == before
        second.pull(second.current())

    again = make(second)
    second.use(again, second.current())
    assert first.current().build == again


@pytest.mark.parametrize(
    "harm", ["altered", "shorter", "manifest", "foreign", "outside", "CURRENT"]
)
def test_damaged_build_is_refused(
    machine: Machine, make: Make, object_store: str, harm: str
) -> None:
    """What is not what was pushed is not taken over: it is named, and what was live stays."""
    builder, replica = machine("builder"), machine("replica")
    builder.use(make(builder))
    replica.pull(replica.current())
    before = current_id(replica.index)
    made = make(builder)
    builder.use(made)
    folder = build_folder(builder.index, made)
    manifest = (folder / "manifest.json").read_text()
    report = (folder / "report.json").read_bytes()  # the rest is as in the build before
    outside = (builder.index / "outside").as_posix()
    other = replace(read_manifest(folder), hashes={outside: "", "../outside": ""})
    write_manifest(builder.index, other)
    path, content = {
        "altered": (f"{made}/report.json", report[:-1] + bytes([report[-1] ^ 1])),
        "shorter": (f"{made}/report.json", report[:-1]),
        "manifest": (
            f"{made}/manifest.json",
            manifest.replace("Harbour", "Pinecrest")[:-2].encode(),
        ),
        "foreign": (
            f"{made}/manifest.json",
            (build_folder(replica.index, before or "") / "manifest.json").read_bytes(),
        ),
        "outside": (f"{made}/manifest.json", (builder.index / "manifest.json").read_bytes()),
        "CURRENT": ("CURRENT", b"../elsewhere"),
    }[harm]
    put(object_store, path, content)

    with pytest.raises((BuildRefused, BadInput), match="qabot") as refused:
        replica.pull(replica.current())

    named = "../elsewhere" if harm == "CURRENT" else f"{object_store}/{path}"
    assert named in str(refused.value)
    assert current_id(replica.index) == before
    assert [one.id for one in manifests(replica.index)] == [before]
    assert not list(builds_folder(replica.index).glob(".draft-*"))
    assert not (builder.index / "outside").exists()


def test_going_back_is_for_all(machine: Machine, make: Make) -> None:
    """An older build is made live by a machine that never had it; who has it pulls nothing."""
    builder, replica = machine("builder"), machine("replica")
    older, newer = make(builder), make(builder)
    builder.use(older)
    builder.use(newer)
    replica.pull(replica.current())
    assert [one.id for one in manifests(replica.index)] == [newer]
    assert [one.id for one in replica.listed().manifests] == [newer, older]
    assert replica.listed().were_live == {newer, older}

    replica.use(older)

    assert current_id(replica.index) == older
    pulled: list[int] = []
    assert builder.pull(builder.current(), pulled.append)
    assert current_id(builder.index) == older
    assert pulled == []
    with pytest.raises(BadInput, match="qabot builds"):
        replica.use(new_id())
    assert replica.current().build == older


def test_what_is_here_is_not_pulled_again(machine: Machine, make: Make) -> None:
    """Of a build that is damaged on disk only what is damaged is pulled."""
    builder, replica = machine("builder"), machine("replica")
    made = make(builder)
    builder.use(made)
    replica.pull(replica.current())
    file = current_folder(replica.index) / "vectors.faiss"
    whole = file.read_bytes()
    file.write_bytes(b"damaged")
    (builds_folder(replica.index) / "CURRENT").unlink()

    pulled: list[int] = []
    replica.pull(replica.current(), pulled.append)

    assert file.read_bytes() == whole
    assert sum(pulled) == len(whole)


def test_oldest_builds_are_dropped(machine: Machine, make: Make, object_store: str) -> None:
    """Besides the live build the newest KEPT stay, as on disk, and all that is no build."""
    builder = machine("builder")
    put(object_store, "notes/manifest.json", b"{}")
    made = []
    for _ in range(KEPT + 3):
        made.append(make(builder))
        builder.use(made[-1])

    kept = {path.partition("/")[0] for path in paths(object_store)}
    assert kept == {*made[-KEPT - 1 :], "notes", "CURRENT"}


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:{port}", "cannot be reached"),
        ("AWS_SECRET_ACCESS_KEY", "another", "refuses these credentials"),
    ],
)
def test_store_that_is_away_is_told(
    object_store: str, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
) -> None:
    """A store that does not answer, or refuses, is named in one sentence."""
    monkeypatch.setenv(setting, value.format(port=free_port()))

    with pytest.raises(BuildStoreUnavailable, match=told) as away:
        BuildStore(object_store).current()

    assert object_store in str(away.value)
    assert "AWS_" in str(away.value)
    assert len(str(away.value).splitlines()) == 1


def test_missing_bucket_is_told(object_store: str) -> None:
    """A bucket that is not there is not one in which nothing is live."""
    with pytest.raises(BuildStoreUnavailable, match="no such bucket"):
        BuildStore("s3://elsewhere/builds").current()


@pytest.mark.parametrize("address", ["builds", "s3://", "https://builds.example.com/qabot"])
def test_other_addresses_are_refused(address: str) -> None:
    """What names no bucket is refused with what does."""
    with pytest.raises(BadInput, match="s3://BUCKET/FOLDER"):
        BuildStore(address)


def test_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without obstore one sentence says how to install it."""
    monkeypatch.setitem(sys.modules, "obstore", None)

    with pytest.raises(BadInput, match=r"pip install 'qabot\[s3\]'"):
        BuildStore("s3://builds/qabot")


def test_one_process_pulls(tmp_path: Path) -> None:
    """Of the processes of an index one may pull, and when it has ended the next one."""
    with pulling(tmp_path) as second:
        with pulling(tmp_path) as first:
            assert first()
            assert not second()
            assert first()
        assert second()


def test_pull_that_is_ended_leaves_nothing(machine: Machine, make: Make) -> None:
    """A service that ends while it pulls ends the pull, of which nothing stays."""
    builder, replica = machine("builder"), machine("replica")
    builder.use(make(builder))

    def end(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        replica.pull(replica.current(), end)
    assert current_id(replica.index) is None
    assert not [one for one in builds_folder(replica.index).iterdir() if one.is_dir()]
