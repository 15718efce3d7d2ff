"""What the graph holds, in figures: statements, subjects, classes, properties, links.

One query counts all of them, so that they are of one state and agree with each other.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson
import structlog

from catalog_service.graph.store import CONTENT_HASH, RECORD_HASH, RECORDS_GRAPH, STATE_GRAPH
from catalog_service.journal import Journal
from catalog_service.sparql.model import Client, SparqlService
from ontology.errors import AtlasError
from ontology.ntriples import escape
from ontology.terms import OWL, RDF, SKOS
from search.background_cache import BackgroundCache

LINKING: Final = (
    OWL.sameAs,
    *(SKOS.term(f"{kind}Match") for kind in ("exact", "close", "broad", "narrow", "related")),
)
"""Properties that say what a thing of ours is elsewhere."""

MINTED: Final = "/id/"
"""How the paths begin of the IRIs that this catalogue mints."""

_CLIENT: Final = Client("figures of the graph", registered=True)
"""Counting has a turn among the others, and the limits of those who send a token."""

RETRY_SECONDS: Final = 300
"""Pause after which counting is tried again where it has failed."""

_PART: Final = 1_000_000
"""Record numbers of a part, where only the time of the newest change is wanted."""

_QUERY: Final = f"""
SELECT ?figure ?graph ?term ?target ?n {{
  {{ SELECT ("triples" AS ?figure) ?term (COUNT(*) AS ?n) {{ ?s ?term ?o }} GROUP BY ?term }}
  UNION
  {{ SELECT ("entities" AS ?figure) ?term (COUNT(*) AS ?n) {{ ?s a ?term }} GROUP BY ?term }}
  UNION
  {{ SELECT ("objects" AS ?figure) (COUNT(DISTINCT ?o) AS ?n) {{ ?s ?p ?o }} }}
  UNION
  {{ SELECT ?figure (COUNT(*) AS ?n) {{
    {{ SELECT DISTINCT ?s {{ ?s ?p ?o }} }}
    BIND(IF(STRSTARTS(STR(?s), "%s{MINTED}"), "minted", "others") AS ?figure)
  }} GROUP BY ?figure }}
  UNION
  {{ SELECT ("records" AS ?figure) (COUNT(*) AS ?n) {{
    GRAPH <{RECORDS_GRAPH}> {{ ?record <{RECORD_HASH}> ?hash }} }} }}
  UNION
  {{ SELECT ("links" AS ?figure) ?term ?target (COUNT(*) AS ?n) {{
    VALUES ?term {{ {" ".join(f"<{name}>" for name in LINKING)} }}
    ?s ?term ?o FILTER(isIRI(?o))
    BIND(REPLACE(STR(?o), "^(https?://[^/]+/).*$", "$1") AS ?target)
  }} GROUP BY ?term ?target }}
  UNION
  {{ SELECT ?figure ?graph ?term (COUNT(*) AS ?n) {{
    {{ GRAPH <{STATE_GRAPH}> {{ ?graph <{CONTENT_HASH}> ?hash }} }}
    UNION {{ VALUES ?graph {{ <{RECORDS_GRAPH}> <{STATE_GRAPH}> }} }}
    {{ GRAPH ?graph {{ ?s ?term ?o }} BIND("triples" AS ?figure) }}
    UNION {{ GRAPH ?graph {{ ?s <{RDF.type}> ?term }} BIND("entities" AS ?figure) }}
  }} GROUP BY ?figure ?graph ?term }}
}}
"""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Partition:
    """Statements of a graph by property, and its instances by class."""

    triples: dict[str, int] = field(default_factory=dict)
    """Statements of each property."""
    entities: dict[str, int] = field(default_factory=dict)
    """Instances of each class."""


@dataclass(slots=True)
class Figures:
    """What one state of the graph holds; the default graph, where nothing else is said."""

    snapshot: int
    """The number of the state (`SparqlService.state`)."""
    modified: datetime | None
    """When the newest public version was taken in."""
    whole: Partition = field(default_factory=Partition)
    subjects: int = 0
    """Different subjects."""
    objects: int = 0
    """Different objects."""
    minted: int = 0
    """Different subjects that this catalogue has minted the IRIs of."""
    records: int = 0
    """Public records, each of which is a named graph."""
    links: dict[tuple[str, str], int] = field(default_factory=dict)
    """Statements by linking property and by where the addresses of their objects begin."""
    graphs: dict[str, Partition] = field(default_factory=dict)
    """The named graphs that are not of a record."""

    @property
    def triples(self) -> int:
        """Statements of the default graph."""
        return sum(self.whole.triples.values())


@dataclass(frozen=True, slots=True)
class _GraphState:
    state: int


class GraphFigures:
    """Counts the newest state in the background, at most once a minute; safe to share."""

    def __init__(
        self,
        journal: Journal,
        sparql: SparqlService,
        base_iri: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._sparql = sparql
        self._query = _QUERY % escape(base_iri)
        self._monotonic = monotonic
        self._cache: BackgroundCache[Figures | None] = BackgroundCache(monotonic)
        self._newest: Figures | None = None
        self._ended = threading.Event()
        """Set when something was counted, or could not be."""
        self._asked_first: float | None = None

    def counted(self, seconds: float = 0) -> Figures | None:
        """Return the figures, of an earlier state while the newest is being counted.

        Until any have been counted it waits for them, for as many ``seconds`` after the first who
        asked. None: not counted so soon, or not within the limits of a query, or no graph.
        """
        try:
            asked = _GraphState(self._sparql.state())
        except AtlasError:
            return None
        now = self._monotonic()
        # What could not be counted is tried again after a while, though the state is the same.
        again = now // RETRY_SECONDS if self._newest is None else 0
        found = self._cache.ready(asked, self._count, again)
        if found is None and not self._ended.is_set():
            self._asked_first = now if self._asked_first is None else self._asked_first
            self._ended.wait(max(0.0, self._asked_first + seconds - now))
            found = self._newest
        return found

    def _count(self, _: _GraphState) -> Figures | None:
        try:
            # Read before the graph: what it holds is never older than it says.
            modified = max(self._journal.public_parts(_PART).values(), default=None)
            answer = self._sparql.query(self._query, client=_CLIENT)
            figures = Figures(answer.snapshot, modified)
            for row in orjson.loads(answer.body)["results"]["bindings"]:
                _take(figures, row)
            self._newest = figures
        except AtlasError as error:
            # The earlier ones are kept: what takes too long is not begun again by every request.
            _log.warning("the graph was not counted", error=error.code)
        finally:
            self._ended.set()
        return self._newest


def _take(figures: Figures, row: dict[str, Any]) -> None:
    """Put one solution where it belongs."""
    number = int(row["n"]["value"])
    # The subjects that are blank nodes have no text, and so no name of their figure.
    figure = row["figure"]["value"] if "figure" in row else "others"
    if figure in ("minted", "others"):
        figures.subjects += number
        figures.minted += number if figure == "minted" else 0
        return
    if figure in ("objects", "records"):
        setattr(figures, figure, number)
        return
    term = row["term"]
    if figure == "links":
        figures.links[term["value"], row["target"]["value"]] = number
        return
    part = figures.whole
    if "graph" in row:
        part = figures.graphs.setdefault(row["graph"]["value"], Partition())
    # A text that is given as a class is none.
    if term["type"] == "uri":
        (part.triples if figure == "triples" else part.entities)[term["value"]] = number


def namespaces(partition: Partition) -> list[str]:
    """Return where the names of the properties and classes begin, those used most first."""
    used: defaultdict[str, int] = defaultdict(int)
    for name, number in _named(partition):
        end = max(name.rfind("#"), name.rfind("/"))
        used[name[: end + 1]] += number
    return sorted((name for name in used if name), key=lambda name: (-used[name], name))


def _named(partition: Partition) -> Iterator[tuple[str, int]]:
    yield from partition.triples.items()
    yield from partition.entities.items()
