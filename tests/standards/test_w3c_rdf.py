"""The W3C suites for N-Triples, N-Quads, Turtle, TriG and RDF/XML, over our readers and writers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ontology.errors import AtlasError
from tests.standards.departures import assert_only_known
from tests.standards.manifests import Entry, entries, path_of
from tests.standards.rdf_suite import base_of, expected, faults, lost, read, same, triples_of

SYNTAXES = {
    "rdf-n-triples": 70,
    "rdf-n-quads": 87,
    "rdf-turtle": 313,
    "rdf-trig": 356,
    "rdf-xml": 166,
}
"""Folders, and how many tests each has. `rdf-mt` is left out: it is of entailment."""

Tests = dict[str, tuple[Entry, str]]


@pytest.fixture(scope="module")
def suite(w3c: Callable[[str], Path]) -> Tests:
    """All tests, by folder and name, with the address that their documents are taken to have."""
    root = w3c("rdf11") / "rdf" / "rdf11"
    return {
        f"{folder}/{entry.name}": (entry, base_of(entry, root / folder / "manifest.ttl"))
        for folder in SYNTAXES
        for entry in entries(root / folder / "manifest.ttl")
    }


def _departure(entry: Entry, base: str) -> str | None:
    """In what reading a document departs from the test; None where it does not."""
    try:
        graph = read(path_of(entry.action), base)
    except AtlasError as error:
        return None if "Negative" in entry.kind else error.code
    told = [error.code for error in faults(graph)]
    if "Negative" in entry.kind:
        return None if told else "no fault is told"
    if told:
        return ", ".join(told)
    if entry.kind.endswith("Eval"):
        wanted = expected(path_of(entry.result), base)
        return None if same(triples_of(graph), wanted) else "other statements"
    return None


def test_documents_are_read_as_the_suites_say(suite: Tests) -> None:
    counts = {folder: sum(n.startswith(f"{folder}/") for n in suite) for folder in SYNTAXES}
    assert counts == SYNTAXES
    found = {name: _departure(entry, base) for name, (entry, base) in suite.items()}
    assert_only_known("reading", {name: why for name, why in found.items() if why is not None})


def test_graphs_come_back_from_every_syntax_that_is_written(suite: Tests) -> None:
    graphs = {
        name: expected(path_of(entry.result), base)
        for name, (entry, base) in suite.items()
        if entry.kind.endswith("Eval")
    }
    assert len(graphs) > 400
    found = {name: lost(triples) for name, triples in graphs.items()}
    assert {name: forms for name, forms in found.items() if forms} == {}
