"""The tables of results that are shown. Until then, and where they are not, cases keep them."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

results = sa.Table(
    "results",
    metadata,
    # The number of its case, and the number that people quote.
    sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("title_en", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("summary_en", sa.Text, nullable=False),
    sa.Column("does", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    # Empty without its maker's consent.
    sa.Column("contact", sa.Text, nullable=False),
    # IRI of a data domain, as its case has it.
    sa.Column("topic", sa.Text),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Index(None, "topic"),
    sa.Index(None, "made"),
    sa.Index(None, "year"),
)
"""What everybody reads; a row goes when its maker takes it back, or it is taken down."""

result_datasets = sa.Table(
    "result_datasets",
    metadata,
    sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
    # 0, 1, 2, … as its maker named them.
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    # IRI of a record.
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Index(None, "dataset"),
)
"""What they were made of."""

award_criteria = sa.Table(
    "award_criteria",
    metadata,
    # 1, 2, 3, …
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # excellent or pilot.
    sa.Column("award", sa.Text, nullable=False),
    # The day in Shanghai from which on it counts.
    sa.Column("in_force", sa.Date, nullable=False),
    sa.Column("zh", sa.Text, nullable=False),
    sa.Column("en", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
)
"""By what results are distinguished, in the operator's words; append-only."""

award_steps = sa.Table(
    "award_steps",
    metadata,
    # 1, 2, 3, …
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # Of the result.
    sa.Column("case", sa.Integer, nullable=False),
    sa.Column("award", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    # What everybody reads.
    sa.Column("reason", sa.Text, nullable=False),
    # The number of the criteria that were in force.
    sa.Column("criteria", sa.Integer, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "case"),
)
"""Distinctions that were given and taken away; append-only, the last one counts."""
