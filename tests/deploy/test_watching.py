import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from qabot.service.ask import Questions
from qabot.settings import Settings
from qabot.state.store import Store
from tests.support.serving import live_bot

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana/dashboards/qabot.json").read_text())
RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
]
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]] + [
    rule["expr"] for rule in RULES
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return what a service that has answered nothing yet tells Prometheus."""
    folder = tmp_path_factory.mktemp("watched")
    with (
        closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store,
        closing(Questions(live_bot(folder), store, Settings())) as questions,
    ):
        yield questions.metrics.exposition().decode()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_watched_is_exported(expression: str, exported: str) -> None:
    """Each figure that a panel or an alert asks for is one that qabot exports, by its full name."""
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", exported, re.M))
    parts = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
    names = {name + part for name, kind in types.items() for part in parts[kind]} | {"up"}

    asked = set(re.findall(r"\bqabot_\w+|\bup\b", expression))

    assert asked
    assert asked <= names


def test_every_alert_is_tested() -> None:
    """promtool has a case of each alert."""
    tested = (DEPLOY / "prometheus/alerts_test.yaml").read_text()

    assert all(f"alertname: {rule['alert']}\n" in tested for rule in RULES)


def test_panels_do_not_overlap() -> None:
    """Each place on the dashboard has one panel, and no row is left in part."""
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    taken = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(taken) == len(set(taken)) == 24 * (1 + max(y for _, y in taken))
