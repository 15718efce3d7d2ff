"""The tables of values that no vocabulary knows, and of what stewards decided of them."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

unmapped_values = sa.Table(
    "unmapped_values",
    metadata,
    sa.Column("iri", sa.Text, nullable=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("iri", "field", "key"),
    sa.Index(None, "field", "key", "source"),
)
"""What the latest versions of records hold, followed from `changes`: it can be made anew."""

unmapped_position = sa.Table(
    "unmapped_position",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    # Which journal it followed, and how it read records.
    sa.Column("reading", sa.Text, nullable=False),
)
"""One row: the last change that `unmapped_values` knows of."""

value_decisions = sa.Table(
    "value_decisions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    # NULL: for the records of all sources.
    sa.Column("source", sa.Text),
    # NULL: the text means no concept.
    sa.Column("concept", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("waits_for", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    # The proposal of a concept whose release decided it; NULL: somebody did.
    sa.Column("proposal", sa.Integer),
    sa.Index(None, "field", "key"),
)

value_decision_events = sa.Table(
    "value_decision_events",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("decision", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index(None, "decision"),
)
"""Append-only: who proposed, released, refused, took back or undid a decision, when and why."""

value_work = sa.Table(
    "value_work",
    metadata,
    sa.Column("decision", sa.Integer, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("run", sa.Text),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("held", sa.Integer, nullable=False),
    sa.Column("left", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("decision", "direction", "source"),
)
"""Which sources' records are to be mapped anew, or back, after a decision."""

value_changes = sa.Table(
    "value_changes",
    metadata,
    sa.Column("decision", sa.Integer, nullable=False),
    sa.Column("iri", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("decision", "iri"),
)
"""Hashes of the versions before and after a decision; noted before the record is written."""

concept_proposals = sa.Table(
    "concept_proposals",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("concept", sa.Text, nullable=False),
    # What is proposed: `ontology.released_concepts.ConceptChange`, as JSON.
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Index(None, "concept"),
)

concept_proposal_events = sa.Table(
    "concept_proposal_events",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("proposal", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index(None, "proposal"),
)
"""Append-only. Each step that releases or undoes is a version of the scheme."""
