"""Counts of searches, judgements about what should be found, and kept results of evaluation.

Revision: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "search_clicks",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("band", sa.Text, nullable=False),
        sa.Column("networks", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "query", "dataset", "band", name="pk_search_clicks"),
    )
    op.create_table(
        "search_reformulations",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("next", sa.Text, nullable=False),
        sa.Column("networks", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "query", "next", name="pk_search_reformulations"),
    )
    op.create_table(
        "search_judgements",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("grade", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_judgements"),
    )
    op.create_table(
        "search_evaluations",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("collection", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_evaluations"),
    )
    op.create_index(
        "ix_search_evaluations_collection_number", "search_evaluations", ["collection", "number"]
    )
