"""Three nodes of a Ray cluster encode, and one is killed midway."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

pytest.importorskip("ray", reason="qabot[ray] is not installed")

from ray.util import get_node_ip_address

from qabot.encoder.base import Progress, silent
from qabot.encoder.load import load_encoder
from qabot.encoder.model_names import DEFAULT
from qabot.errors import ClusterFailed
from qabot.index.encode_on_ray import RayCluster
from qabot.index.encoding import encode_here
from qabot.records import FloatMatrix
from tests.support.fakes import WordEncoder
from tests.support.ray_nodes import Node, running_nodes

pytestmark = [
    pytest.mark.scale,
    pytest.mark.filterwarnings("default"),  # Ray leaves files and sockets to the collector
]

_NODES = ["127.0.0.2", "127.0.0.3", "127.0.0.4"]  # Ray rewrites 127.0.0.1
_DOOMED = _NODES[2]
_SIZE = 10  # texts a shard


class RecordingEncoder:
    """qabot's own encoder; writes down which texts each node encodes.

    The node that is to be killed begins a second shard and never ends it. The others wait with
    their second one until it has.
    """

    def __init__(self, folder: Path) -> None:
        self._encoder = load_encoder(DEFAULT, folder)
        self.card = self._encoder.card
        self.encode_query = self._encoder.encode_query
        self._folder = folder
        self._shards = 0

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        node = get_node_ip_address()
        self._shards += 1
        with (self._folder / node).open("a") as record:
            record.writelines(f"{text}\n" for text in texts)
        if self._shards > 1 and node == _DOOMED:
            (self._folder / "midway").touch()
            Event().wait()
        while self._shards > 1 and not (self._folder / "midway").exists():
            Event().wait(0.05)
        return self._encoder.encode_documents(texts, done=done)


def test_killed_node_loses_nothing(tmp_path: Path) -> None:
    """Every text is encoded once, but what the lost node had begun; vectors are the same bits."""
    sentences = [f"We refund order {n} within {n % 30} days of {n * n}." for n in range(200)]
    texts = {f"{number:016}".encode(): text for number, text in enumerate(sentences)}
    records = tmp_path / "records"
    records.mkdir()
    encoder = load_encoder(DEFAULT, tmp_path)
    told: list[int] = []

    with running_nodes(_NODES) as (cluster, nodes):
        killer = Thread(target=_kill_midway, args=(nodes[2], records))
        killer.start()
        ray = RayCluster(
            cluster, str(tmp_path / "shards"), partial(RecordingEncoder, records), _SIZE
        )
        encoded = list(ray.encode(texts, encoder, told.append))
        killer.join()

    (expected,) = encode_here(texts, encoder)
    vectors = {d: v for one in encoded for d, v in zip(one.digests, one.vectors, strict=True)}
    assert Counter(d for one in encoded for d in one.digests) == Counter([*texts])
    assert sum(told) == len(texts)
    for digest, vector in zip(expected.digests, expected.vectors, strict=True):
        np.testing.assert_array_equal(vectors[digest], vector)
    by_node = {node: (records / node).read_text().splitlines() for node in _NODES}
    assert len(by_node[_DOOMED]) == 2 * _SIZE
    times = Counter(text for some in by_node.values() for text in some)
    assert {text for text in times if times[text] > 1} == set(by_node[_DOOMED][_SIZE:])
    assert max(times.values()) == 2
    assert not (tmp_path / "shards").exists()


def test_node_with_another_encoder_is_refused(tmp_path: Path) -> None:
    """Vectors of an encoder that is not the builder's are not taken, and one sentence says so."""
    with (
        running_nodes(_NODES[:1]) as (cluster, _),
        pytest.raises(ClusterFailed, match="another encoder than the builder") as refused,
    ):
        texts = {b"a text's digest:": "We refund within 14 days."}
        ray = RayCluster(cluster, str(tmp_path / "shards"), load=WordEncoder)
        list(ray.encode(texts, load_encoder(DEFAULT, tmp_path), silent))
    assert "\n" not in str(refused.value)


def _kill_midway(node: Node, records: Path) -> None:
    while not (records / "midway").exists():
        Event().wait(0.05)
    node.kill()
