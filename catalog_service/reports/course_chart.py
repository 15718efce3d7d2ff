"""The course of a share as a line: points on a picture of fixed size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.reports.model import Counted

WIDTH: Final = 480
HEIGHT: Final = 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 8, 10, 26
_STEP: Final = 5
"""Percent by which the axis is rounded."""


@dataclass(frozen=True, slots=True)
class Point:
    """A measured day, and where it stands."""

    x: float
    y: float
    counted: Counted
    percent: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture, and the percentages between which its axis lies."""

    points: tuple[Point, ...]
    low: int
    high: int
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM

    @property
    def line(self) -> str:
        """The points as a polyline has them."""
        return " ".join(f"{one.x:g},{one.y:g}" for one in self.points)


def chart(course: Sequence[Counted]) -> Chart | None:
    """Return the picture of the days that have a share; None where fewer than two have."""
    shares = [(one, one.percent) for one in course if one.percent is not None]
    if len(shares) < 2:
        return None
    values = [share for _, share in shares]
    low = max(0, math.floor((min(values) - 1) / _STEP) * _STEP)
    high = min(100, max(low + _STEP, math.ceil(max(values) / _STEP) * _STEP))
    low = min(low, high - _STEP)
    first = shares[0][0].day
    span = (shares[-1][0].day - first).days
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def at(percent: float) -> float:
        return round(_TOP + height * (high - percent) / (high - low), 1)

    points = tuple(
        Point(round(_LEFT + width * (one.day - first).days / span, 1), at(share), one, share)
        for one, share in shares
    )
    return Chart(points, low, high)
