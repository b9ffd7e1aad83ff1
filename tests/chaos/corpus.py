"""A small corpus that is built in a fraction of a second, and what it has to answer."""

import json
from dataclasses import asdict
from pathlib import Path

from qabot.answering.bot import Bot
from qabot.chunking.passages import split
from qabot.index.build import build, read_versions
from qabot.index.build_plan import plan
from qabot.index.opening import load
from qabot.index.releases import current_folder
from qabot.records import AskedQuestion
from tests.support.fakes import WordEncoder, policy

QUESTION = "How long are call records kept?"


def write(policies: Path, number: int) -> None:
    """Write the policies anew, with a number that stands in all of them."""
    policies.mkdir(exist_ok=True)
    for name in ("privacy", "terms"):
        body = (
            f"# Calls\n\nWe keep call records for {number + 1} months.\n\n# {name} {number}\n\nX."
        )
        whole = policies / f"_{name}"  # not read: a build must not see half a file
        whole.write_text(policy("Harbour Broadband", name, "2024-01-01", body))
        whole.replace(policies / f"{name}.md")


def warm(folder: Path) -> None:
    """Do once what every builder does once, so that those forked from here are soon at the files.

    Of FAISS nothing: its threads do not survive a fork.
    """
    write(folder / "policies", 0)
    plan([folder / "policies"], "words")
    for version in read_versions([folder / "policies"]):
        split(version)


def built(folder: Path, number: int = 0) -> str:
    """Write and index the policies; return the id of the build."""
    write(folder / "policies", number)
    planned = plan([folder / "policies"], "words")
    return build(planned, folder / "index", WordEncoder()).manifest.id


def answer(folder: Path) -> str:
    """Return what the live build answers, all of it."""
    bot = Bot(load(current_folder(folder / "index")), WordEncoder())
    found = bot.ask(AskedQuestion(QUESTION))
    cited = [*found.citations, *found.nearest]
    assert "call records" in cited[0].quote, found
    return json.dumps(asdict(found), default=str, sort_keys=True)
