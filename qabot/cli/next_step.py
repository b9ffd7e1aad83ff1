"""What `qabot` alone says: what to do next."""

from pathlib import Path


def what_next(index: Path) -> str:
    """Return what can be done with an index now, a line each."""
    from qabot.errors import BuildRefused
    from qabot.index.releases import current_folder

    try:
        current_folder(index)
    except BuildRefused:
        return _NOTHING_INDEXED.format(index=index)
    return _INDEXED


_NOTHING_INDEXED = """\
Nothing is indexed in {index} yet. Next:
  qabot index              the policies in index/policies
  qabot index FOLDER       those in another folder
All commands: qabot --help"""

_INDEXED = """\
  qabot ask QUESTION       an answer here
  qabot serve              a page to ask on, and the HTTP API
  qabot policies           what is indexed
All commands: qabot --help"""
