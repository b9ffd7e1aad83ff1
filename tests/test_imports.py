import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from qabot.cli import main
from qabot.index.build_plan import MAKERS

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


def test_service_and_bot_load_no_pytorch() -> None:
    """What answers over HTTP and in Slack runs the export: what made it is not loaded."""
    edges = "qabot.api.application, qabot.slack.app, qabot.slack.delivery.socket"
    loaded = _loaded(f"import {edges}, qabot.encoder.load")

    assert {"fastapi", "slack_bolt", "onnxruntime"} <= loaded
    assert loaded.isdisjoint(
        {"torch", "sentence_transformers", "transformers", "lxml", "pdfplumber"}
    )


def test_listing_policies_loads_no_search() -> None:
    """`qabot policies` reads texts alone: neither FAISS nor the readers are loaded."""
    loaded = _loaded("import qabot.service.contract, qabot.cli.show_policies, qabot.index.corpus")

    assert loaded.isdisjoint({"faiss", "lxml", "pdfplumber", "torch"})


def test_settings_load_nothing_heavy() -> None:
    """Whoever reads a setting does not wait for what the setting is about."""
    loaded = _loaded("from qabot.settings import Settings\nSettings()")

    assert "qabot" in loaded
    assert loaded.isdisjoint({"numpy", "fastapi", "sqlalchemy", "onnxruntime", "pydantic"})


FLOW = (  # each part imports from those before it and from its own
    ("records", "errors", "checksums", "processors", "privileges"),
    ("canonical",),
    ("word_frequencies",),
    ("readers",),
    ("catalog",),
    ("chunking",),
    ("encoder",),
    ("index",),
    ("answering",),
    ("changes",),
    ("evaluation",),
    ("settings",),
    ("state",),
    ("service",),
    ("api",),
    ("slack",),
    ("cli",),
    ("__main__",),
)
HOMES = {
    "faiss": ("index/dense.py",),
    "obstore": ("index/build_store.py",),
    "msgpack": ("word_frequencies.py",),
    "pymilvus": ("index/milvus_",),
    "sqlite3": ("index/corpus.py",),
    "sentence_transformers": ("encoder/pytorch.py", "encoder/export.py", "evaluation/tune.py"),
    "torch": (
        "encoder/pytorch.py",
        "encoder/export.py",
        "evaluation/tune.py",
        "evaluation/tuning.py",
    ),
    "pyarrow": ("index/parquet_shards.py",),
    "ray": ("index/encode_on_ray.py",),
    "onnxruntime": ("encoder/onnx.py", "encoder/export.py"),
    "sqlalchemy": ("state/",),
    "fastapi": ("api/", "slack/delivery/http.py"),
    "limits": ("api/rate_limits.py",),
    "prometheus_client": ("service/metrics.py", "api/health.py"),
    "opentelemetry": ("service/traces.py",),
    "mcp": ("api/agents.py", "api/agent_resources.py"),
    "slack_bolt": ("slack/",),
    "slack_sdk": ("slack/",),
    "cryptography": ("slack/install/encrypted_installations.py",),
    "jinja2": ("api/pages/", "api/owner/"),
    "uvicorn": ("api/server.py",),
}


_IMPORTS = (ast.Import, ast.ImportFrom)


def _imports() -> Iterator[tuple[str, str]]:
    """Yield each module of qabot, as a path, with everything it imports, wherever it does."""
    package = ROOT / "qabot"
    for file in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, _IMPORTS) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{name}" for name in names]
            yield from ((file.relative_to(package).as_posix(), name) for name in names)


def _place(part: str) -> int:
    places = [place for place, parts in enumerate(FLOW) if part in parts]
    assert len(places) == 1, f"qabot.{part} has no place in FLOW"
    return places[0]


def _part(module: str) -> str:
    return module.split("/")[0].removesuffix(".py")


def _ours(name: str) -> bool:
    return name.startswith("qabot.") and name != "qabot.__version__"


def test_imports_run_along_the_flow() -> None:
    """A part imports from what stands before it in the flow; so nothing imports the `cli`."""
    against = [
        (module, name)
        for module, name in _imports()
        if _ours(name) and _place(_part(module)) < _place(name.split(".")[1])
    ]

    assert against == []


def test_makers_of_builds_are_all_that_builds_are_made_by() -> None:
    """What a build's fingerprint covers is the index and whatever that imports, directly or not."""
    imported = {(_part(module), name.split(".")[1]) for module, name in _imports() if _ours(name)}
    made_by = {"index"}
    for _ in FLOW:
        made_by |= {name for part, name in imported if part in made_by}

    covered = {maker.removesuffix(".py") for maker in MAKERS}

    assert covered == made_by - {
        "errors",
        "processors",
        "privileges",
    }  # what they say makes no build


def test_heavy_libraries_have_one_home() -> None:
    """Each heavy library is imported where it belongs, and nowhere else."""
    found = list(_imports())
    importing = {
        library: {module for module, name in found if name.split(".")[0] == library}
        for library in HOMES
    }

    assert all(importing.values())
    for library, homes in HOMES.items():
        astray = {module for module in importing[library] if not module.startswith(homes)}
        assert astray == set(), library


def test_environment_is_read_in_settings_alone() -> None:
    """No other module reads an environment variable."""
    reading = re.compile(r"\benviron\b|\bgetenv\b")

    readers = {f.name for f in (ROOT / "qabot").rglob("*.py") if reading.search(f.read_text())}

    assert readers == {"settings.py"}


def test_cores_are_counted_in_one_place() -> None:
    """No other module asks how many cores there are: a container may have fewer than its host."""
    counting = re.compile(r"\bcpu_count\b|\bsched_getaffinity\b")

    counters = {f.name for f in (ROOT / "qabot").rglob("*.py") if counting.search(f.read_text())}

    assert counters == {"processors.py"}


def test_no_two_modules_bear_one_name() -> None:
    """A file's name alone says which it is."""
    names = [file.name for file in (ROOT / "qabot").rglob("*.py") if file.stem != "__init__"]

    assert sorted(names) == sorted(set(names))


def test_no_traces_load_nothing() -> None:
    """Where no endpoint is set, no part of OpenTelemetry that sends traces is loaded."""
    code = "from qabot.service.traces import traces\ntraces().close()"
    code += "\nassert not [name for name in sys.modules if name.startswith('opentelemetry.')]"

    assert "qabot" in _loaded(code)
