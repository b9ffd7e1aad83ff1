"""Which parts of a web page are not its policy, and the rule that says so.

Each rule has a name, under which what it removes is listed. A rule goes by element, ARIA role, or
the words of id and class. Since those are also words of policies ("cookies", "sharing", "header"),
no rule removes what holds a large share of the page's prose, and inside the block that holds most
of the prose a word counts only for links and controls without prose or heading.
"""

import re

from lxml import etree  # type: ignore[import-untyped]

from qabot.readers.html.html_hidden import not_shown
from qabot.readers.html.html_page import (
    BLOCKS,
    Amount,
    Element,
    Page,
    Removals,
    folded,
    heading_level,
    marks,
    measure,
)
from qabot.readers.html.html_site_software import added_by_software

_LARGE = 600  # characters of prose from which a 20th of the page's is too much to be furniture
_NOTE = 1_000  # characters, at most, of a banner that has nothing but its text to tell it
_LINE = 200  # characters, at most, of an advert, or a line that says whose copyright a page is

_RULES = {  # to the elements, roles ("=role") and words of id and class (".word") it goes by
    "search form": "search =search .search .searchbox .searchbar .searchform",
    "breadcrumb": ".breadcrumb .breadcrumbs .crumbs",
    "login box": ".login .signin .logon .signup .register",
    "social links": ".social .share .sharing .sharebar .addthis .sharethis .follow",
    "related links": ".related .recommended .recirc .outbrain .taboola",
    "promotion": ".promo .promos .banner .teaser .sponsor .sponsors",
    "newsletter": ".newsletter .subscribe .subscription",
    "comments": ".comments .disqus .feedback .survey",
    "advert": ".ad .ads .advert .adverts .advertisement .adsense",
    "calendar": ".calendar .datepicker",
    "navigation": "nav =navigation =menu =menubar .nav .navbar .navigation .menu .toolbar",
    "sidebar": "aside =complementary .sidebar .rail",
    "footer": "footer =contentinfo .footer .colophon .copyright",
    "header": "header =banner .header .masthead .topbar",
    "dialog": "dialog =dialog =alertdialog .modal .popup .lightbox .interstitial",
    "form": "form =form",
}
_MARKS = {rule: frozenset(marks.split()) for rule, marks in _RULES.items()}
_EDGES = {"header", "footer", "nav", "=banner", "=contentinfo", "=navigation"}
_STRUCTURE = frozenset({"navigation", "sidebar", "footer", "header", "dialog"})

_COOKIES = {".cookie", ".cookies", ".consent", ".gdpr", ".ccpa"}
_DIALOGS = {"dialog", "=dialog", "=alertdialog"}
_BANNERS = {
    "dialog", "=dialog", "=alertdialog", ".banner", ".bar", ".popup", ".modal", ".dialog",
    ".overlay", ".notice", ".law", ".consent", ".preference", ".preferences", ".center",
    ".centre", ".message", ".toast", ".wrapper",
}  # fmt: skip
_COOKIE_PRODUCTS = re.compile(
    r"\b(onetrust|cybotcookiebot|didomi|usercentrics|truste-consent|qc-cmp|cky-|cookieyes|klaro|"
    r"osano-cm|iubenda-cs|cc-window|cookie-law-info|cmplz|borlabs|termly-)",
    re.IGNORECASE,
)
_COOKIE_NOTE = re.compile(
    r"\b(we|site|website|page|app)\b.{0,40}\b(use|store|set|place)s?\b.{0,40}\bcookies\b",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"\W*(©|\(c\)|copyright\W+(©|\(c\)|\d{4}))", re.IGNORECASE)
_SKIP = re.compile(
    r"\W*(skip|jump|back|return) (to|over) (the )?(main )?(top|content|navigation|text)\b.{0,20}",
    re.IGNORECASE,
)


def find_furniture(body: Element, panels: Removals) -> dict[Element, str]:
    """Return the outermost elements of `body` that are no part of the policy, with their rules.

    `panels` are those that a click opens, with their labels.
    """
    removed = not_shown(body, measure(body, {}), panels)
    whole = measure(body, removed)
    removed |= added_by_software(body, whole) | _cookie_banners(body, whole, removed)
    page = measure(body, removed)
    furniture: dict[Element, str] = {}
    inside: set[Element] = set()
    walker = etree.iterwalk(body, events=("start",))
    for _, element in walker:
        above = element.getparent()
        is_text = above in inside or above is page.main or _is_text_apart(above, page)
        if is_text and not _is_at_the_edge(element, page):
            inside.add(element)
        if rule := removed.get(element) or _rule(element, page, element in inside):
            furniture[element] = rule
        if rule or element is page.title:
            walker.skip_subtree()
    return furniture


def _is_at_the_edge(element: Element, page: Page) -> bool:
    """Whether an element is a page's own header, footer or navigation, where all of it is text."""
    if element.getparent() is not page.main or page.main.tag != "body":
        return False
    amount = page.amounts.get(element)
    return amount is not None and not amount.headings and bool(marks(element) & _EDGES)


