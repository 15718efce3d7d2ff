"""Records made from Turtle, for the tests of the rules."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyoxigraph as ox

import shapes
from ontology.canonical import canonical_record
from ontology.record import Record

EXAMPLES = Path(shapes.__file__).parent / "examples"
IRI = "https://data.example.org/id/dataset/example/1"
DAY = date(2026, 9, 1)


def example(name: str) -> Record:
    """The record of an example file of a rule."""
    return record((EXAMPLES / name).read_text(encoding="utf-8"))


def record(turtle: str, number: int | str = 1) -> Record:
    """A record from Turtle about example/1, renumbered."""
    iri = IRI[:-1] + str(number)
    triples = [q.triple for q in ox.parse(turtle.replace(IRI, iri), format=ox.RdfFormat.TURTLE)]
    return canonical_record(triples, iri=iri, source="example", remote_id=str(number))


def also_raised(name: str) -> set[str]:
    """The ids that an example says it raises beside its own."""
    found = re.search(r"^# Also raises: (.+)$", (EXAMPLES / name).read_text("utf-8"), re.MULTILINE)
    return set(found[1].split()) if found else set()
