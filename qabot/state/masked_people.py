"""Where a text says who somebody is: names they give, days of birth, postal addresses.

Names are found where a phrase introduces them ("my name is", "je m'appelle", "Dear Ms"), addresses
by a street and its number or by a postcode: so the words of policies stay.
"""

import re
from collections.abc import Iterator

_WORD = r"[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*"
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-ÞŁŚŽŠČ])(?:(?:[^\W\d_]|(?<=\w)['’-](?=\w))+|\.|\b)"
_NO_NAME = (  # what goes on behind a name
    r"(?:and|but|or|i|my|we|you|your|is|was|am|are|have|had|has|can|could|do|did|would|will|what|"
    r"how|when|where|why|the|a|an|from|in|at|on|of|for|with|to|who|which|that|this|born|living|"
    r"account|customer|order|please|not|no|und|ich|aber|mein|meine|wie|wann|kann|habe|bin|et|je|"
    r"mon|ma|mais|comment|quand|y|mi|pero|como|cómo|cuando|cuándo|quiero|e|il|la|mio|mia|en|ik|"
    r"mijn|maar|hoe)\b"
)
_TOLD = re.compile(
    r"\b(?:(?:my|his|her) (?:full |first |last |sur)?name(?: is|['’]s|:)|name:|i am called|"
    r"they call me|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|(?:mon|son) nom est|me llamo|"
    r"mi nombre es|mi chiamo|il mio nome è|mijn naam is|ik heet|(?:o )?meu nome é|(?:me )?chamo|"
    r"chamo-me|"
    r"nazywam się|mam na imię|jag heter|mitt namn är|jeg he(?:te|dde)r|mit navn er|mitt navn er|"
    r"nimeni on|jmenuji se|numele meu este|mă numesc|a nevem|(?:benim )?adım|меня зовут|моё имя|"
    r"мене звати|με λένε|"
    r"account holder(?: is|:)?|contract is in the name of|in the name of)\s+"
    rf"(?P<name>(?!{_NO_NAME}){_WORD}(?:[ ](?!{_NO_NAME}){_WORD}){{0,3}})",
    re.IGNORECASE,
)
_TOLD_WITHOUT_BLANKS = re.compile(  # as Japanese, Chinese and Korean are written
    r"(?:名前は|私は(?=[^\W\d_]{2,8}と申)|我叫|我的名字是|제 이름은|저는(?=[^\W\d_]{2,5}입니다))"
    r"\s*(?P<name>[^\W\d_]{1,12}?)(?=です|と申|と言|といい|입니다|이고|，|、|。|,|\.|\s|$)"
)
_HERE = re.compile(  # "Hi, Priya here"
    rf"(?:\b(?:hi|hello|hey|hallo|bonjour|hola|ciao)\b(?: there)?[,!.]?\s+)(?P<name>{_CAPITAL}"
    rf"(?: {_CAPITAL})?) (?:here|hier|ici)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(  # two capitals in a row: "I'm Jane Smith", but not "I'm German"
    r"\b(?:i['’]?m|i am|this is|speaking:|ich bin|je suis|soy|sono|ik ben)\s+"
    rf"(?P<name>{_CAPITAL}[ ]{_CAPITAL}(?:[ ]{_CAPITAL})?)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?-i:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Señora?|Sra?|Signora?|"
    rf"Sig|Mevrouw|Mevr|Meneer)\b\.?\s+(?P<name>{_CAPITAL}(?:[ ]{_CAPITAL}){{0,2}})",
    re.IGNORECASE,
)
_TITLED_SMALL = re.compile(  # "mr patel said"
    rf"\b(?:mrs?\.?|ms\.|dr\.) (?P<name>(?!{_NO_NAME}){_WORD})", re.IGNORECASE
)
_USER = re.compile(  # "my instagram @jane_lifts", "username: jane88"
    r"\b(?:insta(?:gram)?|twitter|tiktok|telegram|snapchat|mastodon|youtube|facebook|handle)\W{0,3}"
    r"(?:(?:is|account|handle|ist|est|es|è)\b\W{0,3}){0,2}(?P<name>(?<=@)[\w.]{2,}\w)|"
    r"\b(?:user ?(?:name|id)|login|benutzername|nom d['’]utilisateur|nombre de usuario)"
    r"(?::| is| ist| est| es) (?P<user>@?(?=\S*[\d_.@-])\S{3,}\b)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:\b(?:kind |best |warm |many )?regards|\b(?:yours )?(?:sincerely|faithfully|truly)|"
    r"\bcheers|\b(?:many )?thanks|\bthank you|\bbest(?: wishes)?|mit freundlichen grü(?:ß|ss)en|"
    r"viele grü(?:ß|ss)e|cordialement|saludos|cordiali saluti|met vriendelijke groet(?:en)?)"
    rf"\s*,?\s*(?:\n|,|[-–—])\s*(?P<name>{_CAPITAL}(?:[ ]{_CAPITAL}){{0,3}})\s*(?=$|\n|[.,])",
    re.IGNORECASE,
)
_GIVEN = (  # as names are written: no "I", and no word of a sentence in capitals
    rf"(?!{_NO_NAME})(?-i:[A-ZÀ-ÖØ-ÞŁŚŽŠČ](?:['’][A-Z])?[a-zß-öø-ÿœłśžšč]+)"
    r"(?:-(?-i:[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿœ]+))?(?![\w’'-]*\d)"
)
_RELATED = re.compile(
    r"\b(?:(?:my|his|her) (?:late |ex[- ]|step[- ]?|grand|old |little |elder |older |younger )?"
    r"(?:son|daughter|child|kid|baby|wife|husband|spouse|partner|fianc[ée]e?|girlfriend|boyfriend|"
    r"mother|father|mum|mom|dad|parent|brother|sister|sibling|uncle|aunt|nephew|niece|cousin|"
    r"grandma|grandpa|friend|neighbou?r|colleague|flatmate|roommate|landlord|landlady)|"
    r"meine? (?:sohn|tochter|mann|ehemann|ehefrau|partnerin|mutter|vater|bruder|schwester)|"
    r"(?:mon|ma) (?:fils|fille|femme|mari|épouse|époux|mère|père|frère|sœur)|"
    r"mi (?:hijo|hija|esposa|esposo|mujer|marido|madre|padre|hermano|hermana)|"
    r"mi[ao] (?:figlio|figlia|moglie|marito|madre|padre|fratello|sorella)|"
    r"mijn (?:zoon|dochter|vrouw|man|moeder|vader|broer|zus))"
    r"(?:,?|['’]s name is|(?: is)? (?:called|named))\s+"
    rf"(?P<name>{_GIVEN}(?:[ ]{_GIVEN}){{0,2}})",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:date of birth|birth[ -]?da(?:te|y)|d\.?o\.?b\b\.?|born|geburts(?:datum|tag)|geboren|"
    r"date de naissance|née?|fecha de nacimiento|nacid[oa]|data di nascita|nat[oa]|"
    r"geboortedatum|data de nascimento|nascid[oa])\W{0,3}"
    r"(?:(?:is|was|on|ist|am|est|le|es|el|è|il|op|em)\b\W{0,3}){0,2}"
    r"(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\d{1,2}(?:st|nd|rd|th|\.|º)? (?:of |de )?"
    r"[^\W\d_]{3,10}\.?,?(?: de)? \d{4}\b|[^\W\d_]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b)",
    re.IGNORECASE,
)
_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|place|pl|square|sq|terrace|"
    r"crescent|way|gardens|grove|park|hill|row|mews|boulevard|blvd|highway|hwy|parkway|pkwy)"
)
_LIVES = (  # what says that an address follows
    r"\b(?:live[sd]?|living|stay(?:ing)?|mov(?:ed?|ing)|address|deliver(?:ed|y)?|sen[dt]|wohn\w{1,3}|"
    r"adresse?|anschrift|habite|vivo|dirección|abito|indirizzo|woon)\b"
    r"(?:[ :]+(?:is|it|at|on|to|in|ist|an|der|au|est|en|es|la|op)\b){0,3}[ :]+"
)
_TOWN = r"(?:,? \d{4,5}(?: [a-z]{2}\b)?(?: [^\W\d_]+)?)?"
_CURRENCY = r"(?:(?-i:[A-Z]{3})|euros?|dollars?|pounds?|francs?|franken|kronen|kronor|złot\w+)"
_ADDRESSES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 12 Elm Street; Flat 3, 221B Baker St.; 1600 Pennsylvania Ave NW
        rf"(?:\b(?:flat|apt|apartment|unit|suite)\.? ?\w{{1,4}},? )?\b\d{{1,5}}[a-z]?,? "
        rf"(?:{_CAPITAL} ){{1,3}}{_STREET}\b\.?(?: (?-i:[NSEW]{{1,2}})\b)?",
        # Musterstraße 5a, Am Alten Markt 12; Hauptstr. 7; Keizersgracht 123
        rf"\b(?:{_CAPITAL}[ -]){{0,2}}(?-i:[A-ZÄÖÜ])[^\W\d_]*(?:stra(?:ß|ss)e|str\.|weg|platz|"
        r"allee|gasse|ufer|damm|straat|gracht|laan|plein|kade)\s+\d{1,4}\s?[a-z]?\b",
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
        # PO Box 4471; Postfach 12 34
        r"\b(?:p\.? ?o\.? ?box|post(?:al)? box|postfach|boîte postale|bp|apartado(?: de correos)?|"
        r"casella postale|postbus) \d{2,6}(?: \d{2})?\b",
        # in small letters: "221b baker street"
        r"\b\d{1,5}[a-z]?,? (?:[^\W\d_]{3,} ){1,2}(?:street|avenue|crescent)\b",
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


def names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text gives the name of a person, without what introduces it."""
    for pattern in (
        _TOLD,
        _TOLD_WITHOUT_BLANKS,
        _HERE,
        _SIGNED,
        _TITLED,
        _TITLED_SMALL,
        _CLOSING,
        _RELATED,
    ):
        for found in pattern.finditer(text):
            yield found.span("name")
    for found in _USER.finditer(text):
        yield found.span(found.lastgroup or 0)


def birthdays(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text gives the day on which a person was born."""
    for found in _BORN.finditer(text):
        yield found.span("day")


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text has the parts of a postal address."""
    for pattern in _ADDRESSES:
        for found in pattern.finditer(text):
            yield found.span("place") if "place" in pattern.groupindex else found.span()
