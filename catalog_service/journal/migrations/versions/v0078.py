"""Requests that brought a case up, and may be sent again.

Revision: 0078
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "case_keys",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("case", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", "key", name="pk_case_keys"),
    )
    op.create_index("ix_case_keys_case", "case_keys", ["case"])
    op.create_index("ix_case_keys_created", "case_keys", ["created"])
