"""What is known of one policy file, field by field: what is declared goes before what is found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from qabot.catalog.dates import declared_date
from qabot.catalog.detect import (
    calm_title,
    company_beside_title,
    company_from_title,
    detected,
    name_in_title,
)
from qabot.catalog.names import (
    display_name,
    domain_of,
    is_owner,
    same_company,
    slug,
    without_site,
)
from qabot.catalog.rows import Row
from qabot.catalog.titles import (
    divided,
    kind_of,
    title_parts,
)
from qabot.errors import UnreadableFile
from qabot.readers.front_matter import FIELDS
from qabot.readers.reading import CATALOG
from qabot.records import FRONT_MATTER, Fact, Reading

_WRITTEN_FOR_US = (FRONT_MATTER, CATALOG)
_FOR_THE_SITE = ("og:site_name", "JSON-LD", "meta application-name")
NO_ADDRESS = "none"
"""Declared in place of an address: the policy is not public, whatever its text says."""

_FILE_NAME = "file name"
_FOLDER = "folder name"
_UNNAMED = Fact("Unnamed company", "no name found")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of one file before it is compared with the others."""

    path: Path
    reading: Reading
    facts: Mapping[str, Fact]  #: company, policy and title always; effective and url if known
    aliases: tuple[str, ...]


def is_unnamed(company: str) -> bool:
    """Whether no name was found of the company whose policy a file is."""
    return company == _UNNAMED.value


def is_declared(fact: Fact) -> bool:
    """Whether a person stated it as such, so that it is kept letter by letter."""
    found = ("text", "domain", _FILE_NAME, _FOLDER, _UNNAMED.origin)
    return not fact.origin.startswith(found)


def draft_of(path: Path, reading: Reading, row: Row) -> Draft:
    """Collect what front matter, catalog.yaml, the page, name and text say, in this order."""
    front = {key: fact for key, fact in reading.facts.items() if fact.origin == FRONT_MATTER}
    own = {key: fact for key, fact in reading.facts.items() if key in FIELDS}
    site = own.get("company")
    if site and site.origin in _FOR_THE_SITE and not is_owner(site.value):
        del own["company"]
    elif site and site.origin in _FOR_THE_SITE:
        name = without_site(site.value)
        name = display_name(name, reading.text) if name.isupper() else name
        own["company"] = Fact(name, site.origin)
    declared = {**own, **row.facts, **front}
    has_no_address = "url" in declared and declared["url"].value.casefold() == NO_ADDRESS
    declared = _with_sound_address(path, declared)
    title = declared.get("title")
    named = _from_folder(path, reading.text)
    found = detected(reading, declared["url"].value if "url" in declared else None)
    if title and title.origin not in _WRITTEN_FOR_US:
        declared, found = _split_title(declared, found, reading)
    if "effective" in declared:
        declared["effective"] = _checked_day(path, declared["effective"])
    company, kind = _company_and_kind(path.stem)
    is_named = bool(kind) and is_owner(company)
    if is_named and "title" in found:
        company = _whole_name(company, found["title"].value)
    last = {
        "company": Fact(display_name(company, reading.text), _FILE_NAME) if is_named else _UNNAMED,
        "title": Fact(" ".join(re.split(r"[-_\s]+", path.stem)), _FILE_NAME),
    }
    last |= _dated_by_name(path)
    facts = {**last, **found, **named, **declared}
    if has_no_address:
        facts.pop("url", None)
    if "effective" in facts:
        facts.pop("undated", None)
    return Draft(path, reading, facts, row.aliases)


def _whole_name(name: str, title: str) -> str:
    """Return a name out of a file's name as the title goes on with it: "acme" in "Acme Parking"."""
    whole = name_in_title(title)
    return whole if slug(whole).startswith(f"{slug(name)}-") else name


