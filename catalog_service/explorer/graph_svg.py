"""A picture of one thing and its neighbours: a tree from left to right, drawn as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.site.svg import columns_of, curve, shortened

_ROW: Final = 30
_GAP: Final = 14
"""Between two relations."""
_ROOT: Final = 224
"""Width of the box of the thing itself."""
_HUB: Final = 300
"""Where the names of relations begin."""
_LEAF: Final = 560
"""Where the names of neighbours begin."""
_ROOT_LINE: Final = 22
_HUB_LINE: Final = 26
_LEAF_LINE: Final = 48
"""Half-width characters that fit; a Chinese one counts two."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A neighbour: a shortened name, the whole one, its address, its height and its line."""

    name: str
    whole: str
    address: str
    y: float
    line: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A relation: its name, its height, the line from the root, its neighbours."""

    name: str
    y: float
    line: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The picture: its height, the root's lines of text and its middle, the branches."""

    height: int
    lines: tuple[str, ...]
    middle: float
    branches: tuple[Branch, ...]


def draw(root: str, branches: list[tuple[str, list[tuple[str, str]]]]) -> Tree:
    """Lay out a root, the names of relations, and the names and addresses of neighbours."""
    heights = []
    y = 0.0
    for _, leaves in branches:
        heights.append([y + _ROW * (n + 0.5) for n in range(len(leaves))])
        y += _ROW * len(leaves) + _GAP
    height = max(y - _GAP, _ROW * 4)
    middle = height / 2
    drawn = []
    for (name, leaves), rows in zip(branches, heights, strict=True):
        hub = sum(rows) / len(rows)
        drawn.append(
            Branch(
                name=shortened(name, _HUB_LINE),
                y=hub,
                line=curve(_ROOT, middle, _HUB - 8, hub),
                leaves=tuple(
                    Leaf(
                        shortened(label, _LEAF_LINE),
                        label,
                        address,
                        row,
                        curve(_LEAF - 60, hub, _LEAF - 8, row),
                    )
                    for (label, address), row in zip(leaves, rows, strict=True)
                ),
            )
        )
    return Tree(int(height), tuple(_wrapped(root)), middle, tuple(drawn))


def _wrapped(text: str) -> list[str]:
    lines = [""]
    used = 0
    for character in text:
        used += columns_of(character)
        if used > _ROOT_LINE:
            lines.append("")
            used = columns_of(character)
        lines[-1] += character
    return lines if len(lines) <= 4 else [*lines[:3], shortened(lines[3], _ROOT_LINE - 2) + "…"]
