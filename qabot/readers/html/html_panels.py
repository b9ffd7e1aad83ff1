"""Panels of a web page that a click opens, as in accordions and tabs, and what labels each."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from qabot.readers.html.html_page import Element, folded

_OPENERS = ("aria-controls", "data-bs-target", "data-target")
_TOGGLES = {"collapse", "tab", "pill", "accordion"}
_OTHERS = {"modal", "dropdown", "offcanvas", "popover", "tooltip"}
_LABEL = 240  # characters, at most
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
    for panel, label in (*_by_name(body, named), *_tabs_in_order(body), *_beside(body)):
        if panel not in panels and _is_label(label) and panel not in label.iterancestors():
            panels[panel] = label
    return panels


def opens_panel(control: Element) -> bool:
    """Whether a button or link names what it opens, and this is no dialog and no menu."""
    toggles = {control.get("data-toggle", ""), control.get("data-bs-toggle", "")}
    if toggles & _OTHERS or control.get("aria-haspopup", "false") != "false":
        return False
    if control.get("role") == "tab" or toggles & _TOGGLES:
        return True
    return any(control.get(name) for name in ("aria-expanded", *_OPENERS))


def says_what_it_does(control: Element) -> bool:
    """Whether a button says no more than "Read more"."""
    said = " ".join("".join(islice(control.itertext(), 9)).split())
    return len(said) <= _LABEL and _GENERIC.fullmatch(said) is not None


def _is_label(label: Element) -> bool:
    said = folded(label)
    is_short = any(map(str.isalpha, said)) and len(said) <= _LABEL
    return is_short and not says_what_it_does(label)


def _by_name(body: Element, named: Mapping[str, Element]) -> Iterator[tuple[Element, Element]]:
    for element in body.iter():
        if opens_panel(element):
            for name in (*_OPENERS, "href"):
                panel = named.get(element.get(name, "").removeprefix("#"))
                if panel is not None:
                    yield panel, element
        if element.get("role") == "tabpanel":
            label = named.get(element.get("aria-labelledby", ""))
            if label is not None:
                yield element, label


def _tabs_in_order(body: Element) -> Iterator[tuple[Element, Element]]:
    """Yield panels that are told by their place alone: the third tab opens the third panel."""
    for tabs in _sets_of_tabs(body):
        around = tabs[0].getparent()
        while around is not None and around is not body.getparent():
            panels = [e for e in around.iter() if e.get("role") == "tabpanel"]
            if panels:
                if len(panels) == len(tabs):
                    yield from zip(panels, tabs, strict=True)
                break
            around = around.getparent()


def _sets_of_tabs(body: Element) -> list[list[Element]]:
    sets: dict[Element, list[Element]] = {}
    for tab in body.iter():
        if tab.get("role") == "tab":
            lists = [e for e in tab.iterancestors() if e.get("role") == "tablist"]
            sets.setdefault(lists[0] if lists else tab.getparent(), []).append(tab)
    return list(sets.values())[:_SETS]


def _beside(body: Element) -> Iterator[tuple[Element, Element]]:
    """Yield panels that stand right behind a button, or behind the heading that holds it alone."""
    for control in body.iter():
        is_button = control.tag == "button" or control.get("role") == "button"
        if not is_button and not control.get("onclick") and not control.get("aria-expanded"):
            continue
        panel = control.getnext()
        around = control.getparent()
        if panel is None and len(around) == 1 and not (around.text or "").strip():
            panel = around.getnext()
        if panel is not None and _is_closed(panel):
            yield panel, control


def _is_closed(panel: Element) -> bool:
    """Whether an element is hidden by itself, as a panel is until a click opens it."""
    style = panel.get("style", "")[:1000]
    return panel.get("hidden") is not None or _HIDDEN.search(style) is not None
