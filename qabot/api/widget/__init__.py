"""The help-centre widget: the files here, joined into the one ES module that is served.

`element.js` is the custom element; the others are what it is made of. They share one scope and
are joined in the order of `_PARTS`, so the widget needs no bundler, and whoever embeds it no
build. What is served holds no comments; that it stays small is tested.
"""

import json
import re
from importlib.resources import files

_PARTS = (
    "dom.js",
    "words.js",
    "service.js",
    "quote.js",
    "answer.js",
    "feedback.js",
    "panel.js",
    "element.js",
)
_JS_COMMENT = re.compile(r"^ *(?://|/?\*).*\n", re.MULTILINE)  # those that fill whole lines do
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MARGIN = re.compile(r"\s*\n\s*")


def widget_source() -> bytes:
    """Return the widget as one ES module in UTF-8; the same bytes for the same files."""
    style = _MARGIN.sub("\n", _CSS_COMMENT.sub("", _read("style.css"))).strip()
    texts = json.loads(_read("texts.json"))
    constants = {"STYLE": style, "TEXTS": texts}
    lines = [f"const {name} = {_literal(value)};\n" for name, value in constants.items()]
    return "".join([*lines, *(_without_comments(_read(part)) for part in _PARTS)]).encode()


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _without_comments(script: str) -> str:
    return _MARGIN.sub("\n", _JS_COMMENT.sub("", script))
