"""Marks of Pandoc, GitHub, CriticMarkup, Obsidian and Liquid, written as Markdown and HTML are."""

import re

_COMMENTS = re.compile(
    r"\{%-?\s*comment\s*-?%\}(?P<liquid>[^{]*+(?:\{(?!%-?\s*(?:end)?comment)[^{]*+)*+)"
    r"\{%-?\s*endcomment\s*-?%\}"
    r"|\{\{[<%]\s*comment\s*[>%]\}\}(?P<hugo>[^{]*+)\{\{[<%]\s*/\s*comment\s*[>%]\}\}"
    r"|\{\{/\*(?P<go>[^{}]*+)\}\}|\{#(?P<twig>(?:[^{}\n#]|#(?!\}))*+)#\}|\{>>(?P<critic>[^{}<]*+)<<\}"
    r"|(?<!\d )(?:(?<=\s)|\A)%%(?P<obsidian>\s(?:[^%]|%(?!%))*+)(?<=\s)%%(?=\s|\Z)"
)
_DELETED = re.compile(r"\{--(?P<gone>[^{}]*?)--\}")
_REPLACED = re.compile(r"\{~~(?P<gone>(?:[^{}~]|~(?!>))*+)~>(?P<kept>[^{}]*?)~~\}")
_KEPT = re.compile(r"\{(?P<mark>\+\+|==)(?P<kept>[^{}]*?)(?P=mark)\}")
_ONE_TILDE = re.compile(r"(?<![~\w\\])~(?=[^\s~])(?P<gone>[^~\n]{1,300})(?<=\S)~(?![~\w])")
_LOWERED = re.compile(r"(?<=[A-Za-z])~(?P<digits>\d{1,2})~")
_RAISED = re.compile(
    r"(?<=[\w)])(?:\^(?P<text>[^\s^$]{1,8})\^(?!\w)|\$\^\{?(?P<math>\w{1,3})\}?\$)"
)
_CLOSE_HEADING = re.compile(r"^(#{2,6})(?=[^\s#])|(?:\A|(?<=\n\n))(#)(?=[A-Z][^\n]{0,99}$)", re.M)
_LINE = "[\u0335\u0336]"
_LETTER = "[^\\s\u0335\u0336]"
OVERLAID = re.compile(rf"{_LETTER}{_LINE}++(?:[ \u0335\u0336]*+{_LETTER}{_LINE}++)*+")
"""Finds words whose letters a line is drawn through, by a sign of Unicode behind each."""


def with_usual_marks(source: str) -> str:
    """Return Markdown in which what these mark as struck, raised, remarks or headings is told.

    What is struck is set between "~~" or in <del>, what is raised in <sup>; comments are those of
    HTML.
    """
    if "{" in source or "%%" in source:
        source = _COMMENTS.sub(lambda found: f"<!--{_bare(found[found.lastgroup or 0])}-->", source)
        source = _REPLACED.sub(lambda found: f"<del>{found['gone']}</del>{found['kept']}", source)
        source = _DELETED.sub(lambda found: _struck(found["gone"]), source)
        source = _KEPT.sub(r"\g<kept>", source)
    if "\u0336" in source or "\u0335" in source:
        source = OVERLAID.sub(lambda found: f"~~{without_overlay(found[0])}~~", source)
    if "~" in source:
        source = _ONE_TILDE.sub(r"~~\g<gone>~~", _LOWERED.sub(r"\g<digits>", source))
    if "^" in source:
        source = _RAISED.sub(lambda found: f"<sup>{found['text'] or found['math']}</sup>", source)
    return _CLOSE_HEADING.sub(lambda found: f"{found[0]} ", source)


def _bare(comment: str) -> str:
    return comment.replace("--", "")


def _struck(text: str) -> str:
    divides = "\n\n" if "\n\n" in text else ""
    return f"{divides}<del>{divides}{text}{divides}</del>{divides}"


def without_overlay(text: str) -> str:
    """Return a text without the lines drawn through its letters."""
    return re.sub(_LINE, "", text)
