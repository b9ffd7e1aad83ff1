"""The options that several commands have, and the settings that stand behind them."""

from datetime import date, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qabot.settings import Settings


def settings(index: Path | None = None) -> "Settings":
    """Return what the environment sets; the index, and the state in it, may be another one."""
    from qabot.settings import Settings

    return Settings() if index is None else Settings(index=index)


def index_argument(index: Path) -> str:
    """Return " --index DIR" as a shell takes it, "" where DIR is what commands take anyway."""
    return "" if index == settings().index else f" --index {quote(str(index))}"


def day(context: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    """Read an option's day, written as 2021-06-10."""
    try:
        return datetime.strptime(value, "%Y-%m-%d").date() if value is not None else None
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date; write it as 2021-06-10") from error


def text(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Return an argument's text; raises BadParameter where it is not valid UTF-8."""
    if value is not None and any("\ud800" <= character <= "\udfff" for character in value):
        raise click.BadParameter("it is not text in UTF-8; check the terminal's encoding")
    return value


def texts(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Return arguments' texts, as `text` does."""
    return tuple(text(context, parameter, value) or "" for value in values)


in_index = click.option(
    "--index",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=lambda: settings().index,
    help="Folder that holds builds and state; QABOT_INDEX, else index.",
)
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
