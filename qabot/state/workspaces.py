"""What each workspace has chosen for its bot."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from qabot.state.database import insert_into, transaction
from qabot.state.stored import SlackSettings
from qabot.state.tables import slack_settings


@dataclass(frozen=True, slots=True)
class Workspaces:
    """The settings of every workspace; may be used from any thread."""

    engine: Engine

    def settings(self, team: str) -> SlackSettings:
        """Return what a workspace has chosen, the defaults if it has chosen nothing."""
        chosen = select(slack_settings).where(slack_settings.c.team == team)
        with transaction(self.engine) as connection:
            row = connection.execute(chosen).mappings().first()
        if row is None:
            return SlackSettings()
        return SlackSettings(
            company=row["company"],
            channel_companies=row["channel_companies"],
            humans=row["humans"],
            unasked_channels=frozenset(row["unasked_channels"]),
        )

    def choose(self, team: str, settings: SlackSettings) -> None:
        """Keep what a workspace has chosen, in place of all that it chose before."""
        row = {
            "company": settings.company,
            "channel_companies": settings.channel_companies,
            "humans": settings.humans,
            "unasked_channels": sorted(settings.unasked_channels),
        }
        new = insert_into(self.engine, slack_settings).values(team=team, **row)
        saved = new.on_conflict_do_update(index_elements=[slack_settings.c.team], set_=row)
        with transaction(self.engine) as connection:
            connection.execute(saved)
