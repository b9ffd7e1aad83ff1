"""What nobody answers, for people and for spreadsheets."""

import csv
import sys
from collections.abc import Sequence

from rich.padding import Padding
from rich.text import Text

from qabot.cli.printing import printable
from qabot.cli.terminal import console, count
from qabot.service.gaps import Gap
from qabot.service.wording import happened, nearest_of, written

_COLUMNS = (
    *("times", "company", "not covered", "uncertain", "not helpful", "asked a human"),
    *("asked in other words", "of these answered", "last"),
)
SHOWN = 50
"""Gaps that people get at once."""

_HARMFUL = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # begin a formula


def show_gaps(gaps: Sequence[Gap], days: int, *, is_logged: bool) -> None:
    """Print gaps, the most frequent first, with what people wrote and what comes closest."""
    out = console()
    if not gaps:
        why = "" if is_logged else "; questions are kept where QABOT_LOG_QUESTIONS=on is set"
        out.print(f"Nothing was asked in {count(days, 'days')} that stayed unanswered{why}.")
    for gap in gaps[:SHOWN]:
        first, *others = gap.wordings
        out.print(Text(f"{count(gap.count, 'times')}: {first}", style="bold"))
        lines = [Text(f"also: {other}") for other in others]
        lines.append(Text(f"{happened(gap)}; last on {written(gap.last.date())}"))
        if gap.company:
            lines.append(Text(f"asked of {gap.company}"))
        if gap.nearest:
            where = f"{nearest_of(gap)} ({gap.nearest.version})"
            lines.append(Text(f"nearest: {where}", style="dim"))
        for line in lines:
            out.print(Padding.indent(line, 2))
    if len(gaps) > SHOWN:
        out.print(Text(f"{len(gaps) - SHOWN:,} rarer ones are in --csv and --json.", style="dim"))


def show_csv(gaps: Sequence[Gap], days: int, *, is_logged: bool) -> None:
    """Print gaps as CSV (RFC 4180), with a head; no cell of it begins a formula."""
    out = csv.writer(sys.stdout, lineterminator="\r\n")
    out.writerow([*_COLUMNS, "wording 1", "wording 2", "wording 3", "nearest"])
    for gap in gaps:
        wordings = [*gap.wordings, "", ""][:3]
        counts = (
            *(gap.not_covered, gap.uncertain, gap.unhelpful, gap.handed_over),
            *(gap.rephrased, gap.rephrased_answered),
        )
        nearest = gap.nearest.version if gap.nearest else ""
        row = (gap.count, gap.company or "", *counts, gap.last.date(), *wordings, nearest)
        out.writerow([_harmless(str(cell)) for cell in row])


def _harmless(cell: str) -> str:
    """Return a cell that neither a spreadsheet computes nor a terminal obeys."""
    shown = printable(cell)
    return f"'{shown}" if shown.lstrip().startswith(_HARMFUL) else shown
