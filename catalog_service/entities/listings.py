"""Datasets of a publisher or a data item as linked data: the first of them, and where all are.

The graph names what belongs together, so that whoever wants all of it asks there: `/sparql` gives
the rest of a list that is longer than a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlencode

import orjson
import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.data_items import REFERENCES
from catalog_service.graph.store import RECORDS_GRAPH
from catalog_service.journal.model import StoredRecord
from catalog_service.links import VOID_DATASET
from catalog_service.sparql.model import Client
from ontology.errors import AtlasError
from ontology.ntriples import iri, triples_of
from ontology.record import PATH
from ontology.terms import DCT, FOAF, HYDRA, RDF, RDFS, VOID

MOST: Final = 1_000
"""Datasets that one document names."""

_WANTED: Final = {
    DCT.publisher: f"?dataset <{DCT.publisher}> ?thing",
    REFERENCES: (
        f"GRAPH <{RECORDS_GRAPH}> {{ ?record <{REFERENCES}> ?thing"
        f" OPTIONAL {{ ?record <{FOAF.primaryTopic}> ?other }} }}"
        " BIND(COALESCE(?other, ?record) AS ?dataset)"
    ),
}
"""How the graph is asked for the datasets that have a property with a thing."""


def holders(atlas: Service, item: str, client: Client) -> list[str]:
    """Return the records that the graph ties to a data item, one more than a document names.

    Empty where the graph has no answer now.
    """
    asked = (
        f"SELECT DISTINCT ?r {{ GRAPH <{RECORDS_GRAPH}> {{ ?r <{REFERENCES}> {iri(item)} }} }}"
        f" ORDER BY ?r LIMIT {MOST + 1}"
    )
    try:
        found = atlas.sparql.query(asked, accept="json", client=client)
    except AtlasError:
        return []
    return [row["r"]["value"] for row in orjson.loads(found.body)["results"]["bindings"]]


def public_record(atlas: Service, record: str) -> StoredRecord | None:
    """Return a record that is public now; None for any other."""
    if not record.startswith(f"{atlas.settings.base_iri}{PATH}"):
        return None
    stored = atlas.journal.get(record)
    public = stored is not None and stored.public and stored.state == "active"
    return stored if public else None


def statements(
    atlas: Service, thing: str, link: str, records: Iterable[str]
) -> Iterator[ox.Triple]:
    """Yield what public records say of a thing, and which datasets hang together with it."""
    own, lines = f"<{thing}> ", dict[str, None]()
    for record in records:
        stored = public_record(atlas, record)
        if stored is None or stored.nquads is None:
            continue
        lines |= dict.fromkeys(line for line in stored.nquads.split("\n") if line.startswith(own))
        lines[f"<{stored.focus}> <{link}> <{thing}> ."] = None
        if link == REFERENCES:
            # As the graph and the record's own document say it.
            lines[f"<{stored.iri}> <{link}> <{thing}> ."] = None
    yield from triples_of("\n".join(lines))


def listing(
    atlas: Service, thing: str, link: str, page: str, total: int | None
) -> Iterator[ox.Triple]:
    """Yield where all datasets of a thing are: the page that lists them, and a query for them.

    ``total`` is their number, where it is known.
    """
    public = atlas.settings.public_url
    where = _WANTED[link].replace("?thing", iri(thing))
    query = f"CONSTRUCT {{ ?dataset <{link}> {iri(thing)} }} WHERE {{ {where} }}"
    whole = f"{public}/sparql?{urlencode({'query': query})}"
    collection = f"{public}{page}"
    yield _link(thing, RDFS.seeAlso, collection)
    yield _link(collection, RDF.type, HYDRA.Collection)
    if total is not None:
        yield _said(collection, HYDRA.totalItems, ox.Literal(total))
    yield _link(collection, VOID.inDataset, f"{public}{VOID_DATASET}")
    yield _link(collection, DCT.hasFormat, whole)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return _said(subject, predicate, ox.NamedNode(target))


def _said(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
