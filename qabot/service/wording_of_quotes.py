"""What is pasted beside a quote, in the language of the quote."""

from datetime import date, timedelta

from qabot.answering.query.language import language_of
from qabot.records import Citation
from qabot.service.wording import in_force, policy_of, section_of

_IN_FORCE = {  # since a day, and between two, as customers read it; others read English
    "de": ("gültig seit {since}", "gültig vom {since} bis {last}", "Seite"),
    "fr": ("en vigueur depuis le {since}", "en vigueur du {since} au {last}", "page"),
    "es": ("en vigor desde el {since}", "en vigor del {since} al {last}", "página"),
    "it": ("in vigore dal {since}", "in vigore dal {since} al {last}", "pagina"),
    "nl": ("van kracht sinds {since}", "van kracht van {since} tot en met {last}", "pagina"),
    "pt": ("em vigor desde {since}", "em vigor de {since} a {last}", "página"),
}


def pasted_source(citation: Citation, today: date) -> str:
    """Return policy, section and since when it is in force, worded as the quote's language is."""
    since, until = citation.effective_from, citation.effective_until
    code = language_of(citation.quote)
    if code not in _IN_FORCE or since is None or since > today:
        page = f"page {citation.page}" if citation.page else ""
        when = in_force(since, until, today)
    else:
        from babel.dates import format_date  # here: hardly an answer needs it

        since_words, between, page_word = _IN_FORCE[code]
        page = f"{page_word} {citation.page}" if citation.page else ""
        last = until and format_date(until - timedelta(days=1), "long", locale=code)
        when = (between if last else since_words).format(
            since=format_date(since, "long", locale=code), last=last
        )
    parts = [policy_of(citation), section_of(citation), page, when]
    return " · ".join(" ".join(part.split()) for part in parts if part.strip())
