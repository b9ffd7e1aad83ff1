"""Where the parts are put together: Bot.ask(question, ...) -> Answer."""

from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from qabot.encode import Encoder, load_encoder
from qabot.errors import BadInput, BuildRefused
from qabot.index.builds import current_folder
from qabot.index.policy_index import PolicyIndex, Scope, Span
from qabot.records import Answer, Searched, Status

MAX_QUESTION = 500
"""Code points of a question that are read; a longer one is refused."""


class Bot:
    """Answers questions from one build. Safe to ask from several threads."""

    def __init__(self, index: PolicyIndex, encoder: Encoder) -> None:
        self.index = index
        self._encoder = encoder

    @classmethod
    def open(cls, index: Path, encoder: str) -> "Bot":
        """Open the live build of an index, with the encoder that made it."""
        raise NotImplementedError

    def ask(
        self, question: str, *, company: str | None = None, as_of: date | None = None, k: int = 3
    ) -> Answer:
        """Return the answer to a question."""
        raise NotImplementedError
