"""The `owner` command."""

from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import click

from qabot.cli.options import in_index, settings
from qabot.cli.printing import say

_MINUTES = 10


def _web_address(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    """Read an option's address; raises BadParameter where no page can be at it."""
    try:
        found = urlsplit(value or "http://localhost")
        is_web = found.scheme in ("http", "https") and bool(found.hostname)
    except ValueError:  # "http://[": no address at all
        is_web = False
    if not is_web or (value and {"?", "#"} & set(value)):
        raise click.BadParameter(
            f"{value!r} is no address of a service; write it as https://qabot.example.com"
        )
    return value


@click.command()
@click.option(
    "--url",
    metavar="URL",
    callback=_web_address,
    help="Where the service is; QABOT_PUBLIC_URL, else this machine.",
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
    from qabot.index.releases import current_folder
    from qabot.state.store import Store

    chosen = settings(index)
    current_folder(chosen.index)  # of an index that is none no page is served
    base = (url or chosen.public_url or "http://127.0.0.1:8000").rstrip("/")
    with closing(Store.open(chosen.state)) as store:
        token = store.new_owner_link(_MINUTES)
    say(f"{base}/owner/enter?link={token}")
