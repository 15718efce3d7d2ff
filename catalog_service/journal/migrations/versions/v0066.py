"""Figures of reports carry the version of their definition.

Revision: 0066
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0066"
# Of another branch, and landed before: the order is that of the chain, not of the numbers.
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: what was counted before is of the first version."""
    op.add_column(
        "report_figures",
        sa.Column("definition", sa.Integer, nullable=False, server_default="1"),
    )
