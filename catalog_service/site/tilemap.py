"""The 16 districts as tiles, placed about as they lie on the map: one tile each, none too small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ontology.vocabulary import Concept

COLUMNS: Final = 5
ROWS: Final = 6
TILE: Final = 76
"""The side of a tile in units of the picture; the gap is 4 of them."""

GAP: Final = 4

PLACES: Final = {
    "310151": (3, 0),  # 崇明区
    "310114": (1, 1),  # 嘉定区
    "310113": (2, 1),  # 宝山区
    "310107": (1, 2),  # 普陀区
    "310106": (2, 2),  # 静安区
    "310109": (3, 2),  # 虹口区
    "310110": (4, 2),  # 杨浦区
    "310118": (0, 3),  # 青浦区
    "310105": (1, 3),  # 长宁区
    "310104": (2, 3),  # 徐汇区
    "310101": (3, 3),  # 黄浦区
    "310115": (4, 3),  # 浦东新区
    "310117": (1, 4),  # 松江区
    "310112": (2, 4),  # 闵行区
    "310116": (1, 5),  # 金山区
    "310120": (2, 5),  # 奉贤区
}
"""Column and row of each district by its code (GB/T 2260)."""

_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """One district: where it stands, its count and the step of its colour (0: none)."""

    code: str
    zh: str
    en: str
    count: int
    step: int
    x: int
    y: int


def tiles(places: list[Concept], counts: Mapping[str, int]) -> list[Tile]:
    """Return the districts in reading order of the map; ``counts`` by IRI.

    Steps are by rank, not by size: one large district would leave the others all alike.
    """
    known = {c.notation: c for c in places if c.notation in PLACES}
    ranked = sorted({counts.get(c.iri, 0) for c in known.values()} - {0})
    found = []
    for code, (column, row) in sorted(PLACES.items(), key=lambda item: item[1][::-1]):
        if code not in known:
            continue
        concept = known[code]
        count = counts.get(concept.iri, 0)
        step = 1 + ranked.index(count) * _STEPS // len(ranked) if count else 0
        found.append(
            Tile(
                code,
                short_zh(concept.zh),
                short_en(concept.en),
                count,
                step,
                column * (TILE + GAP) + 1,
                row * (TILE + GAP) + 1,
            )
        )
    return found


def short_zh(name: str) -> str:
    """Return 静安 for 静安区, 浦东 for 浦东新区."""
    return name.removesuffix("新区").removesuffix("区")


def short_en(name: str) -> str:
    """Return Jing’an for Jing’an District."""
    return name.removesuffix(" New Area").removesuffix(" District")
