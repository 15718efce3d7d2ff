"""The manifests of the W3C suites: which tests a folder holds, and what each is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pyoxigraph as ox

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NIL = ox.NamedNode(f"{_RDF}nil")

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Statements:
    """The statements of a document, looked up by subject and predicate."""

    def __init__(self, path: Path) -> None:
        form = ox.RdfFormat.from_extension(path.suffix[1:])
        quads = ox.parse(path=path, format=form, base_iri=path.as_uri())
        self._found: dict[tuple[object, str], list[Term]] = {}
        for quad in quads:
            key = (quad.subject, quad.predicate.value)
            self._found.setdefault(key, []).append(quad.object)

    def all(self, subject: object, predicate: str) -> list[Term]:
        return self._found.get((subject, predicate), [])

    def one(self, subject: object, predicate: str) -> Term | None:
        return next(iter(self.all(subject, predicate)), None)

    def subjects(self, predicate: str) -> Iterator[Term]:
        return (s for s, p in self._found if p == predicate and isinstance(s, Node))

    def members(self, first: Term | None) -> Iterator[Term]:
        """The members of an RDF list."""
        while first is not None and first != _NIL:
            yield from self.all(first, f"{_RDF}first")
            first = self.one(first, f"{_RDF}rest")


@dataclass(frozen=True)
class Entry:
    """One test of a manifest."""

    manifest: Statements
    node: ox.NamedNode

    @property
    def name(self) -> str:
        return self.node.value.rpartition("#")[2]

    @cached_property
    def kind(self) -> str:
        """The local name of the test's class."""
        kinds = [str(k.value) for k in self.manifest.all(self.node, f"{_RDF}type")]
        return next(k.rpartition("#")[2] for k in kinds if "Manifest" not in k)

    @property
    def action(self) -> Term | None:
        return self.manifest.one(self.node, f"{MF}action")

    @property
    def result(self) -> Term | None:
        return self.manifest.one(self.node, f"{MF}result")


def entries(manifest: Path) -> list[Entry]:
    """The tests of one manifest, in its order."""
    statements = Statements(manifest)
    root = ox.NamedNode(manifest.as_uri())
    listed = statements.members(statements.one(root, f"{MF}entries"))
    return [Entry(statements, node) for node in listed if isinstance(node, ox.NamedNode)]


def path_of(node: Term | None) -> Path:
    """The file that a node of a manifest names."""
    assert isinstance(node, ox.NamedNode), node
    return Path(url2pathname(urlparse(node.value).path))


def canonical(quads: list[ox.Quad]) -> set[str]:
    """Statements with the labels of RDFC-1.0: equal where the graphs are isomorphic."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}
