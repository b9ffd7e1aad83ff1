"""Answers that were passed on to a person."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table of answers passed on; find what is old in the others soon."""
    op.create_table(
        "qabot_handovers",
        sa.Column("answer", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
    )
    op.create_index("qabot_questions_asked", "qabot_questions", ["asked"])
