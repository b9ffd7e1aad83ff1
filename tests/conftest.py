"""What several test files need."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from fcntl import LOCK_EX, flock
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from qabot.state.store import Store
from tests.support import processes
from tests.support.databases import Place, Server, running_server
from tests.support.fakes import default_models, index_and_open
from tests.support.object_stores import ObjectStore, running_object_store

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


# The suite runs side by side: one thread for each process, or they wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Time is measured by `make bench`: a busy machine must not fail a test. In CI the examples are the
# same each time; on a developer's machine others are tried.
settings.register_profile("untimed", deadline=None, max_examples=50, derandomize="CI" in os.environ)
settings.load_profile("untimed")


_STARTING = (
    "subprocess",
    "tests.support.processes",
    "tests.support.serving",
    "tests.slack.doors",
    "tests.slack.programs",
)
_BY_FIXTURE = {
    "browser": "browser",
    "page": "browser",
    "context": "browser",
    "embed": "browser",
    "entrance": "process",
    "moody": "process",
    "exports": "model",
    "object_store": "process",
    "server": "postgres",
    "slack_over_http": "slack_server",
    "slack_over_socket": "slack_server",
    "installer": "slack_server",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it needs: its fixtures say it, and what its module imports."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)  # first, so that no worker ends alone
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="the folder shared/ is not beside this one"))
        fixtures = getattr(item, "fixturenames", ())
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        needs = {mark for fixture, mark in _BY_FIXTURE.items() if fixture in fixtures}
        if parameters.get("place") == "postgresql":
            needs.add("postgres")
        if isinstance(item, pytest.Function) and _starts(item.module):
            needs.add("process")
        for mark in sorted(needs):
            item.add_marker(mark)


def _starts(module: ModuleType) -> bool:
    """Tell whether a module imports something that starts a process or a server."""
    homes = {
        one.__name__ if isinstance(one, ModuleType) else getattr(one, "__module__", "")
        for one in vars(module).values()
    }
    return not homes.isdisjoint(_STARTING)


@pytest.fixture(scope="session")
def exports() -> Path:
    """Return the folder of the exports that do not come with the package, kept in the checkout."""
    folder = ROOT / "index" / "encoders"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def real_index(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Return what indexes a folder of policies with the real encoder, once for all workers.

    The index is to be read only; who changes it takes a copy.
    """
    run = tmp_path_factory.getbasetemp()
    run = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run

    def indexed(policies: Path) -> Path:
        index = run / f"index-of-{policies.name}"
        with index.with_suffix(".lock").open("w") as lock:
            flock(lock, LOCK_EX)  # whoever comes later waits until it is built
            if not index.exists():
                index_and_open([policies], index, default_models(exports))
        return index

    return indexed


@pytest.fixture(scope="session")
def real_build(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index with a build that the real encoder made; who changes it takes a copy."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "encoders").symlink_to(exports)
    processes.index(folder, months=12)
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return a PostgreSQL server with an empty folder."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def running_store() -> Iterator[ObjectStore]:
    """Return an S3-compatible server that answers."""
    with running_object_store() as store:
        store.wait()
        yield store


@pytest.fixture
def object_store(running_store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a folder in a store, empty, to which the environment has the keys."""
    for name, value in running_store.environment.items():
        monkeypatch.setenv(name, value)
    return f"s3://builds/test-{next(_numbers)}"


_numbers = count()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return a place for a store of either kind, with nothing there yet."""
    if request.param == "sqlite":
        file = tmp_path / "new folder" / "state.sqlite"
        return Place(f"sqlite:///{file}", file.unlink)
    server: Server = request.getfixturevalue("server")
    name = f"test_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name}")
    return Place(server.address(name), lambda: server.run(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """Return an open store with nothing in it."""
    with closing(Store.open(place.address)) as store:
        yield store
