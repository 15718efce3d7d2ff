"""Tokens of persons.

Revision: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: tokens made before are the installation's."""
    op.create_table(
        "token_owners",
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("told", sa.BigInteger),
        sa.PrimaryKeyConstraint("token", name="pk_token_owners"),
    )
    op.create_index("ix_token_owners_person", "token_owners", ["person"])
