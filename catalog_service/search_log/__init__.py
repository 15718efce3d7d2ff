"""Counting clicks and reformulations of searches by day, without persons (docs/search-log.md)."""
