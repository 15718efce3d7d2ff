"""What the privacy rule took out of each record: for its stewards to look up later.

Revision: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an empty column: what was taken out before is told when a record is submitted again."""
    op.add_column("records", sa.Column("removed", sa.LargeBinary))
