"""Whether the next run of a source is to believe a list much shorter than expected.

Revision: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, in which nobody asked for it."""
    op.add_column("harvest_sources", sa.Column("accept_shorter", sa.Boolean))
