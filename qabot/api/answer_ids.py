"""Ids of answers as they go over HTTP: signed, so that feedback is on an answer that was given."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from hmac import HMAC, compare_digest

from qabot.records import Answer

_ID = 16  # characters of the answer's own id
_SIGNS = 4  # bytes of the signature, in hexadecimal digits behind it

PATTERN = f"^[0-9a-f]{{{_ID + 2 * _SIGNS}}}$"
"""What a signed id looks like."""


@dataclass(frozen=True, slots=True)
class AnswerIds:
    """Signs ids and knows them again, after a restart and in every replica of the service too."""

    secret: bytes

    def signed(self, answer: str, audience: str) -> str:
        """Return an answer's id as it is given to an audience, which `Caller.audience` names."""
        return answer + self._signature(answer, audience)

    def sign(self, answer: Answer, audience: str) -> Answer:
        """Return an answer with its id, and those of its parts, as an audience gets them."""
        return replace(
            answer,
            id=self.signed(answer.id, audience),
            parts=tuple(self.sign(part, audience) for part in answer.parts),
        )

    def known(self, signed: str, audiences: Iterable[str]) -> str | None:
        """Return the answer's own id; None where it was given to none of these audiences."""
        answer, signature = signed[:_ID], signed[_ID:]
        signatures = (self._signature(answer, audience) for audience in audiences)
        return answer if any(compare_digest(signature, one) for one in signatures) else None

    def _signature(self, answer: str, audience: str) -> str:
        given = f"answer {answer} to {audience}"
        signer = _signer(self.secret).copy()  # made anew it takes longer than all the rest
        signer.update(given.encode())
        return signer.digest()[:_SIGNS].hex()


@cache
def _signer(secret: bytes) -> HMAC:
    return HMAC(secret, digestmod="sha256")
