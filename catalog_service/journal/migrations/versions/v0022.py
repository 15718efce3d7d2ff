"""Sessions that an OpenID provider began, and logout tokens that came.

Revision: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables, both empty."""
    op.create_table(
        "provider_sessions",
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("tokens", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_provider_sessions"),
    )
    op.create_index("ix_provider_sessions_person", "provider_sessions", ["person"])
    op.create_table(
        "logout_tokens",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_logout_tokens"),
    )
