"""How the live build answers the test set: measured, and kept in the state store."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.cli.loading import open_bot
from qabot.cli.options import settings
from qabot.cli.printing import say
from qabot.errors import QABotError, StoreUnavailable

if TYPE_CHECKING:
    from qabot.state.stored import BuildFigures


def keep_figures(figures: "BuildFigures", index: Path) -> None:
    """Keep how a build answers the test set; where that cannot be, it is said, and no failure."""
    from qabot.state.kept_figures import KeptFigures
    from qabot.state.store import Store

    try:
        with closing(Store.open(settings(index).state)) as store:
            KeptFigures(store.engine).keep(figures)
    except StoreUnavailable as error:
        say(f"The test set's figures are not kept: {error}", err=True)


def measure(index: Path) -> None:
    """Put the test set, if there is one, to the live build, and keep how it answers."""
    from qabot.evaluation.test_set import test_set

    if test_set(index) is None:
        return
    from qabot.service.build_figures import measured

    try:
        figures = measured(index, open_bot(index))
    except QABotError as error:
        say(f"The test set was not asked: {error}", err=True)
        return
    if figures:
        keep_figures(figures, index)
