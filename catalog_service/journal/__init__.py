"""The journal: the append-only truth of the catalogue."""

from catalog_service.journal.journal import Journal

__all__ = ["Journal"]
