"""How records of another atlas are named here, and how own ones are recognized among them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox

from harvesters.platforms.rdf_pages import remote_name
from harvesters.readers.rdf.graph import Graph
from ontology.record import CATALOG_PATH, PATH
from ontology.terms import DCT, FOAF, PROV

_PART_OF: Final = DCT.isPartOf
_TOPIC: Final = FOAF.primaryTopic
_HOMES: Final = frozenset({DCT.source, PROV.wasDerivedFrom, PROV.hadPrimarySource})
"""Properties by which a record of a feed names the record that it was made of."""

_PORTS: Final = {"http": "80", "https": "443"}
_AUTHORITY: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*+)://(?P<host>[^/?#:\[]*+|\[[^\]/]*+\])(?::(?P<port>[0-9]*+))?"
    r"(?=[/?#]|$)",
    re.I | re.ASCII,
)
_ESCAPE: Final = re.compile(r"%(2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)", re.I)
"""Of a letter, a digit, or one of ``-._~``."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another atlas, as this one sees it."""

    root: str
    """Its address, which mostly is the base of its IRIs."""
    base_iri: str
    """The base of this catalogue's own IRIs."""

    def name(self, iri: str) -> str:
        """Return the identifier of a dataset: the peer's source and identifier, or its IRI.

        A dataset whose IRI is not the peer's has its home elsewhere: two homes may well have the
        same source and identifier.
        """
        start = f"{self.root}{PATH}"
        if iri.startswith(start) and iri.count("/") > start.count("/"):
            return remote_name(unquote(iri.removeprefix(start)), whole=True)
        return remote_name(iri, whole=True)

    def own(self, graph: Graph) -> Callable[[str], bool]:
        """Return a test for IRIs of datasets and versions of a document that came from here.

        By their own IRIs, by those of records about them (``foaf:primaryTopic``), by those of the
        records of which these were made, and by the catalogues that datasets came through: what
        once was here is had from where it came from, and must not come back by a longer way.
        """
        start = _plain(f"{self.base_iri}{PATH}")
        catalog = _plain(f"{self.base_iri}{CATALOG_PATH}")
        found: set[str] = set()
        for node, triples in graph.out.items():
            topics = [_text(t) for t in triples if t.predicate.value == _TOPIC]
            homes = [_text(t) for t in triples if t.predicate.value in _HOMES]
            if topics and any(_plain(text).startswith(start) for text in (node.value, *homes)):
                found.update(map(_plain, topics))
            if any(_plain(_text(t)) == catalog for t in triples if t.predicate.value == _PART_OF):
                found.add(_plain(node.value))
        return lambda iri: _plain(iri).startswith(start) or _plain(iri) in found


def _plain(iri: str) -> str:
    """Return an IRI as this catalogue writes its own.

    RFC 3986, 6.2.2 and 6.2.3: scheme and host in any case, a port that is the scheme's, and
    characters that need no escape.
    """
    iri = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), iri)
    found = _AUTHORITY.match(iri)
    if found is None:
        return iri
    scheme, host = found["scheme"].lower(), found["host"].lower().removesuffix(".")
    port = (found["port"] or "").lstrip("0")
    shown = "" if port in ("", _PORTS.get(scheme)) else f":{port}"
    return f"{scheme}://{host}{shown}{iri[found.end() :]}"


def _text(triple: ox.Triple) -> str:
    return triple.object.value if isinstance(triple.object, ox.NamedNode) else ""
