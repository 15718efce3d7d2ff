"""Following: who follows what, and what became of it.

Revision: 0075
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "follow_targets",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_follow_targets"),
        sa.UniqueConstraint("kind", "value", name="uq_follow_targets_kind_value"),
    )
    op.create_table(
        "follows",
        sa.Column("target", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("begun", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("told", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("target", "person", name="pk_follows"),
    )
    op.create_index("ix_follows_person", "follows", ["person"])
    op.create_table(
        "follow_news",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("target", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("run", sa.Text),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_follow_news"),
        sa.UniqueConstraint("origin", "target", name="uq_follow_news_origin_target"),
    )
    op.create_index("ix_follow_news_target_number", "follow_news", ["target", "number"])
    op.create_index("ix_follow_news_subject", "follow_news", ["subject"])
    op.create_index("ix_follow_news_time", "follow_news", ["time"])
    op.create_table(
        "follow_feeds",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("used", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_follow_feeds"),
        sa.UniqueConstraint("digest", name="uq_follow_feeds_digest"),
    )
    op.create_index("ix_follow_feeds_person", "follow_feeds", ["person"])
