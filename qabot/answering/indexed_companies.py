"""The companies that an index holds policies of, as a question may name them."""

import re
from collections.abc import Collection

from qabot.answering.query.company_names import CompanyNames
from qabot.index.passage_index import PassageIndex
from qabot.records import Span

_WORD = re.compile(r"[^\W\d_]+")


class IndexedCompanies:
    """The companies of an index, by all their names, for those who may see all or some of them."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        self._aliases: dict[str, list[str]] = {}
        for entry in index.corpus.entries:
            self._aliases.setdefault(entry.company, []).extend(entry.aliases)
        self._names: dict[frozenset[str] | None, CompanyNames] = {}

    @property
    def displayed(self) -> Collection[str]:
        """Their display names, in the order of the corpus."""
        return self._aliases.keys()

    def names(self, among: frozenset[str] | None) -> CompanyNames:
        """Return the names of all companies, or of these alone; made when first needed."""
        names = self._names.get(among)
        if names is None:
            seen = {c: a for c, a in self._aliases.items() if among is None or c in among}
            names = self._names[among] = CompanyNames(seen, self._says)
        return names

    def _says(self, company: str, phrase: str) -> bool:
        """Tell whether a company's policies have a phrase, in any case."""
        sought, corpus = phrase.lower(), self._index.corpus
        scope = self._index.scope(frozenset((company,)), None, Span(None, None))
        words = {*_WORD.findall(sought)}
        if corpus.holding(words, scope.versions) != words:  # most names: no text is read
            return False
        pattern = re.compile(rf"(?<!\w){re.escape(sought)}(?!\w)")
        texts = (corpus.text(entry.id).lower() for entry in scope.entries)
        return any(sought in text and pattern.search(text) for text in texts)
