"""Cases: what people ask for and object to, step by step, with texts apart.

Revision: 0070
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "cases",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("part", sa.Text),
        sa.Column("topic", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("asker", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("last_step", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
    )
    op.create_index("ix_cases_kind_state", "cases", ["kind", "state"])
    op.create_index("ix_cases_organization_state", "cases", ["organization", "state"])
    op.create_index("ix_cases_subject", "cases", ["subject"])
    op.create_index("ix_cases_asker", "cases", ["asker"])
    op.create_table(
        "case_steps",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("case", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_case_steps"),
    )
    op.create_index("ix_case_steps_case_number", "case_steps", ["case", "number"])
    op.create_index("ix_case_steps_day", "case_steps", ["day"])
    op.create_table(
        "case_texts",
        sa.Column("step", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("case", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("step", name="pk_case_texts"),
    )
    op.create_index("ix_case_texts_case", "case_texts", ["case"])
    op.create_table(
        "case_followers",
        sa.Column("case", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("case", "person", name="pk_case_followers"),
    )
    op.create_index("ix_case_followers_person", "case_followers", ["person"])
