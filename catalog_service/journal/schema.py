"""The journal's tables. The migrations create them; a test compares the two."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

SCHEMA_VERSION: Final = "0078"
"""The newest migration; known here so that opening an up-to-date journal need not load alembic."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite's rowid is named by INTEGER alone; there it has 64 bits anyway.
_Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("seq", _Big, primary_key=True, autoincrement=False),
    # Microseconds since 1970 UTC: the same in both databases, and it sorts.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("iri", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("remote_id", sa.Text, nullable=False),
    # NULL where the record describes itself.
    sa.Column("focus", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("hash", sa.Text),
    sa.Column("dictionary", sa.Integer),
    sa.Column("body", sa.LargeBinary),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("run", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("public", sa.Boolean, nullable=False),
    # Of all other columns (`codec.sum_of_change`); NULL in rows of an earlier version.
    sa.Column("sum", sa.BigInteger),
    sa.Index(None, "iri", "seq"),
)
"""Append-only: triggers refuse UPDATE and DELETE. All else can be worked out from it."""

records = sa.Table(
    "records",
    metadata,
    # Counted up in the order of creation, so that a walk by id reads `changes` nearly in order.
    sa.Column("id", _Big, primary_key=True, autoincrement=False),
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
    sa.Column("removed", sa.LargeBinary),
    sa.UniqueConstraint("iri"),
    sa.UniqueConstraint("source", "remote_id"),
    # Covers what `counts` and `findings_summary` ask, so that neither reads the table itself. Not
    # led by the source: PostgreSQL would take it for look-ups by remote id until it has statistics.
    sa.Index(None, "verdict", "source", "state", "public", "held_seq"),
)
"""The current state of each record, with the findings of its latest version.

``removed`` is what the privacy rule took out of it: kinds and places, never what was there.
"""

verdicts = sa.Table(
    "verdicts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.UniqueConstraint("rules"),
)
"""Each set of rules that some record offends, once: ``R04:Violation R21:Warning``.

A catalogue of a million has some hundreds of sets. Counting records by set is a walk over an
index, needs no row for each finding and no running totals that could drift.
"""

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("gate", sa.Text, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    # NULL: it was not removed. The row stays: its records' IRIs are its own for ever.
    sa.Column("removed", sa.BigInteger),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("number", _Big, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("started", sa.BigInteger, nullable=False),
    sa.Column("finished", sa.BigInteger),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("counters", sa.Text, nullable=False),
    sa.Column("message", sa.Text),
    sa.UniqueConstraint("id"),
    sa.Index(None, "source", "number"),
)

dictionaries = sa.Table(
    "dictionaries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("digest"),
)
"""The zstd dictionaries that rows were written with: a journal can always be read by itself."""

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger),
    sa.Column("revoked", sa.BigInteger),
    sa.Column("last_used", sa.Date),
    sa.UniqueConstraint("digest"),
)
