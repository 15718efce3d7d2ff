"""What is delivered by applications; what other rooms, pages and commands use."""

from __future__ import annotations

from catalog_service.delivery.naming import delivery_path
from catalog_service.delivery.rights import demand_in_force, is_in_force

__all__ = ["delivery_path", "demand_in_force", "is_in_force"]
