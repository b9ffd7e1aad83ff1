"""The command line: runs a command, and says in one sentence what went wrong.

Each command is a file `..._command`; what it prints for people is a file `show_...`.
"""

import io
import os
import sys
from collections.abc import Sequence

import click

from qabot.cli.commands import qabot
from qabot.cli.printing import say
from qabot.errors import QABotError

_INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; what goes wrong is one sentence on stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that cannot show a letter is no error
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code: int | None = qabot.main(arguments, prog_name="qabot", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        return _failed(error.format_message(), error.exit_code)
    except click.UsageError as error:
        return _failed(_in_a_sentence(error), error.exit_code)
    except QABotError as error:
        return _failed(str(error), error.exit_code)
    except OSError as error:
        place = error.filename or "The output"
        if error.filename is None:
            _discard_output()
        return _failed(f"{place}: {error.strerror}; check the path, its rights and its room.", 1)
    except click.Abort:
        return _INTERRUPTED
    return code or 0


def _discard_output() -> None:
    """Send what could not be written to nowhere: Python would try again as it exits, and fail.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _failed(sentence: str, code: int) -> int:
    say(sentence, err=True)
    return code


def _in_a_sentence(error: click.UsageError) -> str:
    said = error.format_message().replace(". Did you", "; did you").rstrip(".?")
    command = error.ctx.command_path if error.ctx else "qabot"
    return f"{said}; see: {command} --help"
