"""How builds answered the corpus's own test set, over time."""

from dataclasses import asdict, dataclass, replace

from sqlalchemy import Engine, insert, select

from qabot.state.database import transaction
from qabot.state.stored import BuildFigures
from qabot.state.tables import build_figures


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """The figures of every measurement; may be used from any thread."""

    engine: Engine

    def keep(self, figures: BuildFigures) -> None:
        """Keep figures, unless they are those of the last measurement, of the same build."""
        last = self.newest(1)
        if last and replace(last[0], measured=figures.measured) == figures:
            return
        with transaction(self.engine) as connection:
            connection.execute(insert(build_figures).values(asdict(figures)))

    def newest(self, count: int) -> list[BuildFigures]:
        """Return the last measurements, at most so many, the newest first."""
        columns = list(build_figures.c)[1:]
        latest = select(*columns).order_by(
            build_figures.c.measured.desc(), build_figures.c.number.desc()
        )
        with transaction(self.engine) as connection:
            rows = connection.execute(latest.limit(count)).mappings()
            return [BuildFigures(**row) for row in rows]
