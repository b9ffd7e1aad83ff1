"""Whether a question asks again, in other words, what was asked before it in the conversation."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from qabot.answering.bot import Bot
from qabot.records import AskedQuestion

WITHIN = timedelta(minutes=15)
"""From a question to the other words for it, at most: who comes later asks anew."""

_SAME = 0.5
"""Cosine of two questions from which they are one in other words.

Of all pairs of the three sets of paraphrases that 50 people might write 55 % of those that ask one
thing reach it, and none that ask two.
"""


def asked_again(bot: Bot, asked: AskedQuestion, text: str, today: date) -> str | None:
    """Return the question of before that a question of a message asks again in other words.

    `text` is that question, whole, and `asked` the message with what was asked before it. None
    where it asks something else, goes on from before ("and text messages?"), or is the same again.
    """
    earlier = asked.context
    if not earlier or text not in bot.read(replace(asked, context=()), today=today):
        return None
    before = [
        one
        for number, said in enumerate(earlier)
        for one in bot.read(replace(asked, text=said, context=earlier[:number]), today=today)
        if one.casefold().strip(" ?.!") != text.casefold().strip(" ?.!")
    ]
    if not before:
        return None
    vectors = bot.vectors([text, *before])
    likeness = vectors[1:] @ vectors[0]
    nearest = int(np.argmax(likeness))
    return before[nearest] if likeness[nearest] >= _SAME else None
