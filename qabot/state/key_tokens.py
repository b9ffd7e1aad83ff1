"""Tokens of keys: `pk_<id>_<random>` stands in web pages, `sk_<id>_<random>` is a secret.

Both are too random to be guessed, so a plain SHA-256 is all that is kept to know one again.
"""

import secrets
from hashlib import sha256

from qabot.state.stored import KeyKind

_PREFIXES: dict[KeyKind, str] = {"publishable": "pk", "server": "sk"}


def new_token(kind: KeyKind) -> tuple[str, str]:
    """Return the id of a new key and its token."""
    key = secrets.token_hex(6)
    return key, f"{_PREFIXES[kind]}_{key}_{secrets.token_urlsafe(32)}"


def id_in(token: str) -> str:
    """Return the id of the key that a token names, "" if it is none."""
    parts = token.split("_", 2)
    return parts[1] if len(parts) == 3 and token.isascii() else ""


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode()).digest()
