"""The map in small, as it stands on other pages: a picture drawn on the server, without script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

WIDTH: Final = 960
HEIGHT: Final = 400
_MOST: Final = 2_200
"""Points that are drawn, spread evenly over the list: the picture is part of a page."""
_COLOURS: Final = 12
"""Domains with a colour of their own: classes ``d0`` … ``d11`` of the stylesheet."""
_BETWEEN: Final = 34
_LETTER: Final = 17
"""Pixels between names, and of a letter."""


class Placed(Protocol):
    """Something with a place on the map."""

    @property
    def x(self) -> int:
        """From left to right."""
        ...

    @property
    def y(self) -> int:
        """From above."""
        ...


@dataclass(frozen=True, slots=True)
class Name:
    """What a topic is called, and where; ``level`` is 0 for what is named from far away."""

    x: int
    y: int
    level: int
    label: str


@dataclass(frozen=True, slots=True)
class Label:
    """A name in the picture."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Teaser:
    """The picture: paths of points by the class of their domain, and the names of topics.

    ``count`` is how many datasets are on the map.
    """

    count: int
    paths: tuple[tuple[str, str], ...]
    labels: tuple[Label, ...]


def draw(
    points: Sequence[tuple[Placed, int]], topics: Sequence[Name], size: int, count: int
) -> Teaser:
    """Draw points with the numbers of their domains, and the largest topics where there is room."""
    step = max(1, len(points) // _MOST)
    dots: dict[str, list[str]] = defaultdict(list)
    for point, domain in points[::step]:
        x, y = _place(point, size)
        dots[f"d{domain}" if 0 <= domain < _COLOURS else "none"].append(f"M{x} {y}h0")
    labels: list[Label] = []
    for topic in topics:
        x, y = _place(topic, size)
        half = _wide(topic.label) // 2
        x = min(max(x, half + 4), WIDTH - half - 4)
        free = all(
            abs(y - one.y) > _BETWEEN or abs(x - one.x) > half + _wide(one.text) // 2
            for one in labels
        )
        if topic.level == 0 and free and _LETTER < y < HEIGHT - _LETTER:
            labels.append(Label(x, y, topic.label))
    paths = tuple((name, "".join(found)) for name, found in sorted(dots.items(), reverse=True))
    return Teaser(count, paths, tuple(labels))


def _wide(text: str) -> int:
    """Return the pixels that a text takes: a Latin letter is half as wide as a character."""
    return sum(_LETTER // 2 if letter.isascii() else _LETTER for letter in text)


def _place(one: Placed, size: int) -> tuple[int, int]:
    """Return a place in the picture: the map is square and drawn flat."""
    return round(one.x / size * WIDTH), round(one.y / size * HEIGHT)