def _is_between(element: Element, page: Page) -> bool:
    """Whether an element with prose stands between two sections of the policy."""
    beside = (element.getprevious(), element.getnext())
    amount = page.amounts[element]
    return (
        amount.prose > 0
        and amount.linked * 2 < amount.text
        and all(
            other is not None and (other in page.spine or _is_section(other, page))
            for other in beside
        )
    )


def _is_section(element: Element, page: Page) -> bool:
    amount = page.amounts.get(element)
    is_text = amount is not None and amount.prose > 0 and amount.headings > 0
    return is_text and not any(marks(element) & names for names in _MARKS.values())


def _is_text_apart(element: Element, page: Page) -> bool:
    """Whether an element that no rule removed is text beside the main text."""
    if element in page.spine or element not in page.amounts:
        return False
    amount = page.amounts[element]
    return amount.prose > 0 and amount.linked * 2 < amount.text


def _is_large(amount: Amount, page: Page) -> bool:
    return amount.prose >= _LARGE and amount.prose * 20 >= page.prose


def _rule(element: Element, page: Page, inside: bool) -> str:
    """Return the name of the rule that removes `element`, or ""."""
    amount = page.amounts[element]
    if element in page.spine or not amount.text or heading_level(element):
        return ""
    if element.tag == "a" and amount.text <= _LINE and _SKIP.fullmatch(folded(element)):
        return "skip link"
    if _is_large(amount, page):
        return ""
    if amount.anchors >= 3 and amount.anchors > amount.links + amount.controls:
        return ""  # a table of contents
    own = marks(element)
    rules = (rule for rule in _MARKS if own & _MARKS[rule])
    if inside or element in page.marked:
        rules = (rule for rule in rules if _fits_inside(rule, amount))
    elif _is_between(element, page):
        rules = (rule for rule in rules if rule not in ("sidebar", "form"))
    rest = _rule_at_the_edge if inside else _rule_outside
    return next(rules, "") or rest(element, amount, page)


def _fits_inside(rule: str, amount: Amount) -> bool:
    if rule == "breadcrumb" and amount.text <= _LINE:
        return not amount.headings
    if amount.linked * 2 >= amount.text:
        return rule != "header" or not amount.headings
    if amount.prose or amount.headings or rule in _STRUCTURE:
        return False
    return amount.links + amount.controls > 0 or (rule == "advert" and amount.text <= _LINE)


def _rule_at_the_edge(element: Element, amount: Amount, page: Page) -> str:
    """Return the menus: many links before the first or after the last prose, however named."""
    at_edge = amount.order < page.prose_from or amount.order > page.prose_to
    if page.main in page.marked or not at_edge or amount.prose:
        return ""
    return "list of links" if amount.links >= 4 and amount.linked * 5 >= amount.text * 4 else ""


def _rule_outside(element: Element, amount: Amount, page: Page) -> str:
    above = element.getparent()
    if amount.linked * 2 >= amount.text and (element.tag in BLOCKS or above in page.spine):
        return "list of links"
    if amount.text <= _LINE and _COPYRIGHT.match(folded(element)):
        return "copyright line"
    if amount.controls and amount.text <= _NOTE and _COOKIE_NOTE.search(folded(element)):
        return "cookie banner"
    if page.title is not None and above is page.title.getparent():
        return ""  # a date, say
    if amount.fields:
        return "form"
    if _MARKS["header"] & marks(above):
        return "header"
    if page.marked and not amount.headings and element not in page.marked:
        return "outside the main element"
    return ""


def _cookie_banners(body: Element, page: Page, removed: dict[Element, str]) -> dict[Element, str]:
    """Return consent banners and preference centres, but no section of the policy on cookies."""
    found: dict[Element, str] = {}
    walker = etree.iterwalk(body, events=("start",))
    for _, element in walker:
        if element in removed:
            walker.skip_subtree()
        elif _looks_like_cookie_banner(element, page):
            found[element] = "cookie banner"
            walker.skip_subtree()
    main = measure(body, removed | found).main
    inside = set(main.iterdescendants())
    return {
        e: rule for e, rule in found.items() if e not in inside or _is_apart(e, page.amounts[e])
    }


def _looks_like_cookie_banner(element: Element, page: Page) -> bool:
    amount = page.amounts[element]
    if element.tag == "body" or amount.prose * 10 >= page.prose * 9 > 0:
        return False
    if _COOKIE_PRODUCTS.search(f"{element.get('id', '')[:300]} {element.get('class', '')[:300]}"):
        return True
    asks = amount.controls or (amount.links and amount.prose < _LARGE)
    own = marks(element)
    named = own & _COOKIES and own & _BANNERS
    return bool(asks and named) and amount.prose * 2 < page.prose


def _is_apart(banner: Element, amount: Amount) -> bool:
    """Whether an element lies over the text, as a banner does; a section about cookies does not."""
    at_top = banner.getparent().tag == "body" and amount.controls > 0
    return at_top or bool(marks(banner) & _DIALOGS)
