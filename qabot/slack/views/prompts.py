"""Questions to begin with, as Slack's agent view shows them."""

from pathlib import Path

from qabot.answering.bot import Bot
from qabot.service.example_questions import examples
from qabot.slack.views.text_limits import label

_MOST = 4  # Slack shows no more

Prompt = dict[str, str]
"""A suggestion of Slack's agent view: its title and the message it sends."""


def prompts(bot: Bot, index: Path) -> list[Prompt]:
    """Return questions that get an answer, or the owner's own, which stand in the index."""
    return [{"title": label(one), "message": one} for one in examples(bot, index)[:_MOST]]
