"""What a tool shows of a thing: a small page to be framed, and the way to its own page."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.middleware import CONTENT_SECURITY_POLICY
from catalog_service.http.representations import see_other
from catalog_service.links import page_path
from catalog_service.reconciliation.entities import LONGEST_ID, entity
from catalog_service.reconciliation.errors import ENTITY_UNKNOWN
from catalog_service.reconciliation.model import KINDS, Entity
from catalog_service.reconciliation.properties import PROPERTIES, values_of
from catalog_service.reconciliation.service import PATH
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(prefix=PATH)

_FRAMED: Final = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
_LEFT_OUT: Final = ("name_zh", "identifier", "landing_page", "notation")
_SHOWN: Final = 3
_LONGEST: Final = 160

Identifier = Annotated[str, Query(max_length=LONGEST_ID)]


@router.get("/view", include_in_schema=False)
def view(request: Request, atlas: Atlas, id: Identifier) -> Response:  # noqa: A002
    """See other: the page of a thing."""
    return see_other(_page(View(request), atlas, _found(atlas, id)))


@router.get("/preview", include_in_schema=False)
def preview(request: Request, atlas: Atlas, id: Identifier) -> Response:  # noqa: A002
    """A thing in a few lines, for a frame in another site's page."""
    page = View(request)
    found = _found(atlas, id)
    rows = [
        (page.gettext(one.title), _text(page, values_of(atlas, found, one.id, page.lang)))
        for one in PROPERTIES
        if found.kind in one.kinds and one.id not in _LEFT_OUT
    ]
    return page.render(
        "preview.html",
        headers={"Content-Security-Policy": _FRAMED},
        name=found.name(page.lang),
        kind=page.gettext(KINDS[found.kind]),
        address=atlas.settings.public_url + _page(page, atlas, found),
        rows=[(title, text) for title, text in rows if text],
    )


def _found(atlas: Service, identifier: str) -> Entity:
    found = entity(atlas, identifier)
    if found is None:
        raise AtlasError(ENTITY_UNKNOWN, value=identifier[:200])
    return found


def _page(view: View, atlas: Service, found: Entity) -> str:
    if found.kind == "dataset":
        return view.link(page_path(atlas.settings.base_iri, found.id))
    own = view.entity(found.id)
    if own is not None:
        return own
    if found.kind == "place":
        return view.link("/vocabulary/place")
    return view.link(f"/datasets?publisher={quote(found.id, safe='')}")


def _text(view: View, values: list[dict[str, object]]) -> str:
    words = []
    for value in values[:_SHOWN]:
        text = next(str(value[part]) for part in ("name", "str", "int", "date") if part in value)
        words.append(text[:10] if "date" in value else text)
    text = view.listed(words)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
