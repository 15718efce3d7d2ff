"""The embedded index: tantivy, for one machine."""

from search.index.embedded.index import EmbeddedIndex

__all__ = ["EmbeddedIndex"]
