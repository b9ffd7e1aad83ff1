"""Where a text has numbers that stand for a person: cards, bank accounts, phones, references."""

import re
from collections.abc import Iterator
from itertools import pairwise

_GROUP = re.compile(r"\d{3,19}")  # of digits, as cards print them
_GAP = re.compile(r"[\s./–-]{1,3}")
_ISSUER = re.compile(r"[3-6]\d{3}|2[2-7]\d\d")  # how card numbers begin, and no year does
_CARD_DIGITS = range(13, 20)

_REGIONS = ("US", "GB", "AU", "IN", "DE", "FR")
"""Whose ways to write a phone number without country code are known; others begin with a "+"."""

_FEWEST_DIGITS = 9  # of a number without country code: shorter ones are amounts and references
_DIGITS = re.compile(r"\d")
_NO_PHONE = re.compile(
    r"""
    (?<![\d+]) (?:
      (?:19|20)\d\d ([./-]) \d{1,2} \1 \d{1,2}                            # 2021-06-10
    | \d{1,2} ([./-]) \d{1,2} \2 (?:19|20)\d\d                            # 10.06.2021
    ) (?!\d)
    | (?<![\d+(]) (?<!\d[\s.,/'-]) (?:
      [1-9]\d{0,2} ([\s.,'\u2019]) \d{3} (?:\3\d{3})* (?:[.,]\d\d?)?   # 1,234,567.89
    | [1-9]\d* [.,]\d\d?                                                # 1234567.89
    ) (?!\d | [\s.,/'-]\d)
    """,
    re.VERBOSE,
)
_CALLED = re.compile(  # what is said to be a phone number, of any country and in any groups
    r"\b(?:(?:my|mobile|cell|home|work|contact|phone) number|t[eé]l(?:[eé](?:ph|f)on\w{0,8})?|"
    r"phone|cell|mobile|handy\w{0,8}|rufnummer|portable|móvil|cellulare|telemóvel|"
    r"komórka|whats ?app|signal|fax|(?:call|ring|text|phone|reach) me(?: back)?|телефон|電話|电话)"
    r"(?!\w)[^\w+(]{0,3}(?:(?:is|on|at|ist|unter|est|au|es|al|è|é|no|nr|number|numero|número)(?!\w)"
    r"[^\w+(]{0,3}){0,2}(?P<number>\+?\(?\d(?:[ ()./–-]{0,3}\d){6,14})(?!\d)",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"\b[a-z]{2}\d{2}(?:[ -]?[a-z\d]{4}){2,7}(?:[ -]?[a-z\d]{1,3})?\b", re.IGNORECASE
)
_REFERENCE = re.compile(  # "My account number is 4471-22871", "Kundennummer: K 77-1234"
    r"\b(?:(?:account|acc(?:t)?|customer|cust|client|contract|order|booking|reference|ref|invoice|"
    r"ticket|policy|member(?:ship)?|case|passport|licen[cs]e|iban|insurance|tax|national insurance|"
    r"social security|sim|imei)\W{0,2}(?:number|no|nr|num|id|code|#)?|"
    r"card\W{0,2}(?:number|no|nr|num|#)|sort code|s/c|bankleitzahl|blz|"
    r"routing number|ni number|ssn|"
    r"(?:kunden|konto|vertrags|rechnungs|bestell|auftrags|ausweis|steuer|mitglieds|karten)-?\W?"
    r"(?:nummer|nr)|(?:numéro|n[°o]) (?:de |du |d['’])?(?:compte|client|contrat|commande|dossier|"
    r"carte)|(?:n[uú]mero|n[°º]) de (?:cuenta|cliente|contrato|pedido|tarjeta)|"
    r"numero (?:di |del )?(?:conto|cliente|contratto|ordine|carta)|"
    r"(?:klant|rekening|order|contract|kaart)nummer)"
    r"\b\W{0,3}(?:(?:is|was|are|ist|lautet|est|es|è)\b\W{0,2})?"
    r"(?P<number>(?:[a-z]{1,4}[/.-]?|(?-i:[A-Z]{1,4}) )?\d[\d/.-]*"
    r"(?:[ /.-]?(?:[a-z]{1,3}|(?-i:[A-Z]{1,3} ))?\d[\d/.-]*)*[a-z]?)\b",
    re.IGNORECASE,
)
_LOCATOR = re.compile(  # "booking ref XK7P2Q"
    r"\b(?:booking|reservation|confirmation|pnr|ticket|order|tracking|ref|r[eé]f[eé]ren\w{1,3}|buchung\w{0,8}|"
    r"réservation|reserva|prenotazione|boeking\w{0,8})\W{0,2}"
    r"(?:(?:ref(?:erence)?|number|no|nr|code|id)\b)?\W{0,3}(?:(?:is|ist|est|es|è)\b\W{0,2})?"
    r"(?P<number>(?=\d*[a-z]+\d)[a-z\d]{5,12})\b",
    re.IGNORECASE,
)
_LAST_DIGITS = re.compile(  # "my visa ending in 4242"
    r"\b(?:card|visa|mastercard|amex|account(?= n)|iban|karte|carte|tarjeta|carta|kaart)\b"
    r"(?: number| no\.?)?,? (?:(?:that|which|die|qui|que|che) )?(?:ending|ends|endet|"
    r"se terminant|terminada|che finisce|eindigend|last (?:four|4)(?: digits)?)"
    r"(?: (?:in|with|on|is|are|auf|mit|par|en|con|op|met))? (?P<number>\d{3,4})\b",
    re.IGNORECASE,
)
_DIGIT = (  # as it is dictated
    r"(?:zero|nought|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|hundred|"
    r"null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun|"
    r"zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|"
    r"vingt|trente|quarante|cinquante|soixante|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|"
    r"nueve|due|tre|quattro|cinque|sei|sette|otto|nove|nul|een|twee|vijf|zes|zeven|negen|\d)"
)
_DICTATED = re.compile(rf"\b{_DIGIT}(?:[ -]{{1,2}}{_DIGIT}){{5,}}\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FEWEST_OF_REFERENCE = 4  # digits
_SORT_CODE = re.compile(r"(?<![\d-])\d{2}-\d{2}-\d{2}(?![\d-])")
_OF_PHONE = re.compile(r"\+[\d ().-]+$")
_LONG = re.compile(r"(?<![\d.,])(?!(?:19|20)\d{6}\b)\d{8,}(?![\d.,]*\d)")  # 8 digits, and no day


def cards(text: str) -> Iterator[tuple[int, int]]:
    """Yield where payment card numbers are: groups of digits whose check digit is right."""
    groups = list(_GROUP.finditer(text))
    gaps = [text[group.end() : after.start()] for group, after in pairwise(groups)]
    joined = [*map(bool, map(_GAP.fullmatch, gaps)), False]
    for first, group in enumerate(groups):
        digits = ""
        for last in range(first, len(groups)):
            digits += groups[last].group()
            if len(digits) in _CARD_DIGITS and _ISSUER.match(digits) and _is_checked(digits):
                yield group.start(), groups[last].end()
            if len(digits) >= _CARD_DIGITS.stop or not joined[last]:
                break


def _is_checked(digits: str) -> bool:
    """Whether the last digit is the one that Luhn's formula asks for."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(d - 9 * (d > 9) for d in doubled)) % 10 == 0


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Yield where phone numbers are."""
    if len(_DIGITS.findall(text)) < 7:
        return
    from phonenumbers import Leniency, PhoneNumberMatcher

    for called in _CALLED.finditer(text):
        yield called.span("number")
    text = _NO_PHONE.sub(lambda found: "\n" * len(found.group()), text)
    for found in PhoneNumberMatcher(text, None, leniency=Leniency.POSSIBLE):
        yield found.start, found.end
    for region in _REGIONS:
        for found in PhoneNumberMatcher(text, region):
            if len(_DIGITS.findall(found.raw_string)) >= _FEWEST_DIGITS:
                yield found.start, found.end


def accounts(text: str) -> Iterator[tuple[int, int]]:
    """Yield where bank accounts are: IBANs whose check digits are right (ISO 13616), sort codes."""
    for found in _IBAN.finditer(text):
        for end in range(found.end(), found.start() + 14, -1):  # a word may follow
            if _is_iban(text[found.start() : end]):
                yield found.start(), end
                break
    for found in _SORT_CODE.finditer(text):
        if not _OF_PHONE.search(text, 0, found.start()):
            yield found.span()


def _is_iban(text: str) -> bool:
    """Whether the number that letters and digits stand for leaves 1 of a division by 97."""
    code = re.sub(r"[ -]", "", text).upper()
    turned = code[4:] + code[:4]
    if not (15 <= len(code) <= 34 and turned.isascii() and turned.isalnum()):
        return False
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def references(text: str) -> Iterator[tuple[int, int]]:
    """Yield where numbers of a contract, an order or a customer are, long or dictated ones."""
    for found in _REFERENCE.finditer(text):
        digits = len(_DIGITS.findall(found["number"]))
        if digits >= _FEWEST_OF_REFERENCE and not _YEAR.fullmatch(found["number"]):
            yield found.span("number")
    for pattern in (_LAST_DIGITS, _LOCATOR):
        for found in pattern.finditer(text):
            yield found.span("number")
    for pattern in (_LONG, _DICTATED):
        for found in pattern.finditer(text):
            yield found.span()
