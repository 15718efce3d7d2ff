"""Which catalogues the public records say that they came through, counted in the graph.

Only sources of type `atlas` are asked: a source of another type brings records whose home is here,
whatever they say (`catalog_service.federation.provenance`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

import orjson

from catalog_service.federation.provenance import PEER_TYPE
from catalog_service.journal import Journal
from catalog_service.sparql.model import SparqlService
from ontology.ntriples import escape
from ontology.record import CATALOG_PATH, PATH
from ontology.terms import DCT, PROV
from search.background_cache import BackgroundCache

_QUERY: Final = f"""
SELECT ?source ?catalog (COUNT(DISTINCT ?record) AS ?through) (COUNT(DISTINCT ?homed) AS ?home) {{
  GRAPH ?record {{
    ?dataset <{DCT.isPartOf}> ?catalog
    OPTIONAL {{ ?dataset <{PROV.wasDerivedFrom}> ?origin }}
  }}
  FILTER(isIRI(?catalog) && STRENDS(STR(?catalog), "{CATALOG_PATH}"))
  BIND(STRBEFORE(STRAFTER(STR(?record), "%s{PATH}"), "/") AS ?source)
  BIND(CONCAT(SUBSTR(STR(?catalog), 1, STRLEN(STR(?catalog)) - {len(CATALOG_PATH)}), "{PATH}")
    AS ?records)
  BIND(IF(STRSTARTS(STR(?dataset), ?records) || STRSTARTS(STR(?origin), ?records), ?record, ?none)
    AS ?homed)
}} GROUP BY ?source ?catalog
"""
"""Without an origin, or with another one, `?homed` stays unbound, and is not counted."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one source brings of a catalogue."""

    source: str
    home: int
    """Its public records whose home the catalogue is."""
    through: int
    """Its public records that came through the catalogue, those at home there included."""


@dataclass(frozen=True, slots=True)
class KnownCatalog:
    """Another catalogue, as this one knows it from the records that came through it."""

    iri: str
    shares: tuple[Share, ...]
    """By the identifier of the source."""

    @property
    def home(self) -> int:
        """Public records here whose home it is."""
        return sum(share.home for share in self.shares)

    @property
    def through(self) -> int:
        """Public records here that came through it."""
        return sum(share.through for share in self.shares)


@dataclass(frozen=True, slots=True)
class _GraphState:
    """The graph as it stands, for the cache: it is asked again only after a change."""

    state: tuple[int, frozenset[str]]


class KnownCatalogs:
    """Counts in the newest state of the graph, at most once a minute; safe to share."""

    def __init__(self, journal: Journal, sparql: SparqlService, base_iri: str) -> None:
        self._journal = journal
        self._sparql = sparql
        self._query = _QUERY % escape(base_iri)
        self._cache: BackgroundCache[tuple[KnownCatalog, ...]] = BackgroundCache()

    def counted(self) -> tuple[KnownCatalog, ...]:
        """Return the catalogues, those with most records at home first; a minute old at most.

        Asks nothing where no source is another catalogue. Raises what reading the graph does.
        """
        peers = frozenset(one.id for one in self._journal.sources() if one.type == PEER_TYPE)
        if not peers:
            return ()
        return self._cache.of(_GraphState((self._sparql.state(), peers)), self._count)

    def _count(self, asked: _GraphState) -> tuple[KnownCatalog, ...]:
        _, peers = asked.state
        rows: list[dict[str, Any]] = orjson.loads(self._sparql.query(self._query).body)["results"][
            "bindings"
        ]
        shares: defaultdict[str, list[Share]] = defaultdict(list)
        for row in rows:
            source, catalog = row["source"]["value"], row["catalog"]["value"]
            if source in peers:
                home, through = (int(row[name]["value"]) for name in ("home", "through"))
                shares[catalog].append(Share(source, home, through))
        found = (
            KnownCatalog(iri, tuple(sorted(own, key=lambda one: one.source)))
            for iri, own in shares.items()
        )
        return tuple(sorted(found, key=lambda one: (-one.home, -one.through, one.iri)))
