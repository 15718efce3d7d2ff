"""What the room of what all pages share offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.site import about_pages

    return (about_pages.router,)


ROOM = Room(
    "site",
    routers=_routers,
    navigation=(
        NavigationLink("/about/api", N_("API"), minor=True),
        NavigationLink("/about", N_("About"), minor=True),
    ),
)
