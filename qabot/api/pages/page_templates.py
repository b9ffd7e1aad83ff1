"""Pages for people: what is indexed, and a version's text with every passage addressable.

They hold no script and no style of their own, so they are served under a policy that allows none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from qabot.api.pages.cross_references import References
from qabot.api.pages.layout import blocks, contents
from qabot.index.manifest import Manifest
from qabot.records import CELLS, Entry, Passage, Version
from qabot.service.wording import in_force, written

if TYPE_CHECKING:
    from qabot.changes.compare import Change, Changes, Side
    from qabot.changes.passage_now import PassageNow

_FEW = 3  # companies whose policies are shown unfolded


@dataclass(frozen=True, slots=True)
class _Policy:
    shown: Entry  # in force today, or the nearest to it
    others: tuple[Entry, ...]  # newest first


def version_page(
    version: Version,
    passages: Sequence[Passage],
    root: str = "",
    *,
    others: Sequence[Entry] = (),
    version_url: Callable[[str], str] = "/v1/versions/{}".format,
    now: "PassageNow | None" = None,
) -> str:
    """Return a version as a page: what it is, and its text, in which references are links.

    `root` is the path that the service stands behind, "" for none; `others` are the company's other
    versions, and `version_url` gives a version's address from its id. `now` is what became, in the
    version in force, of the passage that the page was opened for.

    Each line, passage and sentence has the id `p` and where it begins in the text. The element with
    the id "text" holds the version's text and nothing else, letter by letter but for what divides
    the cells of a table.
    """
    today = date.today()
    successor = _successor(version, others)
    titles = {
        policy.shown.title: version_url(policy.shown.id)
        for _, of_company in _companies(others, today)
        for policy in of_company
        if policy.shown.policy != version.policy and policy.shown.title != version.title
    }
    return _templates.get_template("version.html").render(
        root=root,
        version=version,
        host=_host(version.url),
        today=today,
        successor=successor,
        newest=_shown([one for one in others if one.policy == version.policy], today),
        has_predecessor=any(
            _since(o) < _since(version) for o in others if o.policy == version.policy
        ),
        version_url=version_url,
        contents=contents(version),
        blocks=blocks(version, passages),
        references=References(version, titles),
        now=now,
        words=_words,
    )


def changes_page(changes: "Changes", root: str = "", *, version_url: Callable[[str], str]) -> str:
    """Return what changed from one version to another as a page; each side leads to its place."""
    return _templates.get_template("changes.html").render(
        root=root,
        before=changes.before,
        after=changes.after,
        groups=[(trail, list(of)) for trail, of in groupby(changes.changes, _trail)],
        unchanged=changes.unchanged,
        words=_words,
        version_url=version_url,
    )


def _trail(change: "Change") -> str:
    """Return where a change stands, from below the heading that is the title."""
    side = change.after or change.before
    return " › ".join(side.section[1:] or side.section) if side else ""


def _words(side: "Side") -> list[tuple[str, bool]]:
    """Return a quote in pieces, each with whether it changed; tables without their dividers."""
    pieces, done = [], side.start
    for one in side.changed:
        pieces += [(done, one.start, False), (one.start, one.end, True)]
        done = one.end
    pieces.append((done, side.end, False))
    text = [(side.quote[a - side.start : b - side.start], changed) for a, b, changed in pieces]
    return [(piece.replace(CELLS, " · "), changed) for piece, changed in text if piece]


def _successor(version: Version, others: Sequence[Entry]) -> Entry | None:
    """Return the version that replaces this one."""
    after = [
        one
        for one in others
        if one.policy == version.policy and one.effective_from == version.effective_until
    ]
    return after[0] if version.effective_until and after else None


def home_page(
    entries: Sequence[Entry],
    manifest: Manifest,
    today: date,
    key: str | None,
    version_url: Callable[[str], str],
    root: str = "",
) -> str:
    """Return the page around the widget that lists the policies; without a key, which only this
    machine needs not, also which build answers.

    `entries` are the versions that the reader may see; `key` is the widget's publishable key, as it
    stands in the page for everyone; `version_url` gives a version's address from its id; `root` is
    the path that the service stands behind, "" for none.
    """
    companies = _companies(entries, today)
    return _templates.get_template("home.html").render(
        root=root,
        companies=companies,
        unfolded=len(companies) <= _FEW,
        build=None if key else manifest.id,
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
    409: "That cannot be done now",
    413: "That is too large",
    422: "Something in it is not right",
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


def _policy(versions: Sequence[Entry], today: date) -> _Policy:
    newest_first = sorted(versions, key=_since, reverse=True)
    shown = _shown(newest_first, today) or newest_first[-1]
    return _Policy(shown, tuple(version for version in newest_first if version is not shown))


def _shown(versions: Sequence[Entry], today: date) -> Entry | None:
    """Return the version that began last, None where none has begun."""
    begun = [version for version in versions if _since(version) <= today]
    return max(begun, key=_since, default=None)


def _since(version: Version | Entry) -> date:
    return version.begins or date.min


def _in_force(version: Version | Entry, today: date) -> str:
    said = in_force(version.effective_from, version.effective_until, today, version.first_seen)
    return said[0].upper() + said[1:]


def _host(url: str | None) -> str | None:
    """Return the host of a web address, None where it is none: "javascript:" is not linked to."""
    found = urlsplit(url or "")
    return found.hostname if found.scheme in ("http", "https") else None


def _with_changes(url: str) -> str:
    """Return the address of what changed in the version at an address."""
    return f"{url}{'&' if '?' in url else '?'}changes=true"


def environment(*packages: str) -> Environment:
    """Return what renders templates of these packages, and of this one, which they build on."""
    loaders = [PackageLoader(package) for package in (*packages, __name__)]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters.update(day=written, in_force=_in_force, with_changes=_with_changes)
    return made


_templates = environment()
