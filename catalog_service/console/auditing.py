"""Telling the audit what a command does outside of the journal's transactions."""

from __future__ import annotations

from collections.abc import Mapping

from catalog_service.console.opening import existing
from catalog_service.errors import JOURNAL_MISSING
from ontology.errors import AtlasError


def record_outside(action: str, details: Mapping[str, object]) -> None:
    """Add an entry before a file is written; where there is no catalogue yet, nobody is told.

    Raises what opening the catalogue and writing to it does: then the file must not be written.
    """
    from catalog_service.audit.service import Entry

    try:
        with existing() as atlas:
            atlas.audit.record(Entry(action, details=details))
    except AtlasError as error:
        if error.kind is not JOURNAL_MISSING:
            raise
