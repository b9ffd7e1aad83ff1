import subprocess
import sys
from pathlib import Path

from qabot.cli import main

ROOT = Path(__file__).resolve().parents[1]


def _loaded(code: str, *arguments: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after running `code`."""
    script = f"import sys\n{code}\nprint()\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.splitlines()[-1].split())


def test_command_line_starts_light() -> None:
    """`import qabot.cli` loads nothing that takes time: commands import what they need."""
    loaded = _loaded("import qabot.cli")

    assert "click" in loaded
    assert loaded.isdisjoint({"faiss", "numpy", "onnxruntime", "pydantic", "rich", "torch"})


def test_asking_loads_no_pytorch(tmp_path: Path, exports: Path) -> None:
    """`qabot ask` and an unchanged `qabot index` run the export: what made it is not loaded."""
    (tmp_path / "encoders").symlink_to(exports)
    policy = tmp_path / "refunds.md"
    policy.write_text("# Harbour Broadband Refund Policy\n\nWe refund within 14 days.\n")
    assert main(["index", str(policy), "--index", str(tmp_path)]) == 0
    heavy = {"torch", "sentence_transformers", "transformers"}
    run = "from qabot.cli import main\nassert main(sys.argv[1:]) in (0, 3)"

    asked = _loaded(run, "ask", "When do I get a refund?", "--index", str(tmp_path))
    indexed = _loaded(run, "index", str(policy), "--index", str(tmp_path))

    assert "onnxruntime" in asked
    assert asked.isdisjoint(heavy)
    assert indexed.isdisjoint(heavy)


def test_listing_policies_loads_no_search() -> None:
    """`qabot policies` reads texts alone: neither FAISS nor the readers are loaded."""
    loaded = _loaded("import qabot.contract, qabot.tables, qabot.index.corpus")

    assert loaded.isdisjoint({"faiss", "bm25s", "lxml", "pdfplumber", "torch"})
