"""What is said to what is no question: a greeting, thanks, "help", "are you a bot?", "wrong"."""

from collections.abc import Sequence

from qabot.records import Entry, Remark
from qabot.slack.views.blocks import actions, button, paragraph
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.message import Message, message, said
from qabot.slack.views.notices import how_to_ask_message, such_as

_BOT = "I am a bot. I look up what the policies say, and quote it word for word."
_SORRY = (
    "Sorry that this was no help. Ask again in other words: name the thing, the company or the day "
    "that you mean."
)


def is_silent(remark: Remark, kind: str) -> bool:
    """Tell whether nothing is said to a remark, by how the bot was asked (`Work.kind`).

    Thanks and emoji end a conversation in a channel, and nobody who talks to others is answered.
    """
    if kind == "unasked":
        return True
    if remark == "emoji":
        return kind in ("mention", "direct")
    return remark == "thanks" and kind == "mention"


def remark_message(
    remark: Remark,
    examples: Sequence[str],
    entries: Sequence[Entry],
    before: ButtonQuestion | None,
) -> Message:
    """Return a short fitting word; `before` is what was asked before it, None: nothing.

    Action: `human` (value: `asked_of`), where something was asked before a complaint.
    """
    if remark == "thanks":
        return said("You’re welcome.")
    if remark == "greeting":
        return said(f"Hello. Ask me what the policies say{such_as(examples)}.")
    if remark == "identity":
        return said(f"{_BOT} Ask me{such_as(examples)}.")
    if remark == "complaint":
        human = [actions(button("Ask a human", "human", before))] if before else []
        return message(_SORRY, [paragraph(_SORRY), *human])
    return how_to_ask_message(entries, examples)
