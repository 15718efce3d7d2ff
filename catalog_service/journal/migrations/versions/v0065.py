"""Quality figures of organizations in distinct records, and points that end.

Revision: 0065
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "quality_organization_days",
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("judged", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(
            "metric", "organization", "day", name="pk_quality_organization_days"
        ),
    )
    op.create_index("ix_quality_organization_days_day", "quality_organization_days", ["day"])
    op.add_column(
        "quality_points", sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.false())
    )
