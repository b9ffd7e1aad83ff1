"""What a policy's text tells about itself: its title, its company and its date."""

import re

from qabot.catalog.dates import announced_date
from qabot.catalog.names import company_in_text, display_name, domain_of, kind_of, owns, title_parts
from qabot.records import Fact, Reading

_TITLE_LINES = 6  # lines on top among which the title is
_LONGEST_TITLE = 90  # characters
_PUBLISHED = re.compile(r"\b[Pp]ublished (?:at|on):? (https?://\S+)")
_SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to"}
_MONTH_FIRST = {"us", "ph"}  # countries, by top-level domain; all others write the day first


def detected(reading: Reading, url: str | None) -> dict[str, Fact]:
    """Return the facts title, company and effective as far as the text tells them."""
    facts = {**_named(reading, url)}
    domain = domain_of(url or "")
    country = domain.rsplit(".", 1)[-1]
    found = announced_date(reading.text, len(country) == 2 and country not in _MONTH_FIRST)
    if found:
        facts["effective"] = Fact(found[0].isoformat(), f'text: "{found[1]}"')
    elif "archived" in reading.facts:
        facts["effective"] = reading.facts["archived"]
    published = _PUBLISHED.search(reading.text[:3000])
    if published:
        facts["url"] = Fact(published[1].rstrip(".,;)"), f'text: "{published[0].rstrip(".,;)")}"')
    return facts


def company_from_title(title: str, text: str, domain: str) -> str | None:
    """Return the company that a title names beside the policy, if text or domain confirm it."""
    _, name = title_parts(title)
    if not name or len(name.split()) > 4 or not name[0].isalnum():
        return None
    rest = text.replace(title, "", 1)
    shown = display_name(name, rest)
    is_confirmed = rest.count(shown) > rest.count(shown.lower() if shown[0].isupper() else " ")
    return shown if is_confirmed or owns(shown, domain) else None


def _named(reading: Reading, url: str | None) -> dict[str, Fact]:
    text, domain = reading.text, domain_of(url or "")
    facts: dict[str, Fact] = {}
    for line in _top_lines(reading):
        title, _ = title_parts(line)
        if title:
            facts.setdefault("title", Fact(_shown_title(title, text), f'text: "{line}"'))
            company = company_from_title(line, text, domain)
            if company:
                facts.setdefault("company", Fact(company, f'text: "{line}"'))
    if "title" not in facts and reading.sections[-1].trail:
        heading = next(section.trail[0] for section in reading.sections if section.trail)
        facts["title"] = Fact(_shown_title(heading, text), f'text: "{heading}"')
    used = company_in_text(text, domain)
    if used:
        facts.setdefault("company", Fact(display_name(used, text), "text: the name it uses most"))
    site = domain or (reading.facts["site"].value if "site" in reading.facts else "")
    if site:
        facts.setdefault("company", Fact(display_name(site, text), "domain of its address"))
    return facts


def _top_lines(reading: Reading) -> list[str]:
    lines = [line for line in reading.text[:3000].split("\n") if line][:_TITLE_LINES]
    return [
        line
        for line in lines
        if len(line) <= _LONGEST_TITLE and (kind_of(line) or not line.endswith((".", ":", ";")))
    ]


def _shown_title(title: str, text: str) -> str:
    """The title, less loud where it is all in capitals: words keep those they have elsewhere."""
    if not title.isupper():
        return title
    words = [_calm(word, text) for word in title.split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _calm(word: str, text: str) -> str:
    loud = len(re.findall(rf"\b{re.escape(word)}\b(?! [A-Z]{{2}})", text))
    capital, small = (text.count(form) for form in (word.capitalize(), word.lower()))
    if loud > capital + small:
        return word
    return word.lower() if word.lower() in _SMALL_WORDS else word.capitalize()
