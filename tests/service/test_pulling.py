from asyncio import create_task, run, sleep
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from structlog.testing import capture_logs

from qabot.index.build_store import BuildStore
from qabot.index.manifest import new_id
from qabot.index.releases import current_id
from qabot.index.shared_releases import SharedReleases
from qabot.service.pulling import pull_builds
from tests.support.serving import live_bot

_PATIENCE = 60  # seconds


def test_replica_pulls_what_goes_live(tmp_path: Path, object_store: str) -> None:
    """A build that goes live is pulled; one that cannot be is said once, and counted each time."""
    live_bot(tmp_path)
    store = BuildStore(object_store)
    builder, replica = (SharedReleases(tmp_path / one, store) for one in ("index", "replica"))
    made = current_id(builder.index)
    assert made
    store.make_live(missing := new_id(), store.current())
    failures: list[int] = []

    async def until(holds: Callable[[], bool]) -> None:
        began = monotonic()
        while not holds():
            assert monotonic() < began + _PATIENCE
            await sleep(0.02)

    async def pulled() -> None:
        pulling = create_task(pull_builds(replica, lambda: failures.append(1)))
        await until(lambda: len(failures) > 1)
        assert current_id(replica.index) is None
        builder.use(made)
        await until(lambda: log[-1]["event"] == "build pulled")
        assert current_id(replica.index) == made
        pulling.cancel()

    with capture_logs() as log:
        run(pulled())

    assert [line["event"] for line in log] == ["build not pulled", "build pulled"]
    assert missing in log[0]["reason"]
    assert log[1]["build"] == made
