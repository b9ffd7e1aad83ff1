"""Where a text says where somebody is: postal addresses, and places on the globe.

Addresses are found by a street and its number or by a postcode: so the words of policies stay.
"""

import re
from collections.abc import Iterator

from qabot.state.masked_people import CAPITAL as _CAPITAL

_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|place|pl|square|sq|terrace|"
    r"crescent|way|gardens|grove|park|hill|row|mews|boulevard|blvd|highway|hwy|parkway|pkwy)"
)
_LIVES = (  # what says that an address follows
    r"\b(?:i['’]?m(?= at)|i am(?= at)|live[sd]?|living|stay(?:ing)?|mov(?:ed?|ing)|address|"
    r"deliver(?:ed|y)?|sen[dt]|wohn\w{1,3}|adres(?:se?)?|anschrift|habite|vivo|direcci[oó]n|abito|"
    r"indirizzo|woon)\b"
    r"(?:[ :]+(?:is|it|at|on|to|in|ist|an|der|au|est|en|es|la|op)\b){0,3}[ :]+"
)
_TOWN = r"(?:,?(?: in)? \d{4,5}(?: ?[a-z]{2}\b)?(?: [^\W\d_]+)?)?"
_STATE = (  # of the US, as they are written in small letters too
    r"(?:ak|az|ar|ca|ct|dc|fl|ga|ia|il|ks|ky|mi|mn|ms|mt|nc|nd|ne|nh|nj|nm|nv|ny|ri|sc|sd|tn|tx|ut|"
    r"va|vt|wa|wi|wv|wy)"
)
_STATE_THAT_IS_A_WORD = r"(?:al|co|de|id|la|ma|md|mo|oh|ok|pa)"
_NO_TOWN = (
    r"(?:in|to|from|of|for|with|at|on|is|are|was|and|or|but|i|my|we|you|it|am|im|live|lives|address|"
    r"ship|send|deliver|days?|weeks?|months?|years?|hours?|minutes?|miles?|items?|customer|account|"
    r"times?|people|percent|pounds|dollars|euros?)\b"
)
_CURRENCY = r"(?:(?-i:[A-Z]{3})|euros?|dollars?|pounds?|francs?|franken|kronen|kronor|złot\w+)"
_ADDRESSES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 12 Elm Street; Flat 3, 221B Baker St.; 1600 Pennsylvania Ave NW
        rf"(?:\b(?:flat|apt|apartment|unit|suite)\.? ?\w{{1,4}},? )?\b\d{{1,5}}[a-z]?,? "
        rf"(?:{_CAPITAL} ){{1,3}}{_STREET}\b\.?(?: (?-i:[NSEW]{{1,2}})\b)?",
        # Musterstraße 5a, Am Alten Markt 12; Hauptstr. 7; Keizersgracht 123
        rf"\b(?:{_CAPITAL}[ -]){{0,2}}(?-i:[A-ZÄÖÜ])[^\W\d_]{{0,40}}(?:stra(?:ß|ss)e|str\.|weg|"
        r"platz|allee|gasse|ufer|damm|straat|gracht|laan|plein|kade)\s+\d{1,4}(?:\s?[a-z])?\b",
        rf"\b(?-i:Am|An der|Im|In der|Zum|Zur|Unter den)[ ]{_CAPITAL}(?:[ ]{_CAPITAL})?[ ]"
        r"\d{1,4}[a-z]?\b(?!\s*(?:days?|tage|uhr|%|€))",
        # 10 rue de la Paix; 5 bis, avenue Foch
        r"\b\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|allée|chemin|place|quai|impasse|"
        r"cours) (?:(?:de|du|des|la|le|les|l['’]|d['’])[ ]?)*" + rf"{_CAPITAL}(?:[ -]{_CAPITAL})*",
        # Calle Mayor 5; Via Roma, 12; Rua Augusta 100
        r"\b(?-i:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua)\s(?:(?:de|del|la|"
        rf"los|las|di|della|dei|do|da)[ ])*{_CAPITAL}(?:[ ]{_CAPITAL}){{0,2}},?\s(?:n[ºo°.]*\s?)?"
        r"\d{1,4}\b",
        # postcodes: SW1A 1AA, also in small letters; 10115 Berlin; 75002 Paris; 1012 AB Amsterdam
        r"\b(?!(?-i:in|at|on)\d)[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}\b",
        rf"\b\d{{5}} (?!{_CURRENCY}\b){_CAPITAL}(?:[ -]{_CAPITAL})?(?=[\s,.;!?)]|$)",
        rf"\b[1-9]\d{{3}} ?(?-i:[A-Z]{{2}})\b(?: {_CAPITAL})?",
        # Springfield, IL 62704
        rf"\b{_CAPITAL}(?: {_CAPITAL})?,? (?-i:[A-Z]{{2}}) \d{{5}}(?:-\d{{4}})?\b",
        # in small letters: "springfield il 62704", "boise, id 83702", "pimpama qld 4209"
        rf"\b(?!{_NO_TOWN})[^\W\d_]{{3,}}(?: (?!{_NO_TOWN})[^\W\d_]{{3,}})?"
        rf"(?:,? {_STATE}|, {_STATE_THAT_IS_A_WORD}|,? (?-i:IN|OR|ME|HI))"
        r" \d{5}(?:-\d{4})?\b",
        r"\b(?:[^\W\d_]{3,} )?(?:nsw|qld|vic|tas|(?-i:SA|WA|NT)) \d{4}\b",
        # a number and some words before a postcode: "7 the crescent york yo1 7hh"
        rf"\b\d{{1,5}}[a-z]?,? (?:(?!{_NO_TOWN})[^\W\d_][^\W\d_'’-]*,? ){{1,6}}"
        rf"(?:[a-z]{{1,2}}\d[a-z\d]? \d[a-z]{{2}}|(?:{_STATE}|{_STATE_THAT_IS_A_WORD}) \d{{5}})\b",
        # PO Box 4471; Postfach 12 34
        r"\b(?:p\.? ?o\.? ?box|post(?:al)? box|postfach|boîte postale|bp|apartado(?: de correos)?|"
        r"casella postale|postbus) \d{2,6}(?: \d{2})?\b",
        # in small letters: "221b baker street"
        r"\b\d{1,5}[a-z]?,? (?:[^\W\d_]{3,} ){1,2}(?:street|avenue|crescent|road|lane|grove|"
        r"terrace|gardens|boulevard)\b",
        # in small letters, where it is said to be one: "i live at 12 elm road"
        rf"{_LIVES}(?P<place>(?:(?:flat|apt|unit|no\.?) ?)?\d{{1,5}}[a-z]?,? "
        rf"(?:[^\W\d_]+ ){{1,3}}{_STREET}\b)",
        rf"{_LIVES}(?P<place>(?:[^\W\d_]+ )?[^\W\d_]*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|"
        rf"straat|gracht|laan|plein) \d{{1,4}}[a-z]?\b{_TOWN})",
        rf"{_LIVES}(?P<place>\d{{1,4}}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|allée|chemin|"
        rf"place|quai|impasse) [^\W\d_]+(?:[ '’][^\W\d_]+){{0,3}}{_TOWN})",
        rf"{_LIVES}(?P<place>(?:calle|avenida|plaza|paseo|via|viale|piazza|corso|rua)"
        rf"(?: [^\W\d_]+){{1,4}},? \d{{1,4}}\b{_TOWN})",
    )
)

