"""Sources by the names that people gave them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from catalog_service.http.context import Service
from ontology.errors import AtlasError


def titles(atlas: Service) -> Mapping[str, str]:
    """Return the sources' titles by identifier; none where the journal cannot be read now.

    Searching goes on without the journal: an identifier is name enough until it is back.
    """
    found: dict[str, str] = {}
    with suppress(AtlasError):
        found = {source.id: source.title for source in atlas.journal.sources()}
    return found
