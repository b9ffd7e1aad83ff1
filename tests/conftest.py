"""What several test files need."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
EXPORT = (
    "import sys, pathlib, qabot.encode as e; e.load_encoder(e.DEFAULT, pathlib.Path(sys.argv[1]))"
)


# Time is measured by `make bench`: a busy machine must not fail a test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def exports() -> Path:
    """Return a folder with the default encoder's export, made once per checkout.

    It is made in a process of its own: PyTorch stays out of the one that runs the tests.
    """
    folder = ROOT / "index" / "encoders"
    subprocess.run([sys.executable, "-c", EXPORT, folder], cwd=ROOT, check=True)
    return folder
