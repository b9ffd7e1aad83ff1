"""What a page's own style sheets say by class or id, said by the elements themselves."""

import re

from lxml import etree  # type: ignore[import-untyped]

from qabot.readers.html.html_page import BLOCKS, Element

_CHARACTERS = 200_000  # of style sheets
_RULE = re.compile(r"(?P<selectors>[^{}]{1,500})\{(?P<body>[^{}]{0,2000})\}")
_ONE_NAME = re.compile(r"(?:^|,)\s*\w*([.#][\w-]+)\s*(?=,|$)")
_SAID = re.compile(
    r"(?<![\w-])(?P<property>font-weight|vertical-align|text-decoration)(?:-line)?\s*:"
    r"\s*(?P<value>[^;]{1,100})",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/")


def write_styles(page: Element) -> None:
    """Write into elements how their class or id has them look: bold, raised or struck through.

    Of several rules the last counts, and in front of all an element's own style. Weight is written
    where text stands alone, as on a <span> or <p>, and not on what holds blocks.
    """
    sheets = " ".join(sheet.text or "" for sheet in page.iter("style"))[:_CHARACTERS]
    styles: dict[str, list[tuple[int, str, str]]] = {}
    for order, rule in enumerate(_RULE.finditer(_COMMENT.sub("", sheets))):
        said = [(order, s["property"].lower(), s["value"]) for s in _SAID.finditer(rule["body"])]
        for name in _ONE_NAME.findall(rule["selectors"]) if said else ():
            styles.setdefault(name, []).extend(said)
    for element in page.iter(etree.Element) if styles else ():
        names = [f"#{element.get('id', '')}"]
        names += [f".{name}" for name in element.get("class", "")[:300].split()]
        said = sorted(one for name in names for one in styles.get(name, ()))
        looks = {name: value for _, name, value in said}
        if "font-weight" in looks and any(child.tag in BLOCKS for child in element):
            del looks["font-weight"]
        if looks:
            written = ";".join(f"{name}:{value}" for name, value in looks.items())
            element.set("style", f"{written};{element.get('style', '')}")
