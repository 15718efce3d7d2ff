"""The tables of classification. Nothing in them is changed but that a review is confirmed, once."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

classification_texts = sa.Table(
    "classification_texts",
    metadata,
    # guide, conditions or agreement.
    sa.Column("kind", sa.Text, primary_key=True),
    # By which a text is named; the guide has one name.
    sa.Column("key", sa.Text, primary_key=True),
    # 1, 2, 3 … for each kind and key.
    sa.Column("version", sa.Integer, primary_key=True),
    # The day in Shanghai from which on it counts.
    sa.Column("in_force", sa.Date, nullable=False),
    # The paper that it was taken from, in the operator's words.
    sa.Column("origin", sa.Text, nullable=False),
    # A JSON object.
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC, here and below.
    sa.Column("time", sa.BigInteger, nullable=False),
)
"""The guide's table, templates of conditions and of agreements, each with all its versions."""

dataset_classes = sa.Table(
    "dataset_classes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # IRI of the record.
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("guide_version", sa.Integer, nullable=False),
    # Keys of templates; empty: none.
    sa.Column("conditions", sa.Text, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "dataset", "number"),
)
"""Append-only: the last row of a dataset counts."""

dataset_reviews = sa.Table(
    "dataset_reviews",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    # secrecy or expert.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("held_on", sa.Date, nullable=False),
    # The notation of an open type.
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    # NULL until another person has confirmed it.
    sa.Column("confirmed_by", sa.Text),
    sa.Column("confirmed", sa.BigInteger),
    sa.Index(None, "dataset", "number"),
)
"""Reviews of secrecy and opinions of the expert committee; not public but for a day (R25)."""

agreement_filings = sa.Table(
    "agreement_filings",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("filed_on", sa.Date, nullable=False),
    # The number under which the authority filed it.
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "dataset", "number"),
)
"""Append-only: the agreements of datasets that were filed (备案, R24)."""
