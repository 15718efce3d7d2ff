"""What was heard of the addresses in public records.

Revision: 0059
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "quality_addresses",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("seen", sa.Date, nullable=False),
        sa.Column("tried", sa.Date, nullable=False),
        sa.Column("good", sa.Date),
        sa.Column("failed", sa.Date),
        sa.Column("failed_days", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_quality_addresses"),
    )
    op.create_table(
        "quality_hosts",
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("closed_until", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_quality_hosts"),
    )
