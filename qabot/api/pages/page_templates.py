"""Pages for people: what is indexed, and a version's text with every passage addressable.

They hold no script and no style of their own, so they are served under a policy that allows none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from qabot.api.pages.layout import blocks, contents
from qabot.index.releases import Manifest
from qabot.records import Entry, Passage, Version
from qabot.service.wording import in_force, written

_FEW = 3  # companies whose policies are shown unfolded


@dataclass(frozen=True, slots=True)
class _Policy:
    shown: Entry  # in force today, or the nearest to it
    others: tuple[Entry, ...]  # newest first


def version_page(version: Version, passages: Sequence[Passage], root: str = "") -> str:
    """Return a version as a page: what it is, and its text.

    `root` is the path that the service stands behind, "" for none.

    Each line, passage and sentence has the id `p` and where it begins in the text. The element with
    the id "text" holds the version's text, letter by letter, and nothing else.
    """
    return _templates.get_template("version.html").render(
        root=root,
        version=version,
        host=_host(version.url),
        today=date.today(),
        contents=contents(version),
        blocks=blocks(version, passages),
    )


def home_page(
    entries: Sequence[Entry],
    manifest: Manifest,
    today: date,
    key: str | None,
    version_url: Callable[[str], str],
    root: str = "",
) -> str:
    """Return the page around the widget that lists what is indexed.

    `entries` are the versions that the reader may see; `key` is the widget's publishable key, as it
    stands in the page for everyone; `version_url` gives a version's address from its id; `root` is
    the path that the service stands behind, "" for none.
    """
    companies = _companies(entries, today)
    return _templates.get_template("home.html").render(
        root=root,
        companies=companies,
        unfolded=len(companies) <= _FEW,
        counted=_counted(companies, len(entries)),
        build=manifest.id,
        built=datetime.fromisoformat(manifest.created).date(),
        today=today,
        key=key,
        version_url=version_url,
    )


def refusal_page(status: int, detail: str, root: str = "") -> str:
    """Return the page for a person who is not shown what they asked for, with the way out."""
    return _templates.get_template("refusal.html").render(
        root=root, heading=_REFUSED.get(status, "This page is not there"), detail=detail
    )


_REFUSED = {
    401: "This page needs a key",
    403: "This page is not open here",
    404: "This page is not there",
    429: "Too many requests",
    503: "Not available right now",
}


def page_style() -> bytes:
    """Return the style sheet of both pages."""
    return files(__package__).joinpath("page.css").read_bytes()


def _companies(entries: Sequence[Entry], today: date) -> list[tuple[str, list[_Policy]]]:
    """Return companies and their policies, both in order of their names."""
    ordered = sorted(entries, key=lambda entry: (entry.company.casefold(), entry.company))
    companies = []
    for company, of_company in groupby(ordered, attrgetter("company")):
        by_policy = groupby(sorted(of_company, key=attrgetter("policy")), attrgetter("policy"))
        policies = [_policy(list(versions), today) for _, versions in by_policy]
        companies.append((company, sorted(policies, key=lambda one: one.shown.title.casefold())))
    return companies


def _counted(companies: Sequence[tuple[str, Sequence[_Policy]]], versions: int) -> str:
    policies = sum(len(of_company) for _, of_company in companies)
    parts = ((policies, "policy", "policies"), (len(companies), "company", "companies"))
    of = " of ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in parts)
    return f"{of}, {versions:,} version{'' if versions == 1 else 's'}"


def _policy(versions: Sequence[Entry], today: date) -> _Policy:
    newest_first = sorted(versions, key=_since, reverse=True)
    begun = [version for version in newest_first if _since(version) <= today]
    shown = begun[0] if begun else newest_first[-1]
    return _Policy(shown, tuple(version for version in newest_first if version is not shown))


def _since(version: Entry) -> date:
    return version.begins or date.min


def _in_force(version: Version | Entry, today: date) -> str:
    said = in_force(version.effective_from, version.effective_until, today, version.first_seen)
    return said[0].upper() + said[1:]


def _host(url: str | None) -> str | None:
    """Return the host of a web address, None where it is none: "javascript:" is not linked to."""
    found = urlsplit(url or "")
    return found.hostname if found.scheme in ("http", "https") else None


_templates = Environment(
    loader=PackageLoader(__name__),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_templates.filters.update(day=written, in_force=_in_force)
