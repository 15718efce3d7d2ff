"""``/organizations``, ``/districts``, ``/themes``, ``/libraries``, ``/fields``: what there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.dependencies import Atlas
from catalog_service.entities.directory import (
    MAX_TEXT,
    Listed,
    concepts,
    data_items,
    publishers,
    shown_items,
    without,
)
from catalog_service.entities.entity_view import INDEXES
from catalog_service.entities.openness_figures import Bar
from catalog_service.site import tilemap
from catalog_service.site.paging import Part, part_of
from catalog_service.site.rendering import View
from catalog_service.site.tilemap import PLACES
from ontology.terms import VOCAB

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Group:
    """A table of bars, each with the address of its page; ``heading`` empty for the only one."""

    rows: tuple[Bar, ...]
    links: tuple[str, ...]
    heading: str = ""


@router.get("/organizations")
def organizations(request: Request, atlas: Atlas) -> Response:
    """Who publishes: by a text in the name, in parts."""
    view, text = View(request), _text(request)
    found = publishers(atlas, text)
    part = part_of(view, "/organizations", len(found), PER_PAGE, _own(text))
    rows = found[part.offset : part.last]
    return _page(
        view,
        "publisher",
        [_group(view, rows)],
        lead=view.gettext(
            "Who publishes data: departments, districts and other bodies, by the number of their "
            "public datasets."
        ),
        part=part,
        text=text,
        vocabulary="organization",
    )


@router.get("/districts")
def districts(request: Request, atlas: Atlas) -> Response:
    """The districts, as tiles and as a table."""
    view = View(request)
    found = [one for one in concepts(atlas, "place", "district") if _code(one) in PLACES]
    counts = {one.iri: one.count for one in found}
    return _page(
        view,
        "district",
        [_group(view, sorted(found, key=lambda one: -one.count))],
        lead=view.gettext("The districts of Shanghai, by the public datasets that are about each."),
        tiles=tilemap.tiles(atlas.vocabulary.concepts("place"), counts),
        vocabulary="place",
    )


@router.get("/themes")
def themes(request: Request, atlas: Atlas) -> Response:
    """The data domains, those of 2014, and how many datasets have none."""
    view = View(request)
    now, then = (concepts(atlas, name, "theme") for name in ("domain", "domain-2014"))
    groups = [_group(view, now, view.gettext("Domains in use today"))]
    older = [one for one in then if one.count]
    if older:
        groups.append(_group(view, older, view.gettext("Domains of the open list of 2014")))
    return _page(
        view,
        "theme",
        groups,
        lead=view.gettext("What public data is about, by domain."),
        unclassified=without(atlas, "theme", (*now, *then)),
        vocabulary="domain",
    )


@router.get("/libraries")
def libraries(request: Request, atlas: Atlas) -> Response:
    """The libraries of the city's data resource platform."""
    view = View(request)
    found = concepts(atlas, "library", "library")
    return _page(
        view,
        "library",
        [_group(view, found)],
        lead=view.gettext(
            "The basic and thematic libraries of public data, by the public datasets that say "
            "they come from them."
        ),
        vocabulary="library",
        silent=not any(one.count for one in found),
    )


@router.get("/fields")
def fields(request: Request, atlas: Atlas) -> Response:
    """The data items of public datasets: by a text in the name, in parts."""
    view, text = View(request), _text(request)
    found = data_items(atlas, text)
    part = part_of(view, "/fields", len(found), PER_PAGE, _own(text))
    rows = shown_items(atlas, found[part.offset : part.last])
    return _page(
        view,
        "field",
        [
            Group(
                tuple(Bar(one.name, one.count) for one in rows),
                tuple(view.field(one.name) for one in rows),
            )
        ],
        lead=view.gettext(
            "What the columns of public datasets are called, by the number of datasets that have "
            "them. Names that are the same but for spaces, marks or a unit count as one."
        ),
        part=part,
        text=text,
    )


@router.get("/district")
@router.get("/district/")
@router.get("/theme")
@router.get("/theme/")
@router.get("/library")
@router.get("/library/")
@router.get("/field")
@router.get("/field/")
def singular(request: Request) -> Response:
    """The list, for whoever cuts the address of a page short."""
    kind = request.scope["path"].strip("/")
    return RedirectResponse(View(request).link(INDEXES[kind]), 308)


def _page(
    view: View,
    kind: str,
    groups: Sequence[Group],
    *,
    lead: str,
    part: Part | None = None,
    text: str = "",
    tiles: Sequence[tilemap.Tile] = (),
    **more: Any,
) -> Response:
    name = view.label("entities", kind)
    values = {"unclassified": 0, "vocabulary": None, "silent": False, **more}
    return view.render(
        "directory.html",
        section="",
        trail=[(name, None)],
        kind=kind,
        name=name,
        path=INDEXES[kind],
        lead=lead,
        groups=groups,
        part=part,
        text=text,
        tiles=tiles,
        map=tilemap,
        **values,
    )


def _group(view: View, listed: Iterable[Listed], heading: str = "") -> Group:
    rows = list(listed)
    return Group(
        tuple(Bar(view.name(one), one.count) for one in rows),
        tuple(view.entity(one.iri) or view.publisher(one.iri) for one in rows),
        heading,
    )


def _code(place: Listed) -> str:
    return place.iri.removeprefix(f"{VOCAB}place/")


def _text(request: Request) -> str:
    return request.query_params.get("q", "").strip()[:MAX_TEXT]


def _own(text: str) -> list[tuple[str, str]]:
    return [("q", text)] if text else []
