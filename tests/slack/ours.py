"""The real bot, served over HTTP or listening over Socket Mode, for the Slacks of the tests."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from qabot.api.application import create_api
from qabot.service.ask import Questions
from qabot.service.live import LiveBot
from qabot.settings import Settings
from qabot.slack.app import SlackBot, create_slack
from qabot.slack.delivery.http import add_slack
from qabot.state.store import Store
from qabot.state.worklist import LEASE
from tests.slack.doors import Door
from tests.slack.local_slack import BOT_TOKEN, SECRET
from tests.support.serving import MANY, live_bot


@dataclass(frozen=True, slots=True)
class Ours:
    """A running bot and its parts."""

    bot: SlackBot
    live: LiveBot
    questions: Questions
    store: Store


def settings_for(api: str, **more: object) -> Settings:
    """Return settings of a bot in the one workspace that a test's Slack is."""
    known = Settings(address_limit=MANY, key_limit=MANY)
    slack = {
        "slack_api": api,
        "slack_bot_token": BOT_TOKEN,
        "slack_signing_secret": SECRET,
        "public_url": "https://answers.example",
    }
    return replace(known, **(slack | more))  # type: ignore[arg-type]


@contextmanager
def over_http(
    folder: Path,
    door: Door,
    api: str,
    *,
    live: LiveBot | None = None,
    state: str | None = None,
    lease: timedelta = LEASE,
    **more: object,
) -> Iterator[Ours]:
    """Serve the bot at a door; `live` is a small corpus of two companies unless given."""
    settings = settings_for(api, **more)
    live = live or live_bot(folder)
    with closing(Store.open(state or f"sqlite:///{folder}/state.sqlite")) as store:
        questions = Questions(live, store, settings)
        bot = create_slack(questions, store, settings, lease=lease)
        service = create_api(questions, store, settings, keyless=True, beside=[bot.worker])
        add_slack(service, bot, SECRET)
        with door.open(service):
            yield Ours(bot, live, questions, store)
