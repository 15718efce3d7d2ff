"""One outbox for all rooms, and what persons are told on the pages.

Revision: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and move what waits in the outbox of sources."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_due", "outbox", ["due"])
    op.create_index("ix_outbox_about", "outbox", ["about"])
    op.execute(
        "INSERT INTO outbox "
        "(id, kind, about, channel, target, data, created, state, attempts, due, error) "
        "SELECT id, 'harvest.ended', source, channel, target, report, created, state, attempts, "
        "due, error FROM notice_outbox"
    )
    op.drop_table("notice_outbox")
    op.create_table(
        "notices",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("organization", sa.Text),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("read", sa.BigInteger),
        sa.Column("digest", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_person_created", "notices", ["person", "created"])
    op.create_index("ix_notices_digest", "notices", ["digest"])
    op.create_table(
        "notice_preferences",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("mail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person", "kind", name="pk_notice_preferences"),
    )
    op.create_table(
        "notice_keys",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_notice_keys"),
    )
