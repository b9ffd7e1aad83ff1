"""What is said to what is no question: a greeting, thanks, "help", "are you a bot?", "agent"."""

from collections.abc import Sequence

from qabot.records import Entry, Remark
from qabot.slack.views.blocks import actions, button, paragraph
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.message import Message, message, said
from qabot.slack.views.notices import how_to_ask_message, nobody_message, such_as

_BOT = "I am a bot. I look up what the policies say, and quote it word for word."
_SORRY = (
    "Sorry that this was no help. Ask again in other words: name the thing, the company or the day "
    "that you mean."
)
_HUMAN = "I am a bot. “Ask a human” hands your last question on to a person."
_HUMAN_LATER = (
    "I am a bot. Ask me your question first; “Ask a human” under the answer hands it on to a "
    "person."
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
    *,
    has_humans: bool,
) -> Message:
    """Return a short fitting word; `before` is what was asked before it, None: nothing.

    `has_humans`: there are people to be asked. Action: `human` (value: `asked_of`), where something
    was asked before a complaint, or before a person is asked for.
    """
    if remark == "thanks":
        return said("You’re welcome.")
    if remark == "greeting":
        return said(f"Hello. Ask me what the policies say{such_as(examples)}.")
    if remark == "identity":
        return said(f"{_BOT} Ask me{such_as(examples)}.")
    if remark == "complaint":
        return _offering_human(_SORRY, before)
    if remark == "human" and not has_humans:
        return nobody_message()
    if remark == "human":
        return _offering_human(_HUMAN if before else _HUMAN_LATER, before)
    return how_to_ask_message(entries, examples)


def _offering_human(sentence: str, before: ButtonQuestion | None) -> Message:
    human = [actions(button("Ask a human", "human", before))] if before else []
    return message(sentence, [paragraph(sentence), *human])
