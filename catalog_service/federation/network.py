"""Who supplies this catalogue, and what it knows of the catalogues behind its sources.

Who reads from here is not kept: no address of a reader is written down. Whom this catalogue
supplies shows where those read, in their own networks.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.context import Service
from catalog_service.federation.known_catalogs import KnownCatalog
from catalog_service.federation.provenance import catalog_iri
from catalog_service.sources.model import Supply
from catalog_service.sources.service import supplies
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Network:
    """This catalogue, its sources, and the catalogues that these pass on from."""

    iri: str
    """Of this catalogue."""
    public: int
    """All public records."""
    own: int
    """Those whose home is here: they came by a source that is no other catalogue."""
    supplies: tuple[Supply, ...]
    """By the identifier of the source."""
    catalogs: tuple[KnownCatalog, ...] | None
    """Those with most records at home first; None where the graph cannot be asked now."""


def network(atlas: Service) -> Network:
    """Return the network as it stands; what is known of catalogues is a minute old at most."""
    found = tuple(supplies(atlas))
    catalogs: tuple[KnownCatalog, ...] | None
    try:
        catalogs = atlas.known_catalogs.counted()
    except AtlasError:
        # The sources are told all the same.
        catalogs = None
    return Network(
        iri=catalog_iri(atlas.settings.base_iri),
        public=sum(one.public for one in found),
        own=sum(one.public for one in found if not one.is_catalog),
        supplies=found,
        catalogs=catalogs,
    )
