"""A new version: where its file is dropped, and what it was understood as before it is live."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from qabot.api.owner.corpus_pages import moves_in_words, moves_summary, understood
from qabot.api.owner.owner_templates import Shell, owner_page
from qabot.catalog.drafts import is_unnamed
from qabot.changes.build_warnings import BuildWarning, WarningKind
from qabot.changes.drift import Drift
from qabot.records import FRONT_MATTER, Version
from qabot.service.uploads import Upload
from qabot.service.wording import version_in_words, written


class Typed(NamedTuple):
    """What the owner typed of a file, as it was typed."""

    company: str = ""
    policy: str = ""
    effective: str = ""


_NOTHING_TYPED = Typed()


def upload_page(
    shell: Shell,
    companies: Sequence[str],
    refused: str = "",
    said: Typed = _NOTHING_TYPED,
    waits: str = "",
) -> str:
    """Return where a file is dropped; `refused` is why one was not taken, as was `said` of it.

    `waits` names one that waits, of which something else may be said.
    """
    return owner_page(
        shell,
        "upload.html",
        "/upload",
        "A new version",
        "Give the file as it is published. It is looked at first: you say whether it goes live.",
        companies=companies,
        refused=refused,
        said=said,
        waits=waits,
    )


def checked_page(
    shell: Shell, upload: Upload, drift: Drift, day: date, companies: Sequence[str], said: Typed
) -> str:
    """Return what a file was understood as and what it would change, with the question whether.

    `drift` is of the answers on `day`; `said` is what was typed of the file.
    """
    changes, today = upload.checked.changes, date.today()
    words = {one.id: version_in_words(one, today) for one in upload.checked.versions}
    return owner_page(
        shell,
        "checked.html",
        "/upload",
        "Is this right?",
        upload=upload,
        understood=understood(upload.version) if upload.version else [],
        warnings=[f"{one.said}: {_way_out(one, upload.version)}" for one in upload.warnings],
        is_open=any(one.kind in _CORRECTED for one in upload.warnings),
        companies=companies,
        said=said,
        effect=_effect(upload.version, today),
        moves=list(moves_in_words(changes.versions, words)),
        drift=drift,
        summary=moves_summary(drift, day),
    )


_CORRECTED: frozenset[WarningKind] = frozenset({"other_spelling", "new_company", "no_date"})
_WAYS_OUT: Mapping[WarningKind, str] = {
    "other_spelling": "correct the company below.",
    "no_date": "say the first day in force below.",
    "reads_like_no_policy": "throw it away, or check that it is meant.",
    "mostly_removed": "read below what was kept.",
}
"""For somebody who has the page alone; of other kinds the way out is the same everywhere."""


def _way_out(warned: BuildWarning, version: Version | None) -> str:
    if warned.kind == "new_company" and is_unnamed(warned.name):
        return "say below whose policy it is."
    says_so = version is not None and version.origins.get("company") == FRONT_MATTER
    if warned.kind == "other_spelling" and says_so:
        return "correct it at the top of the file, which says so, and upload it again."
    return _WAYS_OUT.get(warned.kind, warned.way_out)


def _effect(version: Version | None, today: date) -> str:
    """Return a sentence that says what making a version live does."""
    day = version.effective_from if version else None
    if day and day > today:
        return f"Once it is live it answers from {written(day)} on, and nothing changes before."
    return "Once it is live everybody is answered from it, at once; at Builds you can go back."
