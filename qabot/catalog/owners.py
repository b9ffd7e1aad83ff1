"""Whose a text is: where it names its own company, and by which names."""

import re
from collections import Counter
from collections.abc import Iterator

from qabot.catalog.date_phrases import NOUN
from qabot.catalog.legal_notices import ABBREVIATED, LEGAL, OTHERS, OWN, REGISTERED, SEATED
from qabot.catalog.names import (
    TOP_DOMAIN,
    domain_of,
    is_owner,
    owns,
    same_company,
    without_legal_form,
)

_NAME_WORD = (
    r"(?<![\w&-])(?![A-Z]\.[A-Za-z])[A-Z0-9À-ÖØ-ÞŁŒŠŽ][\w&-]*+(?:[’'](?!s\b)\w++)?"
    rf"(?:[’']s(?=(?: [A-Z]\w+)?,? (?:\([“„«\"']|{LEGAL}\b)))?"
)
_NAME = rf"{_NAME_WORD}(?:\.(?:com|net|org|io)\b)?(?: (?:of |and |& )?{_NAME_WORD}){{0,3}}"
COMPANY = (  # with small words inside, where a legal form shows where it ends
    rf"{_NAME_WORD}(?:\.(?:com|net|org|io)\b)?"
    rf"(?: (?:(?:of|and|&|und|et|y|e|en|de|del|der|du|di|van|von) )?{_NAME_WORD}){{0,4}}"
)
_RIGHTS = (
    r"(?:©|\([Cc]\)|Copyright(?! (?:Agent|Infring|Polic|Notice|Owner|Holder|Law|Act|Complaint)))"
    r"(?: ?(?:©|\([Cc]\)|Copyright))?(?: ?\d{4}(?: ?[-–] ?\d{4})?,?)?"
    r"(?:\.? All [Rr]ights [Rr]eserved)?(?: by)?"
)
_POSITIONS = (  # where a text names the company whose it is, and how much each tells
    (4, rf"\b[Ww]e(?:,| at) ({_NAME})"),
    (4, rf"\bAt ({_NAME}),? (?:we|our)\b"),
    (4, rf"\b(?:[Ww]elcome to|(?:owned|operated|provided|run|published) by)(?: the)? ({_NAME})"),
    (4, rf"{_RIGHTS} ({_NAME})"),
    (4, rf"({_NAME})(?:,? {LEGAL}\b\.?)?,? \(?(?:hereinafter|collectively|together with)"),
    (
        4,
        rf"({_NAME})(?:,? {LEGAL}\b\.?)?,? \((?:[^()\n]{{0,80}}?[“„«\"'])?"
        r"(?:we|us|our|the company|wir|nous|nosotros|noi|wij)\b",
    ),
    (4, rf"({_NAME}),? (?:{LEGAL}\b\.? )?is the (?:data )?controller\b"),
    (4, rf"({_NAME}) is a (?:trading|brand) (?:name|style) of\b"),
    (4, rf"\b(?:trading as|doing business as|d/b/a|t/a) ({_NAME})"),
    (4, rf"\bbetween you and(?: us,?)? ({_NAME})"),
    (2, rf"({_NAME}),? {LEGAL}\b\.?,? (?:is )?(?:a company )?(?:registered|incorporated) in\b"),
    (2, rf"({_NAME}),? {LEGAL}\b"),
    (
        2,
        rf"({_NAME})(?:,? {LEGAL}\b\.?)? (?:is committed|respects|values|recogni[sz]es|cares|"
        r"takes|and its affiliates)",
    ),
    (
        1,
        rf"({_NAME})(?:,? {LEGAL}\b\.?)? (?:collects|uses|will|may|does not|has|shares|processes|"
        r"reserves)\b",
    ),
    (1, rf"({_NAME})[’']s?\b"),
    (3, rf"({_NAME}),? {LEGAL}\b[^\n]{{0,120}}? {REGISTERED}"),
    (8, rf"{OWN}({COMPANY}),? {LEGAL}(?!\w)"),
    (4, rf"({COMPANY}),? {LEGAL}(?:\b\.?,?| \([^()\n]{{1,40}}\),?) {SEATED}"),
    (4, rf"\b(?:société|mercantil|società) ({COMPANY}),? {SEATED}"),
    (-4, rf"{OTHERS}({_NAME})"),
)
_COMPANY_LINE = re.compile(rf"{COMPANY},? (?i:{LEGAL})\.?")
_OF_TEXTS = re.compile(rf"\b{NOUN}\b", re.IGNORECASE)
_NO_MORE_NAME = re.compile(
    r" (?:Powered|Built|Hosted|Designed|Made|All|Alle|Tous|Todos|Tutti|Theme|Website|Web|Site|"
    r"Registered|Privacy|Terms|Cookies?|Impressum|Datenschutz|VAT)\b.*| (?:19|20)\d\d$"
)
_NOT_NAMES = re.compile(
    r"(?:we|you|our|your|us|it|this|that|these|those|the|they|i|if|when|a|an|any|all|no|who|what|"
    r"at|by|for|in|users?|customers?|members?|visitors?|services?|(?:web)?sites?|company|personal|"
    r"information|data|privacy|policy|terms|cookies?|third|party|parties|california|europe|"
    r"european|apple|copyright)",
    re.IGNORECASE,
)
_SUPPLIERS = re.compile(
    r"(?:google|facebook|meta platforms|twitter|linkedin|microsoft|amazon web|shopify|stripe|"
    r"paypal)\b.*",
    re.IGNORECASE,
)
"""Matches who is named in other companies' texts; they are whose it is where it speaks as them."""
_SPEAKS = 4  # what a place tells in which the text speaks as the company: "we at Acme"

