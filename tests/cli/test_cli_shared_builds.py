import json
import shutil
from pathlib import Path

import pytest

from qabot.cli import main
from qabot.cli.loading import releases_of, require_build
from qabot.errors import BuildRefused, BuildStoreUnavailable
from qabot.index.releases import current_id
from tests.support.fakes import build_bot, policy
from tests.support.ports import free_port
from tests.support.serving import FILES


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a store that does not answer."""
    monkeypatch.setenv("QABOT_BUILDS", "s3://builds/away")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "qabot")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    return "s3://builds/away"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return an index beside policies, with nothing made."""
    write(tmp_path, 14)
    return tmp_path / "index"


def write(folder: Path, days: int) -> None:
    """Write a policy that names this number of days."""
    text = f"# Refunds\n\nYou may cancel within {days} days, and we refund what you paid.\n"
    (folder / "policies").mkdir(exist_ok=True)
    file = folder / "policies" / "refunds.md"
    file.write_text(policy("Harbour Broadband", "refunds", "2024-01-01", text))


def run(index: Path, *arguments: str) -> int:
    """Run `qabot index` on the policies beside an index."""
    return main(["index", str(index.parent / "policies"), "--index", str(index), *arguments])


def listed(index: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, bool]:
    """Return the builds that `qabot builds` lists, each with whether it is live."""
    capsys.readouterr()
    assert main(["builds", "--json", "--index", str(index)]) == 0
    return {one["build"]: one["live"] for one in json.loads(capsys.readouterr().out)}


def test_index_pushes_what_goes_live(
    index: Path,
    object_store: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A build that went live here before, and each that does, is pushed; one looked at is not.

    What was made before is pushed as it is. Another machine begins with the live build.
    """
    assert run(index, "--yes") == 0
    first = current_id(index)
    assert first
    monkeypatch.setenv("QABOT_BUILDS", object_store)

    assert run(index) == 0

    assert f"Live now: {first}, in {object_store} too" in capsys.readouterr().out
    elsewhere = index.parent / "elsewhere" / "index"
    shutil.copytree(index.parent / "policies", elsewhere.parent / "policies")
    assert listed(elsewhere, capsys) == {first: True}
    write(elsewhere.parent, 30)
    assert run(elsewhere, "--check", "--json") == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["live"] == first
    assert listed(index, capsys) == {first: True}
    assert run(elsewhere) == 0
    second = current_id(elsewhere)
    assert second == checked["build"]
    assert listed(index, capsys) == {second: True, first: False}

    assert main(["use", first, "--index", str(index)]) == 0
    assert listed(elsewhere, capsys) == {second: False, first: True}


def test_index_without_its_store_makes_nothing_live(
    index: Path, away: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the store is away one sentence says so; nothing is live, here or there."""
    assert run(index, "--yes") == 1

    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "s3://builds/away cannot be reached" in captured.err
    assert current_id(index) is None


def test_fresh_replica_says_what_is_missing(
    index: Path, object_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a build here, one that finds none in the store says what to run, and where."""
    monkeypatch.setenv("QABOT_BUILDS", object_store)

    with pytest.raises(
        BuildRefused, match="nothing is indexed there yet; .*qabot index"
    ) as refused:
        require_build(releases_of(index))
    assert object_store in str(refused.value)


def test_replica_starts_with_what_it_has(index: Path, away: str) -> None:
    """Where the store is away a replica starts if it has a build, and else says why not."""
    with pytest.raises(BuildStoreUnavailable, match="cannot be reached"):
        require_build(releases_of(index))

    (index.parent / "made").mkdir()
    build_bot(index.parent / "made", FILES)
    shutil.copytree(index.parent / "made" / "index", index)
    require_build(releases_of(index))
