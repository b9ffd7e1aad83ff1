"""The command `qabot`, and the commands under it.

Each command has a file of its own and imports what it needs when it runs, so that none waits for
what another needs.
"""

import click

from qabot import __version__
from qabot.cli.ask_command import ask
from qabot.cli.builds_command import builds
from qabot.cli.changes_command import changes
from qabot.cli.drift_command import drift
from qabot.cli.evaluate_command import evaluate
from qabot.cli.gaps_command import gaps
from qabot.cli.index_command import index_command
from qabot.cli.keys_command import keys
from qabot.cli.next_step import what_next
from qabot.cli.options import settings
from qabot.cli.owner_command import owner
from qabot.cli.policies_command import policies
from qabot.cli.questions_command import questions
from qabot.cli.serve_command import serve
from qabot.cli.slack_command import slack
from qabot.cli.use_command import use


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def qabot(context: click.Context) -> None:
    """Answer questions about company policies, with quotes that can be checked.

    \b
    Example:
      qabot index
      qabot ask "How long do you keep call records?"
    """
    if context.invoked_subcommand is None:
        click.echo(what_next(settings().index))


for _command in (
    ask,
    builds,
    changes,
    drift,
    evaluate,
    gaps,
    index_command,
    keys,
    owner,
    policies,
    questions,
    serve,
    slack,
    use,
):
    qabot.add_command(_command)
