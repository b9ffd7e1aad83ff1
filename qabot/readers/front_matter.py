"""What a text file declares about itself in front matter, YAML between two lines "---" on top.

Scalars stay as they were written ("2021-02-31", "No"), so that what is wrong with one can be said
where it is understood, in the catalog.
"""

import re
from collections.abc import Hashable

import yaml
from frontmatter.default_handlers import YAMLHandler

from qabot.errors import UnreadableFile
from qabot.records import Fact

FIELDS = ("company", "policy", "title", "effective", "url")  #: what a file may declare about itself


class Loader(yaml.BaseLoader):
    """Loads YAML as text, lists and mappings only, and refuses a key that stands twice."""

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


def problem_of(error: yaml.YAMLError) -> str:
    """Return where and why YAML could not be read, for use inside a sentence."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())


def split_front_matter(text: str, name: str) -> tuple[dict[str, Fact], str]:
    """Return the facts that the front matter declares, and the text without it.

    Keys that are not `FIELDS` belong to whatever publishes the file and are passed over.
    """
    handler = YAMLHandler(fm_boundary=re.compile(r"^---[ \t]*$", re.MULTILINE))
    if not _opens_front_matter(text):
        return {}, text
    try:
        matter, body = handler.split(text)
        values = handler.load(matter, Loader=Loader)
    except ValueError:
        raise UnreadableFile(
            f'{name}: its front matter has no end; close it with a line "---".'
        ) from None
    except yaml.YAMLError as error:
        raise UnreadableFile(
            f"{name}: its front matter is not valid YAML ({problem_of(error)}); "
            "put values that hold a colon or start with a mark in quotes."
        ) from error
    return _facts(values, name), body


def _opens_front_matter(text: str) -> bool:
    """Whether a text starts with "---" and a key; without a key it is a rule across the page."""
    return re.match(r"---[ \t]*\n(?:[ \t]*(?:#.*)?\n)*(?:[A-Za-z_][\w -]*:|---)", text) is not None


def _facts(values: object, name: str) -> dict[str, Fact]:
    if values in (None, ""):
        return {}
    if not isinstance(values, dict):
        raise UnreadableFile(
            f'{name}: its front matter is not a list of keys; write lines such as "company: Acme".'
        )
    facts = {}
    for key in FIELDS:
        value = values.get(key)
        if value is not None and not isinstance(value, str):
            raise UnreadableFile(
                f"{name}: {key} in its front matter must be one text, not {value!r}."
            )
        if value and value.strip():
            facts[key] = Fact(value.strip(), "front matter")
    return facts
