"""The `slack` command."""

from asyncio import run
from contextlib import closing
from pathlib import Path
from signal import SIGINT

import click

from qabot.cli.loading import load_models_of, releases_of, require_build
from qabot.cli.options import in_index, settings
from qabot.errors import BadInput


@click.command()
@in_index
def slack(index: Path) -> None:
    """Answer in Slack, over Socket Mode.

    Needs QABOT_SLACK_BOT_TOKEN and QABOT_SLACK_APP_TOKEN of an app made from
    deploy/slack-manifest.yaml, and no public address. Over HTTP: qabot serve.

    \b
    Example:
      export QABOT_SLACK_BOT_TOKEN=xoxb-... QABOT_SLACK_APP_TOKEN=xapp-...
      qabot slack
    """
    from threadpoolctl import threadpool_limits

    from qabot.privileges import drop
    from qabot.service.ask import Questions
    from qabot.service.live import LiveBot
    from qabot.service.logs import configure_logs
    from qabot.slack.app import create_slack
    from qabot.slack.delivery.socket import listen
    from qabot.state.store import Store

    releases = releases_of(index)
    require_build(releases)
    chosen = settings(index)
    if not chosen.slack_app_token:
        raise BadInput(
            "No app token for Slack is set; set QABOT_SLACK_APP_TOKEN to one with "
            "connections:write (xapp-...)."
        )
    with closing(Store.open(chosen.state)) as store:
        drop()
        live = LiveBot(releases, load_models_of(index))
        with closing(Questions(live, store, chosen)) as questions:
            bot = create_slack(questions, store, chosen)
            threadpool_limits(1)  # as for the service
            configure_logs(chosen.logs)
            if run(listen(bot, live, chosen)) == SIGINT:
                raise click.Abort
