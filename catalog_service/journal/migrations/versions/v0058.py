"""The badge of high-quality datasets: criteria, decisions, counts by day.

Revision: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "badge_criteria",
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("in_force", sa.Date, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_badge_criteria"),
    )
    op.create_table(
        "dataset_badges",
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("judged", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("iri", "day", name="pk_dataset_badges"),
    )
    op.create_table(
        "badge_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
        sa.Column("awarded", sa.Integer, nullable=False),
        sa.Column("lost", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_badge_days"),
    )
