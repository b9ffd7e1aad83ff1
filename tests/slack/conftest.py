"""Slacks for the tests of the bot: those of others, and the double for what they lack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slack.doors import Door, door
from tests.slack.double import Double, double
from tests.slack.emulate import Emulate, emulate
from tests.slack.local_slack import LocalSlack, local_slack
from tests.slack.loops import Background, background


@pytest.fixture
def loop() -> Iterator[Background]:
    """Run an event loop beside the test."""
    with background() as elsewhere:
        yield elsewhere


@pytest.fixture
def entrance() -> Iterator[Door]:
    """Keep a free port for the bot."""
    with door() as kept:
        yield kept


@pytest.fixture
def slack_over_http(tmp_path: Path, entrance: Door) -> Iterator[LocalSlack]:
    """Run an independent Slack that posts to the entrance."""
    with local_slack(tmp_path, "events", entrance.events) as slack:
        yield slack


@pytest.fixture
def slack_over_socket(tmp_path: Path) -> Iterator[LocalSlack]:
    """Run an independent Slack that sends to who connects."""
    with local_slack(tmp_path, "socket") as slack:
        yield slack


@pytest.fixture
def installer(tmp_path: Path, entrance: Door) -> Iterator[Emulate]:
    """Run an independent Slack into which the bot at the entrance can be installed."""
    with emulate(tmp_path, f"{entrance.address}/slack/oauth_redirect") as slack:
        yield slack


@pytest.fixture
def moody() -> Iterator[Double]:
    """Run the double, which replies what the test says."""
    with double() as slack:
        yield slack
