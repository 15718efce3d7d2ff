"""``/network``: this catalogue among those that supply it, as a picture and as tables."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.clock import SHANGHAI
from catalog_service.dependencies import Atlas
from catalog_service.federation.network import Network, network
from catalog_service.federation.network_svg import MOST, Picture, Thing, draw
from catalog_service.site.rendering import View
from catalog_service.sources.service import attention_order

router = APIRouter()


@router.get("/network", include_in_schema=False)
def network_page(request: Request, atlas: Atlas) -> Response:
    """Who supplies this catalogue, when last, how many, in step or not."""
    view = View(request)
    found = network(atlas)
    return view.render(
        "network.html",
        section="/sources",
        trail=[
            (view.gettext("Sources"), view.link("/sources")),
            (view.gettext("The network of catalogues"), None),
        ],
        network=found,
        supplies=sorted(
            found.supplies,
            key=lambda one: attention_order(one.state, one.source.title, one.source.id),
        ),
        titles={one.source.id: one.source.title for one in found.supplies},
        picture=_picture(view, found) if found.supplies else None,
        omitted=max(len(found.supplies), len(found.catalogs or ())) > MOST,
        time_of=lambda moment: moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        shown_iri=shown_iri,
    )


def shown_iri(iri: str) -> str:
    """Return what a catalogue is called: its address without scheme and the path of catalogues."""
    return iri.partition("://")[2].removesuffix("/catalog") or iri


def _picture(view: View, found: Network) -> Picture:
    largest = sorted(found.supplies, key=lambda one: (-one.public, one.source.id))[:MOST]
    # A source that is a catalogue stands near those behind it.
    largest.sort(key=lambda one: not one.is_catalog)
    places = {one.source.id: place for place, one in enumerate(largest)}
    catalogs = [one for one in found.catalogs or () if one.home][:MOST]
    return draw(
        [
            Thing(
                shown_iri(one.iri),
                view.ngettext("{count:,} dataset", "{count:,} datasets", one.home),
                kind="known",
            )
            for one in catalogs
        ],
        [
            Thing(
                one.source.title,
                view.label("supply", one.state)
                + " · "
                + view.ngettext("{count:,} dataset", "{count:,} datasets", one.public),
                view.link(f"/sources/{one.source.id}"),
                one.state,
            )
            for one in largest
        ],
        [
            (place, places[share.source])
            for place, one in enumerate(catalogs)
            for share in one.shares
            if share.home and share.source in places
        ],
        Thing(
            view.gettext("Shanghai Data Atlas"),
            f"{found.public:,}",
            view.link("/datasets"),
            "here",
        ),
        [
            Thing(view.gettext("Event stream"), "/ldes", "/ldes", "offer"),
            Thing(view.gettext("DCAT, by pages"), "/catalog.ttl", "/catalog.ttl", "offer"),
        ],
    )
