"""A company that a question asks about and that no policy is of."""

import re

from qabot.answering.query.company import ASKED, DEED, OWNED
from qabot.catalog.names import slug
from qabot.vocabulary import is_ordinary

_WELL_KNOWN = (  # operators, providers of telephony over the internet, other online services
    *("AT&T", "Verizon", "T-Mobile", "Sprint", "Comcast", "Xfinity", "Vodafone", "Orange", "O2"),
    *("EE", "BT", "Sky", "Three", "TalkTalk", "Virgin Media", "giffgaff", "Deutsche Telekom"),
    *("Telefónica", "Telstra", "Optus", "Telus", "Rogers", "Airtel", "Jio", "Lycamobile"),
    *("Twilio", "RingCentral", "8x8", "Nextiva", "Ooma", "Dialpad", "Plivo", "MessageBird"),
    *("Skype", "WhatsApp", "Viber", "Zoom", "Slack", "Google", "Facebook", "Apple", "Amazon"),
    *("Microsoft", "Netflix", "PayPal"),
)
_AS_WRITTEN = {slug(name): name for name in _WELL_KNOWN}
_LISTED = rf"(?i:{'|'.join(sorted(map(re.escape, _WELL_KNOWN), key=len, reverse=True))})"
_NAME = rf"(?P<name>{_LISTED}|[A-Z]\w+(?:[&.-]\w+)*(?: [A-Z]\w+){{0,2}})"
_ASKED_ABOUT = (
    re.compile(rf"(?i:\b{ASKED}) {_NAME}(?= (?i:{DEED}))"),
    re.compile(
        rf"(?i:\b{ASKED}) (?P<name>{_LISTED})(?= (?i:do with|charg|offer|have|requir|allow))"
    ),
    re.compile(rf"(?<![\w.-]){_NAME}(?=(?i:{OWNED}))"),
    re.compile(rf"(?i:\baccording to) {_NAME}\b"),
    re.compile(rf"(?i:\bat) (?P<name>{_LISTED})(?![\w-])"),
    re.compile(rf"(?i:\bmy) (?P<name>{_LISTED})(?= (?:contract|plan|tariff|bill)\b)"),
)


def unknown_company(question: str) -> str | None:
    """Return the company that a question naming no known one asks about, or None.

    Only the one who acts ("does Twilio sell ...") or whose policy it is ("Twilio's terms") is asked
    about, not the one with whom data is shared. A name is a well-known one (then "at Verizon" is
    enough), or a word with a capital that is neither frequent in English nor an abbreviation.
    """
    for pattern in _ASKED_ABOUT:
        for found in pattern.finditer(question):
            name, listed = found["name"], _AS_WRITTEN.get(slug(found["name"]))
            first = slug(name.split()[0])
            if listed and (name[0].isupper() or not is_ordinary(first)):
                return listed
            is_abbreviation = name.isupper() and (len(name) < 6 or question.isupper())
            if not (listed or is_ordinary(first) or is_abbreviation):
                return name
    return None
