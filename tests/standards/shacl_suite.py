"""The W3C test suite for SHACL, read from a folder, and both engines run on any shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shacl
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")

Verdict = tuple[str, str, str, str, str]
"""Focus node, severity, component, value, path; blank nodes without their labels."""


@dataclass(frozen=True)
class Case:
    """One test: shapes and data as N-Triples, and what must come of it (None: a failure)."""

    name: str
    shapes: str
    data: str
    expected: Counter[Verdict] | None


def cases(folder: Path) -> Iterator[Case]:
    """All validation tests below a folder, by name."""
    for path in sorted(folder.rglob("*.ttl")):
        graph = _read(path)
        for test in sorted(graph.subjects(RDF.type, SHT.Validate)):
            action = graph.value(test, MF.action)
            yield Case(
                f"{path.parent.name}/{path.stem}",
                _ntriples(graph.value(action, SHT.shapesGraph)),
                _ntriples(graph.value(action, SHT.dataGraph)),
                _expected(graph, graph.value(test, MF.result)),
            )


def _read(path: Path) -> rdflib.Graph:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        return rdflib.Graph().parse(path, format="turtle", publicID=path.as_uri())


def _ntriples(iri: rdflib.term.Node | None) -> str:
    path = Path(url2pathname(urlparse(str(iri)).path))
    # pyoxigraph keeps literals as they are written; rdflib would normalise "1"^^xsd:boolean.
    quads = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))
    # The expected report is part of the file but not of the shapes.
    reports = {q.subject for q in quads if q.object == ox.NamedNode(str(SH.ValidationReport))}
    results = {q.object for q in quads if q.predicate == ox.NamedNode(str(SH.result))}
    kept = [q.triple for q in quads if q.subject not in reports | results]
    return (ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def _expected(graph: rdflib.Graph, result: rdflib.term.Node | None) -> Counter[Verdict] | None:
    if result == SHT.Failure:
        return None
    return _of_report(graph, graph.objects(result, SH.result))


def _of_report(graph: rdflib.Graph, results: Iterator[rdflib.term.Node]) -> Counter[Verdict]:
    return Counter(
        (
            _term(graph.value(r, SH.focusNode)),
            _term(graph.value(r, SH.resultSeverity)),
            _term(graph.value(r, SH.sourceConstraintComponent)),
            _term(graph.value(r, SH.value)),
            _path(graph, graph.value(r, SH.resultPath)),
        )
        for r in results
    )


_STEPS = {
    SH.inversePath: "^{}",
    SH.zeroOrMorePath: "({})*",
    SH.oneOrMorePath: "({})+",
    SH.zeroOrOnePath: "({})?",
}


def _path(graph: rdflib.Graph, node: rdflib.term.Node | None) -> str:
    """A path as the compiled engine writes it: like a property path of SPARQL."""
    if not isinstance(node, rdflib.BNode):
        return "" if node is None else node.n3()
    if graph.value(node, RDF.first) is not None:
        return f"({'/'.join(_path(graph, step) for step in Collection(graph, node))})"
    either = graph.value(node, SH.alternativePath)
    if either is not None:
        return f"({'|'.join(_path(graph, step) for step in Collection(graph, either))})"
    predicate, step = next((p, o) for p, o in graph.predicate_objects(node) if p in _STEPS)
    return _STEPS[predicate].format(_path(graph, step))


def _term(node: rdflib.term.Node | None) -> str:
    if node is None:
        return ""
    return "_:" if isinstance(node, rdflib.BNode) else node.n3()


def run_shacl(shapes: str, data: str) -> Counter[Verdict]:
    """Both texts are N-Triples; raises ValueError where the engine refuses the shapes."""
    report = shacl.Shapes.from_text(shapes, "nt").validate_text(data, "nt")
    found = Counter(
        (
            _plain(r.focus_node),
            f"<{r.severity_iri}>",
            f"<{r.component_iri}>",
            _plain(r.value or ""),
            r.path or "",
        )
        for r in report.results
    )
    assert report.conforms == (not found)
    return found


def _plain(term: str) -> str:
    if not term:
        return ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        return _term(rdflib.util.from_n3(term))


def run_pyshacl(shapes: str, data: str) -> Counter[Verdict]:
    """Both texts are N-Triples; raises what pySHACL raises where it refuses the shapes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        data_graph = rdflib.Graph().parse(data=data, format="nt")
        shacl_graph = rdflib.Graph().parse(data=shapes, format="nt")
        _, report, _ = pyshacl.validate(data_graph, shacl_graph=shacl_graph)
    if not isinstance(report, rdflib.Graph):
        raise ValueError(str(report))
    return _of_report(report, report.objects(None, SH.result))
