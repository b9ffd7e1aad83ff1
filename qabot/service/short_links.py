"""Short addresses of what is quoted: made from the quote's place alone, and stored nowhere.

`/c/TOKEN` of the service leads on to where the text stands. A token holds which version is meant
and which letters of it, until when, and a signature.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from struct import Struct

from qabot.answering.citations import link
from qabot.index.corpus import Corpus
from qabot.records import Citation, Highlight
from qabot.service.page_links import OwnPages

_FIELDS = Struct(">8s4sIHH")  # version, its text, first letter, how many letters, last day
_SIGNS = 10  # bytes of the signature
_DAY_0 = date(2020, 1, 1).toordinal()
_MOST = 2**16 - 1  # letters, and days


@dataclass(frozen=True, slots=True)
class _Place:
    version: bytes
    text: bytes
    start: int
    letters: int
    last_day: date


def short_url(pages: OwnPages, citation: Citation) -> str:
    """Return the short address of what a citation's highlight begins with."""
    spot = citation.highlight[0] if citation.highlight else citation
    last_day = (date.today() + timedelta(pages.days)).toordinal() - _DAY_0
    place = _FIELDS.pack(
        _version_key(citation.version),
        bytes.fromhex(citation.sha256)[:4],
        spot.start,
        min(spot.end - spot.start, _MOST),
        min(last_day, _MOST),
    )
    token = urlsafe_b64encode(place + _signature(pages, place)).decode()
    return f"{pages.base.rstrip('/')}/c/{token}"


def long_url(pages: OwnPages, token: str, corpus: Corpus) -> str | None:
    """Return where a short address leads: to the source, else to our own page of the version.

    Of a version that was replaced it is our own page, while a link opens that: the source has moved
    on, and our page says what became of the quote. None where the address was not made here, where
    the version is not indexed any more, or where only our own page is left and its days are over.
    """
    place = _place(pages, token)
    entry = next(
        (one for one in corpus.entries if place and _version_key(one.id) == place.version), None
    )
    version = corpus.version(entry.id) if entry else None
    if place is None or version is None:
        return None
    is_same = bytes.fromhex(version.sha256)[:4] == place.text
    is_open = date.today() <= place.last_day
    is_replaced = version.effective_until and version.effective_until <= date.today()
    if version.url and not (is_replaced and is_open):
        spot = Highlight(place.start, place.start + place.letters) if is_same else None
        number = bisect_right(version.page_starts, place.start) if version.page_starts else None
        return link(version.url, number, version.text, spot)
    if not is_open:
        return None
    opened = replace(pages, days=(place.last_day - date.today()).days)
    if not is_same:
        return opened.url(version.id)
    return opened.place(version.id, place.start, place.start + place.letters)


def _place(pages: OwnPages, token: str) -> _Place | None:
    """Return what a token says, None where it is none of ours."""
    try:
        whole = urlsafe_b64decode(token.encode())
    except (NotBase64, UnicodeEncodeError):
        return None
    place, signature = whole[: _FIELDS.size], whole[_FIELDS.size :]
    if not compare_digest(_signature(pages, place), signature):
        return None
    version, text, start, letters, last_day = _FIELDS.unpack(place)
    return _Place(version, text, start, letters, date.fromordinal(_DAY_0 + last_day))


def _version_key(version: str) -> bytes:
    return sha256(version.encode()).digest()[:8]


def _signature(pages: OwnPages, place: bytes) -> bytes:
    return hmac_digest(pages.secret, b"quoted at " + place, "sha256")[:_SIGNS]
