"""What the city aims at: high-quality datasets, as R20's dated parameter has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.context import Service
from search.model import Query

RULE: Final = "R20"
_AIM: Final = "high-quality-sets"


@dataclass(frozen=True, slots=True)
class Aim:
    """A number that a text sets for the whole city, with the days on which it counts."""

    number: int
    since: date
    until: date | None


def platform_marked(atlas: Service) -> int:
    """Return how many datasets their platforms call high-quality, by the index."""
    filters = {"high_quality": ("platform",)}
    return atlas.search.search(Query(filters=filters, limit=0, facets=False)).total


def badge_aims(atlas: Service) -> list[Aim]:
    """Return what the city aims at, the first aim first."""
    found = (
        Aim(int(float(one.value)), one.in_force.start, one.in_force.end)
        for one in atlas.rules.get(RULE).parameters
        if one.name == _AIM
    )
    return sorted(found, key=lambda aim: aim.since)
