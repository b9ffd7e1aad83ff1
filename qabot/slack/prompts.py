"""Questions to begin with, taken from what is indexed: each is one that gets an answer."""

from functools import lru_cache

from qabot.bot import Bot

_MOST = 4  # Slack shows no more
_TRIED = 40  # sections


Prompt = dict[str, str]
"""A suggestion of Slack's agent view: its title and the message it sends."""


@lru_cache(maxsize=1)  # of the live build
def prompts(bot: Bot) -> tuple[Prompt, ...]:
    """Return questions about sections of different policies, in force and answered by them."""
    found: list[Prompt] = []
    tried = 0
    for entry in bot.index.corpus.entries:
        version = bot.index.corpus.version(entry.id)
        sections = version.sections if version and entry.effective_until is None else ()
        for section in sections:
            if tried >= _TRIED or len(found) >= _MOST:
                return tuple(found)
            if len(section.trail) < 2:
                continue
            tried += 1
            heading = section.trail[-1].strip(" .:")
            message = f"What does the {entry.title} of {entry.company} say about: {heading}?"
            answer = bot.ask(message, company=entry.company, k=1)
            if answer.status == "answered" and answer.citations[0].version == entry.id:
                found.append({"title": f"{entry.title}: {heading}"[:75], "message": message})
                break
    return tuple(found)
