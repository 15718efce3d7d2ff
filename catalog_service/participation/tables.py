"""The tables of cases. What people wrote is encrypted, and apart, so that it can be erased."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # demand, objection, application or result.
    sa.Column("kind", sa.Text, nullable=False),
    # IRI of a dataset, and the name of its data item or the address of its file.
    sa.Column("subject", sa.Text),
    sa.Column("part", sa.Text),
    # IRI of a data domain.
    sa.Column("topic", sa.Text),
    # What the public reads, written by whoever sorted the case.
    sa.Column("title", sa.Text),
    # Identifier of the person who brought it up; null: erased.
    sa.Column("asker", sa.Text),
    # As its last step left it, to be listed by: the steps alone are the truth.
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("organization", sa.Text),
    sa.Column("last_step", sa.Integer, nullable=False),
    sa.Index(None, "kind", "state"),
    sa.Index(None, "organization", "state"),
    sa.Index(None, "subject"),
    sa.Index(None, "asker"),
)
"""What people brought up."""

case_steps = sa.Table(
    "case_steps",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("case", sa.Integer, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    # "asker", "clock", or the actor of whoever works here.
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC, and the day in Shanghai.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    # Who is responsible after it, by IRI.
    sa.Column("organization", sa.Text),
    # A JSON object of codes, IRIs and days: nothing that somebody wrote.
    sa.Column("details", sa.Text, nullable=False),
    sa.Index(None, "case", "number"),
    sa.Index(None, "day"),
)
"""What was done with them; append-only, and without anything personal."""

case_texts = sa.Table(
    "case_texts",
    metadata,
    # The step that it was written with.
    sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("case", sa.Integer, nullable=False),
    # Encrypted with the keys of ATLAS_SECRET_FILE, bound to case and step.
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index(None, "case"),
)
"""What people wrote; a row goes when it is erased."""

case_papers = sa.Table(
    "case_papers",
    metadata,
    sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
    # form, agreement, document or picture (`papers`).
    sa.Column("kind", sa.Text, primary_key=True),
    # Encrypted with the keys of ATLAS_SECRET_FILE, bound to case and kind.
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
"""What an application says of who applies, and its agreement; a row goes when it is erased."""

case_codes = sa.Table(
    "case_codes",
    metadata,
    sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
    # Identifier of the person who signs.
    sa.Column("person", sa.Text, primary_key=True),
    # The hash of a code and of what it is for, encrypted: the code itself is kept nowhere.
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    # Answers that were tried, right or wrong.
    sa.Column("tries", sa.Integer, nullable=False),
)
"""Codes by which signatures are confirmed, once each."""

case_keys = sa.Table(
    "case_keys",
    metadata,
    # Identifier of the person who sent it.
    sa.Column("person", sa.Text, primary_key=True),
    # SHA-256 of the Idempotency-Key.
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("case", sa.Integer, nullable=False),
    # SHA-256 of the body that came with it, and the answer to it, encrypted and bound to the case.
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Index(None, "case"),
    sa.Index(None, "created"),
)
"""Requests that brought a case up and may be sent again; a row goes after a day, or with the case's
texts."""

case_followers = sa.Table(
    "case_followers",
    metadata,
    sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
    # Identifier of the person.
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "person"),
)
"""Who wants the same, and is told of what becomes of it."""
