"""The `keys` commands: who may ask over HTTP."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qabot.cli.options import as_json_option, in_index, settings
from qabot.cli.printing import say

if TYPE_CHECKING:
    from qabot.state.store import Store
    from qabot.state.stored import Key


@click.group()
@in_index
@click.pass_context
def keys(context: click.Context, index: Path) -> None:
    """Say who may ask over HTTP.

    Keys are kept in the folder of the index, unless QABOT_STATE says where; a service that runs
    learns of changes in seconds.

    \b
    Example:
      qabot keys add "Help centre" --origin https://help.example.com
      qabot keys list
    """
    context.default_map = dict.fromkeys(keys.commands, {"index": index})


@keys.command()
@click.argument("name")
@click.option("--origin", "origins", metavar="URL", multiple=True, help="Of a page; repeatable.")
@click.option("--server", is_flag=True, help="A secret key for a server, bound to no origin.")
@click.option("--company", metavar="C", help="The only company it may ask about.")
@in_index
def add(
    name: str, origins: tuple[str, ...], server: bool, company: str | None, index: Path
) -> None:
    """Make a key and print its token.

    Without --server it is a publishable key: it stands in a web page, and only pages of the
    origins given may use it. NAME says to people what the key is for.

    \b
    Example:
      qabot keys add "Help centre" --origin https://help.example.com
      qabot keys add "Ticket system" --server --company "Larkfield Telecom"
    """
    with _store(index) as store:
        key, token = store.add_key("server" if server else "publishable", name, company, origins)
    say(token)
    if server:
        said = f"Key {key.id} is made; its token is shown this once, keep it where secrets are kept"
    else:
        said = f"Key {key.id} is made, for pages of {', '.join(key.origins)}"
    say(f"{said}.", err=True)
    if key.company is not None:
        _warn_of_unknown(key, index)


@keys.command("list")
@as_json_option
@in_index
def list_command(as_json: bool, index: Path) -> None:
    """List the keys, the oldest first.

    The token of a publishable key is shown again; that of a server key is kept nowhere.

    \b
    Example:
      qabot keys list --json
    """
    with _store(index) as store:
        known = store.keys()
    if as_json:
        from qabot.service.contract import to_json

        say(to_json([_fields(key) for key in known]))
    elif known:
        say("\n\n".join(map(_shown, known)))
    else:
        say("There are no keys yet; make one with: qabot keys add")


@keys.command()
@click.argument("key", metavar="ID")
@in_index
def revoke(key: str, index: Path) -> None:
    """Refuse the key ID from now on.

    `qabot keys list` shows the ids; the token will do as well. What is revoked stays so; make a
    new key instead.

    \b
    Example:
      qabot keys revoke 2411668f6c97
    """
    with _store(index) as store:
        revoked = store.revoke_key(key)
    say(f"Key {revoked.id}, {revoked.name}, is refused from now on.")


def _warn_of_unknown(key: "Key", index: Path) -> None:
    """Say where nothing of a key's company is indexed, as after a slip."""
    from qabot.errors import BuildRefused
    from qabot.index.corpus import Corpus
    from qabot.index.releases import current_folder

    try:
        with closing(Corpus.open(current_folder(index))) as corpus:
            entries = corpus.entries
    except BuildRefused:  # nothing is indexed yet
        return
    companies = list(dict.fromkeys(entry.company for entry in entries))
    if not key.among(companies):
        near = get_close_matches(key.company or "", companies, 1) or companies[:3]
        say(
            f"Warning: no policy of {key.company!r} is indexed, so nothing is answered with this "
            f"key; there are policies of {', '.join(near)}.",
            err=True,
        )


@contextmanager
def _store(index: Path) -> Iterator["Store"]:
    from qabot.state.store import Store

    with closing(Store.open(settings(index).state)) as store:
        yield store


def _fields(key: "Key") -> dict[str, Any]:
    revoked = key.revoked and key.revoked.isoformat()
    return {**asdict(key), "created": key.created.isoformat(), "revoked": revoked}


def _shown(key: "Key") -> str:
    state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else f"since {key.created:%Y-%m-%d}"
    about = f"{key.kind}, {key.company or 'every company'}, {state}"
    return "\n  ".join(filter(None, [f"{key.id}  {key.name}", about, key.token, *key.origins]))
