"""Runs an exported encoder and cross-encoder on the CPU; with `export`, home of onnxruntime."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from qabot.checksums import file_sha256, unsealed
from qabot.encoder.base import EncoderCard, Progress, silent
from qabot.errors import EncoderUnavailable
from qabot.processors import cores
from qabot.records import FloatMatrix, FloatVector

NETWORK, TOKENIZER = "encoder.onnx", "tokenizer.json"
JUDGE = "cross-encoder.onnx"
CARD = "card.json"

_QUESTION_TOKENS, _PASSAGE_TOKENS, _PAIR_TOKENS = 64, 256, 288  # as it was tuned


class ExportedEncoder:
    """Runs an exported model on the CPU.

    Texts go through one at a time, one thread each: no padding, a vector never depends on its
    neighbours, and no question waits for another's threads.
    """

    def __init__(self, card: EncoderCard, folder: Path) -> None:
        self.card = card
        self._tokenizer = Tokenizer.from_file(
            str(_whole(folder / TOKENIZER, card.tokenizer_sha256))
        )
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card.max_tokens)
        self._network = _network(folder / NETWORK, card.network_sha256)

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""
        return self._encode(self.card.query_prompt + question)

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        vectors = np.empty((len(texts), self.card.dimension), dtype=np.float32)

        def encode(text: str) -> FloatVector:
            return self._encode(self.card.document_prompt + text)

        with ThreadPoolExecutor(cores()) as threads:
            for row, vector in enumerate(threads.map(encode, texts)):
                vectors[row] = vector
                done(1)
        return vectors

    def _encode(self, text: str) -> FloatVector:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector: FloatVector = self._network.run(["vectors"], inputs)[0][0]
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


def open_export(folder: Path) -> ExportedEncoder:
    """Open what `export` wrote; raises EncoderUnavailable when it is damaged."""
    try:
        return ExportedEncoder(EncoderCard(**unsealed((folder / CARD).read_text())), folder)
    except (OSError, ValueError, TypeError) as error:
        raise EncoderUnavailable(_damaged(folder)) from error


class OnnxCrossEncoder:
    """Runs an exported cross-encoder on the CPU: `[CLS] question [SEP] passage [SEP]`.

    Pairs go through one at a time: no padding, and a score never depends on its neighbours. A
    question that is alone has all cores, one pair each; beside others it has one.
    """

    def __init__(self, network: InferenceSession, tokenizer: Tokenizer) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._threads = ThreadPoolExecutor(cores(), thread_name_prefix="cross-encoder")
        self._asking = 0
        self._lock = Lock()

    def scores(self, question: str, passages: Sequence[str]) -> FloatVector:
        """Return how surely each passage answers the question, as log-odds, in their order."""
        asked = self._tokenizer.encode(question).ids
        pairs = [pair(asked, self._tokenizer.encode(passage).ids) for passage in passages]
        with self._lock:
            self._asking += 1
            alone = self._asking == 1
        try:
            spread = self._threads.map if alone and len(pairs) > 1 else map
            return np.array(list(spread(self._score, pairs)), dtype=np.float32)
        finally:
            with self._lock:
                self._asking -= 1

    def _score(self, pair: tuple[list[int], list[int]]) -> float:
        ids, kinds = (np.array([numbers], dtype=np.int64) for numbers in pair)
        inputs = {"input_ids": ids, "token_type_ids": kinds}
        return float(self._network.run(["scores"], inputs)[0][0])


def pair(question: Sequence[int], passage: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return tokens and token types of a question and a passage as the cross-encoder reads them.

    Both are given as the tokenizer makes them, with [CLS] in front and [SEP] behind.
    """
    asked = shortened(question, _QUESTION_TOKENS)
    ids = [*asked, *shortened(passage, _PASSAGE_TOKENS)[1:]][:_PAIR_TOKENS]
    return ids, [0] * len(asked) + [1] * (len(ids) - len(asked))


def shortened(ids: Sequence[int], most: int) -> list[int]:
    """Return a text's tokens, at most so many, the last one as it was: [SEP]."""
    return list(ids) if len(ids) <= most else [*ids[: most - 1], ids[-1]]


def open_cross_encoder(folder: Path) -> OnnxCrossEncoder:
    """Open what `export_cross_encoder` wrote; raises EncoderUnavailable when it is damaged."""
    try:
        hashes = unsealed((folder / CARD).read_text())
        tokenizer = Tokenizer.from_file(str(_whole(folder / TOKENIZER, hashes[TOKENIZER])))
        network = _network(folder / JUDGE, hashes[JUDGE])
    except (OSError, ValueError, KeyError) as error:
        raise EncoderUnavailable(_damaged(folder)) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return OnnxCrossEncoder(network, tokenizer)


def _network(file: Path, recorded: str) -> InferenceSession:
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors alone; warnings would go to the person's terminal
    return InferenceSession(_whole(file, recorded), options, providers=["CPUExecutionProvider"])


def _whole(file: Path, recorded: str) -> Path:
    """Return the file if it is as it was exported."""
    try:
        whole = file_sha256(file) == recorded
    except OSError as error:
        raise EncoderUnavailable(_damaged(file.parent)) from error
    if not whole:
        raise EncoderUnavailable(_damaged(file.parent))
    return file


def _damaged(folder: Path) -> str:
    return (
        f"{folder}: the exported encoder is damaged; delete that folder and it is made again, or, "
        "where it came with qabot, install qabot again."
    )
