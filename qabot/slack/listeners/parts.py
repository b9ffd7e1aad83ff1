"""What the listeners work with."""

from dataclasses import dataclass

from qabot.slack.work.replies import Replies
from qabot.slack.work.slack_state import SlackState
from qabot.slack.work.worker import Worker
from qabot.state.store import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a running bot."""

    replies: Replies
    worker: Worker
    state: SlackState
    store: Store  #: of feedback
