"""What the Slack bot remembers: work taken on, threads, settings and installations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables of the Slack bot."""
    op.create_table(
        "qabot_slack_work",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", _JSON),
        sa.Column("event_id", sa.Text),
        sa.Column("channel", sa.Text),
        sa.Column("ts", sa.Text),
        sa.Column("taken", _TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("replica", sa.Text, nullable=False),
        sa.Column("leased_until", _TIME, nullable=False),
        sa.UniqueConstraint("team", "event_id", name="qabot_slack_work_event"),
        sa.UniqueConstraint("channel", "ts", name="qabot_slack_work_message"),
    )
    op.create_index("qabot_slack_work_due", "qabot_slack_work", ["state", "leased_until"])
    op.create_table(
        "qabot_slack_threads",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("thread_ts", sa.Text, primary_key=True),
        sa.Column("answered", _TIME, nullable=False),
    )
    op.create_table(
        "qabot_slack_settings",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("company", sa.Text),
        sa.Column("channel_companies", _JSON, nullable=False),
        sa.Column("humans", sa.Text),
        sa.Column("unasked_channels", _JSON, nullable=False),
    )
    op.create_table(
        "qabot_slack_installations",
        sa.Column("app", sa.Text, primary_key=True),
        sa.Column("enterprise", sa.Text, primary_key=True),
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("user", sa.Text, primary_key=True),
        sa.Column("installed", _TIME, nullable=False),
        sa.Column("encrypted", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "qabot_slack_states",
        sa.Column("state_sha256", sa.LargeBinary, primary_key=True),
        sa.Column("expires", _TIME, nullable=False),
    )
