"""Results that are shown, the datasets that they use, and distinctions of results.

Revision: 0074
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "results",
        sa.Column("case", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("summary_en", sa.Text, nullable=False),
        sa.Column("does", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("topic", sa.Text),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("case", name="pk_results"),
    )
    for column in ("topic", "made", "year"):
        op.create_index(f"ix_results_{column}", "results", [column])
    op.create_table(
        "result_datasets",
        sa.Column("case", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("case", "position", name="pk_result_datasets"),
    )
    op.create_index("ix_result_datasets_dataset", "result_datasets", ["dataset"])
    op.create_table(
        "award_criteria",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("award", sa.Text, nullable=False),
        sa.Column("in_force", sa.Date, nullable=False),
        sa.Column("zh", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_award_criteria"),
    )
    op.create_table(
        "award_steps",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("case", sa.Integer, nullable=False),
        sa.Column("award", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("criteria", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_award_steps"),
    )
    op.create_index("ix_award_steps_case", "award_steps", ["case"])