def _split_title(
    declared: dict[str, Fact], found: dict[str, Fact], reading: Reading
) -> tuple[dict[str, Fact], dict[str, Fact]]:
    """Take the company out of a page's title: it is no part of the policy's."""
    page_title = declared["title"]
    domain = domain_of(declared["url"].value) if "url" in declared else ""
    title, _ = title_parts(page_title.value)
    company = company_from_title(page_title.value, reading, domain)
    if company:
        found = {**found, "company": Fact(company, f'text: "{page_title.value}"')}
    elif "company" not in found and (beside := company_beside_title(page_title.value)):
        found = {**found, "company": Fact(beside, f'text: "{page_title.value}"')}
    known = declared.get("company") or found.get("company")
    if known and not title:
        parts = divided(page_title.value)
        own = same_company(known.value)
        others = [part for part in parts if same_company(without_site(part)) != own]
        title = others[0] if len(others) == 1 < len(parts) else ""
    if not title:
        headings = {name.casefold() for section in reading.sections[:3] for name in section.trail}
        same = [one for one in divided(page_title.value) if one.casefold() in headings]
        title = same[0] if same else ""
    shown = calm_title(title or page_title.value, reading.text)
    return {**declared, "title": Fact(shown, page_title.origin)}, found


def _from_folder(path: Path, text: str) -> dict[str, Fact]:
    """What names say where a folder holds the versions of one policy, each named by its date."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", path.stem):
        return {}
    day = declared_date(path.stem)
    if day is None:
        raise UnreadableFile(
            f"{path}: its name looks like a date, but no calendar has it; rename it."
        )
    facts = {"effective": Fact(day.isoformat(), _FILE_NAME)}
    folder = path.parent.name
    company, kind = _company_and_kind(folder)
    if company and kind:
        facts["company"] = Fact(display_name(company, text), _FOLDER)
    if folder:
        facts["policy"] = Fact(kind or slug(folder), _FOLDER)
    return facts


def _dated_by_name(path: Path) -> dict[str, Fact]:
    """The day that a file's name has beside other words: "privacy-2024-06-01"."""
    found = re.search(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)", path.stem)
    written = f"{found[1]}-{found[3]}-{found[4]}" if found else ""
    if day := declared_date(written):
        return {"effective": Fact(day.isoformat(), _FILE_NAME)}
    if found and found[2]:
        return {"undated": Fact(written, f'{_FILE_NAME}: "{found[0]}" is no day of the calendar')}
    return {}


def _company_and_kind(name: str) -> tuple[str, str]:
    """Split "acme-telecom-privacy-policy" into "acme telecom" and "privacy"."""
    words = re.split(r"[-_\s]+", name)
    for cut in range(len(words)):
        kind = kind_of(" ".join(words[cut:]))
        if kind:
            return " ".join(words[:cut]), kind
    return " ".join(words), ""


def _web_address(written: str) -> str:
    """Return an address with blanks and the like in it percent-encoded, or "" if it is none."""
    is_one = re.fullmatch(r"https?://[^\s/?#\"<>\\]+(?:[/?#].*)?", written, re.IGNORECASE)
    if is_one is None or re.search(r"\s[a-z]+://", written):
        return ""
    return re.sub(r"[\s\"<>\\^`{|}]", lambda sign: quote(sign[0]), written)


def _with_sound_address(path: Path, declared: dict[str, Fact]) -> dict[str, Fact]:
    """Write the address as a browser follows it; refuse one that cannot be linked to.

    A page's own canonical link that cannot is passed over.
    """
    url = declared.get("url")
    if url is None:
        return declared
    if url.value.casefold() == NO_ADDRESS:
        return {key: fact for key, fact in declared.items() if key != "url"}
    if address := _web_address(url.value):
        return {**declared, "url": replace(url, value=address)}
    if url.origin in _WRITTEN_FOR_US:
        raise UnreadableFile(
            f'{path}: the url "{url.value}" ({url.origin}) is no web address; '
            "start it with https:// or leave it out."
        )
    return {key: fact for key, fact in declared.items() if key != "url"}


def _checked_day(path: Path, fact: Fact) -> Fact:
    day = declared_date(fact.value)
    if day is None:
        raise UnreadableFile(
            f'{path}: the effective date "{fact.value}" ({fact.origin}) is not one day of the '
            "calendar; write it as YYYY-MM-DD."
        )
    return Fact(day.isoformat(), fact.origin)
