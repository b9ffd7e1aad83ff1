"""What a text file declares about itself in front matter, on top of it.

It is YAML between two lines "---" (the second may be "..."), TOML between two lines "+++", or an
object of JSON. Scalars stay as they were
written ("2021-02-31", "No"), so that what is wrong with one can be said where it is understood, in
the catalog.
"""

import json
import re
import tomllib
from collections.abc import Hashable, Mapping
from datetime import date, datetime
from reprlib import repr as shortened
from textwrap import dedent

import yaml
from frontmatter.default_handlers import YAMLHandler
from rapidfuzz import process
from rapidfuzz.distance import OSA

from qabot.errors import UnreadableFile
from qabot.records import FRONT_MATTER, Fact, Removed

FIELDS = ("company", "policy", "title", "effective", "url")  #: what a file may declare about itself

_NOTHING = ("", "~", "null", "Null", "NULL")
_UPDATED = re.compile(r"(?:last[ _-]?)?(?:updated?|mod(?:ified)?|revised)(?:[ _-](?:at|on|date))?")
_LONGEST = 20_000  # characters
_DEEPEST = 20  # lists and mappings in each other
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")  # all but the tab and the line feed
_ABOVE = re.compile(r"(?:[\s\ufeff\u200b]|<!--(?:[^-]|-(?!->))*+-->)*+")
_OPENS = re.compile(
    r"(?P<mark>---)[ \t]*\n(?:[ \t]*(?:#.*)?\n)*+"
    r"(?P<indent>[ \t]*)(?:[\"'A-Za-z_][\w -]*[\"']?[ \t]*:|---)"
    r"|(?P<toml>\+\+\+)[ \t]*\n"
)
_FIELD = re.compile(
    rf"^[ \t]*[\"']?(?:{'|'.join(FIELDS)})[\"']?[ \t]*[:=]", re.IGNORECASE | re.MULTILINE
)


class Loader(yaml.BaseLoader):
    """Loads YAML as text, lists and mappings only.

    Refuses a key that stands twice, a list or mapping that is repeated by an alias, and what is
    nested deeper than anyone would write: a few lines of these could take all time and memory.
    """

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node; raise `yaml.YAMLError` for an alias of a list, and at the 21st depth."""
        is_alias = self.check_event(yaml.AliasEvent)
        if self.depth == _DEEPEST:
            raise yaml.composer.ComposerError(None, None, "it is nested too deep")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        if is_alias and not isinstance(node, yaml.ScalarNode):
            problem = "an alias may repeat one text only"
            raise yaml.composer.ComposerError(None, None, problem)
        return node

    def construct_scalar(self, node: yaml.ScalarNode) -> str:
        """Build a text that holds whole characters alone."""
        return _valid(str(super().construct_scalar(node)))

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        """Build the mapping; raise `yaml.YAMLError` at a key's second occurrence."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                problem = f'"{key_node.value}" is given twice'
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            if isinstance(key_node, yaml.ScalarNode):
                seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def _valid(text: str) -> str:
    """Return a text of YAML or JSON with nothing in it that no text may hold.

    Halves of a character that were escaped apart ("\\ud83d\\ude80") are joined, a half that is left
    alone is replaced, and control characters become blanks.
    """
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub(" ", joined)


