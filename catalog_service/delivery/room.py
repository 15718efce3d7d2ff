"""What the room of delivery offers."""

from __future__ import annotations

from catalog_service.room import Room

ROOM = Room("delivery")
