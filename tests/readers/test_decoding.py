"""Bytes to text: what a file declares, what its bytes tell, and what is refused."""

import pytest

from qabot.errors import UnreadableFile
from qabot.readers.decoding import decode


@pytest.mark.parametrize("label", ["", "utf-8", "iso-8859-1", "WINDOWS-1252", "utf-16", "nonsense"])
def test_latin_files_are_utf_8_wherever_they_are_valid(label: str) -> None:
    """UTF-8 and Windows-1252 are told apart byte by byte, whatever the file declares of the two."""
    text = "“Café” ® – £5"
    mixed = text.encode().replace("®".encode(), b"\xae")

    assert decode(text.encode(), "a.html", label) == text
    assert decode(text.encode("windows-1252"), "a.html", label) == text
    assert decode(mixed, "a.html", label) == text


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("cp1251", "cp1251", "Правила"),
        ("KOI8-R", "koi8-r", "Правила"),
        ("latin2", "iso8859-2", "Zásady: čtěte"),
        ("x-sjis", "cp932", "条件"),
        ("gb2312", "gb18030", "条件 €"),
        ("ks_c_5601-1987", "cp949", "약관"),
        ("big5", "big5hkscs", "條件"),
    ],
)
def test_other_encodings_are_those_declared(label: str, codec: str, text: str) -> None:
    """A label is understood by any of the names that the web has for it."""
    assert decode(text.encode(codec), "a.html", label) == text


@pytest.mark.parametrize("label", ["", "koi8-r"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_goes_before_what_is_declared(codec: str, label: str) -> None:
    """The mark is no part of the text."""
    assert decode("Café".encode(codec), "a.txt", label) == "Café"


@pytest.mark.parametrize("label", ["punycode", "utf-7", "rot13", "hz-gb-2312", "unicode_escape"])
def test_no_label_names_a_codec_that_is_no_encoding_of_the_web(label: str) -> None:
    """What Python could decode, but a browser does not, is read as UTF-8."""
    assert decode(rb"+ADw-b \x41 ~{", "a.html", label) == r"+ADw-b \x41 ~{"


def test_line_ends() -> None:
    """Lines end alike, however the file ends them."""
    assert decode(b"a\r\nb\rc\nd\fe", "a.txt") == "a\nb\nc\nd\ne"


def test_broken_utf_16_is_refused() -> None:
    """The message names the file and the way out."""
    with pytest.raises(UnreadableFile, match=r"^a\.txt: .* save it as UTF-8\.$"):
        decode(b"\xff\xfea\0b", "a.txt")
