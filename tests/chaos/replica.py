"""A service with the Slack bot, whose lease is short: `python -m tests.chaos.replica FOLDER ...`.

Its models tell by shared words, so that it starts within seconds.
"""

import socket
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from qabot.api.application import create_api
from qabot.api.server import server
from qabot.errors import StoreUnavailable
from qabot.index.releases import current_id
from qabot.index.shared_releases import SharedReleases
from qabot.service.ask import Questions
from qabot.service.live import LiveBot
from qabot.slack.app import create_slack
from qabot.slack.delivery.http import add_slack
from qabot.state.store import Store
from tests.slack.local_slack import SECRET
from tests.slack.ours import settings_for
from tests.support.fakes import WORD_MODELS
from tests.support.serving import live_bot


def main(folder: Path, state: str, slack_api: str, lease: float) -> None:
    """Serve until a signal ends it."""
    settings = settings_for(slack_api)
    if current_id(folder / "index") is None:
        live_bot(folder)
    live = LiveBot(SharedReleases(folder / "index"), WORD_MODELS)
    with closing(Store.open(state)) as store:
        questions = Questions(live, store, settings)
        bot = create_slack(questions, store, settings, lease=timedelta(seconds=lease))
        api = create_api(questions, store, settings, keyless=True, beside=[bot.worker])
        add_slack(api, bot, SECRET)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            sys.stdout.write(f"at http://127.0.0.1:{listening.getsockname()[1]}\n")
            sys.stdout.flush()
            server(api).run(sockets=[listening])


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4]))
    except StoreUnavailable as error:
        sys.exit(str(error))
