"""The `serve` command."""

import socket
from asyncio import run
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from qabot.cli.loading import load_models_of
from qabot.cli.options import in_index, settings
from qabot.cli.printing import say
from qabot.errors import BadInput

if TYPE_CHECKING:
    from qabot.service.ask import Questions
    from qabot.service.live import LiveBot
    from qabot.settings import Settings
    from qabot.slack.app import SlackBot
    from qabot.state.store import Store


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free."
)
@in_index
def serve(host: str, port: int, index: Path) -> None:
    """Answer over HTTP: the API, the widget and a page to ask on.

    Without any key it answers this machine alone; make keys with `qabot keys add`. A build that
    `qabot index` makes meanwhile goes live within seconds.

    \b
    Example:
      qabot serve
      qabot serve --host 0.0.0.0 --port 80
    """
    from qabot.index.releases import current_folder
    from qabot.state.store import Store

    current_folder(index)  # without a build there is nothing to wait for
    with closing(Store.open(settings(index).state)) as store:
        keys = store.keys()
        keyless = all(key.revoked for key in keys)
        if keyless and not _is_loopback(host):
            raise BadInput(
                f"Without a key the service listens on this machine alone, not on {host}; make one "
                f"with: {_add_key(index)}"
            )
        with closing(_listen(host, port)) as listening:
            _run(store, index, listening, keyless)


def _run(store: "Store", index: Path, listening: socket.socket, keyless: bool) -> None:
    from threadpoolctl import threadpool_limits

    from qabot.api.application import create_api
    from qabot.api.server import server
    from qabot.privileges import drop
    from qabot.service.ask import Questions
    from qabot.service.live import LiveBot
    from qabot.service.logs import configure_logs

    drop()
    live = LiveBot(index, load_models_of(index))
    threadpool_limits(1)  # of BLAS and OpenMP: a question has one thread, and theirs wait busily
    chosen = settings(index)
    questions = Questions(live, store, chosen)
    bot = _slack(questions, store, chosen)
    configure_logs(
        chosen.logs
    )  # from here on: what is refused before is one sentence, no line of a log
    if bot:
        _check_token(bot)
    beside = [bot.worker] if bot else []
    api = create_api(questions, store, chosen, keyless=keyless, beside=beside)
    if bot:
        from qabot.slack.delivery.http import add_slack

        add_slack(api, bot, chosen.slack_signing_secret)
    _announce(live, listening, _add_key(index) if keyless else None)
    server(api, proxies=chosen.proxies).run(sockets=[listening])


def _slack(questions: "Questions", store: "Store", settings: "Settings") -> "SlackBot | None":
    if not settings.slack_signing_secret:
        if settings.slack_client_id:
            raise BadInput(
                "QABOT_SLACK_CLIENT_ID is set without QABOT_SLACK_SIGNING_SECRET; set both, of the "
                "app's page."
            )
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
    named = "" if index == settings().index else f" --index {quote(str(index))}"
    return f"qabot keys add NAME{named}"


def _announce(live: "LiveBot", listening: socket.socket, add_key: str | None) -> None:
    host, port = listening.getsockname()[:2]
    counts = live.bot.index.manifest.counts
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    say(f"{counts['policies']} policies, {counts['passages']} passages. Ask on {url}/")
    if add_key:
        say(f"No key is configured: this machine alone may ask. For others: {add_key}")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise BadInput(
            f"Cannot listen on {host} port {port} ({error.strerror}); choose others with: "
            "qabot serve --host H --port P"
        ) from error
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # for its connections too
    return listening


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
