"""Names of companies and kinds of policies: how they are written, compared and found in a text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from qabot.word_frequencies import frequency

_LEGAL = (
    r"(?:Inc|Incorporated|LLC|L\.L\.C|Ltd|Limited|Corp|Corporation|Co|Company|PLC|plc|LLP|L\.P|"
    r"GmbH(?: & Co\.? KG)?|AG|UG|e\.V|S\.A\.S|S\.A|SA|SAS|SE|S\.à r\.l|SARL|Sàrl|S\.r\.l|SRL|"
    r"S\.p\.A|SpA|S\.L|SL|B\.V|BV|N\.V|NV|AB|Oyj|Oy|ApS|AS|A/S|Pty Ltd|Pty|Pte|KG|KK)"
)
_ABBREVIATED = r"Inc|Ltd|Corp|Co|\.\w"
_LEGAL_END = re.compile(rf"(?:(?<!&),? +{_LEGAL}\b\.?)+$", re.IGNORECASE)
_TOP_DOMAIN = re.compile(
    r"\.(?:com|net|org|io|co|biz|info|[a-z]{2})(?:\.[a-z]{2})?$", re.IGNORECASE
)
_NAME_WORD = (
    r"(?<![\w&-])(?![A-Z]\.[A-Za-z])[A-Z0-9][\w&-]*+(?:[’'](?!s\b)\w++)?"
    rf"(?:[’']s(?=(?: [A-Z]\w+)?,? (?:\([“„«\"']|{_LEGAL}\b)))?"
)
_NAME = rf"{_NAME_WORD}(?:\.(?:com|net|org|io)\b)?(?: (?:of |and |& )?{_NAME_WORD}){{0,3}}"
_RIGHTS = r"(?:©|\([Cc]\)|Copyright)(?: ?(?:©|\([Cc]\)))?(?: ?\d{4}(?: ?[-–] ?\d{4})?,?)?(?: by)?"
_POSITIONS = (  # where a text names the company whose it is, and how much each tells
    (4, rf"\b[Ww]e(?:,| at) ({_NAME})"),
    (4, rf"\b(?:[Ww]elcome to|(?:owned|operated|provided|run|published) by)(?: the)? ({_NAME})"),
    (4, rf"{_RIGHTS} ({_NAME})"),
    (4, rf"({_NAME})(?:,? {_LEGAL}\b\.?)?,? \(?(?:hereinafter|collectively|together with)"),
    (
        4,
        rf"({_NAME})(?:,? {_LEGAL}\b\.?)?,? \((?:[^()\n]{{0,80}}?[“„«\"'])?"
        r"(?:we|us|our|the company|wir|nous|nosotros|noi|wij)\b",
    ),
    (4, rf"({_NAME}),? (?:{_LEGAL}\b\.? )?is the (?:data )?controller\b"),
    (4, rf"({_NAME}) is a (?:trading|brand) (?:name|style) of\b"),
    (4, rf"\b(?:trading as|doing business as|d/b/a|t/a) ({_NAME})"),
    (4, rf"\bbetween you and(?: us,?)? ({_NAME})"),
    (2, rf"({_NAME}),? {_LEGAL}\b\.?,? (?:is )?(?:a company )?(?:registered|incorporated) in\b"),
    (2, rf"({_NAME}),? {_LEGAL}\b"),
    (
        2,
        rf"({_NAME})(?:,? {_LEGAL}\b\.?)? (?:is committed|respects|values|recogni[sz]es|cares|"
        r"takes|and its affiliates)",
    ),
    (
        1,
        rf"({_NAME})(?:,? {_LEGAL}\b\.?)? (?:collects|uses|will|may|does not|has|shares|processes|"
        r"reserves)\b",
    ),
    (1, rf"({_NAME})[’']s?\b"),
)
_NOT_NAMES = re.compile(
    r"(?:we|you|our|your|us|it|this|that|these|those|the|they|i|if|when|a|an|any|all|no|who|what|"
    r"at|by|for|in|users?|customers?|members?|visitors?|services?|(?:web)?sites?|company|personal|"
    r"information|data|privacy|policy|terms|cookies?|third|party|parties|california|europe|"
    r"european|google|facebook|twitter|linkedin|apple|microsoft)",
    re.IGNORECASE,
)

_MAIL_HOST = re.compile(r"(?<=[\w.+-])@([a-z0-9-]++(?:\.[a-z0-9-]++)+)", re.IGNORECASE)
_LONGEST_LABEL = 63  # characters that a part of a domain has at most
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})

KINDS = {  #: a policy's usual name, and the phrases that titles use for it
    "privacy": r"privacy(?: and cookies?| & cookies?)?(?: policy| policies| notice| statement)?|"
    r"datenschutz(?:erklärung|hinweise|richtlinie)?|politique de confidentialité|"
    r"(?:política|aviso) de privacidad|política de privacidade|informativa sulla privacy|"
    r"privacy(?:beleid|verklaring)",
    "terms": r"terms (?:and|&|of) (?:conditions|use|services?|sale|supply|business|trade|hire)"
    r"(?: of (?:use|service|sale|supply|hire))?|conditions of (?:use|sale)|user agreement|terms|"
    r"allgemeine geschäftsbedingungen|nutzungsbedingungen|agb|"
    r"conditions générales(?: de vente| d[’']utilisation)?|"
    r"(?:términos y condiciones|condiciones generales)(?: de (?:uso|venta))?|"
    r"(?:termini e condizioni|condizioni generali)(?: d[’']uso| di vendita)?|algemene voorwaarden",
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
    r"\b(?:the|this|our|a|an|fair|web ?site|online|updated|general|official|for|of|by|at|and|"
    r"unsere?|der|die|das|des|von|notre|la|le|de|du|nuestra|nuestros|del|della|di|onze|van)\b|\W+",
    re.IGNORECASE,
)


_DOCUMENT = re.compile(
    r"\b(?:polic(?:y|ies)|notice|statement|terms|conditions|agreement|addendum|rules|guidelines?|"
    r"code|charter|procedure|schedule|handbook|\w*(?:erklärung|bedingungen|richtlinie|belehrung)|"
    r"\w*(?:beleid|verklaring|voorwaarden)|impressum)$|"
    r"^(?:politique|conditions|mentions|charte|política|condiciones|aviso|termini|condizioni|"
    r"informativa)\b",
    re.IGNORECASE,
)
_NO_OWNER = re.compile(
    r"home|home ?page|welcome|legal|help|help cent(?:re|er)|support|overview|about(?: us)?|info|"
    r"information|customers?|employees?|staff|faqs?|docs?|documentation|website|web ?site|site|"
    r"english|deutsch|español|français|uk|us|usa|eu|global|localhost|index|untitled|document|"
    r"official site|v(?:ersion)? ?\d.*|draft|final|part \d+|page \d+|[\d\W]+|my|new|old|copy|"
    r"test|todo|notes?|polic(?:y|ies)|terms|latest|current|sample|example|template",
    re.IGNORECASE,
)


def is_owner(name: str) -> bool:
    """Whether `name` can be that of a company, and is no word that titles and files just have."""
    return bool(name) and _NO_OWNER.fullmatch(name) is None and any(map(str.isalpha, name))


_SHORT_WORDS = frozenset(
    ("air", "app", "car", "day", "fee", "gas", "how", "job", "law", "new", "our")
)
_SHORT_WORDS |= {"pay", "pet", "tax", "use", "web"}


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


def ends_in_legal_form(line: str) -> bool:
    """Whether the full stop that ends a line is that of a legal form: "Policy of Acme S.A."."""
    return (
        re.search(rf" (?:{_ABBREVIATED}|{_LEGAL})\.$", line) is not None
        and without_legal_form(line) != line
    )


def display_name(name: str, text: str) -> str:
    """Return a detected name as people write it: cased as in `text`, no legal form, no ".com"."""
    own, _, host = name.strip().partition(".")
    bare = own if host in _HOSTED else _TOP_DOMAIN.sub("", without_legal_form(name.strip()))
    words = re.split(r"[\s-]+", bare)
    pattern = rf"(?<![\w@./-]){'[ -]'.join(map(re.escape, words))}(?![\w@-]|\.\w)"
    seen = Counter(found[0] for found in re.finditer(pattern, text, re.IGNORECASE))
    mixed = {form: count for form, count in seen.items() if not form.isupper()}
    if mixed and not all(form.islower() for form in mixed):
        return max(mixed, key=lambda form: (not form.islower(), mixed[form], form))
    if bare.islower():
        return " ".join(word.capitalize() for word in words)
    if bare.isupper() and not any(_is_prose(line, pattern) for line in text.split("\n")):
        return " ".join(map(calm_word, words))
    return bare


def _is_prose(line: str, pattern: str) -> bool:
    """Whether a name stands in a line that has small letters, so that its capitals are its own."""
    found = re.search(pattern, line)
    return found is not None and any(map(str.islower, line.replace(found[0], "")))


_COMMON = 5.6  # on the Zipf scale: "who", "our"; "UK" and "TV" are rarer


def calm_word(word: str) -> str:
    """Return "Tools" for "TOOLS"; what is short or has no vowel is an abbreviation, and stays."""
    plain = word.lower()
    is_common = frequency(plain) >= _COMMON and plain not in ("it", "us")
    is_short = len(word) <= 3 and plain not in _SHORT_WORDS and not is_common
    return word if is_short or not re.search("[AEIOUYÄÖÜÉ]", word) else word.capitalize()


def kind_of(title: str, company: str = "") -> str | None:
    """Return which of `KINDS` a title names and nothing more, beside the company."""
    forms = company, without_legal_form(company), re.sub(r"[’']s\b", "", company)
    own = {word for form in forms for word in slug(form).split("-")}
    rest = re.sub(rf",? {_LEGAL}\b\.?", " ", title)
    for kind, phrases in KINDS.items():
        left, count = re.subn(rf"\b(?:{phrases})(?!\w)", " ", rest, count=1, flags=re.IGNORECASE)
        others = slug(_FILLER.sub(" ", re.sub(r"[’']s\b|\.com\b", " ", left))).split("-")
        if count and not {*others} - own - {""}:
            return kind
    return None


def divided(title: str) -> list[str]:
    """Return the parts of a title between dashes, bars and colons."""
    parts = re.split(r"\s+[|–—•»:-]\s+|\s*[|»]\s*|: ", title)
    return [part.strip() for part in parts if part.strip()]


def title_parts(title: str) -> tuple[str, str]:
    """Split a title into that of the policy and the company's name; either may be empty.

    "Privacy Policy - Acme", "Acme | Privacy Policy", "Acme's privacy policy", "Privacy at Acme".
    """
    parts = divided(title)
    for part in parts:
        if kind_of(part):
            return part, next((other for other in parts if other != part), "")
    named = [part for part in parts if _DOCUMENT.search(part)]
    if len(parts) == 2 and len(named) == 1:
        return named[0], next(other for other in parts if other != named[0])
    for phrases in KINDS.values():
        found = re.search(rf"\b(?:{phrases})(?!\w)", title, re.IGNORECASE)
        if found:
            left = title[: found.start()] + " " + title[found.end() :]
            return title, _OF_OWNER.sub("", left).strip()
    return "", ""


_OF_OWNER = re.compile(
    r"^\W*(?:(?:the|our|for|of|at|by|der|des|von|de|du|del|della|di|van)\b\W*)+|"
    r"(?: (?:online|web ?site|U\.S\.))*(?:[’']s)?\W*$",
    re.IGNORECASE,
)


def company_in_text(text: str, domain: str) -> str | None:
    """Return the name that `text` uses most where a policy names its own company, or None."""
    scores: Counter[str] = Counter()
    for weight, pattern in _POSITIONS:
        for found in re.finditer(pattern, text):
            name = without_legal_form(_up_to_legal_form(found[1]))
            name = _without_opening(name)
            scores[name] += weight if is_owner(name) else 0
    label = same_company(domain.split(".")[0])
    for name in list(scores):
        if label and same_company(_TOP_DOMAIN.sub("", name)) == label:
            scores[name] *= 4
    scores.pop("", None)
    name, score = max(scores.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    return name if score >= 3 else None


def _up_to_legal_form(name: str) -> str:
    """Drop what follows a legal form: "Acme Ltd All Rights" is "Acme Ltd"."""
    found = re.match(rf".+? {_LEGAL}\b(?= )", name)
    return found[0] if found else name


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
    is_label = 3 <= len(label) <= _LONGEST_LABEL
    if not is_label or 2 * count <= domains.total() or owns(company, domain):
        return None
    spelt = r"[ -]?".join(map(re.escape, label))
    seen = re.findall(rf"(?<![\w@.-])({spelt}),? {_LEGAL}\b", text, re.IGNORECASE)
    return str(seen[0]) if seen else None


def _without_full_stop(name: str) -> str:
    """Drop the end of a sentence, not that of an abbreviation."""
    return name if re.search(rf"(?:{_ABBREVIATED})\.$", name) else name.rstrip(".")


_HOSTED = {  # sites of many owners, each with a name of its own in front
    "github.io", "gitlab.io", "netlify.app", "vercel.app", "pages.dev", "herokuapp.com",
    "wordpress.com", "blogspot.com", "wixsite.com", "webflow.io", "myshopify.com",
    "squarespace.com", "notion.site", "readthedocs.io", "web.app", "firebaseapp.com",
    "azurewebsites.net", "cloudfront.net", "zendesk.com", "freshdesk.com",
}  # fmt: skip


def domain_of(url: str) -> str:
    """Return the domain under which a site's owner registered: "acme.co.uk" for its every host.

    That of a site on somebody else's domain is its own: "acme.github.io".
    """
    host = _host(url).removeprefix("www.")
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdecimal():  # "localhost", 127.0.0.1
        return ""
    is_shared = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    is_shared |= ".".join(labels[-2:]) in _HOSTED
    return ".".join(labels[-3:] if is_shared else labels[-2:])


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "http://[::1"
        return ""


def owns(company: str, domain: str) -> bool:
    """Whether a domain is named after the company: hosts of other people's pages are not."""
    label, name = same_company(domain.split(".")[0]), same_company(_TOP_DOMAIN.sub("", company))
    return bool(name) and (label.startswith(name) or (len(label) > 2 and name.startswith(label)))
