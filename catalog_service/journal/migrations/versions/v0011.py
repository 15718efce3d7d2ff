"""What is done with records of a source that repeat the city's.

Revision: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of settings, empty: such records are flagged."""
    op.create_table(
        "duplicate_sources",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("repeats", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_duplicate_sources"),
    )
