"""The embedded engine: tantivy, for one machine."""

from search.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
