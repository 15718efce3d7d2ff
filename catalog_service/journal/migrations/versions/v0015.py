"""Finding what was decided about a record without reading every decision.

Revision: 0015
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index for each record of a pair."""
    for column in ("one", "other"):
        op.create_index(f"ix_duplicate_decisions_{column}", "duplicate_decisions", [column])
