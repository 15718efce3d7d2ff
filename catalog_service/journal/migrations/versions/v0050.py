"""Profiles of the data itself.

Revision: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "quality_profiles",
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("seen", sa.Date, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("modified", sa.Text),
        sa.Column("details", sa.Text),
        sa.PrimaryKeyConstraint("iri", "day", name="pk_quality_profiles"),
    )
