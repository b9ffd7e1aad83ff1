"""Readings to versions: facts from every place, by rank; names shared; twins refused."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path

from qabot.catalog.detect import calm_title
from qabot.catalog.drafts import Draft, draft_of, is_declared, is_unnamed
from qabot.catalog.first_seen import in_force_until
from qabot.catalog.names import (
    domain_of,
    owns,
    same_company,
    slug,
)
from qabot.catalog.owners import (
    legal_names,
    name_of_mail,
)
from qabot.catalog.rows import read_rows, row_of
from qabot.catalog.titles import (
    kind_of,
)
from qabot.errors import BadInput, UnreadableFile
from qabot.readers.reading import CATALOG
from qabot.records import Fact, Reading, Section, Version

_TITLE = "its title"
_RUN = 3  # words that stand together
_ALIKE = 0.4  # share of the shorter text's runs that versions of one text have in common at least


def identify(readings: Sequence[tuple[Path, Reading]]) -> list[Version]:
    """Return a version for each file, ordered by policy and date, whatever the order of the files.

    Raises `UnreadableFile` for a declaration that cannot be understood and `BadInput` when two
    files come out as the same version.
    """
    readings = sorted(readings, key=lambda pair: pair[0].as_posix())
    folders = sorted({path.parent for path, _ in readings})
    rows = {folder: read_rows(folder) for folder in folders}
    drafts = [
        draft_of(path, reading, row_of(rows[path.parent], path.name)) for path, reading in readings
    ]
    drafts = [_with_policy(draft) for draft in _with_shared_names(drafts)]
    _refuse_names_of_others(drafts)
    _refuse_equal_slugs(drafts)
    versions = [_version(draft) for draft in _told_apart(drafts)]
    _refuse_twins(versions)
    return in_force_until(versions)


def _with_shared_names(drafts: Sequence[Draft]) -> list[Draft]:
    """Give each company one name: files of one domain, and names that differ in form only."""
    by_name: dict[str, list[Fact]] = defaultdict(list)
    for draft in drafts:
        by_name[same_company(draft.facts["company"].value)].append(draft.facts["company"])
    by_domain: dict[str, list[Fact]] = defaultdict(list)
    for draft in drafts:
        if "url" in draft.facts:
            same = by_name[same_company(draft.facts["company"].value)]
            by_domain[domain_of(draft.facts["url"].value)].append(_preferred(same))
    return [replace(draft, facts=_renamed(draft, by_name, by_domain)) for draft in drafts]


def _renamed(
    draft: Draft, by_name: Mapping[str, list[Fact]], by_domain: Mapping[str, list[Fact]]
) -> Mapping[str, Fact]:
    name = _preferred(by_name[same_company(draft.facts["company"].value)])
    if not is_declared(name) and "url" in draft.facts:
        name = _preferred(by_domain[domain_of(draft.facts["url"].value)])
    if name.value == draft.facts["company"].value:
        return draft.facts
    return {**draft.facts, "company": name}


def _preferred(names: Sequence[Fact]) -> Fact:
    """The name that is declared, else the one that most files have."""
    values = [name.value for name in names]
    return max(
        names,
        key=lambda n: (is_declared(n), not is_unnamed(n.value), values.count(n.value), n.value),
    )


def _with_policy(draft: Draft) -> Draft:
    """Settle the policy's slug, without the company's."""
    company = draft.facts["company"].value
    policy = draft.facts.get("policy")
    if policy is None:
        title = draft.facts["title"].value
        policy = Fact(kind_of(title, company) or slug(title), _TITLE)
    *owner, name = policy.value.rsplit("/", 1)
    if owner and slug(owner[0]) != slug(company):
        raise UnreadableFile(
            f'{draft.path}: the policy "{policy.value}" ({policy.origin}) is of another '
            f'company than the file, {company}; write "{name}" alone or correct the company.'
        )
    if not (is_declared(policy) and name == slug(name)):  # a slug that was declared stays
        name = kind_of(name.replace("-", " ")) or slug(name) or slug(draft.path.stem)
    return replace(draft, facts={**draft.facts, "policy": Fact(name, policy.origin)})


def _told_apart(drafts: Sequence[Draft]) -> list[Draft]:
    """Name pages after their files where a title that says little would make them one policy."""
    groups: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.facts["policy"].origin == _TITLE:
            key = slug(draft.facts["company"].value), draft.facts["policy"].value
            groups[key].append(draft)
    clashing = {draft.path for group in groups.values() for draft in _clashing(group)}
    named = {path: policy for group in groups.values() for path, policy in _apart(group).items()}
    clashing |= {*named}
    return [_named_after_file(d, named) if d.path in clashing else d for d in drafts]


def _apart(group: Sequence[Draft]) -> Mapping[Path, str]:
    """Return a policy for each file of no named company, if not all are versions of one text.

    Of one text are those that share a good part of their wording with another.
    """
    if len(group) < 2 or not is_unnamed(group[0].facts["company"].value):
        return {}
    texts: list[tuple[set[str], list[Draft]]] = []
    for draft in group:
        runs = _runs_of_words(draft.reading.text)
        like = [one for one in texts if len(runs & one[0]) > _ALIKE * min(len(runs), len(one[0]))]
        texts = [one for one in texts if one not in like]
        texts.append(
            (runs.union(*(one[0] for one in like)), [*chain(*(o[1] for o in like)), draft])
        )
    if len(texts) == 1:
        return {}
    first = {drafts[0].path: drafts for _, drafts in texts}
    stems = Counter(slug(path.stem) for path in first)
    return {
        draft.path: slug(
            path.stem if stems[slug(path.stem)] == 1 else f"{path.parent.name} {path.stem}"
        )
        for path, drafts in first.items()
        for draft in drafts
    }


def _runs_of_words(text: str) -> set[str]:
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1))}


def _clashing(group: Sequence[Draft]) -> Sequence[Draft]:
    """Those of a group with one title that are no versions of one policy, equal texts aside."""
    undated = [draft for draft in group if "effective" not in draft.facts]
    if len({draft.reading.text for draft in group}) < len(group):
        return ()
    if kind_of(group[0].facts["policy"].value.replace("-", " ")):
        return undated if len(undated) > 1 else ()
    days = {draft.facts["effective"].value for draft in group if "effective" in draft.facts}
    urls = {draft.facts["url"].value for draft in group if "url" in draft.facts}
    is_history = len(days) + len(undated[:1]) == len(group) and len(urls) <= 1
    return () if is_history else group


def _named_after_file(draft: Draft, named: Mapping[Path, str]) -> Draft:
    name = named.get(draft.path, slug(draft.path.stem))
    policy = Fact(name, "file name, as other pages have the same title")
    return replace(draft, facts={**draft.facts, "policy": policy})


def _version(draft: Draft) -> Version:
    facts, text = draft.facts, draft.reading.text
    company = facts["company"].value
    policy = f"{slug(company)}/{facts['policy'].value}"
    day = date.fromisoformat(facts["effective"].value) if "effective" in facts else None
    url = facts["url"].value if "url" in facts else None
    return Version(
        id=f"{policy}@{day}" if day else policy,
        company=company,
        policy=policy,
        title=facts["title"].value,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        sections=_calm_sections(draft.reading.sections, text),
        page_starts=draft.reading.page_starts,
        effective_from=day,
        effective_until=None,
        url=url,
        file=str(draft.path),
        aliases=tuple(dict.fromkeys((*draft.aliases, *_aliases(company, text, url)))),
        origins={key: fact.origin for key, fact in sorted(facts.items())},
    )


def _calm_sections(sections: Sequence[Section], text: str) -> tuple[Section, ...]:
    """Return sections whose trails write headings in capitals as people write them."""
    loud = {heading for section in sections for heading in section.trail if heading.isupper()}
    calm = {heading: calm_title(heading, text) for heading in loud}
    return tuple(
        replace(section, trail=tuple(calm.get(heading, heading) for heading in section.trail))
        for section in sections
    )


def _aliases(company: str, text: str, url: str | None) -> Iterable[str]:
    yield from legal_names(company, text)
    other = name_of_mail(company, text)
    if other:
        yield other
    domain = domain_of(url or "")
    if domain != company and owns(company, domain):
        yield domain


def _refuse_names_of_others(drafts: Sequence[Draft]) -> None:
    companies = {same_company(draft.facts["company"].value): draft for draft in drafts}
    for draft in drafts:
        company = draft.facts["company"].value
        for alias in draft.aliases:
            other = companies.get(same_company(alias))
            if other and same_company(company) != same_company(alias):
                raise BadInput(
                    f'{draft.path.parent / CATALOG}: the alias "{alias}" of {company} is the name '
                    f"of the company that {other.path} is of; delete the alias, or give both files "
                    "one company."
                )


def _refuse_equal_slugs(drafts: Sequence[Draft]) -> None:
    """Keep two companies apart whose policies would have the same ids: "A & Co", "A Co"."""
    companies: dict[str, Draft] = {}
    for draft in drafts:
        company = draft.facts["company"].value
        if not slug(company):
            raise UnreadableFile(
                f'{draft.path}: the company "{company}" has no letter and no digit; write its name '
                "with one."
            )
        other = companies.setdefault(slug(company), draft)
        named = other.facts["company"].value
        if named != company:
            raise BadInput(
                f'{other.path} and {draft.path} are of "{named}" and of "{company}", which differ '
                "too little to be two companies; give both files one name, or another word to one."
            )


def _refuse_twins(versions: Sequence[Version]) -> None:
    seen: dict[str, Version] = {}
    for version in versions:
        twin = seen.setdefault(version.id, version)
        if twin is version:
            continue
        day = f"in force from {version.effective_from}" if version.effective_from else "undated"
        way_out = (
            "their texts are equal, so delete one"
            if twin.text == version.text
            else f"give one of them another policy or effective date in front matter or {CATALOG}"
        )
        raise BadInput(
            f"{twin.file} and {version.file} would be one version of {version.policy}, {day}; "
            f"{way_out}."
        )
