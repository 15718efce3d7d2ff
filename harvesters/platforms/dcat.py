"""DCAT in RDF, in one document or in pages by Hydra (both vocabularies) or ``Link: rel=next``.

A dataset may be described on two pages that follow each other, its distributions on the second:
each page is therefore read together with the next one, and a dataset is named with the first page
that mentions it. A page is requested once in a walk; it is requested again after a restart.

A list is whole when the last page has come, and as many datasets as ``hydra:totalItems`` declares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urldefrag, urljoin

import orjson
import pyoxigraph as ox

from harvesters.platforms.answers import shown_address
from harvesters.platforms.declared import declared_number
from harvesters.platforms.options import choice
from harvesters.platforms.peers import Peer
from harvesters.platforms.protocol import Connection, Entry, Page
from harvesters.platforms.rdf_pages import (
    ACCEPT,
    FIRST,
    Document,
    merged,
    read_datasets,
    request_document,
)
from harvesters.protocols import Incoming, Unreadable
from harvesters.readers.rdf.catalog_members import infer_datasets
from harvesters.readers.rdf.dataset_closure import DATASET, is_a
from harvesters.readers.rdf.fault_scope import Node
from harvesters.readers.rdf.graph import Graph
from ontology.errors import FilePosition
from ontology.terms import DCAT

_HYDRA: Final = ("http://www.w3.org/ns/hydra/core#", "http://www.w3.org/ns/hydra#")
"""The namespace of the vocabulary, and one that is written in its place."""
_NEXT: Final = frozenset(f"{ns}{name}" for ns in _HYDRA for name in ("next", "nextPage"))
"""``next`` of a PartialCollectionView; ``nextPage`` of the older PagedCollection."""
_TOTAL: Final = frozenset(f"{ns}totalItems" for ns in _HYDRA)
_ACCEPTS: Final = {
    "any": ACCEPT,
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}
_DISTRIBUTION: Final = ox.NamedNode(DCAT.distribution)


class DcatPlatform:
    """One catalogue in RDF (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection, peer: Peer | None = None) -> None:
        self._connection = connection
        self._peer = peer
        self._accept = _ACCEPTS[choice(connection, "format", tuple(_ACCEPTS), "any")]
        self._ahead: tuple[str, Document] | None = None

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return a page (`Platform.page`); there are no increments."""
        del bookmark
        url, named = orjson.loads(cursor) if cursor is not None else (self._connection.url, [])
        document = self._document(url)
        following = _next(document)
        graph = document.graph
        passed = frozenset(named)
        spanning: list[str] = []
        is_named = _not_in(passed)
        if following is not None:
            after = self._document(following)
            self._ahead = (following, after)
            shared = _described(document) & _described(after)
            spanning = sorted(shared & (_datasets(document) | _datasets(after)))
            if spanning or _lacks_distributions(document, after):
                graph = merged((document.graph, after.graph))
                # What only the next page has is named with it.
                is_named = _not_in(passed | (_datasets(after) - shared), of_first=True)
        entries = tuple(self._read(document, graph, is_named))
        total = _total(document)
        if following is None:
            return Page(entries, None, total)
        return Page(entries, orjson.dumps([following, spanning]).decode(), total)

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry; its page has brought it (`Platform.fetch`)."""
        assert entry.item is not None
        return entry.item

    def _read(
        self, document: Document, graph: Graph, is_named: Callable[[Node], bool]
    ) -> Iterator[Entry | Unreadable]:
        """Yield the datasets of a page; of a peer's those whose home is not here."""
        peer = self._peer
        if peer is None:
            return read_datasets(self._connection, document.source, graph, only=is_named)
        is_own = peer.own(graph)
        return read_datasets(
            self._connection,
            document.source,
            graph,
            only=lambda node: is_named(node) and not is_own(node.value),
            name=peer.name,
        )

    def _document(self, url: str) -> Document:
        if self._ahead is not None and self._ahead[0] == url:
            return self._ahead[1]
        document = request_document(self._connection.client, url, accept=self._accept)
        infer_datasets(document.graph, FilePosition(shown_address(url)))
        return document


def _next(document: Document) -> str | None:
    """Return the address of the next page; None where there is none, or it is the same one."""
    found = document.linked("next")
    if found is None:
        found = next(
            (
                triple.object.value
                for triple in document.triples()
                if triple.predicate.value in _NEXT
                # Old extensions of CKAN write the address as a text.
                if isinstance(triple.object, (ox.NamedNode, ox.Literal))
            ),
            None,
        )
    if found is None:
        return None
    url = urldefrag(urljoin(document.url, found)).url
    return None if url == urldefrag(document.url).url else url


def _total(document: Document) -> int | None:
    for triple in document.triples():
        if triple.predicate.value in _TOTAL and isinstance(triple.object, ox.Literal):
            return declared_number(triple.object.value.strip())
    return None


def _described(document: Document) -> frozenset[str]:
    return frozenset(node.value for node in document.graph.out if isinstance(node, ox.NamedNode))


def _datasets(document: Document) -> frozenset[str]:
    return frozenset(
        node.value
        for node, triples in document.graph.out.items()
        if isinstance(node, ox.NamedNode) and is_a(triples, DATASET)
    )


def _lacks_distributions(document: Document, after: Document) -> bool:
    """Tell whether the next page describes distributions of datasets of a page."""
    known, later = document.graph.out, after.graph.out
    return any(
        triple.object not in known and triple.object in later
        for triple in document.triples()
        if triple.predicate == _DISTRIBUTION and isinstance(triple.object, ox.NamedNode)
    )


def _not_in(names: frozenset[str], *, of_first: bool = False) -> Callable[[Node], bool]:
    """Return a test for datasets without these IRIs; of merged pages only those of the first."""

    def wanted(node: Node) -> bool:
        if isinstance(node, ox.BlankNode):
            return not of_first or node.value.startswith(FIRST)
        return node.value not in names

    return wanted
