"""What a build in Milvus leaves there, and what is said where it cannot be opened."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import rmtree

import pytest

from qabot.answering.bot import Bot
from qabot.errors import BuildRefused, StoreUnavailable
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.manifest import Manifest
from qabot.index.opening import IN_MILVUS, load, tell_milvus, use
from qabot.index.releases import KEPT, build_folder, current_folder
from qabot.records import Span
from tests.support.fakes import WORD_MODELS, WordEncoder, policy

pytest.importorskip("pymilvus")
from pymilvus import DataType, MilvusClient

pytestmark = pytest.mark.scale

ALWAYS = Span(None, None)


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Return the address of an empty Milvus."""
    return str(tmp_path / "milvus.db")


@pytest.fixture
def client(address: str) -> Iterator[MilvusClient]:
    """Return a client of it."""
    with closing(MilvusClient(address)) as client:
        yield client


def build_of(folder: Path, months: int, address: str) -> Manifest:
    """Make a build of one policy, whose passage says so many months, and put it live."""
    file = folder / "records.md"
    file.write_text(
        policy("Wren Cable", "records", "2024-01-01", f"# Records\n\nWe keep {months} months.")
    )
    planned = plan([file], "words", milvus=address)
    return build(planned, folder / "index", WordEncoder()).manifest


def named(folder: Path, build: str) -> set[str]:
    """Return the collections of a build."""
    text = (build_folder(folder / "index", build) / IN_MILVUS).read_text()
    return {f"{json.loads(text)['collections']}_{kind}" for kind in ("passages", "sentences")}


def live(client: MilvusClient) -> set[str]:
    """Return the collections that the aliases name."""
    aliases = ("CURRENT_passages", "CURRENT_sentences")
    return {client.describe_alias(alias)["collection_name"] for alias in aliases}


def test_aliases_name_what_is_live(tmp_path: Path, address: str, client: MilvusClient) -> None:
    """They follow when a build goes live, and when one is gone back to."""
    first = build_of(tmp_path, 6, address).id
    of_first = live(client)
    second = build_of(tmp_path, 7, address).id
    of_second = live(client)
    use(tmp_path / "index", first, address)

    assert of_first == named(tmp_path, first) == live(client)
    assert of_second == named(tmp_path, second)


def test_aliases_name_nothing_that_is_not_there(
    tmp_path: Path, address: str, client: MilvusClient
) -> None:
    """Where a build in files is live, none is named, and what is dropped takes no alias with it."""
    made = build_of(tmp_path, 6, address)
    build_of(tmp_path, 7, "")
    rmtree(build_folder(tmp_path / "index", made.id))
    tell_milvus(tmp_path / "index", address)

    assert client.list_collections() == []
    assert not client.has_collection("CURRENT_passages")


def test_nothing_is_encoded_where_milvus_is_away(tmp_path: Path) -> None:
    """That it cannot be reached is said before any file is read."""
    file = tmp_path / "records.md"
    file.write_text("# Records")
    planned = plan([file], "words", milvus="http://127.0.0.1:9")
    file.unlink()

    with pytest.raises(StoreUnavailable, match="Milvus at 127.0.0.1:9 cannot be asked"):
        build(planned, tmp_path / "index", WordEncoder())


def test_collections_go_with_their_builds(
    tmp_path: Path, address: str, client: MilvusClient
) -> None:
    """Those of builds that are no longer kept are dropped; what others made there stays."""
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=2)
    client.create_collection("qabot_of_others_passages", schema=schema)
    made = [build_of(tmp_path, months, address).id for months in range(KEPT + 2)]

    kept = set[str]().union(*(named(tmp_path, one) for one in made[1:]))
    assert set(client.list_collections()) == {*kept, "qabot_of_others_passages"}


def test_build_is_told_by_where_its_passages_are(tmp_path: Path, address: str) -> None:
    """What was made in files is not what is asked for in Milvus, whoever signs in there."""
    file = tmp_path / "records.md"
    file.write_text(policy("Wren Cable", "records", "2024-01-01", "# Records\n\nWe keep them."))
    where = ("", "http://milvus:19530", "http://root:secret@milvus:19530")

    files, milvus, signed = (plan([file], "words", milvus=one).fingerprint for one in where)

    assert files != milvus == signed


def test_no_address_is_said(tmp_path: Path, address: str) -> None:
    """A build whose passages are in Milvus is not opened without its address."""
    build_of(tmp_path, 6, address)

    with pytest.raises(BuildRefused, match="in Milvus; set QABOT_MILVUS"):
        load(current_folder(tmp_path / "index"))


def test_missing_collections_are_said(tmp_path: Path, address: str, client: MilvusClient) -> None:
    """A build whose collections are gone is refused when opened, and says so when asked."""
    made = build_of(tmp_path, 6, address)
    bot = Bot.open(tmp_path / "index", WORD_MODELS, address)
    for kind in ("passages", "sentences"):
        client.drop_alias(f"CURRENT_{kind}")
    for name in named(tmp_path, made.id):
        client.drop_collection(name)

    with closing(bot.index), pytest.raises(StoreUnavailable, match="Milvus at .*QABOT_MILVUS"):
        bot.index.sentence_vectors(bot.index.scope(None, None, ALWAYS).rows.rows())
    with pytest.raises(BuildRefused, match="Milvus has not its collection"):
        load(current_folder(tmp_path / "index"), address)


def test_released_collections_are_loaded_again(
    tmp_path: Path, address: str, client: MilvusClient
) -> None:
    """After a restart, or to save memory, a collection may be on disk alone: opening loads it."""
    made = build_of(tmp_path, 6, address)
    for name in named(tmp_path, made.id):
        client.release_collection(name)

    with closing(load(current_folder(tmp_path / "index"), address)) as index:
        index.prove()


def test_unreachable_milvus_is_said(tmp_path: Path, address: str) -> None:
    """Nothing listens there: the address is named, and no password."""
    build_of(tmp_path, 6, address)
    nowhere = "http://root:secret@127.0.0.1:9"

    with pytest.raises(BuildRefused, match="Milvus at 127.0.0.1:9 cannot be asked") as refused:
        load(current_folder(tmp_path / "index"), nowhere)

    assert "secret" not in str(refused.value)
