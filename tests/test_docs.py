from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from qabot.cli import main
from qabot.cli.commands import qabot
from qabot.settings import Settings

DOCS = Path(__file__).resolve().parents[1]
README = "".join(
    (DOCS / name).read_text() for name in ("README.md", "deploy/README.md", "index/README.md")
)


@pytest.mark.parametrize("command", sorted(qabot.commands))
def test_command_is_documented(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command is in a README, and its help shows an example of it."""
    assert f"qabot {command}" in README

    assert main([command, "--help"]) == 0

    example = capsys.readouterr().out.partition("Example:\n")[2]
    assert f"  qabot {command}" in example


def _options(command: click.Command) -> Iterator[str]:
    """Yield the options of a command and of those under it, but for the two that all have."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from {one for one in parameter.opts if one.startswith("--")} - {"--index"}
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from _options(below)


@pytest.mark.parametrize("name", sorted(qabot.commands))
def test_options_are_documented(name: str) -> None:
    """Every option stands in the row of its command in README.md."""
    rows = (DOCS / "README.md").read_text().splitlines()
    (row,) = [row for row in rows if row.startswith("| `qabot") and f"`qabot {name}" in row]

    assert {one for one in _options(qabot.commands[name]) if one not in row} == set()


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_setting_is_documented(setting: str) -> None:
    """Every setting is in a README under the name it is read from."""
    assert f"`QABOT_{setting.upper()}`" in README
