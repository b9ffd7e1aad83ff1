"""The names that each company is known by, with the company's, for look-up by key.

A key is a name without case, spaces and punctuation, as `catalog.names.name_key` returns it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qabot.answering.query.question_words import WORD
from qabot.catalog.names import domain_of, name_key, same_company, slug
from qabot.word_frequencies import is_ordinary

DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
"""Matches a domain as a whole."""

ARTICLES = frozenset(("the", "a", "an"))


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the names of all companies are looked up in."""

    companies: Mapping[str, tuple[str, ...]]  #: key to the companies with the best claim on it
    spelling: Mapping[str, str]  #: key to the name as it was declared
    brief: frozenset[str]  #: keys of first words that are ordinary or of a few letters
    beginnings: frozenset[str]  #: all beginnings of keys
    similar: Mapping[tuple[str, bool], Sequence[str]]
    """What a misspelt word is compared with: the keys of more than four letters, by their first
    letter and whether they are domains."""


def known_names(names: Mapping[str, Iterable[str]]) -> KnownNames:
    """Return the names of companies, given as display name to further names.

    Further names are legal names, domains and aliases. Also known are a name without its article
    ("Ledger" for "The Ledger"), the label of a domain ("nexmo" for nexmo.com) and the first word of
    a name ("Larkfield" for "Larkfield Telecom"). Where two companies have a claim on a key, it is
    that of the one whose display name it is, then of those of whom it is a further name, then of
    those of whom it is a part.
    """
    own_names = {same_company(company): company for company in names}
    given = {
        company: (
            company,
            *(name for name in others if own_names.get(same_company(name), company) == company),
        )
        for company, others in names.items()
    }
    own = _keys({company: (company,) for company in given}, _whole_keys)
    further = _keys(given, _whole_keys)
    parts = _keys(given, _parts)
    first_words = _keys(given, _first_words)
    spelling: dict[str, str] = {}
    for name in (name for all_names in given.values() for name in reversed(all_names)):
        for key in (*_parts(name), *_whole_keys(name)):
            spelling[key] = name
    companies = {**first_words, **parts, **further, **own}
    companies.pop("", None)
    brief = frozenset(
        key
        for key in first_words.keys() - parts.keys() - further.keys() - own.keys()
        if is_ordinary(key) or (len(key) < 4 and key.isalpha())
    )
    similar: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    for key in companies:
        if len(key) > 4 and key not in brief:
            declared = spelling.get(key, "")
            is_domain = bool(DOMAIN.fullmatch(declared)) and key == name_key(declared)
            similar[key[0], is_domain].append(key)
    return KnownNames(
        companies=companies,
        spelling=spelling,
        brief=brief,
        beginnings=frozenset(key[:end] for key in companies for end in range(len(key) + 1)),
        similar=similar,
    )


def _keys(
    names: Mapping[str, Iterable[str]], keys_of: Callable[[str], Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the companies by each key of each of their names."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)  # ordered sets
    for company, all_names in names.items():
        for name in all_names:
            for key in keys_of(name):
                found[key][company] = None
    return {key: tuple(companies) for key, companies in found.items()}


def _whole_keys(name: str) -> Iterator[str]:
    """Yield a name's keys with and without its legal form."""
    yield name_key(name)
    yield same_company(name)


def _parts(name: str) -> Iterator[str]:
    """Yield the keys of a domain's label and of a name without its article."""
    if DOMAIN.fullmatch(name):
        yield name_key(domain_of(f"https://{name}").split(".")[0])
    article, _, rest = name.partition(" ")
    if article.lower() in ARTICLES and rest:
        yield from _whole_keys(rest)


def _first_words(name: str) -> Iterator[str]:
    """Yield the key of the first word of several, where it is long enough to tell something."""
    words = [] if DOMAIN.fullmatch(name) else WORD.findall(name)
    if len(words) > 1:
        first = slug(words[0])
        if len(first) > 3 or (words[0].isupper() and not first.isdigit()):
            yield first
