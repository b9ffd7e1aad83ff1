"""Titles of policies: the usual kinds, and which part of a title is the company's name."""

import re

from qabot.catalog.date_phrases import NOUN
from qabot.catalog.legal_notices import LEGAL
from qabot.catalog.names import is_owner, slug, without_legal_form
from qabot.catalog.owners import COMPANY

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
    "returns": r"returns?(?: and refunds?)?(?: policy)?",
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


_ANY_KIND = re.compile(rf"\b(?:{'|'.join(KINDS.values())})(?!\w)", re.IGNORECASE)
_LONGEST = 200  # characters of a title in which a company is looked for
_NO_FORM = (  # what reads like a legal form in a title, and is none
    r"(?!Company\b|Limited (?:Warrant|Edition|Liabilit|Time|Use|Licen[cs]e|Access|Offer))"
)
_OWNED = tuple(  # titles with a company that is told by its legal form, in front or behind
    re.compile(pattern)
    for pattern in (
        rf"(?:The )?(?P<name>{COMPANY},? {_NO_FORM}(?=[\w.]{{3}}){LEGAL}\b\.?)(?:[’']s)? "
        rf".*\b(?i:{NOUN})",
        rf".*\b(?i:{NOUN})\b.* (?:of|for|at|by|der|von|de|du|van|di|da|do|del|della) "
        rf"(?:the |la |l[’'])?(?P<name>{COMPANY},? {_NO_FORM}{LEGAL}\.?)",
    )
)


def kind_of(title: str, company: str = "") -> str | None:
    """Return which of `KINDS` a title names and nothing more, beside the company."""
    forms = company, without_legal_form(company), re.sub(r"[’']s\b", "", company)
    own = {word for form in forms for word in slug(form).split("-")}
    rest = re.sub(rf",? {LEGAL}\b\.?", " ", title)
    for kind, phrases in KINDS.items():
        left, count = re.subn(rf"\b(?:{phrases})(?!\w)", " ", rest, count=1, flags=re.IGNORECASE)
        others = slug(_FILLER.sub(" ", re.sub(r"[’']s\b|\.com\b", " ", left))).split("-")
        if count and not {*others} - own - {""}:
            return kind
    return None


def divided(title: str) -> list[str]:
    """Return the parts of a title between dashes, bars and colons."""
    parts = re.split(r"\s+(?:[|–—•·∙⋅»›>~/:-]|::)\s+|\s*[|»]\s*|: ", title)
    return [part.strip() for part in parts if part.strip()]


def title_parts(title: str) -> tuple[str, str]:
    """Split a title into that of the policy and the company's name; either may be empty.

    "Privacy Policy - Acme", "Acme | Privacy Policy", "Acme's privacy policy", "Privacy at Acme".
    """
    parts = divided(title)
    for part in parts:
        if kind_of(part):
            return part, next((other for other in parts if other != part and is_owner(other)), "")
    companies = [part for part in parts if without_legal_form(part) != part]
    others = [part for part in parts if part not in companies]
    others = [part for part in others if is_owner(part)] if len(others) > 1 else others
    if len(companies) == len(others) == 1 and others[0][:1].isupper():
        return others[0], companies[0]
    named = [part for part in parts if _DOCUMENT.search(part)]
    if len(parts) == 2 and len(named) == 1:
        return named[0], next(other for other in parts if other != named[0])
    of_kind = [part for part in parts if _ANY_KIND.search(part)]
    if len(of_kind) == 1 < len(parts) and ": " not in title:
        beside = [part for part in parts if part not in of_kind and is_owner(part)]
        if beside:
            return of_kind[0], beside[0]
    if owned := next(filter(None, (one.fullmatch(title[:_LONGEST]) for one in _OWNED)), None):
        return title, owned["name"]
    for phrases in KINDS.values():
        found = re.search(rf"\b(?:{phrases})(?!\w)", title, re.IGNORECASE)
        if found:
            left = title[: found.start()] + " " + title[found.end() :]
            return title, _OF_OWNER.sub("", left).strip()
    return "", ""


_OF_OWNER = re.compile(
    r"^\W*(?:(?:the|our|for|of|at|by|der|des|von|de la|de|du|del|della|di|van|da|do|dell|d)\b\W*)+|"
    r"(?: (?:online|web ?site|U\.S\.))*(?:[’']s)?\W*$",
    re.IGNORECASE,
)
