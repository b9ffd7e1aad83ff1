from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from qabot.service.ask import Questions
from qabot.settings import Settings
from qabot.state.store import Store
from qabot.state.stored import Work, now
from qabot.state.worklist import Worklist
from tests.support.serving import live_bot

WORK = Work("T1", "mention", {"question": "May I return a router?"}, "Ev1", "C1", "1700.0001")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open a store."""
    with closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store:
        yield store


@pytest.fixture
def questions(tmp_path: Path, store: Store) -> Iterator[Questions]:
    """Answer about a small corpus."""
    with closing(Questions(live_bot(tmp_path), store, Settings())) as questions:
        yield questions


def figures(questions: Questions) -> dict[str, float]:
    """Return the figures without labels, as Prometheus reads them."""
    families = text_string_to_metric_families(questions.metrics.exposition().decode())
    return {one.name: one.value for family in families for one in family.samples if not one.labels}


def test_backlog_is_of_all_replicas(questions: Questions, store: Store) -> None:
    """Work that any replica took on waits until it is finished; its age is that of the oldest."""
    assert figures(questions).items() >= {
        ("qabot_slack_backlog", 0),
        ("qabot_slack_backlog_age_seconds", 0),
    }
    hour_ago = now() - timedelta(hours=1)
    one, other = Worklist(store.engine), Worklist(store.engine)
    old = replace(WORK, taken=hour_ago)
    done = replace(WORK, id="W2", event_id="Ev2", ts="2", taken=hour_ago - timedelta(hours=1))
    one.take_on(old)
    one.take_on(done)
    other.take_on(replace(WORK, id="W3", event_id="Ev3", ts="3"))
    one.finish(done)

    found = figures(questions)

    assert found["qabot_slack_backlog"] == 2
    assert 3600 <= found["qabot_slack_backlog_age_seconds"] < 3700
    assert found["qabot_store_up"] == 1


def test_store_that_is_gone_is_told(questions: Questions, tmp_path: Path) -> None:
    """Without its store the service says so, and nothing of what only the store knows."""
    (tmp_path / "state.sqlite").rename(tmp_path / "elsewhere.sqlite")

    found = figures(questions)

    assert found["qabot_store_up"] == 0
    assert "qabot_slack_backlog" not in found
    assert found["qabot_build_age_seconds"] > 0
