"""Addresses of the pages of following."""

from __future__ import annotations

from typing import Final

OWN: Final = "/follows"
"""What one follows."""
NEW: Final = "/follows/new"
"""The form by which one follows something: ``kind``, ``value``."""
NEWS: Final = "/follows/news"
"""What became of it; of one thing with ``target``."""
EXPORT: Final = "/follows/export.json"


def feed_path(secret: str) -> str:
    """Return the path of somebody's feed."""
    return f"/follows/feed/{secret}.atom"
