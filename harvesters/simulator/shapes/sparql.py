"""A SPARQL endpoint that answers real queries over the catalogue."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

import pyoxigraph as ox

from harvesters.simulator.catalogue import CatalogueView
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.faults import Fault
from harvesters.simulator.messages import Request, Response
from harvesters.simulator.rdf import triples
from harvesters.simulator.rdf_formats import FORMATS, TURTLE

PATH: Final = "/sparql"
_JSON: Final = "application/sparql-results+json"
_XML: Final = "application/sparql-results+xml"


class SparqlEndpoint:
    """Serves ``/sparql`` (SPARQL 1.1 Protocol, queries only, by GET and POST)."""

    name = "sparql"
    connections = (("sparql", PATH),)

    def __init__(self, defects: Defects | None = None) -> None:
        self._defects = defects or Defects()
        self._store = ox.Store()
        self._loaded: dict[str, tuple[int, list[ox.Quad]]] = {}
        self._version = -1

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest calls a dataset: its id."""
        return dataset_id

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Answer a query; lists have no faults here, for the answer is what was asked."""
        del faults
        if request.path != PATH:
            return None
        query = _query(request)
        if query is None:
            return Response(b"no query", "text/plain; charset=utf-8", status=400)
        self._update(view)
        try:
            found = self._store.query(query)
        except (SyntaxError, ValueError, RuntimeError) as error:
            return Response(str(error).encode(), "text/plain; charset=utf-8", status=400)
        accept = request.headers.get("accept", "")
        if isinstance(found, ox.QueryTriples):
            form = next((f for f in FORMATS if f.media_type in accept), TURTLE)
            body = found.serialize(format=form.format)
            return Response(body or b"", f"{form.media_type}; charset=utf-8")
        results, media_type = ox.QueryResultsFormat.JSON, _JSON
        if _XML in accept and _JSON not in accept:
            results, media_type = ox.QueryResultsFormat.XML, _XML
        return Response(found.serialize(format=results) or b"", media_type)

    def document(self, dataset: Dataset) -> bytes:
        """Return the N-Triples of a dataset, as a harvest should read them."""
        return bytes(triples(self._defects.describe(dataset)))

    def _update(self, view: CatalogueView) -> None:
        """Bring the store in step: what changed since the last query goes in and out."""
        if self._version == view.version:
            return
        for gone in self._loaded.keys() - view.by_id.keys():
            self._replace(gone, 0, [])
            del self._loaded[gone]
        for dataset in view.datasets:
            if self._loaded.get(dataset.id, (0, ()))[0] != dataset.version:
                text = self.document(dataset)
                parsed = list(ox.parse(text, ox.RdfFormat.N_TRIPLES, lenient=True))
                self._replace(dataset.id, dataset.version, parsed)
        self._version = view.version

    def _replace(self, dataset_id: str, version: int, quads: list[ox.Quad]) -> None:
        for quad in self._loaded.get(dataset_id, (0, []))[1]:
            self._store.remove(quad)
        self._store.extend(quads)
        self._loaded[dataset_id] = (version, quads)


def _query(request: Request) -> str | None:
    if request.method == "GET":
        return request.query.get("query")
    if request.method != "POST":
        return None
    text = request.body.decode("utf-8", "replace")
    if "application/sparql-query" in request.headers.get("content-type", ""):
        return text
    return parse_qs(text).get("query", [None])[-1]
