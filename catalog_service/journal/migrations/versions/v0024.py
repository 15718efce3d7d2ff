"""Exceptions from rules, publishers of records, and what rules found day by day.

Revision: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "rule_exceptions",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("remote_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("released_by", sa.Text),
        sa.Column("released", sa.BigInteger),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended", sa.BigInteger),
        sa.Column("ended_reason", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_rule_exceptions"),
    )
    op.create_index(
        "ix_rule_exceptions_source_remote_id", "rule_exceptions", ["source", "remote_id"]
    )
    op.create_table(
        "record_publishers",
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("iri", "publisher", name="pk_record_publishers"),
    )
    op.create_index("ix_record_publishers_publisher_iri", "record_publishers", ["publisher", "iri"])
    op.create_table(
        "rule_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "publisher", name="pk_rule_days"),
    )
    op.create_table(
        "rule_day_findings",
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("rule", "day", "publisher", name="pk_rule_day_findings"),
    )
    op.create_table(
        "rule_work_state",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_rule_work_state"),
    )
