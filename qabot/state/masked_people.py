"""Where a text says who somebody is: names they give, days of birth.

Names are found where a phrase introduces them ("my name is", "je m'appelle", "Dear Ms"), where a
text ends with one as letters do, and where they begin with a common first name.
"""

import re
from collections.abc import Iterator

from qabot.state.first_names import ALSO_WORDS, FIRST_NAMES

_WORD = r"[^\W\d_][^\W\d_'’.-]{0,40}(?:[-'’][^\W\d_]{1,40}){0,4}"
CAPITAL = r"(?-i:[A-ZÀ-ÖØ-ÞŁŚŽŠČ])(?:(?:[^\W\d_]|(?<=\w)['’-](?=\w)){1,40}|\.|\b)"
_NO_NAME = (  # what goes on behind a name
    r"(?:and|but|or|i|my|we|you|your|is|was|am|are|have|had|has|can|could|do|did|would|will|what|"
    r"how|when|where|why|the|a|an|from|in|at|on|of|for|with|to|who|which|that|this|born|living|"
    r"account|customer|order|please|not|no|und|ich|aber|mein|meine|wie|wann|kann|habe|bin|et|je|"
    r"mon|ma|mais|comment|quand|y|mi|pero|como|cómo|cuando|cuándo|quiero|e|il|la|mio|mia|en|ik|"
    r"mijn|maar|hoe|he|she|they|it|his|her|our|their|has|were|be|been|get|gets|got|wants?|wanted|"
    r"needs?|needed|says?|said|tells?|told|asks?|asked|calls?|called|calling|speaking|pays?|paid|bought|"
    r"broke|lost|left|uses?|used|ordered|sent|took|made|went|came|works?|worked|lives?|lived|died|"
    r"passed|moved|turns?|turned|received|gave|never|also|already|just|only|if|so|as|about|because|"
    r"after|before|by|into|out|up|off|over|than|then|too|very|here|there|again|still|now|today|"
    r"yesterday|tomorrow|cancel|refund|close|delete|change|help|thanks|should|may|might|must|"
    r"does|did|number|email|phone|address|order|appointment|hat|ist|war|will|möchte|nicht|"
    r"oder|der|die|das|est|veut|qui|es|está|que|è|ha|che|heeft|wil|voglio|"
    r"vorrei|ho|tengo|necesito|heb|veux|suis|brauche|warte|instead)\b"
)
_GIVEN = (  # as names are written: no "I", and no word of a sentence in capitals
    rf"(?!{_NO_NAME})(?-i:[A-ZÀ-ÖØ-ÞŁŚŽŠČ](?:['’][A-Z])?[a-zß-öø-ÿœłśžšč]+(?:[A-Z][a-z]+)?)"
    r"(?:-(?-i:[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿœ]+))?(?![\w’'-]*\d)"
)
_OF = r"(?:(?:van|von|de|der|den|di|da|del|la|le|el|bin|al) ){0,2}"
_SURNAME = (  # what may follow a first name: capitals, or one word in small letters before a stop
    rf"(?:(?:[ ]{_OF}(?:{_GIVEN}|(?!{_NO_NAME})(?-i:[A-Z])(?:\.|(?!\w)))){{1,3}}|"
    rf"[ ]{_OF}(?!{_NO_NAME}){_WORD}(?=\s*(?:$|[,.;:!?\n)])|[ ]{_NO_NAME}))?"
)
_TOLD = re.compile(
    r"\b(?:(?:my|his|her) (?:full |first |last |sur)?name(?: is|['’]s|:)|name:|i am called|"
    r"they call me|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|(?:mon|son) nom est|me llamo|"
    r"mi nombre es|mi chiamo|il mio nome è|mijn naam is|ik heet|(?:o )?meu nome é|(?:me )?chamo|"
    r"chamo-me|"
    r"nazywam się|mam na imię|jag heter|mitt namn är|jeg he(?:te|dde)r|mit navn er|mitt navn er|"
    r"nimeni on|jmenuji se|numele meu este|mă numesc|a nevem|(?:benim )?adım|меня зовут|моё имя|"
    r"мене звати|με λένε|"
    r"hier spricht|account holder(?: is|:)?|contract is in the name of|in the name of)\s+"
    rf"(?P<name>(?!{_NO_NAME}){_WORD}(?:[ ]{_OF}(?!{_NO_NAME}){_WORD}){{0,3}})",
    re.IGNORECASE,
)
_TOLD_WITHOUT_BLANKS = re.compile(  # as Japanese, Chinese and Korean are written
    r"(?:名前は|私は(?=[^\W\d_]{2,8}と申)|我叫|我的名字是|제 이름은|저는(?=[^\W\d_]{2,5}입니다))"
    r"\s*(?P<name>[^\W\d_]{1,12}?)(?=です|と申|と言|といい|입니다|이고|，|、|。|,|\.|\s|$)"
)
_HERE = re.compile(  # "Hi, Priya here"
    rf"(?:\b(?:hi|hello|hey|hallo|bonjour|hola|ciao)\b(?: there)?[,!.]?\s+)(?P<name>{CAPITAL}"
    rf"(?: {CAPITAL})?) (?:here|hier|ici)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(  # two capitals in a row: "I'm Jane Smith", but not "I'm German"
    r"\b(?:i['’]?m|i am|this is|speaking:|ich bin|je suis|soy|sono|ik ben)\s+"
    rf"(?P<name>{CAPITAL}[ ]{CAPITAL}(?:[ ]{CAPITAL})?)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?-i:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Señora?|Sra?|Signora?|"
    rf"Sig|Mevrouw|Mevr|Meneer)\b\.?\s+(?P<name>{CAPITAL}(?:[ ]{CAPITAL}){{0,2}})",
    re.IGNORECASE,
)
_TITLED_SMALL = re.compile(  # "mr patel said"
    rf"\b(?:mrs?\.?|ms\.|dr\.?|madame|monsieur|mme|signora?|señora?|mevrouw|meneer|herrn?|"
    rf"(?<!e )frau) (?P<name>(?!{_NO_NAME}){_WORD}{_SURNAME})",
    re.IGNORECASE,
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
    r"viele grü(?:ß|ss)e|cordialement|saludos?|cordiali saluti|met vriendelijke groet(?:en)?)"
    rf"\s*,?\s*(?:\n|,|[-–—])\s*(?P<name>{CAPITAL}(?:[ ]{CAPITAL}){{0,3}})\s*(?=$|\n|[.,])",
    re.IGNORECASE,
)
_KIN = (  # "my late husband", "ma femme"
    r"(?:(?:my|his|her|our) (?:late |ex[- ]|step[- ]?|grand|old |little |elder |older |younger )?"
    r"(?:son|daughter|child|kid|baby|wife|husband|spouse|partner|fianc[ée]e?|girlfriend|boyfriend|"
    r"mother|father|mum|mom|dad|parent|brother|sister|sibling|uncle|aunt|nephew|niece|cousin|"
    r"grandma|grandpa|friend|neighbou?r|colleague|flatmate|roommate|boss|supervisor|"
    r"tenant|lodger|carer|nanny|landlord|landlady)|"
    r"meine? (?:sohn|tochter|mann|ehemann|ehefrau|partnerin|mutter|vater|bruder|schwester)|"
    r"(?:mon|ma) (?:fils|fille|femme|mari|épouse|époux|mère|père|frère|sœur)|"
    r"mi (?:hijo|hija|esposa|esposo|mujer|marido|madre|padre|hermano|hermana)|"
    r"mi[ao] (?:figlio|figlia|moglie|marito|madre|padre|fratello|sorella)|"
    r"mijn (?:zoon|dochter|vrouw|man|moeder|vader|broer|zus))"
)
_RELATED = re.compile(
    rf"\b(?:{_KIN}(?:,?|['’]s name is|(?: is)? (?:called|named))|"
    r"(?:man|woman|guy|lady|person|someone|somebody|customer|employee|agent) (?:called|named))\s+"
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
_THEIRS = re.compile(  # a word that may be a first name, unless a place bears it: "San Diego"
    r"(?<![\w@./'’-])(?P<place>(?:san|santa|são|st|saint|prince|king|queen|port|fort|lake)\.? )?"
    r"(?P<first>[^\W\d_]{2,}+(?:-[^\W\d_]++)?)(?![\d_])",
    re.IGNORECASE,
)
_REST = re.compile(_SURNAME, re.IGNORECASE)
_INTRODUCED = re.compile(  # "this is mark", "hi rob", "i spoke to sue", "my son jack"
    r"\b(?:this is|it['’]s|i['’]?m|i am|hi|hello|hey|hallo|dear|ich bin|hier ist|ik ben|je suis|"
    rf"soy|sono|(?:spoke|speak|speaking|talked|talk|talking) (?:to|with)|{_KIN}),? "
    rf"(?P<name>(?:{'|'.join(sorted(ALSO_WORDS))})\b{_SURNAME})",
    re.IGNORECASE,
)
_NO_SIGNER = (  # what else stands behind thanks, or last
    r"(?:bye|goodbye|guys|all|team|everyone|folks|mate|bot|anyway|much|lot|million|advance|nothing|"
    r"xx?|urgent|asap|support|sir|madam|regards|cheers|thanks?|danke|bitte|merci|svp|gracias|grazie|"
    r"tschüss|dank|wohl|yes|ok(?:ay)?|nope?|none|na|both|any\w*|sorry|perfect|great|super|good|nice|"
    r"helpful|useful|useless|clear|done|sorted|solved|parfait|perfekt|perfecto|perfetto)\b"
)
_SIGNER = rf"(?!{_NO_NAME}|{_NO_SIGNER}){_WORD}\.?"
_SIGNED_OFF = re.compile(  # how a text ends: "regards h. patel", "LG Nina", "thanks, zuzana"
    r"(?:(?:(?<!\bas )(?<!\bwith )(?<!\bin )\b(?:regards|sincerely|faithfully|mfg|"
    r"gr(?:ü|ue)(?:ß|ss)en?|gru(?:ß|ss)|hochachtungsvoll|cordialement|saludos?|atentamente|saluti|"
    r"groet(?:en|jes)?)\b|(?<=[.?!,\n] )[lv]g\b|\bsigned[:,])[\s,.:–—-]{1,4}"
    rf"(?P<name>{_SIGNER}(?: {_SIGNER}){{0,2}})|"
    r"\b(?:thanks|thank you|thx|cheers|danke|merci|gracias|grazie|bedankt|dank u?)"
    r"\s{0,2}(?:[,.!\n]|[–—-])[\s–—-]{0,3}"
    rf"(?P<one>{_SIGNER}))\s*[.!]?\s*\Z",
    re.IGNORECASE,
)
_LAST = re.compile(  # capitals alone at the end: "not what I asked, Zuzana", "Useless. - Bo Li"
    r"(?:(?-i:\b[a-zß-öø-ÿ'’]{2,32}+)(?:,|\s[–—-])|[.!?)]\s?[–—-]|\n)\s?"
    rf"(?P<name>(?!{_NO_SIGNER}){_GIVEN}(?:[ ]{_GIVEN}){{0,2}})\.?\s*\Z",
    re.IGNORECASE,
)


def names(text: str, company: str | None = None) -> Iterator[tuple[int, int]]:
    """Yield where a text gives the name of a person, without what introduces it.

    The name of the company that is asked about is none: "John Lewis".
    """
    for pattern in (
        _TOLD,
        _TOLD_WITHOUT_BLANKS,
        _HERE,
        _SIGNED,
        _TITLED,
        _TITLED_SMALL,
        _CLOSING,
        _RELATED,
        _INTRODUCED,
        _LAST,
    ):
        for found in pattern.finditer(text):
            yield found.span("name")
    for pattern in (_USER, _SIGNED_OFF):
        for found in pattern.finditer(text):
            yield found.span(found.lastgroup or 0)
    yield from _first_names(text, company)


def _first_names(text: str, company: str | None) -> Iterator[tuple[int, int]]:
    """Yield where a common first name is, with the surname behind it."""
    companies = re.finditer(re.escape(company), text, re.IGNORECASE) if company else ()
    spared = [found.span() for found in companies]
    is_shouted = text.isupper()
    for found in _THEIRS.finditer(text):
        first, (start, end) = found["first"], found.span("first")
        if found["place"] or not _is_first_name(first):
            continue
        is_acronym = first.isupper() and len(first) < 5 and not is_shouted
        if is_acronym or any(left <= start < right for left, right in spared):
            continue
        rest = _REST.match(text, end)
        yield start, rest.end() if rest else end


def _is_first_name(word: str) -> bool:
    """Whether a word is a common first name, or two joined."""
    return all(part in FIRST_NAMES for part in word.lower().split("-"))


def birthdays(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text gives the day on which a person was born."""
    for found in _BORN.finditer(text):
        yield found.span("day")
