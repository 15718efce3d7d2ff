"""All wire shapes by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from harvesters.simulator.defects import Defects
from harvesters.simulator.server import Shape
from harvesters.simulator.shapes.city import CityApi
from harvesters.simulator.shapes.ckan import Ckan
from harvesters.simulator.shapes.data_json import DataJson
from harvesters.simulator.shapes.dcat import DcatCatalog
from harvesters.simulator.shapes.ldes import EventStream
from harvesters.simulator.shapes.oai_pmh import OaiPmh
from harvesters.simulator.shapes.sparql import SparqlEndpoint
from harvesters.simulator.shapes.spreadsheet import Spreadsheet

SHAPES: Final[Mapping[str, Callable[[Defects], Shape]]] = {
    "city": CityApi,
    "district": lambda defects: CityApi(defects, name="district"),
    "ckan": Ckan,
    "dcat": DcatCatalog,
    "ldes": EventStream,
    "data-json": DataJson,
    "oai-pmh": OaiPmh,
    "spreadsheet": Spreadsheet,
    "sparql": SparqlEndpoint,
}
"""Their addresses do not collide, so that one server can have all of them."""


def all_shapes(defects: Defects | None = None) -> tuple[Shape, ...]:
    """Return every shape once; a district's is the city's."""
    given = defects or Defects()
    return tuple(make(given) for name, make in SHAPES.items() if name != "district")
