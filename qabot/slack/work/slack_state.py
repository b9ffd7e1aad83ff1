"""What the bot in Slack keeps in the store."""

from dataclasses import dataclass

from qabot.state.threads import Threads
from qabot.state.worklist import Worklist
from qabot.state.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class SlackState:
    """The bot's tables of one store."""

    worklist: Worklist  #: of this process
    threads: Threads
    workspaces: Workspaces
