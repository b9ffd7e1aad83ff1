"""Names of companies: how they are written, compared and shown, and the domains they own."""

import re
import unicodedata
from collections import Counter
from urllib.parse import urlsplit

from qabot.catalog.legal_notices import ABBREVIATED, LEGAL
from qabot.word_frequencies import frequency

_LEGAL_END = re.compile(rf"(?:(?<!&),? +{LEGAL}\b\.?)+$", re.IGNORECASE)
_SITE_END = re.compile(
    r"(?<=\w)(?:[’']s)?[ -]+(?:(?:help|support|resource|hilfe)[ -]?cent(?:er|re)|"
    r"knowledge[ -]?base|help[ -]?desk|(?:customer |technical )?support|help|"
    r"(?:developer |product |user )?(?:docs|documentation)|wiki|faqs?|hilfe-?center|"
    r"helpcentrum)$",
    re.IGNORECASE,
)
_SITE_START = re.compile(
    r"^(?:centre d[’']aide|centro de ayuda|central de ajuda|centro assistenza|helpcentrum|"
    r"hilfe-?center)(?: (?:de la|de|di|del|da|do|van|von))? (?=\w)",
    re.IGNORECASE,
)
TOP_DOMAIN = re.compile(r"\.(?:com|net|org|io|co|biz|info|[a-z]{2})(?:\.[a-z]{2})?$", re.IGNORECASE)
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})

_NO_OWNER = re.compile(
    r"home|home ?page|welcome|legal|help|help cent(?:re|er)|support|overview|about(?: us)?|info|"
    r"information|customers?|employees?|staff|faqs?|docs?|documentation|website|web ?site|site|"
    r"english|deutsch|español|français|uk|us|usa|eu|global|localhost|index|untitled|document|"
    r"official site|v(?:ersion)? ?\d.*|draft|final|part \d+|page \d+|[\d\W]+|my|new|old|copy|"
    r"test|todo|notes?|polic(?:y|ies)|terms|latest|current|sample|example|template|"
    r"shop|store|blog|news|menu|contact(?: us)?|account|my account|search|products?|services?|"
    r"deliver(?:y|ies)|shipping|orders?|payments?|prices?|pricing|tariffs?|fees?|returns?|refunds?|"
    r"wayback machine|internet archive|wikipedia|(?:my )?wordpress(?: site)?|google docs|notion|"
    r"sharepoint|confluence|microsoft word|pdf|printable version|print view|copyright|"
    r"start(?:seite)?|kontakt|hilfe|rechtliches|accueil|aide|boutique|inicio|ayuda|tienda|aiuto|"
    r"negozio|contatti|hulp|winkel|\w",
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


def without_site(name: str) -> str:
    """Return "Acme" for "Acme Help Center" and the like: what a company calls its pages."""
    return _SITE_END.sub("", _SITE_START.sub("", name)).strip(" ,|-–—") or name


def ends_in_legal_form(line: str) -> bool:
    """Whether the full stop that ends a line is that of a legal form: "Policy of Acme S.A."."""
    return (
        re.search(rf" (?:{ABBREVIATED}|{LEGAL})\.$", line) is not None
        and without_legal_form(line) != line
    )


def display_name(name: str, text: str) -> str:
    """Return a detected name as people write it: cased as in `text`, no legal form, no ".com"."""
    name = without_site(name.strip())
    own, _, host = name.partition(".")
    bare = own if host in _HOSTED else TOP_DOMAIN.sub("", without_legal_form(name))
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
    if re.fullmatch(LEGAL, word.capitalize()):
        return word.capitalize()
    is_common = frequency(plain) >= _COMMON and plain not in ("it", "us")
    is_short = len(word) <= 3 and plain not in _SHORT_WORDS and not is_common
    return word if is_short or not re.search("[AEIOUYÄÖÜÉ]", word) else word.capitalize()


_HOSTED = {  # sites of many owners, each with a name of its own in front
    "github.io", "gitlab.io", "netlify.app", "vercel.app", "pages.dev", "herokuapp.com",
    "wordpress.com", "blogspot.com", "wixsite.com", "webflow.io", "myshopify.com",
    "squarespace.com", "notion.site", "readthedocs.io", "web.app", "firebaseapp.com",
    "azurewebsites.net", "cloudfront.net", "zendesk.com", "freshdesk.com", "gitbook.io",
    "sharepoint.com", "atlassian.net", "weebly.com", "substack.com", "ghost.io", "carrd.co",
}  # fmt: skip
_HOSTS = {  # what is here is others', by its path
    "sites.google.com", "docs.google.com", "drive.google.com", "gist.github.com",
    "raw.githubusercontent.com", "s3.amazonaws.com", "intercom.help", "notion.so", "iubenda.com",
    "app.termly.io", "termsfeed.com", "freeprivacypolicy.com", "privacypolicies.com",
    "generateprivacypolicy.com", "web.archive.org", "archive.org",
}  # fmt: skip


def domain_of(url: str) -> str:
    """Return the domain under which a site's owner registered: "acme.co.uk" for its every host.

    That of a site on somebody else's domain is its own: "acme.github.io"; "" if only its path is.
    """
    host = _host(url).removeprefix("www.")
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdecimal() or host in _HOSTS:  # "localhost", 127.0.0.1
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
    label, name = same_company(domain.split(".")[0]), same_company(TOP_DOMAIN.sub("", company))
    return bool(name) and (label.startswith(name) or (len(label) > 2 and name.startswith(label)))
