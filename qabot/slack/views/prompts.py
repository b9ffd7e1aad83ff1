"""Questions to begin with, taken from what is indexed: each is one that gets an answer."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from qabot.answering.bot import Bot
from qabot.canonical import has_heading
from qabot.records import AskedQuestion, Entry
from qabot.slack.views.text_limits import label

_MOST = 4  # Slack shows no more
_TRIED = 12  # sections of a policy
_NUMBER = re.compile(r"^(?:(?i:section|part|article)\s+)?(?:\d+(?:\.\d+)*[.):]?|[IVX]+[.):])\s+")


Prompt = dict[str, str]
"""A suggestion of Slack's agent view: its title and the message it sends."""


@lru_cache(maxsize=1)  # of the live build
def prompts(bot: Bot) -> tuple[Prompt, ...]:
    """Return a question for each of some policies: about the section that it answers best."""
    found: dict[str, Prompt] = {}
    for entry in bot.index.corpus.entries:
        if entry.policy not in found and (prompt := _best(bot, entry)):
            found[entry.policy] = prompt
        if len(found) == _MOST:
            break
    return tuple(found.values())


def _best(bot: Bot, entry: Entry) -> Prompt | None:
    best, best_score = None, 0.0
    for heading in islice(_headings(bot, entry), _TRIED):
        message = f"What does {entry.company} say about “{heading}”?"
        answer = bot.ask(AskedQuestion(message, k=1))
        cited = answer.citations[0] if answer.citations else None
        if cited and cited.version == entry.id and cited.score > best_score:
            title = label(f"{entry.company}: {heading}")
            best, best_score = {"title": title, "message": message}, cited.score
    return best


def _headings(bot: Bot, entry: Entry) -> Iterator[str]:
    """Yield what the sections below the policy's title are about."""
    version = bot.index.corpus.version(entry.id)
    headed = (one for one in version.sections if has_heading(version.text, one)) if version else ()
    for section in headed:
        heading = _NUMBER.sub("", " ".join(section.trail[-1:]), count=1).strip(" .:?")
        if len(section.trail) > 1 and heading and heading.casefold() != entry.title.casefold():
            yield heading
