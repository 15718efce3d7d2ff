"""What the door asks of whoever takes concepts away."""

from __future__ import annotations

from typing import Protocol

import sqlalchemy as sa

from ontology.record import Record


class EndedConcepts(Protocol):
    """Knows the concepts that were taken away; supplied by the room of vocabularies at work."""

    def __call__(self, connection: sa.Connection, /) -> frozenset[str]:
        """Return their IRIs, which mean nothing any more, as of a write transaction."""
        ...


def nothing_ended(_: sa.Connection, /) -> frozenset[str]:
    """Return that no concept was taken away."""
    return frozenset()


def named(record: Record, ended: frozenset[str]) -> str | None:
    """Return a concept of these that a record names, if any."""
    return next((iri for iri in sorted(ended) if f"<{iri}>" in record.nquads), None)
