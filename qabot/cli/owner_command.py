"""The `owner` command."""

from contextlib import closing
from pathlib import Path

import click

from qabot.cli.options import in_index, settings
from qabot.cli.printing import say

_MINUTES = 10


@click.command()
@click.option(
    "--url", metavar="URL", help="Where the service is; QABOT_PUBLIC_URL, else this machine."
)
@in_index
def owner(url: str | None, index: Path) -> None:
    """Print a link that opens the owner's page once, within ten minutes.

    The page shows what is indexed and from where, what nobody answers, what people say; it takes
    new versions and goes back to older builds. The service must run: qabot serve.

    \b
    Example:
      qabot owner
      qabot owner --url https://qabot.example.com
    """
    from qabot.state.store import Store

    chosen = settings(index)
    base = (url or chosen.public_url or "http://127.0.0.1:8000").rstrip("/")
    with closing(Store.open(chosen.state)) as store:
        token = store.new_owner_link(_MINUTES)
    say(f"{base}/owner/enter?link={token}")
