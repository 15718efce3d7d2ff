"""When a source was removed.

Revision: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty: no source was removed."""
    op.add_column("sources", sa.Column("removed", sa.BigInteger))
