"""What an encoder and a cross-encoder are, and the card that identifies an encoder's vectors."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Protocol

from qabot.checksums import sealed
from qabot.records import FloatMatrix, FloatVector

Progress = Callable[[int], None]
"""Is told how many more texts have been encoded."""


def silent(count: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """What a build records of the encoder that made its vectors."""

    name: str  #: as set: a model's name or folder
    weights_sha256: str  #: of the model's parameters, hexadecimal
    network_sha256: str  #: of the exported network; "" when it is not exported
    precision: str  #: of its weights: "int8" or "float32"
    dimension: int
    max_tokens: int  #: longer texts are cut here
    query_prompt: str  #: put before a question
    document_prompt: str  #: put before a passage
    tokenizer_sha256: str = ""  #: of what cuts text into words; "" when it is not exported

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits, equal for equal cards: they name what an encoder has made."""
        return sha256(sealed(asdict(self)).encode()).hexdigest()[:16]


class Encoder(Protocol):
    """Text to unit vectors, float32; texts of equal meaning point the same way."""

    @property
    def card(self) -> EncoderCard:
        """What identifies the vectors: equal cards, comparable vectors."""

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""


class CrossEncoder(Protocol):
    """Question and passage, read together, to a judgement."""

    def scores(self, question: str, passages: Sequence[str]) -> FloatVector:
        """Return how surely each passage answers the question, as log-odds, in their order."""


@dataclass(frozen=True, slots=True)
class Models:
    """What a bot runs."""

    encoder: Encoder
    cross_encoder: CrossEncoder | None  #: None: passages are judged without one
