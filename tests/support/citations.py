"""Citations as tests need them."""

from qabot.records import Citation, Highlight


def cited(quote: str, *marked: str, start: int = 0) -> Citation:
    """Return a citation of a quote that begins at `start` in its version, with these texts marked.

    All else is the same each time, and is replaced where a test looks at it.
    """
    spots = [(start + quote.index(one), one) for one in marked]
    return Citation(
        quote=quote,
        start=start,
        end=start + len(quote),
        sha256="",
        highlight=tuple(Highlight(at, at + len(one)) for at, one in spots),
        company="Harbour",
        policy="harbour/terms",
        version="harbour/terms",
        title="Terms",
        section=(),
        page=None,
        effective_from=None,
        effective_until=None,
        url=None,
        score=1.0,
        lead_in="",
    )
