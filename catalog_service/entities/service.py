"""Organisations, districts, domains, data items: their datasets, and what records say of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import cast
from urllib.parse import quote

import orjson
import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.entities.listings import MOST, holders, listing, public_record, statements
from catalog_service.explorer.service import network_of
from catalog_service.source_catalog.service import SOURCE_ITEM_PATH, claims_on
from catalog_service.sparql.model import Client
from ontology.errors import AtlasError
from ontology.record import PATH
from ontology.terms import DCT, FOAF, RDFS
from ontology.vocabulary import Concept, Vocabulary
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import Candidate
from search.model import Hit, Query, Result
from search.relations.fields import field_key
from search.results.hits import hit_of


def facet_counts(result: Result, facet: str) -> dict[str, int]:
    """Return how many datasets of a result have each value of a facet."""
    return {value.value: value.count for value in result.facets.get(facet, ())}


def predecessors(vocabulary: Vocabulary, organization: Concept) -> list[Concept]:
    """Return the organisations that an organisation came after."""
    return [
        concept
        for concept in vocabulary.concepts("organization")
        if any(later.iri == organization.iri for later in vocabulary.successors(concept.iri))
    ]


def datasets_with_field(atlas: Service, name: str, client: Client) -> list[StoredDocument]:
    """Return the datasets that have a data item of this very name, the last changed first.

    At most `MOST`.
    """
    # Without an index there is no such data item yet, which is no error of whoever asks.
    with suppress(AtlasError):
        network = network_of(atlas)
        iri = network.nodes.field_iri(name)
        node = network.nodes.node(iri)
        if node is None:
            return []
        if documents := network.datasets(node, MOST)[1]:
            return documents
        # By the key that its IRI is made of no words need be found: name_en is nameen.
        view, records = atlas.index.view(), holders(atlas, iri, client)
        known = view.among(records, Plan()) if view is not None and records else {}
        return [known[one] for one in records if one in known][:MOST]
    return []


def hits_of(documents: Iterable[StoredDocument]) -> tuple[Hit, ...]:
    """Return documents as a search without words would find them."""
    return tuple(hit_of(Candidate(document, 0.0), None) for document in documents)


def organization_triples(atlas: Service, iri: str, page: str) -> list[ox.Triple]:
    """Return what public records say of an organisation, and which datasets it publishes.

    The first `MOST`, and where all are: at the address ``page``, and by a query. Empty for none.
    """
    query = Query(filters={"publisher": (iri,)}, sort="modified", limit=MOST, facets=False)
    found = atlas.search.search(query)
    said = list(statements(atlas, iri, DCT.publisher, (hit.iri for hit in found.hits)))
    return [*said, *listing(atlas, iri, DCT.publisher, page, found.total)] if said else []


def field_triples(atlas: Service, iri: str, client: Client) -> list[ox.Triple]:
    """Return the name of a data item, which public datasets have it, and who claims it.

    The first `MOST`, and where all are. Empty for none.
    """
    network = network_of(atlas)
    node = network.nodes.node(iri)
    if node is None:
        return []
    tied = holders(atlas, iri, client)
    # The index also knows those whose description alone lists it.
    _, documents = network.datasets(node, MOST)
    records = dict.fromkeys([*tied, *(one.iri for one in documents)])
    said = list(statements(atlas, iri, DCT.references, [*records][:MOST]))
    if not said:
        return []
    label = ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDFS.label), ox.Literal(node.zh))
    total = len(records) if len(records) <= MOST and len(documents) < MOST else None
    page = f"/field/{quote(node.zh, safe='')}"
    claims = (
        ox.Triple(ox.NamedNode(entry), ox.NamedNode(FOAF.primaryTopic), ox.NamedNode(iri))
        for entry in _claims(atlas, node.zh)
    )
    return [label, *said, *claims, *listing(atlas, iri, DCT.references, page, total)]


def _claims(atlas: Service, key: str) -> list[str]:
    """Return the IRIs of the source catalogue's entries on a data item."""
    with suppress(AtlasError):
        base = atlas.settings.base_iri
        return [f"{base}{SOURCE_ITEM_PATH}{claim.id}" for claim in claims_on(atlas, field_key(key))]
    return []


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
        if own and public_record(atlas, graph) is not None:
            return graph
    return None
