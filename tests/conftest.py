"""What several test files need."""

from pathlib import Path

import pytest

from qabot.encode import DEFAULT, load_encoder

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def exports() -> Path:
    """Return a folder with the default encoder's export, made once per checkout."""
    folder = ROOT / "index" / "encoders"
    load_encoder(DEFAULT, folder)
    return folder
