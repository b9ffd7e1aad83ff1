"""What a policy's text tells about itself: its title, its company and its date."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from babel import Locale
from babel.core import UnknownLocaleError

from qabot.catalog.announcements import Announced, announced_date, date_alone, date_at_foot
from qabot.catalog.dates import declared_date, is_day_first
from qabot.catalog.names import (
    calm_word,
    display_name,
    domain_of,
    ends_in_legal_form,
    is_owner,
    owns,
    same_company,
    without_legal_form,
)
from qabot.catalog.owners import (
    company_in_text,
    is_company_line,
)
from qabot.catalog.titles import (
    kind_of,
    title_parts,
)
from qabot.records import Fact, Reading
from qabot.word_frequencies import frequency

_TITLE_LINES = 6  # lines on top among which the title is
_LONGEST_TITLE = 90  # characters
_LONGEST_NAME = 5  # words
_EVERYDAY = 4  # on the Zipf scale: "delivery", "returns"; "hazel" is rarer
_HEAD, _FOOT = 60_000, 20_000  # characters in which a text says whose it is, and since when
_PUBLISHED = re.compile(r"\b[Pp]ublished (?:at|on):? (https?://\S+)")
_IMPRINT = 400  # characters
_PROPERTIES = 1_500  # characters in which a text lists what it is: owner, version, company
_PROPERTY = re.compile(
    r"(?:^(?:[-•] )?|\| )(?:Company|Company name|Legal entity|Organi[sz]ation|Employer|Unternehmen|"
    r"Firma|Société|Entreprise|Empresa|Azienda|Bedrijf): "
    r"(?P<name>[A-Z0-9À-ÖØ-Þ][\w&’'.-]*(?:,? [\w&’'.-]+){0,5})(?= \||$)",
    re.MULTILINE,
)
_LABELLED = re.compile(r"[A-Z][\w’'-]*(?: [\w’'()/&-]+){0,4}: \S")
_DIVIDED = re.compile(r" (?:[|–—•·∙⋅»›>~/-]|::) | ?[|»] ")
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
    found = announced_date(_announcing(reading.text), day_first)
    by_machine = _of_times(reading)
    if by_machine and (found is None or {*by_machine.days} < {*found.readings}):
        return {"effective": Fact(by_machine.days[0].isoformat(), f'<time>: "{by_machine.phrase}"')}
    found = found or date_alone(reading.text, day_first) or date_at_foot(reading.text, day_first)
    if found is None:
        return _dated_beside(reading)
    if len(found.days) == 1:
        return {"effective": Fact(found.days[0].isoformat(), f'text: "{found.phrase}"')}
    return {"undated": Fact(found.phrase, _why_undated(found))}


def _dated_beside(reading: Reading) -> dict[str, Fact]:
    """The day on which a site says that it changed the file, else that of the archive."""
    updated = reading.facts.get("updated")
    day = declared_date(updated.value) if updated else None
    if updated and day:
        return {"effective": Fact(day.isoformat(), updated.origin)}
    return {"effective": reading.facts["archived"]} if "archived" in reading.facts else {}


def _of_times(reading: Reading) -> Announced | None:
    """What is announced before the page's <time> elements, if it is a day of the calendar."""
    times = reading.facts.get("time")
    found = announced_date(_announcing(times.value), None) if times else None
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


def company_from_title(title: str, reading: Reading, domain: str) -> str | None:
    """Return the company that a title names beside the policy, if more confirms it.

    Text, domain and the page's copyright line confirm a name, and so does its own legal form.
    """
    name = name_in_title(title)
    if not name:
        return None
    rest = reading.text.replace(title, "", 1)
    shown = display_name(name, rest)
    spelt = sum(_uses(form, rest) for form in {shown, shown.upper()})
    is_used = spelt > rest.count(shown.lower() if shown[0].isupper() else " ")
    has_form = without_legal_form(name) != name
    is_confirmed = is_used or has_form or owns(shown, domain) or _has_rights(shown, reading)
    return shown if is_confirmed else None


def _uses(name: str, text: str) -> int:
    """Return how often a text uses a name, and not as the end of a longer one: "Acme Parking"."""
    longer = len(re.findall(rf"(?<=[^\W\d_a-zß-ÿ])[\w’'&-]* {re.escape(name)}(?!\w)", text))
    return text.count(name) - longer


def name_in_title(title: str) -> str:
    """Return what may be a company's name in a title, or ""."""
    _, name = title_parts(title)
    is_name = is_owner(name) and name[0].isalnum()
    is_name = is_name and len(without_legal_form(name).split()) <= _LONGEST_NAME
    return name if is_name else ""


def company_beside_title(title: str) -> str | None:
    """Return the name that a page's title has behind or before that of the policy.

    Nothing else confirms it, so it must be divided from the policy, and have a rare word.
    """
    name = without_legal_form(name_in_title(title)) if _DIVIDED.search(title) else ""
    return display_name(name, "") if name and _is_rare(name) else None


def _has_rights(name: str, reading: Reading) -> bool:
    """Whether a line that was left out as furniture says that the page's copyright is theirs."""
    owner = company_in_text("\n".join(_imprints(reading)), "")
    return owner is not None and same_company(owner) == same_company(name)


def _imprints(reading: Reading) -> Iterator[str]:
    """Yield the ends of what was left out at the foot of a page: whose site and copyright it is."""
    for removed in reading.removed:
        if removed.rule in ("footer", "copyright line") or "©" in removed.text:
            yield removed.text[-_IMPRINT:]


