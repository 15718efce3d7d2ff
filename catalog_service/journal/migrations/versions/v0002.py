"""The journal's own identity: a projection that was made from another journal is told by it.

Revision: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the database draw 128 bits, once."""
    meta = sa.table("meta", sa.column("key"), sa.column("value"))
    if op.get_bind().dialect.name == "postgresql":
        drawn = sa.func.replace(sa.cast(sa.func.gen_random_uuid(), sa.Text), "-", "")
    else:
        drawn = sa.func.lower(sa.func.hex(sa.func.randomblob(16)))
    op.execute(meta.insert().values(key="identity", value=drawn))
