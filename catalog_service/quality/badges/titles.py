"""What the datasets of badges are called."""

from __future__ import annotations

from collections.abc import Sequence

from catalog_service.context import Service
from catalog_service.journal.model import version_of
from catalog_service.stored_records import title_of


def titles_of(atlas: Service, iris: Sequence[str]) -> dict[str, str]:
    """Return the titles of public records."""
    return {
        iri: title_of(version)
        for iri, record in atlas.journal.get_many(iris).items()
        if record.public and (version := version_of(record)) is not None
    }
