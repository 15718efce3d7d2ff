"""How sources are visited, where their runs stand, and what their lists named.

Revision: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of harvests, all empty."""
    op.create_table(
        "harvest_sources",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("credentials", sa.LargeBinary),
        sa.Column("bookmark", sa.Text),
        sa.Column("full_walk", sa.BigInteger),
        sa.Column("listed", sa.Integer),
        sa.Column("due", sa.BigInteger),
        sa.PrimaryKeyConstraint("source", name="pk_harvest_sources"),
    )
    op.create_table(
        "harvests",
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("active", sa.Text),
        sa.Column("full", sa.Boolean, nullable=False),
        sa.Column("bookmark", sa.Text),
        sa.Column("cursor", sa.Text),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("counters", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("lease", sa.BigInteger, nullable=False),
        sa.Column("wanted", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("decision", sa.Text),
        sa.PrimaryKeyConstraint("run", name="pk_harvests"),
        sa.UniqueConstraint("active", name="uq_harvests_active"),
    )
    op.create_index("ix_harvests_source_number", "harvests", ["source", "number"])
    op.create_table(
        "harvest_entries",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("remote_id", sa.Text, nullable=False),
        sa.Column("mark", sa.Text),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", "remote_id", name="pk_harvest_entries"),
    )
    op.create_table(
        "harvest_problems",
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("remote_id", sa.Text),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("expires", sa.BigInteger),
        sa.PrimaryKeyConstraint("run", "number", name="pk_harvest_problems"),
    )
