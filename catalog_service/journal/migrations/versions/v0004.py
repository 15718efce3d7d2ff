"""A checksum of each change, so that damage can be looked for.

Revision: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an empty column: the changes that are there cannot be altered, and keep their hashes."""
    op.add_column("changes", sa.Column("sum", sa.BigInteger))
