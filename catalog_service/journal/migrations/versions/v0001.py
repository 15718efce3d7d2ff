"""The first tables, and the triggers that keep ``changes`` append-only.

Revision: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "changes",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("remote_id", sa.Text, nullable=False),
        sa.Column("focus", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("hash", sa.Text),
        sa.Column("dictionary", sa.Integer),
        sa.Column("body", sa.LargeBinary),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("run", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
    )
    op.create_index("ix_changes_iri_seq", "changes", ["iri", "seq"])
    op.create_table(
        "records",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("remote_id", sa.Text, nullable=False),
        sa.Column("focus", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("hash", sa.Text),
        sa.Column("version_seq", sa.BigInteger),
        sa.Column("held_hash", sa.Text),
        sa.Column("held_seq", sa.BigInteger),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary),
        sa.Column("verdict", sa.Integer),
        sa.Column("findings", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("iri", name="uq_records_iri"),
        sa.UniqueConstraint("source", "remote_id", name="uq_records_source_remote_id"),
    )
    op.create_index(
        "ix_records_verdict_source_state_public_held_seq",
        "records",
        ["verdict", "source", "state", "public", "held_seq"],
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sa.UniqueConstraint("rules", name="uq_verdicts_rules"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("gate", sa.Text, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )
    op.create_table(
        "runs",
        sa.Column("number", _BIG, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("finished", sa.BigInteger),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("counters", sa.Text, nullable=False),
        sa.Column("message", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_runs"),
        sa.UniqueConstraint("id", name="uq_runs_id"),
    )
    op.create_index("ix_runs_source_number", "runs", ["source", "number"])
    op.create_table(
        "dictionaries",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dictionaries"),
        sa.UniqueConstraint("digest", name="uq_dictionaries_digest"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger),
        sa.Column("revoked", sa.BigInteger),
        sa.Column("last_used", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _refuse_in_postgresql()
    else:
        _refuse_in_sqlite()


def _refuse_in_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER changes_refuse_{verb.lower()} BEFORE {verb} ON changes "
            "BEGIN SELECT RAISE(ABORT, 'changes is append-only'); END"
        )


def _refuse_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION changes_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'changes is append-only'; END $$"
    )
    # For each statement, so that TRUNCATE, which has no rows, is refused too.
    op.execute(
        "CREATE TRIGGER changes_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON changes "
        "FOR EACH STATEMENT EXECUTE FUNCTION changes_refuse()"
    )