_DEGREES = r"-?\d{1,3}[.,]\d{4,}°?(?:\s?[NSEWO]\b)?"
_MINUTES = (
    r"\d{1,3}\s?°\s?\d{1,2}(?:[.,]\d+)?\s?['’′](?:\s?\d{1,2}(?:[.,]\d+)?\s?(?:[\"″”]|''))?"
    r"(?:\s?[NSEWO]\b)?"
)
_AXIS = r"(?:lat(?:itude?)?|lon(?:g(?:itude?)?)?|lng|breitengrad|längengrad)\b"
_COORDINATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.,-]){_DEGREES}\s?[,;/\s]\s?{_DEGREES}(?![\d.,]*\d)",  # 51.5074, -0.1278
        rf"{_MINUTES}(?:,?\s?{_MINUTES})?",  # 48°51'24"N 2°21'03"E
        r"\b[NS] ?\d{1,2}[ °]\d{1,2}[.,]\d+['’′]?,? ?[EW] ?\d{1,3}[ °]\d{1,2}[.,]\d+['’′]?",
        # "lat 52.52, lon 13.405", but not "how long 2.5 hours"
        rf"\blat(?:itude?)?\b\W{{0,3}}-?\d{{1,3}}[.,]\d+°?\W{{1,3}}(?:(?:and|und|et|y|e|en)\W)?{_AXIS}"
        r"\W{0,3}-?\d{1,3}[.,]\d+°?",
        r"///[^\W\d_]+\.[^\W\d_]+\.[^\W\d_]+",  # three words that name a square
        r"\b[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}\b",  # 9C3XGV8H+2R
    )
)
_BETWEEN = re.compile(
    r"\[address\],? (?:(?!(?:and|or|to|und|et|y|e|en)\b)[^\W\d_]+,? ){1,3}\[address\]"
)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text has the parts of a postal address."""
    for pattern in _ADDRESSES:
        for found in pattern.finditer(text):
            yield found.span("place") if "place" in pattern.groupindex else found.span()


def coordinates(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text has a place by latitude and longitude, or by a code for these."""
    for pattern in _COORDINATES:
        for found in pattern.finditer(text):
            yield found.span()


def joined(text: str) -> str:
    """Return a masked text with one mark for a street, its town and their postcode."""
    return _BETWEEN.sub("[address]", text)
