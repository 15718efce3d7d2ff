"""The course of a share as a line: where its points lie in a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, Protocol, TypeVar

WIDTH: Final = 480
HEIGHT: Final = 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 12, 24
_STEP: Final = 5
"""Percent to which the ends of the axis are rounded."""


class Share(Protocol):
    """A share on a day."""

    @property
    def day(self) -> date:
        """The day."""
        ...

    @property
    def percent(self) -> float | None:
        """From 0 to 100; None where there was nothing to share."""
        ...


S = TypeVar("S", bound=Share)


@dataclass(frozen=True, slots=True)
class Point(Generic[S]):
    """One measured day in the picture."""

    x: float
    y: float
    share: S


@dataclass(frozen=True, slots=True)
class Chart(Generic[S]):
    """A line from the first measured day to the last; ``low`` and ``high`` end its axis."""

    points: tuple[Point[S], ...]
    low: int
    high: int

    @property
    def line(self) -> str:
        """The points as a polyline has them."""
        return " ".join(f"{p.x:g},{p.y:g}" for p in self.points)

    @property
    def first(self) -> date:
        """The first measured day."""
        return self.points[0].share.day

    @property
    def last(self) -> Point[S]:
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


def chart(days: Sequence[S]) -> Chart[S] | None:
    """Return the picture of the days that have a share; None where none has.

    The axis begins near the lowest share, and says where: a rule that nearly all pass would else be
    a line at the upper edge.
    """
    shares = [(one, one.percent) for one in days if one.percent is not None]
    if not shares:
        return None
    values = [percent for _, percent in shares]
    low = max(0, math.floor((min(values) - 1) / _STEP) * _STEP)
    high = min(100, max(low + _STEP, math.ceil(max(values) / _STEP) * _STEP))
    low = min(low, high - _STEP)
    first = shares[0][0].day
    span = max(1, (shares[-1][0].day - first).days)
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    points = tuple(
        Point(
            round(_LEFT + width * ((one.day - first).days / span if len(shares) > 1 else 1), 1),
            round(_TOP + height * (high - percent) / (high - low), 1),
            one,
        )
        for one, percent in shares
    )
    return Chart(points, low, high)
