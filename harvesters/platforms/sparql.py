"""A SPARQL 1.1 endpoint: the IRIs of datasets in order, then each dataset by CONSTRUCT.

The list goes on after the last IRI instead of counting an offset: endpoints cut results off at
10,000 rows without a word, and an offset skips datasets when one before it goes. A dataset is
described with what belongs to it, two steps deep. A list is whole when as many datasets have come
as the endpoint counts.
"""

from __future__ import annotations

from string import Template
from typing import Any, Final

import orjson
import pyoxigraph as ox

from harvesters.errors import BAD_OPTION, NO_DATASET, NO_IDENTITY
from harvesters.platforms.answers import (
    is_of_one_record,
    json_bytes,
    json_of,
    not_the_platform,
    shown_address,
)
from harvesters.platforms.change_marks import content_mark, mapping_version
from harvesters.platforms.declared import declared_number
from harvesters.platforms.http import Response
from harvesters.platforms.options import choice, whole_number
from harvesters.platforms.protocol import Connection, Entry, Page
from harvesters.platforms.rdf_pages import ACCEPT, read_datasets, read_document, remote_name
from harvesters.protocols import Incoming, Unreadable
from ontology.errors import AtlasError, FilePosition, Phrase

_EXPECTED: Final = Phrase("SPARQL results (JSON)")
_RESULTS: Final = "application/sparql-results+json"
_PAGE_SIZE: Final = 500
_MAX_PAGE_SIZE: Final = 5_000
_PREFIXES: Final = (
    "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
)
_NO_OTHER: Final = (
    "FILTER NOT EXISTS { ?%s a ?class FILTER(?class IN (dcat:Dataset, dcat:Catalog)) }"
)
"""A catalogue is no part of a dataset, however many datasets it lists."""
_PARTS: Final = " UNION ".join(
    (
        "{ ?d ?p ?o BIND(?d AS ?s) }",
        f"{{ ?d ?q ?s . ?s ?p ?o {_NO_OTHER % 's'} }}",
        f"{{ ?d ?q ?x . ?x ?r ?s . ?s ?p ?o {_NO_OTHER % 'x'} {_NO_OTHER % 's'} }}",
    )
)
_LISTED: Final = "?d a dcat:Dataset FILTER(isIRI(?d))"
_COUNT: Final = Template(f"SELECT (COUNT(DISTINCT ?d) AS ?n) WHERE {{ $in {_LISTED} $end }}")
_LIST: Final = Template(
    "SELECT ?d (MAX(STR(?m)) AS ?changed) (MIN(STR(?a)) AS ?access) (MIN(STR(?t)) AS ?title) "
    f"WHERE {{ $in {_LISTED} FILTER(STR(?d) > $after) "
    "OPTIONAL { ?d dct:modified ?m } OPTIONAL { ?d dct:accessRights ?a } "
    "OPTIONAL { ?d dct:title ?t } $end } GROUP BY ?d ORDER BY STR(?d) LIMIT $size"
)
_DESCRIPTION: Final = Template(
    f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?d {{ $dataset }} $in {_PARTS} $end }}"
)
"""``$in`` and ``$end`` are around what is in the graph of the source; the others are terms."""

Term = ox.NamedNode | ox.Literal | int


class SparqlPlatform:
    """One endpoint (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._version = mapping_version(connection)
        self._size = whole_number(connection, "page-size", _PAGE_SIZE, _MAX_PAGE_SIZE)
        self._identity = choice(connection, "identity", ("last", "iri"), "last")
        self._place = FilePosition(shown_address(connection.url))
        graph = connection.options.get("graph", "").strip()
        if graph and not _is_iri(graph):
            reason = Phrase("an IRI is wanted")
            raise AtlasError(BAD_OPTION, name="graph", value=graph[:100], reason=reason)
        self._graph = ox.NamedNode(graph) if graph else None

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return a page of the list (`Platform.page`); there are no increments."""
        del bookmark
        after, total = orjson.loads(cursor) if cursor is not None else ("", self._count())
        rows = self._rows(self._query(_LIST, after=ox.Literal(after), size=self._size))
        entries = tuple(map(self._entry, rows))
        # Fewer rows than were asked for may be the endpoint's own limit: the list ends with none.
        following = max((row.get("d", "") for row in rows), default="")
        if following > after:
            return Page(entries, orjson.dumps([following, total]).decode(), total)
        return Page(entries, None, total)

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry (`Platform.fetch`)."""
        query = self._query(_DESCRIPTION, dataset=ox.NamedNode(entry.address or ""))
        try:
            document = read_document(self._send(query, ACCEPT))
            found = list(
                read_datasets(
                    self._connection,
                    document.source,
                    document.graph,
                    remote_id=entry.remote_id,
                )
            )
        except AtlasError as error:
            # An error with a place says something of the description, not of the endpoint.
            if is_of_one_record(error) or error.place is not None:
                return Unreadable(error)
            raise
        for one in found:
            if isinstance(one, Unreadable):
                return one
            if one.item is not None:
                return one.item
        return Unreadable(AtlasError(NO_DATASET, place=self._place))

    def _query(self, template: Template, **terms: Term) -> str:
        """Return a query with its terms, and its pattern in the graph of the source.

        The one place where values come into queries: as terms, which know their own escapes.
        """
        graph = "" if self._graph is None else f"GRAPH {self._graph} "
        return _PREFIXES + template.substitute(
            {"in": f"{graph}{{", "end": "}", **{name: str(term) for name, term in terms.items()}}
        )

    def _send(self, query: str, accept: str) -> Response:
        return self._connection.client.request(
            "GET",
            self._connection.url,
            params={"query": query},
            headers={"Accept": accept},
        )

    def _rows(self, query: str) -> list[dict[str, str]]:
        """Return the rows of an answer in JSON, each with the texts of its variables."""
        response = self._send(query, _RESULTS)
        answer = json_of(response, _EXPECTED)
        results = answer.get("results") if isinstance(answer, dict) else None
        bindings = results.get("bindings") if isinstance(results, dict) else None
        if not isinstance(bindings, list):
            raise not_the_platform(response, _EXPECTED)
        rows = [
            {name: _value(said) for name, said in row.items()}
            for row in bindings
            if isinstance(row, dict)
        ]
        # An aggregate over nothing is one row without values.
        return [row for row in rows if any(row.values())]

    def _count(self) -> int | None:
        rows = self._rows(self._query(_COUNT))
        return declared_number(rows[0].get("n", "")) if rows else None

    def _entry(self, row: dict[str, str]) -> Entry | Unreadable:
        iri = row.get("d", "")
        if not _is_iri(iri):
            return Unreadable(AtlasError(NO_IDENTITY, place=self._place, expected="IRI"))
        mark = content_mark(json_bytes(row), self._version) if row.get("changed") else None
        return Entry(remote_name(iri, whole=self._identity == "iri"), mark, address=iri)


def _value(said: Any) -> str:
    value = said.get("value") if isinstance(said, dict) else None
    return value if isinstance(value, str) else ""


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return ":" in text and not set(text) & set('<>"{}|^`\\ \n')
