"""The source catalogue: each claim gets an identifier and a version, and its changes are kept.

Revision: 0010
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TEXTS = ("item", "department", "source", "mechanism", "quality", "use")


def _texts() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in _TEXTS]


def upgrade() -> None:
    """Make the table anew with what it held; of that the first version is the one that stands."""
    before = sa.table(
        "source_catalog_items", *map(sa.column, ("key", "department_key", *_TEXTS, "changed"))
    )
    rows = [dict(row._mapping) for row in op.get_bind().execute(sa.select(before))]
    op.drop_table("source_catalog_items")
    items = op.create_table(
        "source_catalog_items",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("department_key", sa.Text, nullable=False),
        *_texts(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_catalog_items"),
        sa.UniqueConstraint(
            "key", "department_key", name="uq_source_catalog_items_key_department_key"
        ),
    )
    changes = op.create_table(
        "source_catalog_changes",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        *_texts(),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_source_catalog_changes"),
    )
    op.create_index("ix_source_catalog_changes_item_id", "source_catalog_changes", ["item_id"])
    for row in rows:
        # As `catalog_service.source_catalog.identity` makes it; that may change, this must not.
        identity = f"{row['key']}\n{row['department_key']}"
        name = hashlib.sha256(identity.encode()).hexdigest()[:16]
        op.get_bind().execute(items.insert().values(id=name, version=1, **row))
        op.get_bind().execute(
            changes.insert().values(
                item_id=name,
                version=1,
                action="created",
                **{text: row[text] for text in _TEXTS},
                actor="",
                reason="",
                time=row["changed"],
            )
        )
