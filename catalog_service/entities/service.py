"""Organisations, districts, domains, data items: their datasets, and what records say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, cast

import orjson
import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.explorer.service import network_of
from catalog_service.journal.model import StoredRecord
from catalog_service.sparql.model import Client
from ontology.errors import AtlasError
from ontology.ntriples import triples_of
from ontology.record import PATH
from ontology.terms import DCT, RDFS
from ontology.vocabulary import Concept, Vocabulary
from search.index.payload import StoredDocument
from search.index.protocol import Candidate
from search.model import Hit, Query, Result
from search.results.hits import hit_of
from translations import Lang

MOST: Final = 1_000
"""Datasets of one organisation or data item that its document names; the search has them all."""

_CHINESE: Final = (
    "养老机构",
    "公交",
    "停车场",
    "医疗机构",
    "空气质量",
    "学校",
    "行政处罚",
    "企业",
    "统计",
)
EXAMPLES: Final[dict[Lang, tuple[str, ...]]] = {
    "zh": _CHINESE,
    # What the catalogue says in Chinese comes after what can be found in English.
    "en": (
        "parking",
        "bus stops",
        "hospital",
        "air quality",
        "schools",
        "museum",
        "elderly care",
        "water quality",
        "parks",
        *_CHINESE,
    ),
}
"""Searches that people often make; the first three that find something here are shown."""

SHOWN_EXAMPLES: Final = 3


def facet_counts(result: Result, facet: str) -> dict[str, int]:
    """Return how many datasets of a result have each value of a facet."""
    return {value.value: value.count for value in result.facets.get(facet, ())}


def example_searches(atlas: Service, lang: Lang) -> list[str]:
    """Return searches that people often make, those that find something here."""
    found: list[str] = []
    for text in EXAMPLES[lang]:
        if len(found) == SHOWN_EXAMPLES:
            break
        if atlas.search.search(Query(text=text, limit=1, facets=False)).total:
            found.append(text)
    return found


def predecessors(vocabulary: Vocabulary, organization: Concept) -> list[Concept]:
    """Return the organisations that an organisation came after."""
    return [
        concept
        for concept in vocabulary.concepts("organization")
        if any(later.iri == organization.iri for later in vocabulary.successors(concept.iri))
    ]


def datasets_with_field(atlas: Service, name: str) -> list[StoredDocument]:
    """Return the datasets that have a data item of this very name, the last changed first.

    At most `MOST`.
    """
    # Without an index there is no such data item yet, which is no error of whoever asks.
    with suppress(AtlasError):
        network = network_of(atlas)
        node = network.nodes.node(network.nodes.field_iri(name))
        if node is not None:
            return network.datasets(node, MOST)[1]
    return []


def hits_of(documents: Iterable[StoredDocument]) -> tuple[Hit, ...]:
    """Return documents as a search without words would find them."""
    return tuple(hit_of(Candidate(document, 0.0), None) for document in documents)


def organization_triples(atlas: Service, iri: str) -> list[ox.Triple]:
    """Return what public records say of an organisation, and which datasets it publishes."""
    query = Query(filters={"publisher": (iri,)}, sort="modified", limit=MOST, facets=False)
    hits = atlas.search.search(query).hits
    return list(_statements(atlas, iri, DCT.publisher, (hit.iri for hit in hits)))


def field_triples(atlas: Service, iri: str) -> tuple[str, list[ox.Triple]]:
    """Return the name of a data item, and which public datasets have it; empty for none."""
    network = network_of(atlas)
    node = network.nodes.node(iri)
    if node is None:
        return "", []
    _, documents = network.datasets(node, MOST)
    said = list(_statements(atlas, iri, DCT.references, (one.iri for one in documents)))
    label = ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDFS.label), ox.Literal(node.zh))
    return node.zh, [label, *said] if said else []


def _public_record(atlas: Service, record: str) -> StoredRecord | None:
    """Return a record that is public now; None for any other."""
    stored = atlas.journal.get(record)
    public = stored is not None and stored.public and stored.state == "active"
    return stored if public else None


def _statements(atlas: Service, iri: str, link: str, records: Iterable[str]) -> Iterator[ox.Triple]:
    """Yield what public records say of an IRI, and which datasets hang together with it."""
    own, lines = f"<{iri}> ", dict[str, None]()
    for record in records:
        stored = _public_record(atlas, record)
        if stored is None or stored.nquads is None:
            continue
        lines |= dict.fromkeys(line for line in stored.nquads.split("\n") if line.startswith(own))
        lines[f"<{stored.focus}> <{link}> <{iri}> ."] = None
    yield from triples_of("\n".join(lines))


def record_of_blank_node(atlas: Service, iri: str, client: Client) -> str | None:
    """Return the public record that a skolem IRI is a node of; None where there is none."""
    found = atlas.sparql.query(
        f"SELECT DISTINCT ?g {{ GRAPH ?g {{ <{iri}> ?p ?o }} }} LIMIT 2",
        accept="json",
        client=client,
    )
    for row in orjson.loads(found.body)["results"]["bindings"]:
        graph = cast("str", row["g"]["value"])
        own = graph.startswith(f"{atlas.settings.base_iri}{PATH}")
        if own and _public_record(atlas, graph) is not None:
            return graph
    return None