def _named(reading: Reading, url: str | None) -> dict[str, Fact]:
    lines = _top_lines(reading)
    titles = [(line, title) for line in lines if (title := title_parts(line)[0])]
    facts: dict[str, Fact] = {}
    for line, title in titles[:1]:
        facts["title"] = Fact(calm_title(title, reading.text), f'text: "{line}"')
    if not titles and reading.sections[-1].trail:
        named = [section.trail[-1] for section in reading.sections if section.trail]
        heading = next((one for one in named if not is_company_line(one)), named[0])
        facts["title"] = Fact(calm_title(heading, reading.text), f'text: "{heading}"')
    company = next(_companies(reading, [line for line, _ in titles], domain_of(url or "")), None)
    return {**facts, "company": company} if company else facts


def _companies(reading: Reading, titles: Sequence[str], domain: str) -> Iterator[Fact]:
    """Yield the companies that a file may be of, the surest first."""
    text = reading.text
    if (said := _PROPERTY.search(text[:_PROPERTIES])) and is_owner(said["name"]):
        yield Fact(display_name(said["name"], text), f'text: "{said[0].strip(" |")}"')
    for line in titles:
        if company := company_from_title(line, reading, domain):
            yield Fact(company, f'text: "{line}"')
    yield from _beside_title(reading, titles, domain)
    if used := company_in_text(_announcing(text), domain):
        yield Fact(display_name(used, text), "text: the name it uses most")
    for imprint in _imprints(reading):
        if owner := company_in_text(imprint, domain):
            yield Fact(display_name(owner, text), "text: the foot of its page")
    site = domain or (reading.facts["site"].value if "site" in reading.facts else "")
    if site:
        yield Fact(display_name(site, text), "domain of its address")
    for line in titles[:1]:
        if _DIVIDED.search(line) and (name := name_in_title(line)):
            yield Fact(display_name(name, text), f'text: "{line}"')


def _beside_title(reading: Reading, titles: Sequence[str], domain: str) -> Iterator[Fact]:
    """Yield the line right below or above the title, if it is a company's name alone.

    A legal form says that it is; a name without one counts like one in a title, and not where
    it may be a heading.
    """
    text = reading.text
    lines = [line for line in text[:3000].split("\n") if line][: _TITLE_LINES + 1]
    headings = {section.trail[-1] for section in reading.sections if section.trail}
    for above, below in pairwise(lines):
        for line, title in ((below, above), (above, below)):
            if {title, line}.isdisjoint((*titles, lines[0])) or kind_of(line):
                continue
            if is_company_line(line):
                yield Fact(display_name(line, text.replace(line, "", 1)), f'text: "{line}"')
            elif line is below and line not in (*titles, *headings) and _is_rare(line):
                elsewhere = replace(reading, text=text.replace(line, "", 1))
                company = company_from_title(f"{title} | {line}", elsewhere, domain)
                if company and same_company(company) == same_company(line):
                    yield Fact(company, f'text: "{line}"')


def _is_rare(name: str) -> bool:
    """Whether a line of few words, each with a capital, has one that is no everyday word."""
    words = [re.sub(r"[’']s$", "", word) for word in name.split()]
    is_name = not any(word.islower() and word not in _SMALL_WORDS for word in words)
    return is_name and len(words) <= _LONGEST_NAME and any(map(_is_rare_word, words))


def _is_rare_word(word: str) -> bool:
    if word.isalpha():
        return frequency(word.lower()) < _EVERYDAY
    return any(map(str.isalpha, word)) and re.search(r"\d|[’'&]", word) is not None


def _announcing(text: str) -> str:
    """Return a text without its middle, where it is longer than what a policy announces takes."""
    return text if len(text) <= _HEAD + _FOOT else f"{text[:_HEAD]}\n\n{text[-_FOOT:]}"


def _top_lines(reading: Reading) -> list[str]:
    """Return the lines on top that may be the title: one of several properties is none."""
    lines = [line for line in reading.text[:3000].split("\n") if line][:_TITLE_LINES]
    headings = {section.trail[-1] for section in reading.sections if section.trail}
    labelled = [bool(_LABELLED.match(line)) and line not in headings for line in (*lines, "")]
    return [
        line
        for i, line in enumerate(lines)
        if len(line) <= _LONGEST_TITLE
        and not (labelled[i] and (labelled[i - 1] or labelled[i + 1]))
        and (kind_of(line) or ends_in_legal_form(line) or not line.endswith((".", ":", ";")))
    ]


def calm_title(title: str, text: str) -> str:
    """Return a title that is all in capitals as people write it: words keep those of `text`."""
    if not title.isupper():
        return title
    prose = "\n".join(line for line in text.split("\n") if not line.isupper())
    words = [
        re.sub(r"\w(?:.*\w)?", lambda found: _calm(found[0], prose), word) for word in title.split()
    ]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _calm(word: str, prose: str) -> str:
    """A word of a title in capitals as prose writes it, else without them."""
    if word.lower() in _SMALL_WORDS:
        return word.lower()
    loud = len(re.findall(rf"\b{re.escape(word)}\b(?! [A-Z]{{2}})", prose))
    calm = sum(prose.count(form) for form in (word.capitalize(), word.lower()))
    if loud != calm:
        return word if loud > calm else word.capitalize()
    return calm_word(word)
