"""The embedded engine: tantivy, for one machine."""

from search.index.embedded.index import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
