"""Kinds of errors of the graph of things."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_NODE: Final = ErrorKind(
    "unknown-node",
    "The atlas knows nothing called {iri!r}. Give the IRI of a public dataset, an organisation, a "
    "district, a domain, a library or a data item: see /about/api.",
    status=404,
)
