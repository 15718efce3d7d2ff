"""What the pages of the room share."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.http.token_forms import PRIVATE
from catalog_service.site.rendering import View
from ontology.concepts import Concept

PATH: Final = "/workbench/datasets"


def organization_name(atlas: Service, view: View, iri: str) -> str:
    """Return what an organization is called in the page's language."""
    concept = atlas.vocabulary.concept(iri)
    return iri if concept is None else view.name(concept)


def own_organizations(atlas: Service, principal: Principal) -> list[Concept]:
    """Return the organizations for which somebody may begin datasets.

    First those that their roles name, then what lies below these: the first one is chosen.
    """
    own = principal.organizations(Right.DATASET_EDIT)
    named = {grant.organization for grant in getattr(principal, "grants", ())}
    found = [
        concept
        for concept in atlas.vocabulary.offered("organization")
        # What has a successor begins nothing new.
        if (own is None or concept.iri in own) and not atlas.vocabulary.successors(concept.iri)
    ]
    return sorted(found, key=lambda concept: concept.iri not in named)


def trail(view: View, name: str) -> list[tuple[str, str | None]]:
    """Return the way to a page of the room."""
    return [(view.gettext("Datasets at work"), view.link(PATH)), (name, None)]


def see(request: Request, path: str, **params: Any) -> Response:
    """Lead to a page after something was written."""
    return RedirectResponse(View(request).link(path, **params), 303, PRIVATE)