def problem_of(error: yaml.YAMLError) -> str:
    """Return where and why YAML could not be read, for use inside a sentence."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())


def split_front_matter(text: str, name: str) -> tuple[dict[str, Fact], str, list[Removed]]:
    """Return the facts that the front matter declares, the text without it, and keys passed over.

    Keys that are not `FIELDS` belong to whatever publishes the file. Raises UnreadableFile for
    front matter that cannot be understood, and for a key that is one of `FIELDS` but for a slip.
    Below blank lines or a comment, or indented, it is front matter only if it has one of `FIELDS`:
    else it may be text between two rules.
    """
    above = _ABOVE.match(text)
    start = above.end() if above else 0
    if text.startswith("{", start):
        return _split_json(text, start, name)
    opens = _OPENS.match(text, start)
    if opens is None:
        return {}, text, []
    mark = opens["mark"] or opens["toml"]
    ends = rf"{re.escape(mark)}|\.\.\." if opens["mark"] else re.escape(mark)
    boundary = re.compile(rf"^[ \t]*(?:{ends})[ \t]*$", re.MULTILINE)
    try:
        matter, body = YAMLHandler(fm_boundary=boundary).split(text[start:])
    except ValueError:
        matter, body = opens[0], None
    if (start or opens["indent"]) and not _FIELD.search(matter):
        return {}, text, []
    if body is None:
        raise UnreadableFile(f'{name}: its front matter has no end; close it with a line "{mark}".')
    if len(matter) > _LONGEST:
        raise UnreadableFile(
            f"{name}: its front matter is longer than {_LONGEST:,} characters; "
            f'close it with a line "{mark}" or shorten it.'
        )
    matter = _dedented(matter)
    values = _loaded_toml(matter, name) if opens["toml"] else _loaded_yaml(matter, name)
    facts, removed = _facts(values, name)
    return facts, text[:start].lstrip() + body, removed


def _split_json(text: str, start: int, name: str) -> tuple[dict[str, Fact], str, list[Removed]]:
    """Do the same for an object of JSON; what begins like one and is none is text."""
    try:
        values, end = json.JSONDecoder().raw_decode(text[start : start + _LONGEST])
    except (json.JSONDecodeError, RecursionError):
        return {}, text, []
    values = json.loads(_valid(json.dumps(values, ensure_ascii=False)))
    facts, removed = _facts(values, name)
    return facts, text[:start] + text[start + end :], removed


def _dedented(matter: str) -> str:
    """Return lines without the indentation that all of them have, and with blanks for tabs."""
    return dedent(re.sub(r"^[ \t]+", lambda blanks: blanks[0].expandtabs(4), matter, flags=re.M))


def _loaded_yaml(matter: str, name: str) -> object:
    try:
        return yaml.load(matter, Loader)
    except yaml.YAMLError as error:
        raise UnreadableFile(
            f"{name}: its front matter is not valid YAML ({problem_of(error)}); "
            "put values that hold a colon or start with a mark in quotes."
        ) from error


def _loaded_toml(matter: str, name: str) -> object:
    try:
        values = tomllib.loads(matter)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise UnreadableFile(
            f"{name}: its front matter is not valid TOML ({problem}); "
            'write lines such as company = "Acme".'
        ) from error
    return {
        key: value.isoformat() if isinstance(value, (date, datetime)) else value
        for key, value in values.items()
    }


def _facts(values: object, name: str) -> tuple[dict[str, Fact], list[Removed]]:
    if values in (None, "", {}):
        return {}, []
    if not isinstance(values, dict):
        raise UnreadableFile(
            f'{name}: its front matter is not a list of keys; write lines such as "company: Acme".'
        )
    facts: dict[str, Fact] = {}
    removed: list[Removed] = []
    for written, value in _with_own_keys(values).items():
        key = str(written).strip().lower()
        if _UPDATED.fullmatch(key) and isinstance(value, str):
            facts["updated"] = Fact(value.strip(), f"front matter: {written}")
        if key not in FIELDS:
            _refuse_slip(key, str(written), values, name)
            removed.append(Removed(FRONT_MATTER, f"{written}: {shortened(value)}"))
        elif value is not None and not isinstance(value, str):
            raise UnreadableFile(
                f"{name}: {key} in its front matter must be one text, not {shortened(value)}."
            )
        elif key in facts:
            raise UnreadableFile(
                f'{name}: "{key}" stands twice in its front matter; delete one of them.'
            )
        elif value and value.strip() not in _NOTHING:
            facts[key] = Fact(value.strip(), FRONT_MATTER)
    return facts, removed


def _with_own_keys(values: Mapping[object, object]) -> dict[object, object]:
    """Return the keys with the fields of a policy among those that a site may add of its own.

    Hugo has them under "params", Zola under "extra".
    """
    given = {str(one).strip().lower() for one in values}
    every = dict(values)
    for site in ("params", "extra"):
        own = values.get(site)
        for key, value in own.items() if isinstance(own, dict) else ():
            if str(key).strip().lower() in {*FIELDS} - given:
                every.setdefault(key, value.isoformat() if isinstance(value, date) else value)
    return every


def _refuse_slip(key: str, written: str, values: Mapping[object, object], name: str) -> None:
    """Raise UnreadableFile for a key that is nearly a field which the front matter lacks."""
    given = {str(one).strip().lower() for one in values}
    missing = [field for field in FIELDS if field not in given]
    begun = next((field for field in missing if re.match(rf"{field}[ _-]", key)), None)
    near = process.extractOne(
        key, missing, scorer=OSA.distance, score_cutoff=1 if len(key) < 6 else 2
    )
    meant = begun or (near[0] if near else None)
    if meant:
        raise UnreadableFile(
            f'{name}: "{written}" in its front matter is no key of a policy; '
            f"did you mean {meant}? Rename or delete it."
        )
