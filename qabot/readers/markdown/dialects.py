"""What people, exporters and site generators write in Markdown beyond CommonMark."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from qabot.readers.line_ends import joined_lines

_LONGEST = 300  # characters of a tag or an attribute list
_VALUE = r"(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|[^\s{}\"'=]{1,200})"
_ATTRIBUTE = rf"(?:[#.][\w:.-]{{1,200}}|[\w-]{{1,50}}={_VALUE})"
_ATTRIBUTES = re.compile(
    rf"[ \t]{{0,9}}(?<!\\)\{{(?::[^{{}}\n]{{0,{_LONGEST}}}"
    rf"|[ ]?{_ATTRIBUTE}(?:[ \t]{_ATTRIBUTE}){{0,9}}[ ]?)\}}"
)
_COMMENT = re.compile(r"\{/\*((?:[^*{]|\*(?!/\})|\{(?!/\*))*+)\*/\}")
_INDENT = "indent"  # of the indented part that is being read, in the parser's environment
_BOLD_TAG = re.compile(r"<(/?)(?:b|strong)(?:\s[^<>]*)?>", re.IGNORECASE)


def without_attribute_lists(source: str) -> str:
    """Take out ids, classes and attributes in braces, as in "## Contact {#contact .wide}".

    A comment in braces, as MDX has them, becomes one of HTML.
    """
    source = _COMMENT.sub(lambda comment: f"<!-- {comment[1].replace('--', '')} -->", source)
    return _ATTRIBUTES.sub("", source) if "{" in source else source


def without_template_tags(source: str) -> str:
    """Take Liquid tags out of link targets and HTML tags, where they would break the markup."""
    source = re.sub(r"\]\([ \t]*\{[{%][^\n]{0,300}?[%}]\}[^)\n]{0,300}\)", "](#)", source)
    return re.sub(
        r"<[A-Za-z/][^<>\n]*>", lambda tag: re.sub(r"\{[{%].{0,300}?[%}]\}", "", tag[0]), source
    )


def read_indented_lines(parser: MarkdownIt) -> None:
    """Have `parser` read what is indented as code like what is not, lines of paragraphs kept.

    In a policy it is an address, a form to fill in or an accident, and no code: marks in it mean
    what they mean elsewhere. Lines that were wrapped are joined.
    """
    parser.disable("code")
    parser.block.ruler.before("table", "indented", _indented)
    parser.block.ruler.before("paragraph", "indented lines", _indented_lines)


def _indented(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if silent or _INDENT in state.env or state.sCount[start] - state.blkIndent < 4:
        return False
    around = state.blkIndent
    state.env[_INDENT] = state.blkIndent = state.sCount[start]
    state.md.block.tokenize(state, start, end)
    state.blkIndent = around
    del state.env[_INDENT]
    return True


def _indented_lines(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if silent or state.env.get(_INDENT) != state.blkIndent:
        return False
    ends = state.md.block.ruler.getRules("paragraph")
    after = start + 1
    while after < end and not state.isEmpty(after) and state.sCount[after] >= state.blkIndent:
        if any(rule(state, after, end, True) for rule in ends):
            break
        after += 1
    lines = state.getLines(start, after, state.blkIndent, False).split("\n")
    state.line = after
    state.push("paragraph_open", "p", 1).map = [start, after]
    inline = state.push("inline", "", 0)
    inline.content = "\\\n".join(joined_lines([line.strip() for line in lines]))
    inline.map = [start, after]
    inline.children = []
    state.push("paragraph_close", "p", -1)
    return True


def write_bold_tags(tokens: Sequence[Token]) -> None:
    """Have the tags <b> and <strong> among inline tokens say what "**" does, where both are set."""
    for token in tokens:
        opened: list[tuple[int, Token]] = []
        depth = 0
        for child in token.children or ():
            depth += child.nesting
            tag = _BOLD_TAG.fullmatch(child.content) if child.type == "html_inline" else None
            opened = [one for one in opened if one[0] <= depth]
            if tag and not tag[1]:
                opened.append((depth, child))
            elif tag and opened and opened[-1][0] == depth:
                _, opening = opened.pop()
                opening.type, opening.tag, opening.nesting = "strong_open", "strong", 1
                child.type, child.tag, child.nesting = "strong_close", "strong", -1
                opening.content = child.content = ""
