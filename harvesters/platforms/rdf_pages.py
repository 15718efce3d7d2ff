"""Documents in RDF: requested by content negotiation, read with the tolerance of the readers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urljoin

import pyoxigraph as ox

from harvesters.errors import NO_DATASET
from harvesters.limits import DEFAULT, Limits
from harvesters.platforms.answers import not_the_platform, shown_address
from harvesters.platforms.http import Client, Response
from harvesters.platforms.protocol import Connection, Entry
from harvesters.protocols import Unreadable
from harvesters.readers.dcat import DcatReader
from harvesters.readers.files import Input
from harvesters.readers.rdf.fault_scope import Node
from harvesters.readers.rdf.graph import Graph
from harvesters.readers.rdf.parsing import read_graph
from harvesters.readers.remote_ids import MAX_IDENTIFIER
from ontology.errors import AtlasError, Phrase

ACCEPT: Final = (
    "text/turtle, application/n-triples;q=0.9, application/trig;q=0.8, application/n-quads;q=0.8, "
    "application/ld+json;q=0.7, application/rdf+xml;q=0.6, */*;q=0.1"
)
EXPECTED: Final = Phrase("RDF")
FIRST: Final = "d0"
"""With which the blank nodes of the first of several merged documents begin."""
_ENDINGS: Final[Mapping[str, str]] = {
    "text/turtle": "ttl",
    "text/n3": "ttl",
    "application/x-turtle": "ttl",
    "application/n-triples": "nt",
    "application/n-quads": "nq",
    "application/trig": "trig",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/xml": "rdf",
    "text/xml": "rdf",
}
_HTML: Final = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.I)
_XML: Final = re.compile(rb"\s*<(?:\?xml|rdf:RDF)\b")
_LINK: Final = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_REL: Final = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.I)


@dataclass(frozen=True, slots=True)
class Document:
    """One answer in RDF."""

    response: Response
    source: Input
    graph: Graph

    @property
    def url(self) -> str:
        """The address after redirects."""
        return self.response.url

    def triples(self) -> Iterator[ox.Triple]:
        """Yield all triples."""
        for triples in self.graph.out.values():
            yield from triples

    def objects(self, predicates: Iterable[str], subject: Node | None = None) -> list[ox.NamedNode]:
        """Return the IRIs that stand after predicates, of one subject or of any."""
        wanted = frozenset(predicates)
        given = self.triples() if subject is None else self.graph.out.get(subject, ())
        return [
            triple.object
            for triple in given
            if triple.predicate.value in wanted and isinstance(triple.object, ox.NamedNode)
        ]

    def linked(self, relation: str) -> str | None:
        """Return the address that a ``Link`` header names (RFC 8288)."""
        for target, parameters in _LINK.findall(self.response.headers.get("link", "")):
            found = _REL.search(parameters)
            if found is not None and relation in (found[1] or found[2]).lower().split():
                return urljoin(self.url, str(target))
        return None


def request_document(
    client: Client, url: str, *, accept: str = ACCEPT, limits: Limits = DEFAULT
) -> Document:
    """Request a document in RDF; raises `AtlasError` (``not-the-platform``, ``bad-rdf`` …)."""
    return read_document(client.request("GET", url, headers={"Accept": accept}), limits)


def read_document(response: Response, limits: Limits = DEFAULT) -> Document:
    """Read an answer in RDF.

    The syntax is what the content shows where that is clear, else what its type says: RDF/XML
    comes as Turtle, and JSON-LD as plain JSON, from servers that were set up in haste.
    """
    if not response.content.strip() or _HTML.match(response.content):
        raise not_the_platform(response, EXPECTED)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    ending = _ENDINGS.get(kind, "")
    if _XML.match(response.content.removeprefix(b"\xef\xbb\xbf")):
        ending = "rdf"
    elif ending in ("", "rdf"):
        starts = response.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        ending = "jsonld" if starts in (b"{", b"[") else "ttl"
    source = Input(f"{shown_address(response.url)}#.{ending}", content=response.content)
    return Document(response, source, read_graph(source, limits, response.url, named=True))


def read_datasets(
    connection: Connection,
    source: Input,
    graph: Graph,
    *,
    remote_id: str | None = None,
    only: Callable[[Node], bool] | None = None,
    name: Callable[[str], str] | None = None,
) -> Iterator[Entry | Unreadable]:
    """Yield the datasets of a graph that are wanted, each with its item.

    ``remote_id`` is the identifier of the only one there is; ``name`` makes identifiers of IRIs.
    """
    reader = DcatReader(
        source,
        base_iri=connection.base_iri,
        source_id=connection.source,
        remote_id=remote_id,
        graph=graph,
        only=only,
        name=name,
    )
    try:
        for item in reader:
            if isinstance(item, Unreadable):
                yield item
            else:
                yield Entry(item.remote_id, item.fingerprint.hex(), item=item)
    except AtlasError as error:
        if error.code != NO_DATASET.code:
            raise


def remote_name(iri: str, *, whole: bool) -> str:
    """Return the identifier of a dataset: the last part of its IRI, or all of it."""
    last = unquote(iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1])
    name = iri if whole or not last else last
    if len(name) > MAX_IDENTIFIER:
        return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]
    return name


def merged(graphs: Iterable[Graph]) -> Graph:
    """Return the triples of several documents as one graph; blank nodes stay apart."""
    result = Graph()
    for number, graph in enumerate(graphs):
        names: dict[ox.BlankNode, ox.BlankNode] = {}
        for node, triples in graph.out.items():
            subject = _apart(node, number, names)
            for triple in triples:
                obj = triple.object
                if isinstance(obj, ox.BlankNode):
                    obj = _apart(obj, number, names)
                made = ox.Triple(subject, triple.predicate, obj)
                known = result.out.setdefault(subject, [])
                if made not in known:
                    known.append(made)
            for warning in graph.warnings.get(node, ()):
                result.warn(subject, warning)
        result.faults += graph.faults
        result.size += graph.size
        result.relative = result.relative or graph.relative
    return result


def _apart(node: Node, number: int, names: dict[ox.BlankNode, ox.BlankNode]) -> Node:
    if not isinstance(node, ox.BlankNode):
        return node
    return names.setdefault(node, ox.BlankNode(f"d{number}{node.value}"))
