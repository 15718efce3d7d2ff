"""Datasets that have their publisher's own IRI: the records of this catalogue about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import orjson

from catalog_service.context import Service
from catalog_service.graph.store import RECORDS_GRAPH
from catalog_service.sparql.limits import MAX_CELL_CHARACTERS
from catalog_service.sparql.model import Client
from ontology.errors import AtlasError
from ontology.ntriples import iri
from ontology.terms import FOAF

MAX_LOOKED_FOR: Final = 500
"""IRIs of one look-up, the first of a result."""

_CHARACTERS: Final = 150_000
"""Of all of them: a query has its bound too."""


def records_about(atlas: Service, client: Client, iris: Iterable[str]) -> dict[str, str]:
    """Return the IRI of a public record by the IRI of the dataset that it describes otherwise.

    Asks the graph, at the cost of ``client``; where it has no answer now, nothing is found, since
    a result is worth showing without names too.
    """
    wanted, room = list[str](), _CHARACTERS
    for one in iris:
        room -= len(one) + 3
        if room < 0 or len(wanted) == MAX_LOOKED_FOR:
            break
        # What was cut names nothing.
        if len(one) < MAX_CELL_CHARACTERS:
            wanted.append(one)
    if not wanted:
        return {}
    query = (
        f"SELECT ?d (MIN(STR(?r)) AS ?record) {{ VALUES ?d {{ {' '.join(map(iri, wanted))} }}"
        f" GRAPH <{RECORDS_GRAPH}> {{ ?r <{FOAF.primaryTopic}> ?d }} }} GROUP BY ?d"
    )
    try:
        found = atlas.sparql.query(query, accept="json", client=client)
    except AtlasError:
        return {}
    rows = orjson.loads(found.body)["results"]["bindings"]
    return {row["d"]["value"]: row["record"]["value"] for row in rows if "record" in row}
