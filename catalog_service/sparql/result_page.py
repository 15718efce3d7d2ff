"""An answer as the page shows it: a table with names and links, pictures, downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from catalog_service.context import Service
from catalog_service.output_formats import OutputFormat
from catalog_service.site.display_values import followable
from catalog_service.site.rendering import View
from catalog_service.sparql import charts, graph_picture, maps
from catalog_service.sparql.charts import Chart
from catalog_service.sparql.formats import GRAPHS, SOLUTIONS
from catalog_service.sparql.graph_picture import GraphPicture
from catalog_service.sparql.maps import PointMap
from catalog_service.sparql.model import Client
from catalog_service.sparql.query_check import QueryForm
from catalog_service.sparql.result_table import Cell, Table
from catalog_service.sparql.shown_names import ShownNames

MAX_SHOWN: Final = 500
"""Rows of the page's table; the downloads have all."""

MAX_SHARED: Final = 8_000
"""Characters of an address that is offered for sharing: browsers, mail and proxies take so many."""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A value: its text, what it is called, where it leads, and whether that is another site."""

    text: str
    name: str
    address: str | None
    outside: bool
    number: bool
    iri: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, the address that sorts by it, and how it is sorted now."""

    name: str
    address: str
    order: str | None
    number: bool


@dataclass(frozen=True, slots=True)
class Download:
    """The whole answer in one form."""

    label: str
    address: str
    file: str


@dataclass(frozen=True, slots=True)
class ShownResult:
    """An answer, ready for the template; ``truth`` is that of ASK, ``turtle`` of a graph."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    count: int
    left_out: int
    milliseconds: int
    snapshot: int
    truth: bool | None
    turtle: str
    chart: Chart | None
    districts: maps.DistrictMap | None
    points: PointMap | None
    graph: GraphPicture | None
    downloads: tuple[Download, ...]
    share: str | None


@dataclass(frozen=True, slots=True)
class EditorRequest:
    """What was asked for: the query, what else stood in the address, the column to sort by."""

    query: str
    form: QueryForm | None
    items: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    descending: bool = False


def shown_result(
    atlas: Service, view: View, table: Table, asked: EditorRequest, client: Client
) -> ShownResult:
    """Return what the page shows of an answer to ``client``."""
    is_graph = asked.form in ("CONSTRUCT", "DESCRIBE")
    whole = table.as_statements() if is_graph else table
    ordered = whole.sorted_by(asked.sort, descending=asked.descending) if asked.sort else whole
    shown = ordered.rows[:MAX_SHOWN]
    told = _told(whole) if is_graph else {}
    # Pictures are of the result in its own order: their things need not be in the table.
    named = [*shown, *whole.rows[: maps.MAX_POINTS]]
    names = ShownNames(atlas, view, (cell for row in named for cell in row), client, told)
    numeric = frozenset(whole.numeric())
    districts = None if is_graph else maps.district_map(whole, atlas.vocabulary)
    return ShownResult(
        headings=tuple(
            _heading(view, asked, name, number=place in numeric)
            for place, name in enumerate(whole.columns)
        ),
        rows=tuple(tuple(_cell(names, cell) for cell in row) for row in shown),
        count=table.count,
        left_out=len(ordered.rows) - len(shown),
        milliseconds=table.milliseconds,
        snapshot=table.snapshot,
        truth=table.text == "true" if asked.form == "ASK" else None,
        turtle=table.text if is_graph else "",
        chart=None if is_graph else charts.draw(ordered, names.text_of),
        districts=districts,
        points=maps.points(whole, names.text_of, names.address_of),
        graph=graph_picture.draw(whole, names.text_of, names.address_of) if is_graph else None,
        downloads=_downloads(asked),
        share=share_link(atlas, asked),
    )


def share_link(atlas: Service, asked: EditorRequest) -> str | None:
    """Return an address that shows query and result; None for one that is too long."""
    address = f"{atlas.settings.public_url}/sparql?{urlencode([('query', asked.query)])}"
    return address if len(address) <= MAX_SHARED else None


def _told(table: Table) -> dict[str, str]:
    """Return the names that a graph gives to things, of several the first."""
    return {
        row[0].text: row[2].text
        for row in reversed(table.rows)
        if row[1].text in graph_picture.NAMING
    }


def _heading(view: View, asked: EditorRequest, name: str, *, number: bool) -> Heading:
    order = None
    if name == asked.sort:
        order = "descending" if asked.descending else "ascending"
    # The largest number first, the first letter first; then the other way.
    down = (order == "ascending") if order else number
    items = [*asked.items, ("sort", name), ("order", "desc" if down else "asc")]
    return Heading(name, view.link("/sparql#answer", items), order, number)


def _cell(names: ShownNames, cell: Cell) -> ShownCell:
    number = cell.number
    if not cell.iri:
        text = cell.text if number is None else charts.written(cell.text, number)
        return ShownCell(text, "", None, outside=False, number=number is not None, iri=False)
    known = names.of(cell.text)
    outer = None if known.address else followable(cell.text)
    return ShownCell(
        cell.text,
        known.name,
        known.address or outer,
        outside=outer is not None,
        number=False,
        iri=True,
    )


def _downloads(asked: EditorRequest) -> tuple[Download, ...]:
    return tuple(_download(asked, form) for form in _forms(asked.form))


def _forms(form: QueryForm | None) -> tuple[OutputFormat, ...]:
    return GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else SOLUTIONS


def _download(asked: EditorRequest, form: OutputFormat) -> Download:
    items = [*((n, v) for n, v in asked.items if n != "format"), ("format", form.name)]
    return Download(form.label, f"/sparql?{urlencode(items)}", f"result.{form.suffix}")
