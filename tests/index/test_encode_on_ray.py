"""What needs no cluster of encoding on one."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ray", reason="qabot[ray] is not installed")

from qabot.errors import ClusterFailed
from qabot.index.encode_on_ray import RayCluster
from qabot.index.encoding import Encoded, Texts, encode_shard, shards_of
from qabot.index.parquet_shards import ParquetShards
from tests.support.fakes import WordEncoder

_TEXTS: Texts = {number.to_bytes(16, "little"): f"We refund item {number}." for number in range(10)}
_SIZE = 4  # texts a shard


def encoded_shards(place: Path | str, texts: Texts) -> list[str]:
    """Put these texts into shards and encode all of them, as a node does; return their names."""
    shards = ParquetShards(str(place), WordEncoder.card)
    names = [shards.put_texts(shard) for shard in shards_of(texts, _SIZE)]
    for name in names:
        shards.put_vectors(name, encode_shard(shards.texts(name), WordEncoder()))
    return names


def encoded_from(
    place: Path | str, texts: Texts, told: list[int], cluster: str = "nowhere"
) -> list[Encoded]:
    """Encode these texts where no cluster can be reached."""
    ray = RayCluster(cluster, str(place), load=WordEncoder)
    return list(ray.encode(texts, WordEncoder(), told.append))


def test_what_lies_encoded_is_not_encoded_again(tmp_path: Path) -> None:
    """Where an ended builder's shards hold all texts no cluster is asked, and each comes once."""
    place, told = tmp_path / "shards", list[int]()
    encoded_shards(place, _TEXTS)
    encoded_shards(place, dict(list(_TEXTS.items())[2:8]))  # some texts in two shards
    wanted = dict(list(_TEXTS.items())[1:])

    found = encoded_from(place, wanted, told)

    assert Counter(digest for one in found for digest in one.digests) == Counter([*wanted])
    assert sum(told) == len(wanted)
    for one in found:
        for digest, vector in zip(one.digests, one.vectors, strict=True):
            np.testing.assert_array_equal(vector, WordEncoder().encode_query(_TEXTS[digest]))
    assert not place.exists()


@pytest.mark.scale
def test_shards_in_a_store(object_store: str) -> None:
    """What machines share builds by holds the shards as a folder does, and nothing afterwards."""
    place, told = f"{object_store}/.encoding", list[int]()
    encoded_shards(place, _TEXTS)

    found = encoded_from(place, _TEXTS, told)

    assert {digest for one in found for digest in one.digests} == {*_TEXTS}
    assert sum(told) == len(_TEXTS)
    assert list(ParquetShards(place, WordEncoder.card).encoded()) == []


@pytest.mark.parametrize("cluster", ["not an address", "127.0.0.1:9"])
def test_what_is_left_needs_the_cluster(tmp_path: Path, cluster: str) -> None:
    """What the shards lack is for the cluster; one that cannot be reached is said, all stays."""
    place, told = tmp_path / "shards", list[int]()
    encoded_shards(place, dict(list(_TEXTS.items())[:8]))

    with pytest.raises(ClusterFailed, match=f"'{cluster}'.* ray start --head"):
        encoded_from(place, _TEXTS, told, cluster)

    assert sum(told) == 8
    left = ParquetShards(str(place), WordEncoder.card).encoded()
    assert sum(len(one.digests) for one in left) == 8


def test_damaged_vectors_are_not_taken(tmp_path: Path) -> None:
    """Whatever byte of a shard is altered, it counts as not encoded, or its vectors are right."""
    texts = dict(list(_TEXTS.items())[:2])
    (name,) = encoded_shards(tmp_path, texts)
    shards = ParquetShards(str(tmp_path), WordEncoder.card)
    whole = shards.vectors(name)
    file = next(tmp_path.rglob(f"vectors/{name}"))
    written = file.read_bytes()
    taken = 0

    for place in range(0, len(written), 5):
        file.write_bytes(written[:place] + bytes([written[place] ^ 1]) + written[place + 1 :])
        with suppress(OSError):
            found = shards.vectors(name)
            taken += 1
            assert found.digests == whole.digests
            np.testing.assert_array_equal(found.vectors, whole.vectors)

    assert taken < len(written) / 5 / 2
    file.write_bytes(written[:100])
    with pytest.raises(ClusterFailed):
        encoded_from(tmp_path, texts, [])
    assert not shards.is_encoded(name)


def test_nothing_is_left_where_all_is_known(tmp_path: Path) -> None:
    """What an ended builder left goes where the build lacks no vector, too."""
    place = tmp_path / "shards"
    encoded_shards(place, _TEXTS)

    assert encoded_from(place, {}, []) == []
    assert not place.exists()
    assert encoded_from(place, {}, []) == []


def test_shards_of_another_encoder_are_not_taken(tmp_path: Path) -> None:
    """Vectors lie under the encoder that made them."""
    names = encoded_shards(tmp_path, _TEXTS)
    other = ParquetShards(str(tmp_path), replace(WordEncoder.card, weights_sha256="other"))

    assert not list(other.encoded())
    assert not any(map(other.is_encoded, names))
