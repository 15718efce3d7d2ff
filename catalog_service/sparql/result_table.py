"""An answer as a table: cells that know what they are, sorted by a column on request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import orjson
import pyoxigraph as ox

from catalog_service.sparql.limits import MAX_CELL_CHARACTERS
from catalog_service.sparql.model import SparqlAnswer
from ontology.terms import XSD
from ontology.truncation import clip

CellKind = Literal["iri", "literal", "blank", "unbound"]

_KINDS: Final[dict[str, CellKind]] = {
    "uri": "iri",
    "literal": "literal",
    "typed-literal": "literal",
    "bnode": "blank",
    "triple": "literal",
}
_NUMBERS: Final = frozenset(
    XSD.term(name)
    for name in (
        *("integer", "decimal", "double", "float", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "negativeInteger", "nonPositiveInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
_TRIPLE: Final = ("subject", "predicate", "object")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a result; ``text`` is cut to `MAX_CELL_CHARACTERS`."""

    text: str
    kind: CellKind
    datatype: str = ""
    lang: str = ""

    @property
    def iri(self) -> bool:
        """Whether it is an IRI."""
        return self.kind == "iri"

    @property
    def number(self) -> float | None:
        """The value of a finite number, else None."""
        if self.datatype not in _NUMBERS:
            return None
        try:
            value = float(self.text)
        except ValueError:
            return None
        return value if math.isfinite(value) else None


UNBOUND: Final = Cell("", "unbound")


@dataclass(frozen=True, slots=True)
class Table:
    """A result for showing: solutions, or without columns a text.

    That is ``true`` or ``false`` of ASK, and of a graph its Turtle (see `as_statements`).
    """

    columns: list[str]
    rows: list[list[Cell]]
    text: str
    count: int
    milliseconds: int
    snapshot: int

    def numeric(self) -> list[int]:
        """Return the columns that hold numbers and nothing else, in order."""
        return [
            place
            for place in range(len(self.columns))
            if self.rows
            and all(r[place].number is not None or r[place] == UNBOUND for r in self.rows)
            and any(r[place] != UNBOUND for r in self.rows)
        ]

    def as_statements(self) -> Table:
        """Return a graph as a table of its statements: subject, predicate, object."""
        return replace(self, columns=[*_TRIPLE], rows=_statements(self.text))

    def sorted_by(self, column: str, *, descending: bool) -> Table:
        """Return the table in the order of a column, numbers by value, what is unbound last."""
        if column not in self.columns:
            return self
        place = self.columns.index(column)
        bound = [row for row in self.rows if row[place] != UNBOUND]
        bound.sort(key=lambda row: _order(row[place]), reverse=descending)
        return replace(self, rows=bound + [row for row in self.rows if row[place] == UNBOUND])


def _order(cell: Cell) -> tuple[bool, float, str]:
    number = cell.number
    return (number is None, number or 0.0, cell.text)


def tabulate(answer: SparqlAnswer) -> Table:
    """Return an answer in the first format of its kind (JSON, Turtle) as it is shown."""
    timing = round(answer.milliseconds)
    if not answer.media_type.startswith("application/sparql-results"):
        return Table([], [], answer.body.decode(), answer.rows, timing, answer.snapshot)
    data = orjson.loads(answer.body)
    if "boolean" in data:
        return Table([], [], str(data["boolean"]).lower(), 1, timing, answer.snapshot)
    columns = data["head"].get("vars", [])
    rows = [
        [_cell(binding[c]) if c in binding else UNBOUND for c in columns]
        for binding in data["results"]["bindings"]
    ]
    return Table(columns, rows, "", answer.rows, timing, answer.snapshot)


def _statements(turtle: str) -> list[list[Cell]]:
    found = [
        [_of_term(quad.subject), _of_term(quad.predicate), _of_term(quad.object)]
        for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    ]
    return sorted(found, key=_texts)


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(cell.text for cell in row)


def _of_term(term: Any) -> Cell:
    match term:
        case ox.NamedNode():
            return Cell(clip(term.value, MAX_CELL_CHARACTERS), "iri")
        case ox.BlankNode():
            return Cell(f"_:{term.value}", "blank")
        case ox.Literal():
            text = clip(term.value, MAX_CELL_CHARACTERS)
            return Cell(text, "literal", term.datatype.value, term.language or "")
    return Cell(clip(str(term), MAX_CELL_CHARACTERS), "literal")


def _cell(value: dict[str, Any]) -> Cell:
    given = value["value"]
    given = given if isinstance(given, str) else orjson.dumps(given).decode()
    text = clip(given, MAX_CELL_CHARACTERS)
    kind = _KINDS.get(value["type"], "literal")
    return Cell(text, kind, value.get("datatype", ""), value.get("xml:lang", ""))
