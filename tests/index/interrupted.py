"""Kills builders at random moments and looks at what they leave; run by test_build."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from qabot.answering.bot import Bot
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.policy_index import PolicyIndex
from qabot.index.releases import builds_folder, current_folder
from qabot.records import AskedQuestion
from tests.support.fakes import WordEncoder, policy

ROUNDS = 25


def main(folder: Path) -> None:
    """Exit with 0 if after each kill the live build answered, and one more could be made."""
    policies, index = folder / "policies", folder / "index"
    policies.mkdir()
    _write(policies, 0)
    _in_a_process(lambda: _build_and_ask(policies, index))
    moments = random.Random(25)
    for number in range(1, ROUNDS + 1):
        _in_a_process(lambda: _build_forever(policies, index), moments.uniform(0.01, 0.3))
        _in_a_process(lambda: _ask(index))
        if number % 5 == 0:
            _in_a_process(lambda: _build_and_ask(policies, index))
    leftover = [path.name for path in builds_folder(index).glob(".draft-*")]
    assert not leftover, leftover


def _in_a_process(work: Callable[[], None], killed_after: float | None = None) -> None:
    """Do the work in a process of its own, for FAISS's threads do not survive a fork."""
    process = os.fork()
    if not process:
        work()
        os._exit(0)  # where it raises, Python exits with 1
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == (0 if killed_after is None else -signal.SIGKILL)


def _build_forever(policies: Path, index: Path) -> None:
    number = 0
    while True:
        number += 1
        _write(policies, number)
        build(plan([policies], "words"), index, WordEncoder())


def _build_and_ask(policies: Path, index: Path) -> None:
    _write(policies, 0)
    build(plan([policies], "words"), index, WordEncoder())
    _ask(index)


def _ask(index: Path) -> None:
    bot = Bot(PolicyIndex.load(current_folder(index)), WordEncoder())
    answer = bot.ask(AskedQuestion("How long are call records kept?"))
    cited = [*answer.citations, *answer.nearest]
    assert "call records" in cited[0].quote, answer


def _write(policies: Path, number: int) -> None:
    for name in ("privacy", "terms"):
        body = (
            f"# Calls\n\nWe keep call records for {number + 1} months.\n\n# {name} {number}\n\nX."
        )
        whole = policies / f"_{name}"  # not read: the build must not see half a file
        whole.write_text(policy("Harbour Broadband", name, "2024-01-01", body))
        whole.replace(policies / f"{name}.md")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
