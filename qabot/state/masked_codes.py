"""Where a text has codes that stand for a person: secrets, number plates, ids, what links carry."""

import re
from collections.abc import Iterator

_IS = r"\W{0,3}(?:(?:is|was|ist|lautet|est|es|è|:)(?!\w)\W{0,2})?"
_SECRET = re.compile(  # "password: hunter2", "my PIN is 4921", "cvv 123"
    r"\b(?:password|passcode|pass(?:wort|phrase)|kennwort|mot de passe|contraseña|parola|"
    r"wachtwoord|senha|pin|cvv2?|cvc2?|security code|access code|verification code)"
    rf"{_IS}(?P<code>(?=\S*\d)\S{{3,}})",
    re.IGNORECASE,
)
_PLATE = re.compile(  # "my number plate is LS19 ABC", "reg AB12CDE", "Kennzeichen B-MW 1234"
    r"\b(?:(?:number|licen[cs]e|car|vehicle) ?plates?|(?:vehicle |car )?reg(?:istration)?|plates?|"
    r"(?:kfz-?)?kennzeichen|immatriculation|plaque|matrícula|targa|kenteken|placa)\b"
    rf"(?:\W{{0,2}}(?:number|no|nr))?{_IS}"
    r"(?P<code>(?:[a-z]{1,3}|\d{1,4})"
    r"(?:[ -]?(?:\d{1,4}|(?-i:[A-Z]{1,3})|(?<=\d)[a-z]{1,3}|(?<=-)[a-z]{1,2}(?= ?\d))){1,3})\b",
    re.IGNORECASE,
)
_BRITISH_PLATE = re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b")
_CODE = re.compile(  # "RSSMRA85T10A562S", "DE136695976": long, of letters and digits
    r"\b(?=\w*?[A-Za-z])(?=(?:[A-Za-z]*\d){4})[A-Za-z\d]{10,}\b"
)
_SHORTER_CODE = re.compile(r"\b(?:[A-Z]\d{7,8}|\d{7,8}[A-Z])\b")  # "12345678Z", "X1234567"
_NATIONAL_INSURANCE = re.compile(  # "QQ 12 34 56 C"
    r"\b[a-z]{2} ?(?:\d\d ?){3}[a-d]\b", re.IGNORECASE
)
_GROUPS = re.compile(r"(?<![\d.,+-])\d{1,7}(?:([ -])\d{1,7})(?:\1\d{1,7})+(?![\d-]|[.,]\d)")
_FEWEST_OF_GROUPS = 11  # digits: "784-1984-1234567-1"
_NO_GROUPS = re.compile(  # years, a day, an amount
    r"(?:(?:19|20)\d\d[ -]?)+|(?:19|20)\d\d[ -]\d\d?[ -]\d\d?(?:[ -].*)?|.*[ -](?:19|20)\d\d|"
    r"\d{1,3}(?: \d{3})+"
)
_IPV6 = re.compile(r"(?<![\w:])(?:[\da-f]{0,4}:){3,7}[\da-f]{1,4}(?![\w:])", re.IGNORECASE)
_IPV4 = re.compile(  # of three digits somewhere, so no number of a section
    r"(?<![\w.])(?=[\d.]*\d{3})(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}"
    r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\w]|\.\d)"
)
_LINK = re.compile(
    r"\bhttps?://[^\s/?#<>\"]++/?+(?P<code>[^\s<>\"]*[^\s<>\".,;:!?)])", re.IGNORECASE
)


def secrets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where passwords and the like are, that are said to be such."""
    for found in _SECRET.finditer(text):
        yield found.span("code")


def plates(text: str) -> Iterator[tuple[int, int]]:
    """Yield where number plates are: those said to be such, and British ones."""
    for found in _PLATE.finditer(text):
        code = found["code"]
        if any(map(str.isdigit, code)) and any(map(str.isalpha, code)):
            yield found.span("code")
    for found in _BRITISH_PLATE.finditer(text):
        yield found.span()


def codes(text: str) -> Iterator[tuple[int, int]]:
    """Yield where long codes are that no sentence has as words: ids, tax codes, IP addresses."""
    for pattern in (_CODE, _SHORTER_CODE, _NATIONAL_INSURANCE, _IPV6, _IPV4):
        for found in pattern.finditer(text):
            yield found.span()
    for found in _GROUPS.finditer(text):
        digits = sum(map(str.isdigit, found[0]))
        if digits >= _FEWEST_OF_GROUPS and not _NO_GROUPS.fullmatch(found[0]):
            yield found.span()


def paths(text: str) -> Iterator[tuple[int, int]]:
    """Yield where links go on behind the name of their site: they may carry who somebody is."""
    for found in _LINK.finditer(text):
        yield found.span("code")
