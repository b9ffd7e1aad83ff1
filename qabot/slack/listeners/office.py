"""What the listeners work with."""

from dataclasses import dataclass

from qabot.slack.work.replies import Replies
from qabot.slack.work.worker import Worker
from qabot.state.store import Store
from qabot.state.threads import Threads
from qabot.state.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Office:
    """The parts of a running bot."""

    replies: Replies
    worker: Worker
    store: Store
    threads: Threads
    workspaces: Workspaces
