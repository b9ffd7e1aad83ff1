"""Page furniture in a web page that was saved as plain text: menus, consent managers, footers.

A rule removes something only if the text shows that it was a page, so that a policy pasted alone
stays as it is. A policy's section on cookies stays too: it has none of a consent manager's buttons.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from qabot.canonical import Block, clean
from qabot.records import Fact, Removed

_NAVIGATION = re.compile(
    r"(?:skip to (?:main |the )?(?:content|navigation)|(?:main|site) (?:menu|navigation)|menu|home|"
    r"search|log ?in|sign ?(?:in|up)|register|(?:toggle|open|close) (?:menu|navigation)|"
    r"opens in a new window|products?|solutions|resources|developers|pricing|support|about(?: us)?|"
    r"contact(?: us)?|blog|text content|submitted url: .*|effective url: .*)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:polic(?:y|ies)|notice|statement|terms|conditions|agreement|addendum|guidelines|"
    r"code of conduct)\b",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"privacy preference cent(?:er|re)|manage (?:consent|cookie) preferences|always active|"
    r"vendor search.*|confirm my choices|.*\bleg\.? ?interest\b.*|checkbox label.*|"
    r"when you visit any website, it may store or retrieve information on your browser.*|"
    r"by clicking “?\"?(?:accept|allow|agree|ok)\b.*\b(?:cookies|agree)\b.*",
    re.IGNORECASE,
)
_CONSENT_BESIDE = re.compile(
    r"(?:accept|allow|reject|deny|decline|refuse)(?: all)?(?: cookies)?|cookies? (?:settings|"
    r"preferences)|more information|(?:search|filter) icon|clear|apply cancel|apply|cancel|"
    r"save (?:and|&) (?:exit|close)|back button.*|[a-z ]{0,30}\bcookies",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:partners?|system status|status|download(?: the)? apps?|support|help(?: cent(?:er|re))?|"
    r"referrals?|(?:global )?contact(?: us)?|corporate|company|about(?: us)?|"
    r"investors?(?: relations)?|"
    r"events|careers|jobs|press|newsroom|news|blog|social|follow us|facebook|linkedin|twitter|x|"
    r"youtube|instagram|tiktok|pinterest|legal(?:/policy)?|privacy(?: policy)?|terms(?: of (?:use|"
    r"service))?|cookies?(?: policy)?|patents|copyright|accessibility|site ?map|sign up|log ?in|"
    r"subscribe|newsletter|(?:©|copyright|\(c\)).*|.*\ball rights reserved\b.*)",
    re.IGNORECASE,
)
_BROWSER = re.compile(
    r"\bswitch to a different browser|\b(?:currently browsing in|using) Internet Explorer|"
    r"\b(?:enable|requires) javascript|\bupgrade your browser",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[\w ,/.:+()-]*\b\d{1,2}:\d\d(?::\d\d)?\b[\w ,/.:+()-]*")
_DATES_THE_POLICY = re.compile(r"\b(?:updated|revised|effective|modified)\b", re.IGNORECASE)
_TRACKING = re.compile(r"icmp|utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|_ga|ref|source|cid", re.I)


def page_address(text: str) -> dict[str, Fact]:
    """Return the fact `url` that a page dump's header states, without tracking parameters."""
    found = re.search(r"^(?:Effective|Page|Source) URL: *(https?://\S+)", text[:5000], re.M)
    if not found:
        return {}
    parts = urlsplit(found[1])
    kept = [(k, v) for k, v in parse_qsl(parts.query, True) if not _TRACKING.fullmatch(k)]
    address = urlunsplit(parts._replace(query=urlencode(kept)))
    return {"url": Fact(address, "page dump header")}


def without_furniture(blocks: Sequence[Block]) -> tuple[list[Block], list[Removed]]:
    """Return the policy's blocks, and what else the page held, with the rule that removed it."""
    rules = dict.fromkeys(_before_title(blocks), "before the title of the policy")
    rules |= dict.fromkeys(_consent_manager(blocks), "consent manager")
    left = [index for index in range(len(blocks)) if index not in rules]
    rules |= dict.fromkeys(_footer(blocks, left), "page footer")
    removed = [Removed(rules[index], clean(blocks[index].text)) for index in sorted(rules)]
    return [block for index, block in enumerate(blocks) if index not in rules], removed


def is_title(block: Block) -> bool:
    """Whether a block could be the title of a policy."""
    text = block.text
    is_short = len(text.split()) <= 10 and not text.endswith((".", ":", ";", ","))
    return block.kind != "item" and is_short and _TITLE.search(text) is not None


def _before_title(blocks: Sequence[Block]) -> Iterable[int]:
    titles = [i for i, block in enumerate(blocks) if block.kind == "heading" and is_title(block)]
    if not titles:
        return ()
    menu = {
        block.text.lower() for block in blocks[: titles[0]] if _NAVIGATION.fullmatch(block.text)
    }
    return range(titles[0]) if len(menu) >= 2 else ()


def _consent_manager(blocks: Sequence[Block]) -> set[int]:
    """Return the places of the blocks from the first to the last control of a consent manager."""
    controls = [i for i, block in enumerate(blocks) if _CONSENT.fullmatch(clean(block.text))]
    found: set[int] = set()
    for start, end in _runs(blocks, controls):
        while start and _CONSENT_BESIDE.fullmatch(blocks[start - 1].text):
            start -= 1
        while end + 1 < len(blocks) and _CONSENT_BESIDE.fullmatch(clean(blocks[end + 1].text)):
            end += 1
        if end > start:
            found.update(range(start, end + 1))
    return found


def _runs(blocks: Sequence[Block], controls: Sequence[int]) -> list[tuple[int, int]]:
    """Join controls between which everything is short or about cookies."""
    runs: list[tuple[int, int]] = []
    for index in controls:
        between = blocks[runs[-1][1] + 1 : index] if runs else []
        if runs and all(len(b.text.split()) <= 6 or "cookie" in b.text.lower() for b in between):
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def _footer(blocks: Sequence[Block], left: Sequence[int]) -> list[int]:
    """Return the places of links, clocks and browser notices below the policy's last sentence."""
    run: list[int] = []
    for index in reversed(left):
        if not _is_slight(blocks[index].text):
            break
        run.insert(0, index)
    links = [i for i in run if _FOOTER.fullmatch(blocks[i].text) and blocks[i].kind != "heading"]
    if len(links) < 3:
        return []
    first = run.index(links[0])
    while first and (
        _CLOCK.fullmatch(blocks[run[first - 1]].text)
        or _FOOTER.fullmatch(blocks[run[first - 1]].text)
    ):
        first -= 1
    return run[first:]


def _is_slight(text: str) -> bool:
    if _BROWSER.search(text) or _CLOCK.fullmatch(text):
        return True
    if _DATES_THE_POLICY.search(text):
        return False
    if _FOOTER.fullmatch(text):
        return True
    is_sentence = text.endswith((".", "!", "?", ":", ";"))
    return len(text.split()) <= 6 and not is_sentence and not re.search(r"\d|@", text)
