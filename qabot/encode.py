"""Text to vector: a sentence-transformers model, exported once and then run without PyTorch.

Plain `SentenceTransformer.encode` spends most of a short question's time on overhead, and importing
it takes seconds. So the first use of a model exports it (`qabot.export`) to ONNX, as it is for
documents and with 8-bit weights for questions, and keeps it in a folder; from then on onnxruntime
runs it. `make bench` prints what that brings; on the development sets hit@5 moves by 0.2 points.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Protocol

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from qabot.errors import EncoderUnavailable
from qabot.records import FloatMatrix, FloatVector
from qabot.seal import unsealed

DEFAULT = "all-MiniLM-L6-v2"
QUESTIONS, DOCUMENTS, TOKENIZER = "questions.onnx", "documents.onnx", "tokenizer.json"
CARD = "card.json"

_EXPORT_FORMAT = 3  # raised when what is exported changes

Progress = Callable[[int], None]
"""Is told how many more texts have been encoded."""


def silent(count: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """What a build records of the encoder that made its vectors."""

    name: str  #: as set: a model's name or folder
    weights_sha256: str  #: of the model's parameters, hexadecimal
    questions_sha256: str  #: of the network that encodes questions; "" when it is not exported
    documents_sha256: str  #: of the network that encodes passages; "" when it is not exported
    precision: str  #: of the weights that encode questions: "int8" or "float32"
    dimension: int
    max_tokens: int  #: longer texts are cut here
    query_prompt: str  #: put before a question
    document_prompt: str  #: put before a passage
    tokenizer_sha256: str = ""  #: of what cuts text into words; "" when it is not exported


class Encoder(Protocol):
    """Text to unit vectors, float32; texts of equal meaning point the same way."""

    @property
    def card(self) -> EncoderCard:
        """What identifies the vectors: equal cards, comparable vectors."""

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""

    def encode_sentences(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return the like of `encode_documents`, faster and less exact where that can be had."""


class ExportedEncoder:
    """Runs an exported model on the CPU.

    Texts go through one at a time, one thread each: no padding, a vector never depends on its
    neighbours, and no question waits for another's threads.
    """

    def __init__(self, card: EncoderCard, folder: Path) -> None:
        self.card = card
        self._folder = folder
        self._tokenizer = Tokenizer.from_file(
            str(_whole(folder / TOKENIZER, card.tokenizer_sha256))
        )
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card.max_tokens)
        self._questions = _network(folder / QUESTIONS, card.questions_sha256)

    @cached_property
    def _documents(self) -> InferenceSession:
        """Four times as large, and of no use to a service: opened when something is indexed."""
        return _network(self._folder / DOCUMENTS, self.card.documents_sha256)

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""
        return self._encode(self._questions, self.card.query_prompt + question)

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        return self._encode_all(self._documents, texts, done)

    def encode_sentences(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return the like of `encode_documents` by the network for questions: twice as fast."""
        return self._encode_all(self._questions, texts, done)

    def _encode_all(
        self, network: InferenceSession, texts: Sequence[str], done: Progress
    ) -> FloatMatrix:
        vectors = np.empty((len(texts), self.card.dimension), dtype=np.float32)

        def encode(text: str) -> FloatVector:
            return self._encode(network, self.card.document_prompt + text)

        with ThreadPoolExecutor(_cores()) as threads:
            for row, vector in enumerate(threads.map(encode, texts)):
                vectors[row] = vector
                done(1)
        return vectors

    def _encode(self, network: InferenceSession, text: str) -> FloatVector:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector: FloatVector = network.run(["vectors"], inputs)[0][0]
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


def load_encoder(name: str, exports: Path) -> Encoder:
    """Return the encoder of that name, exporting it into the folder `exports` the first time.

    `name` is DEFAULT, or what `SentenceTransformer` takes: a model's name on a hub, or a folder.
    Raises EncoderUnavailable when its weights are missing, altered or cannot be loaded.
    """
    folder = export_folder(name, exports)
    if not folder.exists():
        from qabot.export import export  # loads PyTorch: seconds

        unexported = export(name, folder)
        if unexported is not None:
            return unexported
    return open_export(folder)


def export_folder(name: str, exports: Path) -> Path:
    """Return where a model's export is kept; another folder when the model's own files change."""
    files = [(str(f), f.stat().st_size, f.stat().st_mtime) for f in _model_files(name)]
    key = sha256(json.dumps([name, _EXPORT_FORMAT, files]).encode()).hexdigest()
    return exports / f"{Path(name).name}-{key[:12]}"


def open_export(folder: Path) -> ExportedEncoder:
    """Open what `qabot.export.export` wrote; raises EncoderUnavailable when it is damaged."""
    try:
        return ExportedEncoder(EncoderCard(**unsealed((folder / CARD).read_text())), folder)
    except (OSError, ValueError, TypeError) as error:
        raise EncoderUnavailable(_damaged(folder)) from error


def file_sha256(file: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _model_files(name: str) -> list[Path]:
    """Return the files of a model that is a folder: weights, vocabulary, prompts."""
    return sorted(f for f in Path(name).rglob("*") if f.is_file()) if name != DEFAULT else []


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


def _cores() -> int:
    """Return how many processor cores this process may use."""
    if sys.platform == "linux":  # a container often has fewer than the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _damaged(folder: Path) -> str:
    return f"{folder}: the exported encoder is damaged; delete that folder and it is made again."
