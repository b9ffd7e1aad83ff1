"""Names of companies and kinds of policies: how they are written, compared and found in a text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

_LEGAL = (
    r"(?:Inc|Incorporated|LLC|L\.L\.C|Ltd|Limited|Corp|Corporation|Co|Company|PLC|plc|LLP|L\.P|GmbH|"
    r"AG|S\.A|SA|SAS|SE|S\.à r\.l|Sàrl|S\.r\.l|SRL|B\.V|BV|N\.V|NV|AB|Oy|AS|A/S|Pty Ltd|Pty|KG|KK)"
)
_ABBREVIATED = r"Inc|Ltd|Corp|Co|\.\w"
_LEGAL_END = re.compile(rf"(?:,? +{_LEGAL}\b\.?)+$", re.IGNORECASE)
_TOP_DOMAIN = re.compile(
    r"\.(?:com|net|org|io|co|biz|info|[a-z]{2})(?:\.[a-z]{2})?$", re.IGNORECASE
)
_NAME = (
    r"(?<![\w&-])[A-Z0-9][\w&-]*(?:\.(?:com|net|org|io)\b)?"
    r"(?: (?:of |and |& )?[A-Z0-9][\w&-]*){0,3}"
)
_POSITIONS = (  # where a text names the company whose it is, and how much each tells
    (4, rf"\b[Ww]e(?:,| at) ({_NAME})"),
    (4, rf"\b(?:[Ww]elcome to|(?:owned|operated|provided) by|©(?: ?\d{{4}}\b)?) ({_NAME})"),
    (
        4,
        rf"({_NAME})(?:,? {_LEGAL}\b\.?)?,? \(?(?:hereinafter|collectively|together with|"
        rf"[“\"'](?:we|us|the))",
    ),
    (2, rf"({_NAME}),? {_LEGAL}\b"),
    (
        2,
        rf"({_NAME}) (?:is committed|respects|values|recogni[sz]es|cares|takes|and its affiliates)",
    ),
    (1, rf"({_NAME}) (?:collects|uses|will|may|does not|has|shares|processes|reserves)\b"),
    (1, rf"({_NAME})[’']s?\b"),
)
_NOT_NAMES = re.compile(
    r"(?:we|you|our|your|us|it|this|that|these|those|the|they|i|if|when|a|an|any|all|no|who|what|"
    r"at|by|for|in|users?|customers?|members?|visitors?|services?|(?:web)?sites?|company|personal|"
    r"information|data|privacy|policy|terms|cookies?|third|party|parties|california|europe|"
    r"european|google|facebook|twitter|linkedin|apple|microsoft)",
    re.IGNORECASE,
)

_MAIL_HOST = re.compile(r"(?<![\w.+-])[\w.+-]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})

KINDS = {  #: a policy's usual name, and the phrases that titles use for it
    "privacy": r"privacy(?: and cookies?| & cookies?)?(?: policy| policies| notice| statement)?",
    "terms": r"terms (?:and|&|of) (?:conditions|use|service|services)(?: of (?:use|service))?|"
    r"conditions of use|user agreement|terms",
    "cookies": r"cookies?(?: and tracking)?(?: policy| notice| statement)|cookies",
    "refund": r"refunds?(?: policy)?",
    "returns": r"returns?(?: and refunds?)?(?: policy)",
    "cancellation": r"cancell?ations?(?: policy)?",
    "shipping": r"(?:shipping|delivery) policy",
    "acceptable-use": r"acceptable[ -]use(?: policy)?",
    "fair-use": r"fair[ -]use(?: policy)?",
    "data-processing": r"data processing (?:addendum|agreement|terms)",
    "service-level": r"service level agreement",
    "code-of-conduct": r"code of conduct",
    "copyright": r"copyright policy|dmca(?: policy)?",
    "accessibility": r"accessibility (?:policy|statement)",
    "security": r"security policy",
}
_FILLER = re.compile(
    r"\b(?:the|this|our|a|an|fair|web ?site|online|updated|general|official|for|of|by|at|and)\b|"
    r"\W+",
    re.IGNORECASE,
)


def slug(text: str) -> str:
    """Return `text` in lower case, with hyphens between its words: "ted.com" is "ted-com"."""
    plain = unicodedata.normalize("NFKD", re.sub(r"[’']", "", text)).casefold().translate(_PLAIN)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", letters).strip("-")


def same_company(name: str) -> str:
    """Return what is equal for names that differ in case, punctuation, "and" or legal form only."""
    return name_key(without_legal_form(name))


def name_key(name: str) -> str:
    """Return the letters and digits of a name, in lower case and without "and": "caldersons"."""
    words = slug(name).split("-")
    return "".join(word for word in words if word != "and") or "".join(words)


def without_legal_form(name: str) -> str:
    """Return "Acme Telecom" for "Acme Telecom, Inc."."""
    return _LEGAL_END.sub("", name).strip(" ,") or name


def display_name(name: str, text: str) -> str:
    """Return a detected name as people write it: cased as in `text`, no legal form, no ".com"."""
    bare = _TOP_DOMAIN.sub("", without_legal_form(name.strip()))
    words = re.split(r"[\s-]+", bare)
    pattern = rf"(?<![\w@./-]){'[ -]'.join(map(re.escape, words))}(?![\w@-]|\.\w)"
    seen = Counter(found[0] for found in re.finditer(pattern, text, re.IGNORECASE))
    mixed = {form: count for form, count in seen.items() if not form.isupper()}
    if mixed and not all(form.islower() for form in mixed):
        return max(mixed, key=lambda form: (not form.islower(), mixed[form], form))
    if bare.islower() or (bare.isupper() and not seen):
        return " ".join(word.capitalize() for word in words)
    return bare


def kind_of(title: str, company: str = "") -> str | None:
    """Return which of `KINDS` a title names and nothing more, beside the company."""
    own = {*slug(company).split("-"), *slug(without_legal_form(company)).split("-")}
    rest = re.sub(rf",? {_LEGAL}\b\.?", " ", title)
    for kind, phrases in KINDS.items():
        left, count = re.subn(rf"\b(?:{phrases})(?!\w)", " ", rest, count=1, flags=re.IGNORECASE)
        others = slug(_FILLER.sub(" ", re.sub(r"[’']s\b|\.com\b", " ", left))).split("-")
        if count and not {*others} - own - {""}:
            return kind
    return None


def title_parts(title: str) -> tuple[str, str]:
    """Split a title into that of the policy and the company's name; either may be empty.

    "Privacy Policy - Acme", "Acme | Privacy Policy", "Acme's privacy policy", "Privacy at Acme".
    """
    parts = [
        part.strip() for part in re.split(r"\s+[|–—•»:-]\s+|\s*[|»]\s*|: ", title) if part.strip()
    ]
    for part in parts:
        if kind_of(part):
            return part, next((other for other in parts if other != part), "")
    for phrases in KINDS.values():
        found = re.search(rf"\b(?:{phrases})(?!\w)", title, re.IGNORECASE)
        if found:
            left = title[: found.start()] + " " + title[found.end() :]
            name = re.sub(
                r"^\W*(?:(?:the|our|for|of|at|by)\b\W*)+|(?:[’']s)?\W*$", "", left, flags=re.I
            )
            return title, name.strip()
    return "", ""


def company_in_text(text: str, domain: str) -> str | None:
    """Return the name that `text` uses most where a policy names its own company, or None."""
    scores: Counter[str] = Counter()
    for weight, pattern in _POSITIONS:
        for found in re.finditer(pattern, text):
            name = without_legal_form(found[1])
            scores[_without_opening(name)] += weight
    label = same_company(domain.split(".")[0])
    for name in list(scores):
        if label and same_company(_TOP_DOMAIN.sub("", name)) == label:
            scores[name] *= 4
    scores.pop("", None)
    name, score = max(scores.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    return name if score >= 3 else None


def _without_opening(name: str) -> str:
    """Drop words that are capitals only because they open a sentence or are common nouns."""
    words = name.split()
    while words and _NOT_NAMES.fullmatch(words[0]):
        words.pop(0)
    return " ".join(words)


def legal_names(company: str, text: str) -> Iterator[str]:
    """Yield the full legal names in `text` that begin with the company's name, each once."""
    bare = re.escape(_TOP_DOMAIN.sub("", without_legal_form(company)))
    pattern = rf"(?<!\w)({bare}(?:\.com)?(?: [A-Z][\w&-]*){{0,3}}?,? {_LEGAL}\b\.?)"
    seen = dict.fromkeys(_without_full_stop(found[1]) for found in re.finditer(pattern, text))
    yield from (name for name in seen if name != company)


