"""Language identification: which language a question is in, if another than the policies'.

Most languages in other than Latin letters are told by their script; those in Latin letters by how
frequent the question's words are in each, by the lists of the package wordfreq.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from qabot.word_frequencies import frequent_words

_LATIN = (
    *("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs", "ro", "hu"),
    *("tr", "id", "ca"),
)
_SCRIPTS = {  # as Unicode begins the names of its letters
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
}
_OWN_LETTERS = {"ru": ("іїєґ", "uk"), "ar": ("پچژگ", "fa")}  # that tell it from its neighbour
_DENSER = 2  # other scripts say as much with half the letters, or borrow words in Latin ones
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+")
_LONGEST = 2_000  # characters looked at
_MIXED = 0.3  # share of words in a language from which on a text is in it, too

# On the Zipf scale, means over the words.
_PLAIN = 4.4  # from here on a text is of the language expected, and no other is looked at
_UNLISTED = 2.0  # how frequent a word counts that a language does not list
_LEAD = 0.8  # by how much another language must lead
_FEW = 2  # so few words that any language lists tell less: every word must be one, one be long,
_LEAD_OF_FEW = 1.7  # and the lead be clear
_LONG = 5  # letters


def language_of(text: str) -> str:
    """Return the code of a text's language, of two letters; "en" where nothing tells."""
    return other_language(text, "en") or "en"


def language_unlike(question: str, passages: Sequence[str]) -> str | None:
    """Return the code of a question's language where it is clearly not that of the passages."""
    text = " ".join(passages)
    own = language_of(text)
    other = other_language(question, own)
    return None if other and _share_in(other, text, own) >= _MIXED else other


def other_language(question: str, expected: str) -> str | None:
    """Return the code of a question's language where it is clearly not `expected`, else None.

    Names and misspelt words, which no language lists, tell nothing.
    """
    start = unicodedata.normalize("NFC", question[:_LONGEST])
    code = _by_script(start)
    if code:
        return None if code == expected or (code, expected) == ("zh", "ja") else code
    words = _WORD.findall(start.lower())
    if not words or _mean(words, _frequent(expected)) >= _PLAIN:
        return None
    return _by_words(words, expected)


def typicality(text: str, language: str) -> float:
    """Return how frequent the words of a text are in a language: their mean on the Zipf scale."""
    words = _WORD.findall(text.lower())
    return _mean(words, _frequent(language)) if words else 0.0


def _share_in(language: str, text: str, most: str) -> float:
    """Return the share of a text's words in sentences of a language, where most are of another."""
    sentences = _SENTENCE_END.split(text)
    counts = [len(_WORD.findall(one)) for one in sentences]
    are_in = [other_language(one, most) == language for one in sentences]
    return sum(itertools.compress(counts, are_in)) / max(sum(counts), 1)


def _by_script(text: str) -> str | None:
    """Return the language that is written in most letters' script; None: Latin, or unknown."""
    if text.isascii():
        return None
    letters = [character for character in text if character.isalpha()]
    others = [letter for letter in letters if not letter.isascii()]
    scripts = Counter(re.split("[ -]", unicodedata.name(letter, ""))[0] for letter in others)
    latin = len(letters) - len(others) + scripts.pop("LATIN", 0)
    if scripts.total() * _DENSER < latin:
        return None
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    script = "HIRAGANA" if kana else scripts.most_common(1)[0][0] if scripts else ""
    code = _SCRIPTS.get(script)
    telling, neighbour = _OWN_LETTERS.get(code or "", ("", None))
    return neighbour if any(letter in text for letter in telling) else code


def _by_words(words: Sequence[str], expected: str) -> str | None:
    listed = [word for word in words if any(word in frequent_words(code) for code in _LATIN)]
    if not listed:
        return None
    means = {code: _mean(listed, frequent_words(code)) for code in _LATIN}
    best = max(means, key=lambda code: means[code])
    lead = means[best] - _mean(listed, _frequent(expected))
    if len(listed) > _FEW:
        return best if lead >= _LEAD else None
    others = [word for word in words if word not in listed and word.isascii()]
    is_whole = not others and max(map(len, words)) >= _LONG
    return best if is_whole and lead >= _LEAD_OF_FEW else None


def _frequent(code: str) -> Mapping[str, float]:
    return frequent_words(code) if code in _LATIN else {}


def _mean(words: Sequence[str], known: Mapping[str, float]) -> float:
    return sum(known.get(word, _UNLISTED) for word in words) / len(words)
