"""The picture of the network: catalogues, sources and this atlas, from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.site.svg import columns_of, curve, shortened

MOST: Final = 20
"""Catalogues, and sources, that the picture shows; the tables have all."""

_ROW: Final = 58
_BOX: Final = 44
"""Height of a box of two lines."""
_CATALOG_WIDTH, _SOURCE_WIDTH, _HOME_WIDTH, _OFFER_WIDTH = 226, 270, 136, 150
_SOURCE_X, _HOME_X, _OFFER_X = 290, 624, 810
"""Where the columns begin; catalogues begin at 0."""
_CATALOG_LINE, _SOURCE_LINE, _HOME_LINE, _OFFER_LINE = 25, 31, 16, 16
"""Half-width columns of text that fit."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is to be drawn: a name, a line below it, an address, a class of the stylesheet."""

    name: str
    note: str
    address: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A thing at its place; ``lines`` are its shortened name and note."""

    thing: Thing
    x: float
    y: float
    width: int
    height: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the lines between them."""

    height: int
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]


def draw(
    catalogs: Sequence[Thing],
    sources: Sequence[Thing],
    links: Sequence[tuple[int, int]],
    here: Thing,
    offers: Sequence[Thing],
) -> Picture:
    """Lay out the network; ``links`` lead from a catalogue to a source, by their places."""
    height = max(len(catalogs), len(sources), len(offers), 2) * _ROW
    middle = height / 2
    # At the top, where the sources stand that bring from them.
    left = [
        _box(one, 0, y, _CATALOG_WIDTH, _CATALOG_LINE)
        for one, y in _rows(catalogs, len(catalogs) * _ROW)
    ]
    between = [
        _box(one, _SOURCE_X, y, _SOURCE_WIDTH, _SOURCE_LINE) for one, y in _rows(sources, height)
    ]
    right = [_box(one, _OFFER_X, y, _OFFER_WIDTH, _OFFER_LINE) for one, y in _rows(offers, height)]
    name = _wrapped(here.name, _HOME_LINE)
    box_height = 24 + 20 * (len(name) + 1)
    centre = Box(
        here, _HOME_X, middle - box_height / 2, _HOME_WIDTH, box_height, (*name, here.note)
    )
    paths = [_joined(left[one], between[other]) for one, other in links]
    paths += [_joined(one, centre) for one in between]
    paths += [_joined(centre, one) for one in right]
    return Picture(height, (*left, *between, centre, *right), tuple(paths))


def _rows(things: Sequence[Thing], height: float) -> list[tuple[Thing, float]]:
    """Return each thing with the middle of its row; each column is centred."""
    first = (height - len(things) * _ROW) / 2 + _ROW / 2
    return [(one, first + _ROW * place) for place, one in enumerate(things)]


def _box(thing: Thing, x: float, middle: float, width: int, line: int) -> Box:
    lines = (shortened(thing.name, line), shortened(thing.note, line + 2))
    return Box(thing, x, middle - _BOX / 2, width, _BOX, lines)


def _joined(one: Box, other: Box) -> str:
    return curve(one.x + one.width, one.y + one.height / 2, other.x, other.y + other.height / 2)


def _wrapped(text: str, columns: int) -> list[str]:
    """Break a text at blanks; one without, as Chinese, where it is full."""
    lines = [""]
    for word in text.split(" ") if " " in text else text:
        joint = " " if " " in text and lines[-1] else ""
        if lines[-1] and sum(map(columns_of, lines[-1] + joint + word)) > columns:
            lines.append(word)
        else:
            lines[-1] += joint + word
    return lines