def name_of_mail(company: str, text: str) -> str | None:
    """Return another name of the company: that of its mail addresses, if it has a legal form.

    A policy of Basecamp that gives privacy@37signals.com and "37signals LLC" is one of 37signals.
    """
    domains = Counter(domain_of(f"https://{host}") for host in _MAIL_HOST.findall(text))
    domain, count = max(domains.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    label = domain.split(".")[0]
    if len(label) < 3 or 2 * count <= domains.total() or owns(company, domain):
        return None
    spelt = r"[ -]?".join(map(re.escape, label))
    seen = re.findall(rf"(?<![\w@.-])({spelt}),? {_LEGAL}\b", text, re.IGNORECASE)
    return str(seen[0]) if seen else None


def _without_full_stop(name: str) -> str:
    """Drop the end of a sentence, not that of an abbreviation."""
    return name if re.search(rf"(?:{_ABBREVIATED})\.$", name) else name.rstrip(".")


def domain_of(url: str) -> str:
    """Return the domain under which a site's owner registered: "acme.co.uk" for its every host."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    is_shared = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if is_shared else labels[-2:])


def owns(company: str, domain: str) -> bool:
    """Whether a domain is named after the company: hosts of other people's pages are not."""
    label, name = same_company(domain.split(".")[0]), same_company(_TOP_DOMAIN.sub("", company))
    return bool(name) and (label.startswith(name) or (len(label) > 2 and name.startswith(label)))
