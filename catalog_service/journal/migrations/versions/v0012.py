"""How a harvest's walk ended, and which raw answers are to be deleted.

Revision: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty: runs that were stopped behind their walk begin anew; and the index."""
    op.add_column("harvests", sa.Column("walked", sa.Text))
    op.create_index("ix_harvest_problems_expires", "harvest_problems", ["expires"])
