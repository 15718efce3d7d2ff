"""Classification: the guide's table, templates, classes, reviews and filings.

Revision: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "classification_texts",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("in_force", sa.Date, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "version", name="pk_classification_texts"),
    )
    op.create_table(
        "dataset_classes",
        *_about_a_dataset(),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("guide_version", sa.Integer, nullable=False),
        sa.Column("conditions", sa.Text, nullable=False),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        *_entered(),
        sa.PrimaryKeyConstraint("number", name="pk_dataset_classes"),
    )
    op.create_table(
        "dataset_reviews",
        *_about_a_dataset(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        *_entered(),
        sa.Column("confirmed_by", sa.Text),
        sa.Column("confirmed", sa.BigInteger),
        sa.PrimaryKeyConstraint("number", name="pk_dataset_reviews"),
    )
    op.create_table(
        "agreement_filings",
        *_about_a_dataset(),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        *_entered(),
        sa.PrimaryKeyConstraint("number", name="pk_agreement_filings"),
    )
    for table in ("dataset_classes", "dataset_reviews", "agreement_filings"):
        op.create_index(f"ix_{table}_dataset_number", table, ["dataset", "number"])


def _about_a_dataset() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )


def _entered() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
    )
