"""What is said where there is no answer to show, and what is added to one."""

from collections.abc import Sequence

from qabot.records import Entry
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.message import Message, said, with_line
from qabot.slack.views.phrases import companies, some
from qabot.slack.views.text_limits import label

_LONGEST = 150  # characters of an example
_NAMING = (
    "Name a company, or a day such as “on 1 March 2023”, to ask only about that. The answer is "
    "quoted word for word."
)
HOW_TO_ASK = f"Ask in a sentence, for example “How long do you keep call records?”. {_NAMING}"

NOT_TAKEN = "This cannot be taken on right now; please try again in a minute."
"""What is said of a command, a button or a modal while the store is away."""


def failed_message(reference: str) -> Message:
    """Return one sentence of apology, with a reference that finds the failure in the log."""
    return said(
        "Sorry, something went wrong on our side; please ask again, and if it happens again, "
        f"report it with the reference {reference}."
    )


def busy_message() -> Message:
    """Return one sentence for who found no place among the questions that are being answered."""
    return said("Too many questions are asked at once; please ask again in a minute.")


def nobody_message() -> Message:
    """Return what who asks for a human is told, where nobody is set to be asked."""
    return said(
        "Nobody is set to be asked here yet. An admin of this workspace can choose a user group: "
        "open my Home tab, then “Change the settings”, and mention the group there."
    )


def how_to_ask_message(entries: Sequence[Entry], examples: Sequence[str] = ()) -> Message:
    """Return how to ask, for who asked nothing, with two of some questions that get an answer."""
    ask = f"Ask in a sentence{such_as(examples)}. {_NAMING}" if examples else HOW_TO_ASK
    return said(f"{ask}\nThere are policies of: {some(companies(entries)) or 'nobody yet'}.")


def such_as(examples: Sequence[str]) -> str:
    """Return two of some questions as examples, behind a comma, "" where there are none."""
    shown = [f"“{label(one, _LONGEST)}”" for one in examples[:2]]
    return f", for example {' or '.join(shown)}" if shown else ""


def noting(message: Message, asked: ButtonQuestion, build: str) -> Message:
    """Return the message, with a line that says so where it is not quite what was asked before.

    That is where the policies were indexed again since, or where the question was shortened.
    """
    if asked.shortened:
        message = with_line(message, "The question was too long; only its beginning was asked.")
    if asked.build != build:
        message = with_line(message, "The policies have changed since the question was asked.")
    return message
