"""What is said of a dataset's home and way: where it was first, which catalogues it came through.

The home is the catalogue that had a dataset first; its record's IRI there is `prov:wasDerivedFrom`.
Each catalogue that passes a dataset on adds itself (`dct:isPartOf`) to those before it. Both are
part of the record wherever it goes, so that a catalogue knows what already came through it, however
many others are between (as routers do by the path of a route): nothing echoes, and what is closed
at home cannot go round in a circle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from catalog_service.journal import Journal
from ontology.record import CATALOG_PATH
from ontology.terms import DCT, PROV

PEER_TYPE = "atlas"
"""The type of sources whose records have their home elsewhere."""

_DERIVED = ox.NamedNode(PROV.wasDerivedFrom)
_PART_OF = ox.NamedNode(DCT.isPartOf)


def catalog_iri(base: str) -> str:
    """Return the IRI of the catalogue whose IRIs have this base."""
    return f"{base}{CATALOG_PATH}"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What this catalogue adds to what it passes on."""

    base: str
    peers: frozenset[str]
    """Sources that are other catalogues of this kind."""

    @classmethod
    def of(cls, journal: Journal, base: str) -> Provenance:
        """Return it for the sources that there are."""
        peers = (source.id for source in journal.sources() if source.type == PEER_TYPE)
        return cls(base, frozenset(peers))

    def statements(self, dataset: ox.NamedNode, source: str, record: str) -> Iterator[ox.Triple]:
        """Yield what is said of a dataset of ``source``; ``record`` is the IRI of its record."""
        if source not in self.peers and dataset.value != record:
            yield ox.Triple(dataset, _DERIVED, ox.NamedNode(record))
        yield ox.Triple(dataset, _PART_OF, ox.NamedNode(catalog_iri(self.base)))
