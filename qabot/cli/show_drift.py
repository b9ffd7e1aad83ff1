"""Which answers move, for people: in a terminal or as Markdown.

Of a passage that was reworded, [-old words-] are marked before and {+new words+} after.
"""

import re
from collections.abc import Iterator, Sequence

from rich.text import Text

from qabot.changes.drift import Drift, Move, cited
from qabot.changes.marked_words import pieces
from qabot.changes.words import Words
from qabot.cli.printing import printable
from qabot.cli.terminal import console, count, grid
from qabot.records import Answer
from qabot.service.wording import moved_how, verdict_of


def show_drift(drift: Drift) -> None:
    """Print the answers that move: both citations side by side, or one below the other if piped."""
    out = console()
    out.print(f"from {drift.before}\nto   {drift.after}")
    out.print(f"{len(drift.moves):,} of {count(drift.asked, 'questions')} moved")
    for move in drift.moves:
        out.print(Text(f"\n{_question(move)}", style="bold"))
        out.print(Text(f"  {moved_how(move)}", style="yellow"))
        sides = list(_sides(move))
        if out.soft_wrap:
            for name, side in zip(("before", "after"), sides, strict=True):
                out.print(Text(f"  {name}: ") + side)
        else:
            table = grid("", "")
            table.add_row("  before", "after", style="dim")
            table.add_row(*sides)
            out.print(table)


def as_markdown(drift: Drift) -> str:
    """Return the answers that move, as Markdown.

    Questions and quotes are code in it, so that nothing in them is a mention, a link or a picture.
    """
    lines = [
        f"{len(drift.moves):,} of {count(drift.asked, 'questions')} moved from build "
        f"`{drift.before}` to `{drift.after}`."
    ]
    for move in drift.moves:
        lines += [f"\n### {_code(_question(move))}\n", f"{moved_how(move)}\n"]
        for name, side in zip(("Before", "After"), _sides(move), strict=True):
            lines += [f"{name}:\n", _fenced(side.plain), ""]
    return printable("\n".join(lines))


def _code(text: str) -> str:
    """Return a text as code in a line."""
    fence = "`" * (_longest_fence(text) + 1)
    return f"{fence} {' '.join(text.split())} {fence}"


def _fenced(text: str) -> str:
    """Return a text as a block of code."""
    fence = "`" * max(3, _longest_fence(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def _longest_fence(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _question(move: Move) -> str:
    asked = move.asked
    beside = [asked.company, f"as of {asked.as_of}" if asked.as_of else None]
    told = ", ".join(filter(None, beside))
    return f"{asked.text} ({told})" if told else asked.text


def _sides(move: Move) -> Iterator[Text]:
    yield _side(move.before, move.changed[0], "[-", "-]", "red")
    yield _side(move.after, move.changed[1], "{+", "+}", "bold green")


def _side(answer: Answer, changed: Sequence[Words], begin: str, end: str, style: str) -> Text:
    first = next(iter(cited(answer)), None)
    if first is None:
        return Text(verdict_of(answer.status))
    text = Text()
    for piece in pieces(first.quote, first.start, changed):
        shown = f"{begin}{piece.text}{end}" if piece.is_changed else piece.text
        text.append(shown, style=style if piece.is_changed else "")
    return text.append(f"\n({first.version}: {' > '.join(first.section)})", style="dim")
