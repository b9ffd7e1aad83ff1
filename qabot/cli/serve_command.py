"""The `serve` command."""

import gc
import socket
from asyncio import run
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qabot.cli.loading import load_models_of, releases_of, require_build
from qabot.cli.options import in_index, index_argument, settings
from qabot.cli.printing import say
from qabot.errors import BadInput
from qabot.processors import cores
from qabot.settings import Settings, share_metrics

if TYPE_CHECKING:
    from qabot.api.workers import Worker
    from qabot.service.ask import Questions
    from qabot.service.live import LiveBot
    from qabot.slack.app import SlackBot
    from qabot.state.store import Store


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=cores,
    show_default="as many as there are cores",
    help="Processes that answer.",
)
@in_index
def serve(host: str, port: int, workers: int, index: Path) -> None:
    """Answer over HTTP: the API, the widget and a page to ask on.

    Without any key it answers this machine alone; make keys with `qabot keys add`. A build that
    `qabot index` makes meanwhile goes live within seconds.

    \b
    Example:
      qabot serve
      qabot serve --host 0.0.0.0 --port 80
    """
    from qabot.api.listening import listen
    from qabot.api.workers import begin_workers
    from qabot.index.releases import current_folder
    from qabot.privileges import drop

    chosen = settings(index)
    if chosen.slack_client_id and not chosen.slack_signing_secret:
        raise BadInput(
            "QABOT_SLACK_CLIENT_ID is set without QABOT_SLACK_SIGNING_SECRET; set both, of the "
            "app's page."
        )
    if not chosen.builds:
        current_folder(index)  # without a build there is nothing to wait for
    keyless = _is_keyless(chosen)
    if keyless and not _is_loopback(host):
        raise BadInput(
            f"Without a key the service listens on this machine alone, not on {host}; make one "
            f"with: {_add_key(index)}"
        )
    with closing(listen(host, port)) as listening:
        drop()
        worker = None
        if workers > 1:
            worker = begin_workers(workers, listening, chosen.logs)
            share_metrics(worker.folder)
        _run(index, chosen, listening, keyless, worker)


def _is_keyless(chosen: Settings) -> bool:
    """Tell whether no key is in force; the store is made, or brought up to date, by that."""
    from qabot.state.store import Store

    with closing(Store.open(chosen.state)) as store:
        keys = store.keys()
    return all(key.revoked for key in keys)


def _run(
    index: Path,
    chosen: Settings,
    listening: socket.socket,
    keyless: bool,
    worker: "Worker | None",
) -> None:
    from threadpoolctl import threadpool_limits

    from qabot.api.application import create_api
    from qabot.api.server import server
    from qabot.service.ask import Questions
    from qabot.service.live import LiveBot
    from qabot.service.logs import configure_logs
    from qabot.service.processes import Processes
    from qabot.state.store import Store

    releases = releases_of(index)
    if worker is None or worker.is_first:  # the store is asked in no process that forks
        require_build(releases)
    with closing(Store.open(chosen.state)) as store:
        live = LiveBot(releases, load_models_of(index))
        threadpool_limits(1)  # of BLAS and OpenMP: a question has one thread; theirs wait busily
        if worker and worker.is_orphan:
            return  # killed while this one began: what they counted together is removed
        processes = Processes(worker.count, worker.folder) if worker else Processes()
        questions = Questions(live, store, chosen, processes)
        bot = _slack(questions, store, chosen)
        configure_logs(chosen.logs)  # from here on: what is refused before is no line of a log
        if bot:
            _check_token(bot)
        beside = [bot.worker] if bot else []
        api = create_api(questions, store, chosen, keyless=keyless, beside=beside)
        if bot:
            from qabot.slack.delivery.http import add_slack

            add_slack(api, bot, chosen.slack_signing_secret)
        gc.freeze()  # to look through all that is loaded, time and again, takes a tenth of a second
        if worker is None or worker.is_first:
            _announce(live, listening, _add_key(index) if keyless else None)
        server(api, proxies=chosen.proxies, worker=worker).run(sockets=[listening])


def _slack(questions: "Questions", store: "Store", settings: Settings) -> "SlackBot | None":
    if not settings.slack_signing_secret:
        return None
    from qabot.slack.app import create_slack

    return create_slack(questions, store, settings)


def _check_token(bot: "SlackBot") -> None:
    """Have Slack refuse a wrong token at the start; the service runs on while Slack is away."""
    import structlog

    from qabot.slack.install.bot_tokens import OneWorkspace, SlackUnreachable

    if isinstance(bot.tokens, OneWorkspace):
        try:
            run(bot.tokens.check())
        except SlackUnreachable as error:
            structlog.get_logger("qabot.slack").warning("token not checked", reason=str(error))


def _add_key(index: Path) -> str:
    """Return the command that makes a key of this index."""
    return f"qabot keys add NAME{index_argument(index)}"


def _announce(live: "LiveBot", listening: socket.socket, add_key: str | None) -> None:
    host, port = listening.getsockname()[:2]
    counts = live.bot.index.manifest.counts
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    say(f"{counts['policies']} policies, {counts['passages']} passages. Ask on {url}/")
    if add_key:
        say(f"No key is configured: this machine alone may ask. For others: {add_key}")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
