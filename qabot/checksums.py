"""SHA-256 of files, and sealed JSON: JSON with a hash of its own fields, to show an alteration."""

import json
from collections.abc import Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

_SEAL = "seal"


def file_sha256(file: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def sealed(fields: Mapping[str, Any]) -> str:
    """Return the fields as JSON, with the hash of the fields beside them as "seal"."""
    return json.dumps({**fields, _SEAL: _seal(fields)}, indent=2)


def unsealed(text: str) -> dict[str, Any]:
    """Return the fields that `sealed` was given; raises ValueError when the text was altered."""
    fields = json.loads(text)
    if not isinstance(fields, dict) or fields.pop(_SEAL, None) != _seal(fields):
        raise ValueError("the seal does not fit")
    return fields


def _seal(fields: Mapping[str, Any]) -> str:
    return sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
