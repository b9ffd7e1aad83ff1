"""What a page's own style sheets say by class or id, said by the elements themselves."""

import re
from operator import itemgetter

from lxml import etree  # type: ignore[import-untyped]

from qabot.readers.html.html_page import BLOCKS, Element

_CHARACTERS = 200_000  # of style sheets
_LONGEST = 500  # characters of a rule's selectors
_ONE_NAME = re.compile(r"(?:^|,)\s*\w*([.#][\w-]+)\s*(?=,|$)")
_PROPERTIES = ("font-weight", "vertical-align", "text-decoration")
_SAID = re.compile(
    rf"(?<![\w-])(?P<property>{'|'.join(_PROPERTIES)})(?:-line)?\s*:\s*(?P<value>[^;]{{1,100}})"
)
_PLACE = itemgetter(1)
_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/")


def write_styles(page: Element) -> None:
    """Write into elements how their class or id has them look: bold, raised or struck through.

    Of several rules the last counts, and in front of all an element's own style. Weight is written
    where text stands alone, as on a <span> or <p>, and not on what holds blocks.
    """
    sheets = " ".join(sheet.text or "" for sheet in page.iter("style"))[:_CHARACTERS]
    styles: dict[str, dict[str, tuple[int, str]]] = {}  # of a name: property to place and value
    for order, rule in enumerate(_COMMENT.sub("", sheets).split("}")):
        before, _, body = rule.rpartition("{")
        body = body.lower()
        if not any(name in body for name in _PROPERTIES):
            continue
        said = {found["property"]: (order, found["value"]) for found in _SAID.finditer(body)}
        selectors = before.rpartition("{")[2]
        for name in _ONE_NAME.findall(selectors[-_LONGEST:]):
            styles.setdefault(name, {}).update(said)
    for element in page.iter(etree.Element) if styles else ():
        names = [f"#{element.get('id', '')}"]
        names += [f".{name}" for name in element.get("class", "")[:300].split()]
        own = sorted((said for name in names for said in styles.get(name, {}).items()), key=_PLACE)
        looks = {name: value for name, (_, value) in own}
        if "font-weight" in looks and any(child.tag in BLOCKS for child in element):
            del looks["font-weight"]
        if looks:
            written = ";".join(f"{name}:{value}" for name, value in looks.items())
            element.set("style", f"{written};{element.get('style', '')}")
