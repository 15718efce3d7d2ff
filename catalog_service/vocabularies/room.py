"""What the room of vocabularies offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.vocabularies import linked_data_routes, pages, routes

    # /def/context.jsonld is a document, and no term of the ontology.
    return (routes.router, linked_data_routes.router, pages.router)


ROOM = Room(
    "vocabularies",
    routers=_routers,
    navigation=(NavigationLink("/vocabulary", N_("Vocabularies")),),
)
