"""``/api/v1/network``: who supplies whom, when last, how many, in step or not."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter

from catalog_service.answers import Shown
from catalog_service.dependencies import Atlas
from catalog_service.federation.network import network
from catalog_service.sources.model import SupplyState

router = APIRouter(prefix="/api/v1", tags=["federation"])


class SupplyAnswer(Shown):
    """A source as a supplier of this catalogue."""

    source: str
    title: str
    type: str
    public: int
    """Its public records here."""
    state: SupplyState
    """`late`: a visit is overdue; `failed`: the last one did not end well; `never`: nothing was
    taken in yet; `by-hand`: pushed, imported, or visited when told to."""
    last_success: datetime | None
    """When it was last taken in with success; null where it pushes."""
    due: datetime | None
    under_way: str | None
    """The run that is under way, null where none is."""


class ShareAnswer(Shown):
    """What one source brings of another catalogue."""

    source: str
    home: int
    through: int


class KnownCatalogAnswer(Shown):
    """Another catalogue, as known from records that came through it."""

    iri: str
    home: int
    """Public records here whose home it is."""
    through: int
    """Public records here that came through it, those at home there included."""
    shares: list[ShareAnswer]
    """By which source they come."""


class OffersAnswer(Shown):
    """What this catalogue offers to others."""

    stream: str
    catalog: str


class NetworkAnswer(Shown):
    """This catalogue among those that supply it."""

    catalog: str
    """Its IRI."""
    public: int
    own: int
    """Public records whose home is here."""
    supplies: list[SupplyAnswer]
    catalogs: list[KnownCatalogAnswer] | None
    """Null where the graph cannot be asked now."""
    offers: OffersAnswer


@router.get("/network", summary="The network of catalogues")
def get_network(atlas: Atlas) -> NetworkAnswer:
    """Who supplies this catalogue, and the catalogues behind; who reads from here is not kept."""
    found = network(atlas)
    url = atlas.settings.public_url
    return NetworkAnswer(
        catalog=found.iri,
        public=found.public,
        own=found.own,
        supplies=[
            SupplyAnswer(
                source=one.source.id,
                title=one.source.title,
                type=one.source.type,
                public=one.public,
                state=one.state,
                last_success=one.last_success,
                due=one.due,
                under_way=one.under_way,
            )
            for one in found.supplies
        ],
        catalogs=None
        if found.catalogs is None
        else [
            KnownCatalogAnswer(
                iri=one.iri,
                home=one.home,
                through=one.through,
                shares=[
                    ShareAnswer(source=share.source, home=share.home, through=share.through)
                    for share in one.shares
                ],
            )
            for one in found.catalogs
        ],
        offers=OffersAnswer(stream=f"{url}/ldes", catalog=f"{url}/catalog.ttl"),
    )
