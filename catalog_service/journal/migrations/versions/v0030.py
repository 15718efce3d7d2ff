"""Values that no vocabulary knows, decisions about them, and records mapped anew.

Revision: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "unmapped_values",
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("iri", "field", "key", name="pk_unmapped_values"),
    )
    op.create_index(
        "ix_unmapped_values_field_key_source", "unmapped_values", ["field", "key", "source"]
    )
    op.create_table(
        "unmapped_position",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("reading", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unmapped_position"),
    )
    op.create_table(
        "value_decisions",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("concept", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("waits_for", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_value_decisions"),
    )
    op.create_index("ix_value_decisions_field_key", "value_decisions", ["field", "key"])
    op.create_table(
        "value_decision_events",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("decision", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_value_decision_events"),
    )
    op.create_index("ix_value_decision_events_decision", "value_decision_events", ["decision"])
    op.create_table(
        "value_work",
        sa.Column("decision", sa.Integer, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("run", sa.Text),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("decision", "direction", "source", name="pk_value_work"),
    )
    op.create_table(
        "value_changes",
        sa.Column("decision", sa.Integer, nullable=False),
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("decision", "iri", name="pk_value_changes"),
    )
