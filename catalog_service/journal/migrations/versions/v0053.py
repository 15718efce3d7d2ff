"""Samples and what was done with them.

Revision: 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "dataset_samples",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_dataset_samples"),
    )
    op.create_index("ix_dataset_samples_dataset_number", "dataset_samples", ["dataset", "number"])
    op.create_table(
        "sample_steps",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sample", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sample_steps"),
    )
    op.create_index("ix_sample_steps_sample_number", "sample_steps", ["sample", "number"])
