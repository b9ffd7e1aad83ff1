"""Questions that were asked again in other words, and how builds answered the test set."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_COUNTS = ("covered", "hits", "marked", "answered", "uncovered", "false_answers")


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "qabot_rephrasings",
        sa.Column("answer", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("answered", sa.Boolean, nullable=False),
    )
    op.create_table(
        "qabot_build_figures",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("build", sa.Text, nullable=False),
        sa.Column("measured", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTS),
    )
