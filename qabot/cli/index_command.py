"""The `index` command."""

from pathlib import Path
from time import perf_counter

import click

from qabot.cli.loading import load_encoder_of
from qabot.cli.options import in_index, settings
from qabot.cli.printing import say


@click.command("index")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@in_index
@click.option("--skip-unreadable", is_flag=True, help="Leave out, and name, what cannot be read.")
def index_command(paths: tuple[Path, ...], index: Path, skip_unreadable: bool) -> None:
    """Read policies and build what the bot answers from.

    PATH is a policy file (.md .html .pdf .docx .txt) or a folder of them; index/policies if none
    is given. Prints what was understood of each file, and where each value came from.

    \b
    Example:
      qabot index
      qabot index policies/ terms.pdf --index /srv/qabot
    """
    from qabot.cli.show_progress import encoding
    from qabot.cli.show_report import show_report
    from qabot.index.build import build
    from qabot.index.build_plan import plan, unchanged

    began = perf_counter()
    encoder = settings().encoder
    planned = plan(paths or [Path("index/policies")], encoder)
    if live := unchanged(planned, index, skip_unreadable=skip_unreadable):
        said = f"Nothing changed since build {live.manifest.id}, which stays live."
        say("\n".join([said, *(f"Skipped: {sentence}" for sentence in live.skipped)]))
        return
    loaded = load_encoder_of(index)
    with encoding() as progress:
        report = build(planned, index, loaded, skip_unreadable=skip_unreadable, progress=progress)
    show_report(report, index, perf_counter() - began)
