"""catalog.yaml: what a folder declares about the policy files in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from qabot.errors import BadInput
from qabot.readers.front_matter import FIELDS, Loader, problem_of
from qabot.readers.reading import CATALOG
from qabot.records import Fact


@dataclass(frozen=True, slots=True)
class Row:
    """What is declared about one file."""

    facts: Mapping[str, Fact]
    aliases: tuple[str, ...] = ()


def read_rows(folder: Path) -> dict[str, Row]:
    """Return the rows of the folder's catalog.yaml by file name; "*" holds for every file."""
    path = folder / CATALOG
    if not path.is_file():
        return {}
    try:
        values = yaml.load(path.read_text("utf-8-sig"), Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problem = problem_of(error) if isinstance(error, yaml.YAMLError) else "it is not UTF-8"
        raise BadInput(f"{path}: not valid YAML ({problem}); mend it or delete it.") from error
    if values in (None, ""):
        return {}
    if not isinstance(values, dict):
        raise BadInput(
            f'{path}: not one entry a file; write lines such as "privacy.md: {{company: Acme}}".'
        )
    for name in values:
        if name != "*" and not (folder / str(name)).is_file():
            raise BadInput(
                f'{path}: there is no file "{name}" beside it; correct or delete the row.'
            )
    return {str(name): _row(f'{path}: row "{name}"', row) for name, row in values.items()}


def row_of(rows: Mapping[str, Row], name: str) -> Row:
    """Return what holds for a file: its own row, and for the rest that of "*"."""
    default, own = rows.get("*", Row({})), rows.get(name, Row({}))
    return Row({**default.facts, **own.facts}, own.aliases or default.aliases)


def _row(where: str, row: object) -> Row:
    if not isinstance(row, dict):
        raise BadInput(
            f"{where} says nothing of the file; write {', '.join(FIELDS)} or aliases below it."
        )
    facts: dict[str, Fact] = {}
    aliases: tuple[str, ...] = ()
    for key, value in row.items():
        if key == "aliases":
            aliases = _aliases(where, value)
        elif key not in FIELDS:
            raise BadInput(f"{where}: unknown key {key!r}; use {', '.join(FIELDS)} or aliases.")
        elif not isinstance(value, str) or not value.strip():
            raise BadInput(f"{where}: {key} is {value!r}; write one text.")
        else:
            facts[key] = Fact(value.strip(), CATALOG)
    return Row(facts, aliases)


def _aliases(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(a, str) and a.strip() for a in value):
        raise BadInput(
            f"{where}: aliases is {value!r}; write a list of names, such as [Acme, Acme Telecom]."
        )
    return tuple(value)
