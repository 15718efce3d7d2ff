"""The course of a pass rate as a line: where its points lie in a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.rule_work.rates import DayRate

WIDTH: Final = 480
HEIGHT: Final = 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 12, 24
_STEP: Final = 5
"""Percent to which the ends of the axis are rounded."""


@dataclass(frozen=True, slots=True)
class Point:
    """One measured day in the picture."""

    x: float
    y: float
    rate: DayRate


@dataclass(frozen=True, slots=True)
class Chart:
    """A line from the first measured day to the last; ``low`` and ``high`` end its axis."""

    points: tuple[Point, ...]
    low: int
    high: int

    @property
    def line(self) -> str:
        """The points as a polyline has them."""
        return " ".join(f"{p.x:g},{p.y:g}" for p in self.points)

    @property
    def first(self) -> date:
        """The first measured day."""
        return self.points[0].rate.day

    @property
    def last(self) -> Point:
        """The last measured day."""
        return self.points[-1]

    @property
    def left(self) -> int:
        """Where the axis stands."""
        return _LEFT

    @property
    def right(self) -> int:
        """Where the picture's last day lies."""
        return WIDTH - _RIGHT

    @property
    def top(self) -> int:
        """How high ``high`` lies."""
        return _TOP

    @property
    def bottom(self) -> int:
        """How high ``low`` lies."""
        return HEIGHT - _BOTTOM


def chart(rates: Sequence[DayRate]) -> Chart | None:
    """Return the picture of measured days; None of none.

    The axis begins near the lowest rate, and says where: a rule that nearly all pass would else be
    a line at the upper edge.
    """
    if not rates:
        return None
    lowest, highest = min(r.percent for r in rates), max(r.percent for r in rates)
    low = max(0, math.floor((lowest - 1) / _STEP) * _STEP)
    high = min(100, max(low + _STEP, math.ceil(highest / _STEP) * _STEP))
    low = min(low, high - _STEP)
    span = max(1, (rates[-1].day - rates[0].day).days)
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    points = tuple(
        Point(
            round(_LEFT + width * ((r.day - rates[0].day).days / span if len(rates) > 1 else 1), 1),
            round(_TOP + height * (high - r.percent) / (high - low), 1),
            r,
        )
        for r in rates
    )
    return Chart(points, low, high)
