"""Pictures of a result with places: the districts as tiles, or points with coordinates.

Both are drawn here. A map of another server would have to be asked for by the reader's browser,
which would tell that server who asks what.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalog_service.site.tilemap import PLACES, Tile, tiles
from catalog_service.sparql.charts import WIDTH
from catalog_service.sparql.result_table import Cell, Table
from ontology.terms import VOCAB
from ontology.vocabulary import Vocabulary

MAX_POINTS: Final = 1_000

_POINT: Final = re.compile(
    r"(?:<[^>]*>\s*+)?POINT\s*+(?:Z\s*+)?\(\s*+"
    r"(-?[0-9]{1,3}(?:\.[0-9]+)?)\s+(-?[0-9]{1,2}(?:\.[0-9]+)?)"
    r"(?:\s+-?[0-9.]+)?\s*\)",
    re.ASCII | re.IGNORECASE,
)
"""A point in WKT: longitude, latitude (CRS84, the default of GeoSPARQL)."""

_MARGIN: Final = 24
_TALLEST: Final = 480
_LEAST_DEGREES: Final = 0.01


@dataclass(frozen=True, slots=True)
class Dot:
    """A point with the label of its row, and where that leads."""

    x: float
    y: float
    label: str
    address: str | None


@dataclass(frozen=True, slots=True)
class PointMap:
    """Points by longitude and latitude, and the edges of the picture in degrees."""

    dots: tuple[Dot, ...]
    height: int
    west: str
    east: str
    south: str
    north: str
    left_out: int
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """The districts, and the column that is counted in them; None: rows."""

    numbers: str | None
    tiles: list[Tile]


def district_map(table: Table, vocabulary: Vocabulary) -> DistrictMap | None:
    """Return the districts with the last number of their rows, without one with how many rows.

    None where not every row is of a district: such a map would say nothing of the result.
    """
    numeric = table.numeric()
    codes = {f"{VOCAB}place/{code}" for code in PLACES}
    for place in range(len(table.columns)):
        named = {row[place].text for row in table.rows}
        if len(named) < 2 or not named <= codes:
            continue
        counts: Counter[str] = Counter()
        for row in table.rows:
            counts[row[place].text] += int((row[numeric[-1]].number or 0) if numeric else 1)
        numbers = table.columns[numeric[-1]] if numeric else None
        return DistrictMap(numbers, tiles(vocabulary.concepts("place"), counts))
    return None


def points(
    table: Table, name: Callable[[Cell], str], address: Callable[[Cell], str | None]
) -> PointMap | None:
    """Return the points of a result's first column that has any, None without."""
    for place in range(len(table.columns)):
        found = [(row, coordinates(row[place].text)) for row in table.rows]
        placed = [(row, at) for row, at in found if at is not None]
        if placed:
            label = next((p for p in range(len(table.columns)) if p != place), place)
            return _map([(at, name(row[label]), address(row[label])) for row, at in placed])
    return None


def coordinates(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a point in WKT; None for anything else."""
    found = _POINT.fullmatch(text.strip())
    if found is None:
        return None
    longitude, latitude = float(found[1]), float(found[2])
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def _map(placed: list[tuple[tuple[float, float], str, str | None]]) -> PointMap:
    shown = placed[:MAX_POINTS]
    west, east = min(at[0] for at, *_ in shown), max(at[0] for at, *_ in shown)
    south, north = min(at[1] for at, *_ in shown), max(at[1] for at, *_ in shown)
    # A degree of longitude is shorter, the further from the equator.
    shrink = max(math.cos(math.radians((south + north) / 2)), _LEAST_DEGREES)
    wide, tall = max((east - west) * shrink, _LEAST_DEGREES), max(north - south, _LEAST_DEGREES)
    scale = min((WIDTH - 2 * _MARGIN) / wide, (_TALLEST - 2 * _MARGIN) / tall)
    height = round(tall * scale) + 2 * _MARGIN
    aside = (WIDTH - (east - west) * shrink * scale) / 2
    below = (height - (north - south) * scale) / 2
    dots = tuple(
        Dot(
            round(aside + (longitude - west) * shrink * scale, 1),
            round(height - below - (latitude - south) * scale, 1),
            label,
            address,
        )
        for (longitude, latitude), label, address in shown
    )
    return PointMap(
        dots,
        height,
        west=_degrees(west),
        east=_degrees(east),
        south=_degrees(south),
        north=_degrees(north),
        left_out=len(placed) - len(shown),
    )


def _degrees(value: float) -> str:
    return f"{value:.3f}°"
