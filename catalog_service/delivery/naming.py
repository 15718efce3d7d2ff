"""Addresses of what is delivered."""

from __future__ import annotations

from typing import Final

CASE: Final = "/cases/{case}/delivery"
"""Route of what is delivered by an application, for both its parties."""
DESK: Final = "/workbench/delivery"
"""What departments deliver."""
API: Final = "/api/v1/delivery"


def delivery_path(name: str) -> str:
    """Return the page of what is delivered by an application; ``name``: its number."""
    return CASE.format(case=name)
