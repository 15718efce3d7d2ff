"""The pilot districts that a text names, with the size of their lists (R13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.context import Service
from catalog_service.open_list.demanded import pilot_districts
from ontology.languages import BilingualText

RULE: Final = "R13"


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot district: how many items its list of the year has, and how many are demanded."""

    organization: str
    since: date
    items: int | None
    """None: no list of it is public."""
    least: int | None
    article: BilingualText

    @property
    def reached(self) -> bool | None:
        """Whether its list is as long as demanded; None where nothing is demanded."""
        return None if self.least is None else (self.items or 0) >= self.least


def pilots(atlas: Service, day: date, items: Mapping[str, int]) -> list[Pilot]:
    """Return the pilot districts of a day; ``items``: how many each organization's list has."""
    rule = atlas.rules.get(RULE)
    least = next(
        (int(p.value) for p in rule.parameters if p.name == "items" and p.in_force.contains(day)),
        None,
    )
    return [
        Pilot(iri, since, items.get(iri), least, rule.source)
        for iri, since in sorted(pilot_districts(atlas.rules, day).items())
    ]
