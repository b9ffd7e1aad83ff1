from dataclasses import fields
from pathlib import Path

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


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_setting_is_documented(setting: str) -> None:
    """Every setting is in a README under the name it is read from."""
    assert f"`QABOT_{setting.upper()}`" in README
