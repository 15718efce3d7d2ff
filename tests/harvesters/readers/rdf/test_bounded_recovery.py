"""What is read anew of a broken RDF file is bounded: it must not repeat a long head for ever."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest

from harvesters.limits import DEFAULT
from harvesters.readers.files import Input
from harvesters.readers.rdf import turtle_recovery
from harvesters.readers.rdf.fault_scope import MAX_REPEATED
from harvesters.readers.rdf.graph import Graph
from harvesters.readers.rdf.json_ld import json_ld_parts
from harvesters.readers.rdf.parsing import read_graph
from harvesters.readers.rdf.rdf_xml import xml_parts
from ontology.terms import RDF


def nothing(_content: bytes) -> list[ox.Quad]:
    raise AssertionError("parts are made, not parsed")


def rdf_xml(namespaces: int, nodes: int) -> bytes:
    declared = " ".join(f'xmlns:p{n}="http://p.example/{n}/"' for n in range(namespaces))
    inner = "<r:Description/>" * nodes
    return f'<r:RDF xmlns:r="{RDF}" {declared}>{inner}</r:RDF>'.encode()


def test_rdf_xml_is_parted_unless_its_head_is_too_long_for_its_nodes() -> None:
    parts = xml_parts(rdf_xml(20, 1_000), "a.rdf", nothing)
    assert parts is not None
    assert len(parts) == 1_000
    assert xml_parts(rdf_xml(2_000, 1_000), "a.rdf", nothing) is None


def test_json_ld_is_parted_unless_its_context_is_too_long_for_its_nodes() -> None:
    def document(terms: int, nodes: int) -> bytes:
        context = {f"term{n}": f"http://p.example/{n}" for n in range(terms)}
        graph = [{"@id": f"http://d.example/{n}", "title": f"标题{n}"} for n in range(nodes)]
        return json.dumps({"@context": context, "@graph": graph}, indent=1).encode()

    parts = json_ld_parts(document(20, 1_000), "a.jsonld", nothing)
    assert parts is not None
    assert [part.place().line for part in parts[:2]] == [26, 30]
    large = document(1_500, 1_500)
    assert len(large) < MAX_REPEATED
    assert json_ld_parts(large, "a.jsonld", nothing) is None


def read(content: str) -> Graph:
    return read_graph(Input("a.ttl", content=content.encode()), DEFAULT)


def test_turtle_is_read_by_half_only_while_that_costs_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Prefixes that change before each statement stand before all that is tried after them."""
    lines = [f"@prefix p{n}: <http://p.example/{n}/> .\np{n}:a a p{n}:b .\n" for n in range(200)]
    content = "".join(lines) + "<http://d.example/x> <http://p.example/y> ;;; .\n"
    whole = read(content)
    assert (whole.size, whole.faults[0].unknown) == (200, False)
    monkeypatch.setattr(turtle_recovery, "_WORK", 100_000)
    parsed: list[int] = []
    original: Any = turtle_recovery.TurtleRecovery._spend

    def spent(self: turtle_recovery.TurtleRecovery, size: int, offset: int) -> None:
        parsed.append(size)
        original(self, size, offset)

    monkeypatch.setattr(turtle_recovery.TurtleRecovery, "_spend", spent)
    given_up = read(content)
    assert (given_up.size, given_up.faults[0].unknown) == (0, True)
    assert sum(parsed) < 100_000 + 16 * len(content) + 2 * len(content)
