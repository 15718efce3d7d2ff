"""The tables of the badge: the operator's criteria, what was decided, and the count of each day."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

badge_criteria = sa.Table(
    "badge_criteria",
    metadata,
    # 1, 2, 3 …
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    # The day in Shanghai from which on it counts.
    sa.Column("in_force", sa.Date, nullable=False),
    # The paper that it was taken from, in the operator's words.
    sa.Column("origin", sa.Text, nullable=False),
    # A JSON array.
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
)
"""All versions of the table of criteria; nothing is changed."""

dataset_badges = sa.Table(
    "dataset_badges",
    metadata,
    # IRI of the record.
    sa.Column("iri", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("held", sa.Boolean, nullable=False),
    # met, unmet, gone or no-criteria.
    sa.Column("why", sa.Text, nullable=False),
    # Of the table; 0: none was in force.
    sa.Column("version", sa.Integer, nullable=False),
    # A JSON array: what came of each criterion.
    sa.Column("judged", sa.Text, nullable=False),
)
"""Each day on which a dataset got or lost the badge: the last row of a dataset counts."""

badge_days = sa.Table(
    "badge_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("held", sa.Integer, nullable=False),
    sa.Column("awarded", sa.Integer, nullable=False),
    sa.Column("lost", sa.Integer, nullable=False),
    # How many times it was decided on that day.
    sa.Column("round", sa.Integer, nullable=False),
)
"""How many datasets had it at the end of each day on which that was decided."""
