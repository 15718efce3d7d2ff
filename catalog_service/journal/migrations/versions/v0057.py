"""Information systems and their opening plans.

Revision: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "open_list_systems",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("begun", sa.Date, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_open_list_systems"),
    )
    op.create_index("ix_open_list_systems_organization", "open_list_systems", ["organization"])
