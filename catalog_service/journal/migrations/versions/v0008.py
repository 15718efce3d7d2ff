"""The source catalogue: data items with the department they come from.

Revision: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of data items, empty."""
    op.create_table(
        "source_catalog_items",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("department_key", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("mechanism", sa.Text, nullable=False),
        sa.Column("quality", sa.Text, nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", "department_key", name="pk_source_catalog_items"),
    )
