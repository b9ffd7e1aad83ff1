"""Answers that were passed on to a person, and links that open the owner's page once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add both tables; questions are found by when they were asked."""
    op.create_table(
        "qabot_handovers",
        sa.Column("answer", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
    )
    op.create_table(
        "qabot_owner_links",
        sa.Column("token_sha256", sa.LargeBinary, primary_key=True),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("qabot_questions_asked", "qabot_questions", ["asked"])
