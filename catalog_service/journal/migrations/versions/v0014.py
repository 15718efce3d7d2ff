"""Finding what the platform said is gone during a run, among all that its list named.

Revision: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index, which holds few rows."""
    is_told = sa.text("seen < 0")
    op.create_index(
        "ix_harvest_entries_told",
        "harvest_entries",
        ["source", "seen"],
        sqlite_where=is_told,
        postgresql_where=is_told,
    )