_MAIL_HOST = re.compile(r"(?<=[\w.+-])@([a-z0-9-]++(?:\.[a-z0-9-]++)+)", re.IGNORECASE)
_LONGEST_LABEL = 63  # characters that a part of a domain has at most


def company_in_text(text: str, domain: str) -> str | None:
    """Return the name that `text` uses most where a policy names its own company, or None."""
    scores: Counter[str] = Counter()
    for weight, pattern in _POSITIONS:
        for found in re.finditer(pattern, text):
            name = without_legal_form(_up_to_legal_form(_NO_MORE_NAME.sub("", found[1])))
            name = _without_opening(name)
            is_supplier = weight != _SPEAKS and _SUPPLIERS.fullmatch(name)
            scores[name] += weight if is_owner(name) and not is_supplier else 0
    label = same_company(domain.split(".")[0])
    for name in list(scores):
        if label and same_company(TOP_DOMAIN.sub("", name)) == label:
            scores[name] *= 4
    scores.pop("", None)
    name, score = max(scores.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    return name if score >= 3 else None


def is_company_line(line: str) -> bool:
    """Whether a line is the name of a company and no more, as its legal form says."""
    name = without_legal_form(line)
    is_named = name != line and is_owner(name) and not line.endswith("Company")
    is_named &= _OF_TEXTS.search(line) is None  # "Retourbeleid Leeuwerik B.V."
    return is_named and _COMPANY_LINE.fullmatch(line) is not None


def _up_to_legal_form(name: str) -> str:
    """Drop what follows a legal form: "Acme Ltd All Rights" is "Acme Ltd"."""
    found = re.match(rf".+? {LEGAL}\b(?= )", name)
    return found[0] if found else name


def _without_opening(name: str) -> str:
    """Drop words that are capitals only because they open a sentence or are common nouns."""
    words = name.split()
    while words and _NOT_NAMES.fullmatch(words[0]):
        words.pop(0)
    return " ".join(words)


def legal_names(company: str, text: str) -> Iterator[str]:
    """Yield the full legal names in `text` that begin with the company's name, each once."""
    bare = re.escape(TOP_DOMAIN.sub("", without_legal_form(company)))
    pattern = rf"(?<!\w)({bare}(?:\.com)?(?: [A-Z][\w&-]*){{0,3}}?,? {LEGAL}\b\.?)"
    seen = dict.fromkeys(_without_full_stop(found[1]) for found in re.finditer(pattern, text))
    yield from (name for name in seen if name != company)


def name_of_mail(company: str, text: str) -> str | None:
    """Return another name of the company: that of its mail addresses, if it has a legal form.

    A policy of Basecamp that gives privacy@37signals.com and "37signals LLC" is one of 37signals.
    """
    domains = Counter(domain_of(f"https://{host}") for host in _MAIL_HOST.findall(text))
    domain, count = max(domains.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    label = domain.split(".")[0]
    is_label = 3 <= len(label) <= _LONGEST_LABEL
    if not is_label or 2 * count <= domains.total() or owns(company, domain):
        return None
    spelt = r"[ -]?".join(map(re.escape, label))
    seen = re.findall(rf"(?<![\w@.-])({spelt}),? {LEGAL}\b", text, re.IGNORECASE)
    return str(seen[0]) if seen else None


def _without_full_stop(name: str) -> str:
    """Drop the end of a sentence, not that of an abbreviation."""
    return name if re.search(rf"(?:{ABBREVIATED})\.$", name) else name.rstrip(".")
