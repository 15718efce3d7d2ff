"""Links between organizations.

Revision: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "organization_links",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_organization_links"),
    )
    op.create_table(
        "organization_link_events",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("link", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_organization_link_events"),
    )
    op.create_index("ix_organization_link_events_link", "organization_link_events", ["link"])
