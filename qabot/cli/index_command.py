"""The `index` command."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from shlex import quote
from time import perf_counter
from typing import TYPE_CHECKING

import click

from qabot.cli.loading import load_models_of, releases_of, require_milvus
from qabot.cli.options import as_json_option, in_index, index_argument, settings, texts
from qabot.cli.printing import say
from qabot.cli.test_set_figures import keep_figures
from qabot.errors import BadInput, BuildRefused, NotConfirmed

if TYPE_CHECKING:
    from qabot.changes.build_warnings import BuildWarning
    from qabot.index.build_store import Current
    from qabot.index.encoding import Encode
    from qabot.index.shared_releases import SharedReleases
    from qabot.service.checked_build import CheckedBuild


@click.command("index")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@in_index
@click.option("--check", is_flag=True, help="Make the build, but do not make it live.")
@click.option("--details", is_flag=True, help="Print all that was understood of every file.")
@click.option(
    "--yes",
    is_flag=True,
    help="Go live with new companies and without removed policies and versions.",
)
@click.option(
    "--expect",
    "expected",
    metavar="NAME",
    multiple=True,
    callback=texts,
    help="A company that is new, or a policy or version that goes, on purpose.",
)
@click.option("--skip-unreadable", is_flag=True, help="Leave out, and name, what cannot be read.")
@click.option(
    "--ray",
    metavar="ADDRESS",
    help="Encode what is new on the Ray cluster there, with all its nodes; auto: this node's.",
)
@as_json_option
def index_command(
    paths: tuple[Path, ...],
    index: Path,
    check: bool,
    details: bool,
    yes: bool,
    expected: tuple[str, ...],
    skip_unreadable: bool,
    ray: str | None,
    as_json: bool,
) -> int:
    """Read policies and build what the bot answers from.

    PATH is a policy file (.md .html .pdf .docx .txt) or a folder of them; index/policies if none
    is given. Prints what changes against the live build, and what to look at. A new company, a
    removed policy or version and a file that reads like no policy go live only after a yes: at
    the terminal, or by --yes or --expect.

    Exits with 0 when the build is live or, with --check, when there is nothing to decide; with 3
    when somebody has to decide, or when --check finds that the test set is answered worse.

    \b
    Example:
      qabot index
      qabot index policies/ terms.pdf --index /srv/qabot
      qabot index --check policies/ --expect "Larkfield Telecom" --json
      qabot index policies/ --ray auto
    """
    from qabot.cli.show_build_changes import show_checked
    from qabot.cli.show_progress import encoding
    from qabot.index.build_plan import plan
    from qabot.service.checked_build import check_build
    from qabot.service.contract import checked_fields, to_json

    began = perf_counter()
    planned = plan(
        paths or [Path("index/policies")],
        settings().encoder,
        milvus=require_milvus(),
        skip_unreadable=skip_unreadable,
    )
    models = cache(lambda: load_models_of(index))
    releases = releases_of(index)
    live = releases.current()
    with suppress(BadInput, BuildRefused):  # this build takes the place of one that is refused
        releases.pull(live)
    with encoding() as progress:
        made = check_build(planned, index, models, progress=progress, encode=_encode(ray, index))
    undecided = made.changes.undecided(expected)
    if as_json:
        say(to_json(checked_fields(made, undecided)))
    else:
        show_checked(made, undecided, index, perf_counter() - began, details=details)
    if check:
        if not (made.is_live or as_json):
            say(f"Not live: {_how_to_use(made.manifest.id, index)}")
        return 3 if undecided or made.worse else 0
    if made.is_live and live.build == made.manifest.id:
        return 0
    if undecided and not yes:
        _confirm(undecided, made.manifest.id, index)
    said = _make_live(made, live, releases, index)
    if not as_json:
        say(said)
    return 0


def _encode(ray: str | None, index: Path) -> "Encode":
    """Return what encodes: this process, or a Ray cluster; raises BadInput without qabot[ray]."""
    from importlib.util import find_spec

    from qabot.encoder.load import ENCODERS, load_encoder
    from qabot.index.encoding import encode_here
    from qabot.index.releases import builds_folder

    if ray is None:
        return encode_here
    if find_spec("ray") is None:
        raise BadInput("--ray needs Ray, which is not installed: pip install 'qabot[ray]'.")
    from qabot.index.encode_on_ray import RayCluster  # loads Ray: seconds

    folder, store = index.absolute(), settings().builds
    place = f"{store or builds_folder(folder)}/.encoding"
    load = partial(load_encoder, settings().encoder, folder / ENCODERS)
    return RayCluster(ray, place, load).encode


def _confirm(undecided: Sequence["BuildWarning"], build: str, index: Path) -> None:
    """Ask whether a build is to go live; raises NotConfirmed unless somebody says yes."""
    names = ", ".join(dict.fromkeys(one.name for one in undecided))
    if sys.stdin.isatty() and sys.stderr.isatty():
        if click.confirm(f"Make it live, with what it changes of {names}?", err=True):
            return
        raise NotConfirmed(f"The live build stays. To change that: {_how_to_use(build, index)}")
    raise NotConfirmed(
        f"Not live, as nobody said yes to what it changes of {names}: add --yes, or --expect "
        f"{quote(undecided[0].name)} for each that is meant; the live build stays."
    )


def _make_live(
    made: "CheckedBuild", live: "Current", releases: "SharedReleases", index: Path
) -> str:
    """Make a build live in the place of another, keep its figures, and return what to print."""
    releases.use(made.manifest.id, live)
    if made.figures:
        keep_figures(made.figures, index)
    where = f", in {releases.store.address} too" if releases.store else ""
    return f"Live now: {made.manifest.id}{where}"


def _how_to_use(build: str, index: Path) -> str:
    return f"make it live with: qabot use {build}{index_argument(index)}"
