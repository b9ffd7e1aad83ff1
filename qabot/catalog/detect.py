"""What a policy's text tells about itself: its title, its company and its date."""

import re

from babel import Locale
from babel.core import UnknownLocaleError

from qabot.catalog.announcements import Announced, announced_date, date_alone
from qabot.catalog.dates import is_day_first
from qabot.catalog.names import company_in_text, display_name, domain_of, kind_of, owns, title_parts
from qabot.records import Fact, Reading

_TITLE_LINES = 6  # lines on top among which the title is
_LONGEST_TITLE = 90  # characters
_PUBLISHED = re.compile(r"\b[Pp]ublished (?:at|on):? (https?://\S+)")
_SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to"}
_OF_NO_COUNTRY = {"ai", "app", "cc", "co", "eu", "fm", "gg", "io", "ly", "me", "sh", "to", "tv"}


def detected(reading: Reading, url: str | None) -> dict[str, Fact]:
    """Return the facts title, company and effective as far as the text tells them.

    Where a date is announced that is no day, or of which it is unclear which, `undated` says so.
    """
    facts = {**_named(reading, url)}
    facts |= _dated(reading, domain_of(url or ""))
    published = _PUBLISHED.search(reading.text[:3000])
    if published:
        facts["url"] = Fact(published[1].rstrip(".,;)"), f'text: "{published[0].rstrip(".,;)")}"')
    return facts


def _dated(reading: Reading, domain: str) -> dict[str, Fact]:
    """The day that the text announces, unless a <time> settles it; else one alone on its line."""
    day_first = _puts_day_first(reading, domain)
    found = announced_date(reading.text, day_first)
    by_machine = _of_times(reading)
    if by_machine and (found is None or {*by_machine.days} < {*found.readings}):
        return {"effective": Fact(by_machine.days[0].isoformat(), f'<time>: "{by_machine.phrase}"')}
    found = found or date_alone(reading.text, day_first)
    if found is None:
        return {"effective": reading.facts["archived"]} if "archived" in reading.facts else {}
    if len(found.days) == 1:
        return {"effective": Fact(found.days[0].isoformat(), f'text: "{found.phrase}"')}
    return {"undated": Fact(found.phrase, _why_undated(found))}


def _of_times(reading: Reading) -> Announced | None:
    """What is announced before the page's <time> elements, if it is a day of the calendar."""
    times = reading.facts.get("time")
    found = announced_date(times.value, None) if times else None
    return found if found and found.days else None


def _why_undated(found: Announced) -> str:
    if not found.days:
        return f'text: "{found.phrase}", which is no day of the calendar'
    either, other = (f"{day.day} {day:%B %Y}" for day in found.days)
    return f'text: "{found.phrase}", which can be {either} or {other}'


def _puts_day_first(reading: Reading, domain: str) -> bool | None:
    """Whether a file writes the day first in figures: as its other dates, language, country do."""
    by_dates = is_day_first(reading.text)
    if by_dates is not None:
        return by_dates
    language = reading.facts["language"].value if "language" in reading.facts else ""
    if language:
        by_language = _day_first_in(language.replace("-", "_"))
        if by_language is not None:
            return by_language
    country = {"uk": "gb"}.get(domain.rsplit(".", 1)[-1], domain.rsplit(".", 1)[-1])
    is_country = len(country) == 2 and country not in _OF_NO_COUNTRY
    return _day_first_in(f"und_{country.upper()}") if is_country else None


def _day_first_in(locale: str) -> bool | None:
    """None where people write the year first, and in English of no country."""
    if locale.lower() == "en":
        return None
    try:
        pattern = Locale.parse(locale).date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return None
    return None if pattern.startswith("y") else pattern.index("d") < pattern.index("M")


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
        facts["title"] = Fact(heading, f'text: "{heading}"')
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
