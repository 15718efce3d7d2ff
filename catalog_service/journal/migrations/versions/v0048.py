"""What reports are made from: figures by day, and what organizations were called.

Revision: 0048
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "report_figures",
        sa.Column("figure", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("whole", sa.Integer),
        sa.PrimaryKeyConstraint("figure", "organization", "day", name="pk_report_figures"),
    )
    op.create_table(
        "report_names",
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("zh", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("above", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("iri", "day", name="pk_report_names"),
    )
