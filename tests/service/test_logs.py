import json
import subprocess
import sys
from typing import get_args

import pytest

from qabot.errors import BadInput
from qabot.settings import LogFormat, Settings

LOGGING = """
import logging, sys, structlog
from qabot.service.logs import configure_logs

configure_logs(sys.argv[1])
structlog.get_logger("qabot.service").info("build", build="20260101")
try:
    raise ValueError("what Wilhelmina asked")
except ValueError:
    logging.getLogger("some.library").exception("it broke")
logging.getLogger("some.library").info("connected to Wilhelmina")
"""


def logged(as_: LogFormat) -> list[str]:
    """Return the lines that a process logs, its own and a library's."""
    command = [sys.executable, "-c", LOGGING, as_]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == ""
    return run.stderr.splitlines()


def test_logs_for_programs() -> None:
    """As JSON each line is an object; an error has its kind and place."""
    build, broken = map(json.loads, logged("json"))

    assert build.keys() == {"event", "build", "level", "time"}
    assert (broken["event"], broken["error"]) == ("it broke", "ValueError")
    assert broken["frames"][0].startswith("<string>:")


def test_logs_for_people() -> None:
    """As text each event is one line, without colours where nobody looks."""
    build, broken = logged("text")

    assert "build" in build
    assert "20260101" in build
    assert "it broke" in broken
    assert "ValueError" in broken
    assert "\x1b" not in build + broken


@pytest.mark.parametrize("as_", get_args(LogFormat))
def test_message_of_an_error_is_left_out(as_: LogFormat) -> None:
    """What a library's error says may quote a question, in whatever form it is logged."""
    assert "Wilhelmina" not in "".join(logged(as_))


def test_unknown_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that there is none of is said in one sentence."""
    monkeypatch.setenv("QABOT_LOGS", "xml")

    with pytest.raises(BadInput, match="QABOT_LOGS is 'xml'; set json or text"):
        Settings()
