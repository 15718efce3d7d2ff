"""One test of the W3C suites for RDF syntaxes, read and written as this project does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast
from urllib.parse import urljoin

import pyoxigraph as ox

from catalog_service.output_formats import GRAPH_FORMATS
from harvesters.limits import DEFAULT
from harvesters.readers.files import Input
from harvesters.readers.rdf.graph import Graph
from harvesters.readers.rdf.parsing import read_graph
from ontology.errors import AtlasError
from ontology.serialization import write
from tests.standards.manifests import MF, Entry, canonical, path_of

RDFT = "http://www.w3.org/ns/rdftest#"


def read(path: Path, base: str) -> Graph:
    """Read a file of the suite as a harvested one; raises `AtlasError`."""
    return read_graph(Input(path.name, path), DEFAULT, base)


def base_of(entry: Entry, manifest: Path) -> str:
    """The address that a test's document is taken to have."""
    root = ox.NamedNode(manifest.as_uri())
    assumed = entry.manifest.one(root, f"{MF}assumedTestBase")
    document = path_of(entry.action)
    at = document.relative_to(manifest.parent).as_posix()
    return urljoin(cast("ox.NamedNode", assumed).value, at) if assumed else document.as_uri()


def faults(graph: Graph) -> list[AtlasError]:
    """All that was told of a document: what could not be read, what was mended."""
    return [broken.error for broken in graph.faults] + [
        error for told in graph.warnings.values() for error in told
    ]


def triples_of(graph: Graph) -> list[ox.Triple]:
    """The statements that were read."""
    return [triple for triples in graph.out.values() for triple in triples]


def expected(path: Path, base: str) -> list[ox.Triple]:
    """The statements of a result, names of graphs dropped as the reader drops them."""
    form = ox.RdfFormat.from_extension(path.suffix[1:])
    quads = ox.parse(path=path, format=form, base_iri=base)
    return list(dict.fromkeys(quad.triple for quad in quads))


def same(one: Sequence[ox.Triple], other: Sequence[ox.Triple]) -> bool:
    """Tell whether two graphs are isomorphic."""
    return canonical(_quads(one)) == canonical(_quads(other))


def _quads(triples: Sequence[ox.Triple]) -> list[ox.Quad]:
    return [ox.Quad(t.subject, t.predicate, t.object) for t in triples]


def lost(triples: Sequence[ox.Triple]) -> list[str]:
    """The syntaxes in which a graph comes back as another one, although nothing was left out."""
    found = []
    for form in GRAPH_FORMATS:
        written = write(triples, form.rdf)
        back = list(dict.fromkeys(quad.triple for quad in ox.parse(written.body, format=form.rdf)))
        if not same(back, triples) and not written.left_out:
            found.append(form.name)
    return found
