"""Panels of a web page that a click opens, as in accordions and tabs, and what labels each."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from qabot.readers.html.html_page import BLOCKS, Element, heading_level, marks, walk

_OPENERS = ("aria-controls", "data-bs-target", "data-target")
_TOGGLES = {"collapse", "tab", "pill", "accordion"}
_OTHERS = {"modal", "dropdown", "offcanvas", "popover", "tooltip"}
_TABS = {".tab", ".tabs"}
_TAB_PANELS = {".pane", ".panel", ".content"}
_ACCORDIONS = {
    ".accordion", ".acc", ".collapse", ".collapsible", ".dropdown", ".expand", ".expandable",
    ".expander", ".faq", ".toggle",
}  # fmt: skip
_HEADS = {
    ".button", ".control", ".head", ".header", ".heading", ".label", ".question", ".title",
    ".toggle", ".trigger",
}  # fmt: skip
_SIGNS = " +-–−×✕▼▾▽▸▶►›»⌄∨↓"  # beside a label, that say whether its panel is open
_AROUND = 9  # elements, at most, around a tab in which the others and the panels are looked for
_UP = 4  # elements, at most, that hold a label and nothing else to read
_SENTENCE = 40  # characters, at least, of what is hidden behind bold words and no note on them
_LABEL = 240  # characters, at most
_PANELS = 1_000  # panels, at most, that are told by their order
_SETS = 50  # sets of tabs, at most, that are told by their order
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_GENERIC = re.compile(  # says what a click does, and not what the panel is about
    r"\W*(?:(?:read|show|view|see|learn|load|find out|expand|collapse|open|close|hide|toggle)"
    r"(?: (?:the|this|it|more|less|all|full|text|section|details|panel|answer|answers))*"
    r"|more|less|menu|details|mehr(?: (?:anzeigen|erfahren|lesen|dazu))?|weiterlesen|weniger"
    r"|(?:alles? )?(?:anzeigen|einblenden|ausblenden|aufklappen|zuklappen|öffnen|schließen)"
    r"|(?:en )?(?:savoir|lire|voir|afficher) (?:plus|moins|la suite|tout)|fermer|ouvrir"
    r"|(?:leer|ver|mostrar|saber) (?:más|menos|todo)|cerrar|abrir)\W*",
    re.IGNORECASE,
)


def find_panels(body: Element) -> dict[Element, Element]:
    """Return each panel, and the button, tab or link that opens it and says what it is about.

    Of several for one panel the first counts. The label is none that says nothing but "Read more".
    """
    named = {name: element for element in body.iter() if (name := element.get("id"))}
    panels: dict[Element, Element] = {}
    found = (*_by_name(body, named), *_by_pairs(body), *_tabs_in_order(body), *_beside(body, named))
    for panel, label in found:
        if panel not in panels and _is_label(label) and panel not in label.iterancestors():
            panels[panel] = label
    return panels


def opens_panel(control: Element) -> bool:
    """Whether a button or link names what it opens, and this is no dialog and no menu."""
    toggles = {control.get("data-toggle", ""), control.get("data-bs-toggle", "")}
    if toggles & _OTHERS or control.get("aria-haspopup", "false") != "false":
        return False
    if _is_tab(control) or toggles & _TOGGLES:
        return True
    return any(control.get(name) for name in ("aria-expanded", *_OPENERS))


def says_what_it_does(control: Element) -> bool:
    """Whether a button says no more than "Read more"."""
    said = _beginning(control)
    return len(said) <= _LABEL and _GENERIC.fullmatch(said) is not None


def label_text(label: Element) -> str:
    """Return what a label says, without the sign that its panel is open or closed."""
    return _beginning(label).strip(_SIGNS)


def _beginning(element: Element) -> str:
    """Return the text of an element on one line: all of it, or more than a label has."""
    said = ""
    for event, each in islice(walk(element, {}), _LABEL):
        divides = each.tag in BLOCKS or each.tag == "br"
        text = each.text if event == "start" else each.tail if each is not element else ""
        said += f" {text or ''}" if divides else text or ""
        if len(said) > 4 * _LABEL:
            break
    return " ".join(said.split())


def _is_label(label: Element) -> bool:
    said = _beginning(label)
    is_short = any(map(str.isalpha, said)) and len(said) <= _LABEL
    return is_short and not says_what_it_does(label)


def _is_tab(control: Element) -> bool:
    """Whether a control is a tab by its role, or a link or button that is one by its class."""
    if control.get("role") == "tab":
        return True
    if control.tag not in ("a", "button") or not control.get("href", "#").startswith("#"):
        return False
    above = control.getparent()
    if any(map(_has_words, (above.text, *(each.tail for each in islice(above, 99))))):
        return False  # a link in a sentence
    around = [control, *islice(control.iterancestors(), 3)]
    return any(marks(element) & _TABS for element in around)


def _by_name(body: Element, named: Mapping[str, Element]) -> Iterator[tuple[Element, Element]]:
    for element in body.iter():
        if opens_panel(element):
            for name, value in element.attrib.items():
                panel = named.get(value.removeprefix("#"))
                is_opener = name in _OPENERS or name == "href" or name.startswith("data-")
                if is_opener and panel is not None and _needs_label(panel, element):
                    yield panel, element
        if element.get("role") == "tabpanel":
            label = named.get(element.get("aria-labelledby", ""))
            if label is not None:
                yield element, label


def _needs_label(panel: Element, label: Element) -> bool:
    """Whether a panel does not begin with a heading that says the same."""
    first = next((e for e in islice(panel.iter(), 9) if heading_level(e)), None)
    return first is None or label_text(first) != label_text(label)


def _by_pairs(body: Element) -> Iterator[tuple[Element, Element]]:
    """Yield panels that bear the same mark as the tab before them: data-w-tab="Tab 1"."""
    tabs: dict[tuple[str, str], Element] = {}
    for element in body.iter():
        for mark in element.attrib.items():
            if re.fullmatch(r"data-([\w-]+-)?tab(-[\w-]+)?", mark[0]) is None:
                continue
            tab = tabs.pop(mark, None)
            if tab is None or tab in element.iterancestors():
                tabs[mark] = element
            else:
                yield element, tab


def _tabs_in_order(body: Element) -> Iterator[tuple[Element, Element]]:
    """Yield panels that are told by their place alone: the third tab opens the third panel."""
    every = list(islice(filter(_is_tab_panel, body.iter()), _PANELS))
    for tabs in _sets_of_tabs(body) if every else ():
        for around in islice(tabs[0].iterancestors(), _AROUND):
            panels = [panel for panel in every if around in panel.iterancestors()]
            if panels:
                if len(panels) == len(tabs):
                    yield from zip(panels, tabs, strict=True)
                break


def _is_tab_panel(element: Element) -> bool:
    if element.get("role") == "tabpanel":
        return True
    own = marks(element)
    return ".tabpanel" in own or ".tab" in own and bool(own & _TAB_PANELS)


def _sets_of_tabs(body: Element) -> list[list[Element]]:
    sets: dict[Element, list[Element]] = {}
    for tab in body.iter():
        if _is_tab(tab):
            around = islice(tab.iterancestors(), _AROUND)
            lists = [e for e in around if e.get("role") == "tablist" or ".tabs" in marks(e)]
            sets.setdefault(lists[0] if lists else tab.getparent(), []).append(tab)
    return list(sets.values())[:_SETS]


def _beside(body: Element, named: Mapping[str, Element]) -> Iterator[tuple[Element, Element]]:
    """Yield panels that stand right behind what opens them, or behind what holds this alone."""
    for control in body.iter():
        is_sure = _heads_panel(control, named)
        if is_sure or _may_open(control):
            label, panel = _with_follower(control)
            if panel is None:
                continue
            if _opens_closed(control, panel) or is_sure and _is_only(panel, named):
                yield panel, label


def _may_open(control: Element) -> bool:
    is_button = control.tag in ("button", "b", "strong") or control.get("role") == "button"
    return is_button or bool(control.get("onclick"))


def _heads_panel(control: Element, named: Mapping[str, Element]) -> bool:
    """Whether a control says by itself that it opens what stands behind it, closed or not."""
    if control.get("aria-expanded") is not None:
        return bool(control.get("aria-haspopup", "false") == "false")
    own = marks(control)
    if control.tag == "label":
        box = named.get(control.get("for", ""))
        return bool(box is not None and box.get("type") in ("checkbox", "radio"))
    if own & _ACCORDIONS and own & _HEADS and len(own & (_ACCORDIONS | _HEADS)) > 1:
        return not _has_heading_of_its_own(control)
    if control.tag == "button":
        return bool(own & _ACCORDIONS)
    is_bold = control.tag in ("b", "strong")
    return is_bold and bool(marks(control.getparent()) & _ACCORDIONS)


def _has_heading_of_its_own(control: Element) -> bool:
    """Whether an element holds a heading and more, so that it is a part and heads none."""
    inside = islice(control.iterdescendants(), _AROUND)
    heading = next((one for one in inside if heading_level(one)), None)
    return heading is not None and label_text(heading) != label_text(control)


def _opens_closed(control: Element, panel: Element) -> bool:
    """Whether `panel` is hidden until a click; behind bold words, only where it says more."""
    if not _is_closed(panel):
        return False
    if control.tag not in ("b", "strong") or marks(control.getparent()) & _ACCORDIONS:
        return True
    return len(_beginning(panel)) >= _SENTENCE and not _has_words(panel.tail)


def _with_follower(control: Element) -> tuple[Element, Element | None]:
    """Return what holds `control` and no other words, and the element behind it if any."""
    said = label_text(control)
    for element in (control, *islice(control.iterancestors(), _UP)):
        if element.tag == "body" or label_text(element) != said:
            break
        if _has_words(element.tail):
            break
        for after in islice(element.itersiblings(), _UP):
            if _has_words(_beginning(after)):
                return element, after
            if _has_words(after.tail):
                return element, None
    return control, None


def _is_only(panel: Element, named: Mapping[str, Element]) -> bool:
    """Whether an element holds more than links, and the next control or nothing follows it."""
    if opens_panel(panel) or _heads_panel(panel, named) or _has_words(panel.tail):
        return False
    if panel.tag in ("a", "input", "button", "label", "ul", "nav") and not _has_text(panel):
        return False
    after = next(islice(panel.itersiblings(), 1), None)
    return after is None or any(
        _heads_panel(one, named) or one.tag == "input" for one in islice(after.iter(), 9)
    )


def _has_text(element: Element) -> bool:
    """Whether there are words outside of links and fields."""
    return any(
        _has_words(each.text) and each.tag not in ("a", "button", "option")
        for each in islice(element.iter(), _LABEL)
    )


def _has_words(text: str | None) -> bool:
    return text is not None and any(map(str.isalpha, text))


def _is_closed(panel: Element) -> bool:
    """Whether an element is hidden by itself, as a panel is until a click opens it."""
    style = panel.get("style", "")[:1000]
    return panel.get("hidden") is not None or _HIDDEN.search(style) is not None
