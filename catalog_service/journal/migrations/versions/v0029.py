"""What was told of already, and where organizations want their notices.

Revision: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables, both empty."""
    op.create_table(
        "told_once",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_told_once"),
    )
    op.create_table(
        "organization_webhooks",
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organization", name="pk_organization_webhooks"),
    )
