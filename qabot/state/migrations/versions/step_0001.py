"""Keys, feedback, questions and secrets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "qabot_keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("company", sa.Text),
        sa.Column("origins", _JSON, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("revoked", _TIME),
        sa.Column("token_sha256", sa.LargeBinary, nullable=False),
        sa.Column("token", sa.Text),
    )
    op.create_table(
        "qabot_feedback",
        sa.Column("answer", sa.Text, primary_key=True),
        sa.Column("by", sa.Text, primary_key=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("about", _JSON),
        sa.Column("said", _TIME, nullable=False),
    )
    op.create_table(
        "qabot_questions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("company", sa.Text),
        sa.Column("as_of", sa.Date),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("build", sa.Text, nullable=False),
        sa.Column("asked", _TIME, nullable=False),
    )
    op.create_table(
        "qabot_secrets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
