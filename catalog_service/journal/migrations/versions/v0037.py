"""Open lists, and working days set by an operator.

Revision: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "open_list_contents",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_open_list_contents"),
    )
    op.create_table(
        "open_list_steps",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_open_list_steps"),
    )
    op.create_index(
        "ix_open_list_steps_organization_year_number",
        "open_list_steps",
        ["organization", "year", "number"],
    )
    op.create_table(
        "open_list_filings",
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("filing_number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(
            "organization", "year", "filing_number", name="pk_open_list_filings"
        ),
        sa.UniqueConstraint("step", name="uq_open_list_filings_step"),
    )
    op.create_table(
        "open_list_versions",
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("in_force", sa.Date, nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("organization", "year", "version", name="pk_open_list_versions"),
    )
    op.create_index("ix_open_list_versions_year", "open_list_versions", ["year"])
    op.create_table(
        "open_list_decisions",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_open_list_decisions"),
    )
    op.create_index(
        "ix_open_list_decisions_organization_year", "open_list_decisions", ["organization", "year"]
    )
    op.create_table(
        "working_day_overrides",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("works", sa.Boolean),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_working_day_overrides"),
    )
    op.create_index("ix_working_day_overrides_day", "working_day_overrides", ["day"])
