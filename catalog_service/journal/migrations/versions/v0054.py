"""What the rules found in open lists.

Revision: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "open_list_checks",
        sa.Column("step", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("findings", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("step", name="pk_open_list_checks"),
    )
    op.create_index(
        "ix_open_list_checks_organization_year_content",
        "open_list_checks",
        ["organization", "year", "content"],
    )
