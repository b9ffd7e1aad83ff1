"""What changed between two versions, for people: under the headings where it stands.

A rewording is one text, in which [-old words-] stand before the {+new words+} that replace them;
in a terminal they are coloured as well.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from rich.console import Console
from rich.text import Text

from qabot.changes.compare import Change, Changes, Side
from qabot.cli.terminal import console, days_in_force
from qabot.records import Entry, Version
from qabot.service.wording import changes_summary

_STYLES = {"reworded": "yellow", "added": "green", "removed": "red", "moved": "cyan"}
_GUTTER = 10  # columns, in which the kind of a change is told
_WIDEST = 110  # columns; longer lines are hard to read


def show_changes(found: Changes, entries: Sequence[Entry]) -> None:
    """Print what changed; of `entries`, all there are, name the policy's versions to come."""
    out = console()
    after = found.after
    out.print(Text(f"{after.company}: {after.title}", style="bold"))
    if found.before is None:
        out.print(f"There is no version before {_named(after)}; nothing to compare it with.")
    elif found.before.id == after.id:
        out.print(f"On both days the same version was in force: {_named(after)}.")
    else:
        out.print(f"from {_named(found.before)}\nto   {_named(after)}\n{changes_summary(found)}")
    for trail, changes in groupby(found.changes, _trail):
        out.print(Text("\n" + _heading(trail), style="bold"))
        for change in changes:
            _show_change(out, change)
    for entry in entries:
        begins = entry.begins or date.min
        if entry.policy == after.policy and begins > date.today() and entry.id != after.id:
            out.print(f"\nNot in force yet: {_named(entry)}; see: --to {begins}")


def _named(version: Version | Entry) -> str:
    when = days_in_force(version)
    return f"{version.id}, in force {when}"


def _trail(change: Change) -> tuple[str, ...]:
    side = change.after or change.before
    return side.section if side else ()


def _heading(trail: Sequence[str]) -> str:
    return " > ".join(trail) or "(before the first heading)"


def _show_change(out: Console, change: Change) -> None:
    before, after = change.before, change.after
    if before and after and change.kind == "reworded":
        text = _reworded(before, after)
    else:
        side = after or before
        text = Text(side.quote if side else "")
    label: str = change.kind
    width = min(out.width, _WIDEST) - _GUTTER
    for line in text.split("\n", allow_blank=True):
        for part in [line] if out.soft_wrap else line.wrap(out, width):
            part.rstrip()
            gutter = label.ljust(_GUTTER) if part.plain else ""
            out.print(Text.assemble((gutter, _STYLES[change.kind]), part))
            label = ""
    if before and after and before.section != after.section:
        out.print(Text(f"{'':{_GUTTER}}was under: {_heading(before.section)}", style="dim"))


def _reworded(before: Side, after: Side) -> Text:
    """Return the later text, with the words that it lost and gained marked."""
    text = Text()
    at = after.start
    for old, new in zip(before.changed, after.changed, strict=True):
        text.append(_said(after, at, new.start))
        if lost := _said(before, old.start, old.end):
            if _is_space(before, old.start - 1) and not text.plain.endswith(" "):
                text.append(" ")
            text.append(f"[-{lost}-]", style="red")
            if new.start == new.end and _is_space(before, old.end) > _is_space(after, new.end):
                text.append(" ")
        if gained := _said(after, new.start, new.end):
            text.append(f"{{+{gained}+}}", style="bold green")
        at = new.end
    return text.append(_said(after, at, after.end))


def _said(side: Side, start: int, end: int) -> str:
    return side.quote[start - side.start : end - side.start]


def _is_space(side: Side, place: int) -> bool:
    return _said(side, place, place + 1).isspace()
