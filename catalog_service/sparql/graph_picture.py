"""The picture of a graph that a query made: its things from left to right, joined by statements."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalog_service.site.svg import curve, shortened
from catalog_service.sparql.result_table import Cell, Table
from ontology.terms import DCT, RDF, RDFS, SKOS
from ontology.terms import shortened as short_iri

MAX_THINGS: Final = 40
"""Things that are drawn; the table has all statements."""

_COLUMNS: Final = 3
_STEP: Final = 376
"""From one column to the next."""
_BOX: Final = 208
_ROW: Final = 40
_TEXT_COLUMNS: Final = 24
_EDGE_COLUMNS: Final = 20
_BESIDE: Final = 10
_LINE: Final = 14
NAMING: Final = (SKOS.prefLabel, DCT.term("title"), RDFS.label)
"""Properties whose texts are the names of things."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing: its shortened and whole name, and its place."""

    name: str
    whole: str
    address: str | None
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement about two things: its line, and its property's name where that ends.

    ``side`` is -1 where the name ends there, and 1 where it begins.
    """

    name: str
    line: str
    x: float
    y: float
    side: int


@dataclass(frozen=True, slots=True)
class GraphPicture:
    """The picture; ``left_out`` things are not in it."""

    things: tuple[Thing, ...]
    edges: tuple[Edge, ...]
    height: int
    left_out: int
    width: int = _STEP * (_COLUMNS - 1) + _BOX
    box: int = _BOX


def draw(
    table: Table, name: Callable[[Cell], str], address: Callable[[Cell], str | None]
) -> GraphPicture | None:
    """Lay out the statements between things; None where there are none.

    Things of which nobody says anything stand first; then, column by column, what they name.
    Classes and texts are left to the table.
    """
    said = [(row[0], row[1], row[2]) for row in table.rows]
    between = [(s, p, o) for s, p, o in said if o.kind != "literal" and p.text != RDF.type]
    if not between:
        return None
    columns = _columns(between)
    cells = {cell.text: cell for s, _, o in between for cell in (s, o)}
    order = sorted(cells, key=lambda iri: columns[iri])[:MAX_THINGS]
    # In the order in which they were reached, so that lines cross little.
    reached = [iri for iri in columns if iri in set(order)]
    places: dict[str, tuple[int, int]] = {}
    filled = [0] * _COLUMNS
    for iri in reached:
        column = columns[iri]
        places[iri] = (column, filled[column])
        filled[column] += 1
    height = max(filled) * _ROW
    middles = {
        iri: (column, height / (2 * filled[column]) * (2 * row + 1))
        for iri, (column, row) in places.items()
    }
    things = tuple(_thing(name(cells[iri]), address(cells[iri]), *middles[iri]) for iri in reached)
    edges = _edges(
        [(s, p, o) for s, p, o in between if {s.text, o.text} <= middles.keys()], middles
    )
    return GraphPicture(things, edges, height, len(cells) - len(reached))


def _columns(between: list[tuple[Cell, Cell, Cell]]) -> dict[str, int]:
    """Return the column of each thing, in the order in which they are reached."""
    after: dict[str, list[str]] = {}
    told = {o.text for _, _, o in between}
    for s, _, o in between:
        after.setdefault(s.text, []).append(o.text)
    starts = [iri for iri in after if iri not in told] or [next(iter(after))]
    found: dict[str, int] = {}
    waiting = deque((iri, 0) for iri in starts)
    # In a circle of statements nothing may be left that no start leads to.
    waiting.extend((iri, 0) for iri in after)
    while waiting:
        iri, column = waiting.popleft()
        if iri in found:
            continue
        found[iri] = column
        waiting.extendleft(
            (other, min(column + 1, _COLUMNS - 1)) for other in reversed(after.get(iri, []))
        )
    return found


def _thing(whole: str, address: str | None, column: int, y: float) -> Thing:
    return Thing(shortened(whole, _TEXT_COLUMNS), whole, address, column * _STEP, round(y))


def _edges(
    between: list[tuple[Cell, Cell, Cell]], middles: dict[str, tuple[int, float]]
) -> tuple[Edge, ...]:
    """Return the lines; of those that reach a thing by one property the first has its name."""
    told: dict[str, list[str]] = {}
    found = []
    for s, p, o in between:
        properties = told.setdefault(o.text, [])
        name = "" if p.text in properties else shortened(short_iri(p.text), _EDGE_COLUMNS)
        (left, y), (right, to_y) = middles[s.text], middles[o.text]
        # Within a column, or back: around its right side.
        to_x = right * _STEP if right > left else right * _STEP + _BOX
        line = curve(left * _STEP + _BOX, y, to_x, to_y)
        side = -1 if right > left else 1
        found.append(Edge(name, line, to_x + side * _BESIDE, to_y + len(properties) * _LINE, side))
        if name:
            properties.append(p.text)
    return tuple(found)
