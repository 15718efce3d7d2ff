"""Edits of the thesaurus.

Revision: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "thesaurus_edits",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("official", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("is_new", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_thesaurus_edits"),
    )
    op.create_table(
        "thesaurus_edit_events",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("edit", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_thesaurus_edit_events"),
    )
    op.create_index("ix_thesaurus_edit_events_edit", "thesaurus_edit_events", ["edit"])
