"""Texts encoded on a Ray cluster: the extra `qabot[ray]`, and the home of ray.

Shards of texts go into a place that all nodes reach (`qabot.index.parquet_shards`). Actors that
have loaded qabot's own encoder are handed the names of shards, and write the vectors of each there.
A shard whose vectors are there is never encoded again: Ray hands on what a lost node had begun,
and a builder that takes over from one that was ended reads what is there first.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from socket import create_connection, gethostname
from typing import Any

import ray
import ray.data
from ray.exceptions import RayError

from qabot.encoder.base import Encoder, EncoderCard, Progress
from qabot.errors import ClusterFailed, EncoderUnavailable
from qabot.index.encoding import SHARD, Encoded, Texts, encode_shard, fastest_here, shards_of
from qabot.index.parquet_shards import ParquetShards

_TIMEOUT = 10.0  # seconds for the cluster to answer


@dataclass(frozen=True, slots=True)
class RayCluster:
    """A Ray cluster that texts are encoded on, by way of shards."""

    address: str
    place: str  #: of the shards, which all nodes reach: what ParquetShards takes
    load: Callable[[], Encoder]  #: gives each node the encoder that `encode` is given
    size: int = SHARD  #: texts in a shard

    def encode(self, texts: Texts, encoder: Encoder, done: Progress) -> Iterator[Encoded]:
        """Encode on the cluster, as `qabot.index.encoding.Encode` says.

        Raises ClusterFailed where it cannot be reached or a node cannot encode; what was encoded
        by then stays in `place`.
        """
        shards = ParquetShards(self.place, encoder.card)
        left = dict(texts)
        for before in shards.encoded():  # by an ended builder
            wanted = [row for row, digest in enumerate(before.digests) if digest in left]
            for row in wanted:
                del left[before.digests[row]]
            if wanted:
                done(len(wanted))
                yield Encoded([before.digests[row] for row in wanted], before.vectors[wanted])
        if left:
            with _connected(self.address):
                names = [shards.put_texts(shard) for shard in shards_of(left, self.size)]
                given = _Given(shards, self.load, encoder.card, len(left))
                for name in _encoded_on_nodes(names, given):
                    encoded = shards.vectors(name)
                    done(len(encoded.digests))
                    yield encoded
        shards.remove()


@dataclass(frozen=True, slots=True)
class _Given:
    """What each actor is given."""

    shards: ParquetShards
    load: Callable[[], Encoder]
    card: EncoderCard  #: of the encoder that `load` has to give
    texts: int  #: that are encoded in all


class _ShardEncoder:
    """An actor's work: its encoder is loaded once."""

    def __init__(self, given: _Given) -> None:
        encoder = given.load()
        if encoder.card != given.card:
            raise EncoderUnavailable(
                f"The Ray node {gethostname()} has another encoder than the "
                "builder: install the same qabot there, and set QABOT_ENCODER to a folder that "
                "all nodes reach."
            )
        self._encoder = fastest_here(encoder, given.texts)
        self._shards = given.shards

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        for name in batch["shard"]:
            if not self._shards.is_encoded(name):  # by a node that was lost just after
                encoded = encode_shard(self._shards.texts(name), self._encoder)
                self._shards.put_vectors(name, encoded)
        return batch


def _encoded_on_nodes(names: list[str], given: _Given) -> Iterator[str]:
    """Yield the names of shards as their vectors are there."""
    data = ray.data.from_items(
        [{"shard": name} for name in names], override_num_blocks=len(names)
    ).map_batches(
        _ShardEncoder,
        fn_constructor_args=(given,),
        batch_size=1,
        **_on_every_node(),
    )
    for row in data.iter_rows():
        yield str(row["shard"])


def _on_every_node() -> dict[str, Any]:
    """Return what gives each node an actor that takes all its cores, as the encoder does.

    Where nodes differ, an actor takes as many cores as the smallest has; nodes may join later.
    """
    nodes = ray.nodes()
    cores = [node["Resources"].get("CPU", 0.0) for node in nodes if node["Alive"]]
    smallest = min((number for number in cores if number), default=1.0)
    actors = max(1, int(sum(number // smallest for number in cores)))
    pool = ray.data.ActorPoolStrategy(
        min_size=1, initial_size=actors, max_tasks_in_flight_per_actor=2
    )
    return {"num_cpus": smallest, "compute": pool}


@contextmanager
def _connected(cluster: str) -> Iterator[None]:
    try:
        _reach(cluster)
        ray.init(address=cluster, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, RuntimeError, ValueError) as error:
        raise ClusterFailed(
            f"No Ray cluster can be used at {cluster!r} ({_last_line(error)}): start one with "
            "ray start --head, and run qabot index on one of its nodes."
        ) from error
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        with redirect_stdout(sys.stderr):  # it prints which nodes are lost
            yield
    except RayError as error:
        raise ClusterFailed(
            f"The Ray cluster at {cluster!r} stopped encoding ({_last_line(error)}): look after it "
            "and index again; what is encoded is kept."
        ) from error
    finally:
        ray.shutdown()


def _reach(cluster: str) -> None:
    """Raise OSError where nothing answers at HOST:PORT: Ray itself would try for minutes."""
    host, _, port = cluster.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        create_connection((host, int(port)), timeout=_TIMEOUT).close()


def _last_line(error: Exception) -> str:
    return ([line.strip() for line in str(error).splitlines() if line.strip()] or ["?"])[-1]
