"""Pictures of a result with one column of names and one of numbers: bars, or a line over time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalog_service.site.svg import shortened
from catalog_service.sparql.result_table import Cell, Table

MAX_BARS: Final = 30
MAX_POINTS: Final = 400

WIDTH: Final = 360
"""Width of every picture; texts keep their size on a phone, which is about as wide."""

_ROW: Final = 24
_LABEL: Final = 148
"""Where bars begin."""
_LABEL_COLUMNS: Final = 23
"""Half-width characters that fit before them."""
_LONGEST: Final = 150
_TIME: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.*)?)?)?", re.ASCII)
_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 8, 352, 24, 176, 200


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its shortened and whole label, the number as written, its place and length."""

    label: str
    whole: str
    number: str
    y: int
    length: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars under one another; ``left_out`` rows of the result have none."""

    numbers: str
    """The column that the bars show."""
    bars: tuple[Bar, ...]
    height: int
    left_out: int
    start: int = _LABEL


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line from the first time to the last, with its dots and the ends of both axes."""

    numbers: str
    path: str
    dots: tuple[tuple[float, float, str], ...]
    first: str
    last: str
    most: str
    height: int = _HEIGHT
    top: int = _TOP
    bottom: int = _BOTTOM
    right: int = _RIGHT


Chart = BarChart | LineChart


def draw(table: Table, name: Callable[[Cell], str]) -> Chart | None:
    """Return the picture of a result, None where it has none.

    The last column of numbers is drawn, none of them below zero, over the first column of texts,
    else of IRIs by their names. Times in their order make a line.
    """
    numeric = table.numeric()
    if not numeric or len(table.rows) < 2:
        return None
    label = _label_column(table, numeric)
    if label is None:
        return None
    place = numeric[-1]
    found = [(row[label], row[place].number, row[place].text) for row in table.rows]
    points = [(cell, number, text) for cell, number, text in found if number is not None]
    if not any(number for _, number, _ in points) or min(number for _, number, _ in points) < 0:
        return None
    column = table.columns[place]
    times = [cell.text for cell, _, _ in points]
    if len(points) > 2 and all(_TIME.fullmatch(t) for t in times) and times == sorted(set(times)):
        return _line(column, [(c.text, number, text) for c, number, text in points][-MAX_POINTS:])
    return _bars(column, [(name(c), number, text) for c, number, text in points])


def _label_column(table: Table, numeric: list[int]) -> int | None:
    for kind in ("literal", "iri"):
        for place in range(len(table.columns)):
            if place not in numeric and all(row[place].kind == kind for row in table.rows):
                return place
    return None


def written(text: str, number: float) -> str:
    """Return a number as people write it: 1,234 and no ``.0`` behind it."""
    return f"{int(number):,}" if number == int(number) and abs(number) < 1e15 else text


def _bars(column: str, points: list[tuple[str, float, str]]) -> BarChart:
    most = max(number for _, number, _ in points)
    bars = tuple(
        Bar(
            shortened(label, _LABEL_COLUMNS),
            label,
            written(text, number),
            place * _ROW,
            round(_LONGEST * number / most, 1),
        )
        for place, (label, number, text) in enumerate(points[:MAX_BARS])
    )
    return BarChart(column, bars, len(bars) * _ROW, max(0, len(points) - MAX_BARS))


def _line(column: str, points: list[tuple[str, float, str]]) -> LineChart:
    most = max(number for _, number, _ in points)
    times = [_moment(label) for label, _, _ in points]
    if times[-1] == times[0]:  # all within one hour
        times = [float(place) for place in range(len(points))]
    scale = (_RIGHT - _LEFT) / (times[-1] - times[0])
    dots = tuple(
        (
            round(_LEFT + (time - times[0]) * scale, 1),
            round(_BOTTOM - (_BOTTOM - _TOP) * number / most, 1),
            f"{label}: {written(text, number)}",
        )
        for time, (label, number, text) in zip(times, points, strict=True)
    )
    path = "M" + "L".join(f"{x} {y}" for x, y, _ in dots)
    highest = next(text for _, number, text in points if number == most)
    return LineChart(column, path, dots, points[0][0], points[-1][0], written(highest, most))


def _moment(text: str) -> float:
    """Return a time in years, as far as a picture of this width can show it."""
    year, month, day = (int(part) if part else 1 for part in (text[:4], text[5:7], text[8:10]))
    hour = int(text[11:13] or 0) if text[11:13].isdecimal() else 0
    return year + (month - 1) / 12 + (day - 1 + hour / 24) / 372
