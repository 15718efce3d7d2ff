"""The pilot districts that a text names, with the size of their lists (R13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.context import Service
from ontology.languages import BilingualText
from ontology.terms import VOCAB
from shapes.rules import Rules

RULE: Final = "R13"
_PILOT: Final = "pilot-district-"
"""Begins the names of the rule's parameters that say which districts are pilots."""


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


def pilot_districts(rules: Rules, day: date) -> dict[str, date]:
    """Return the districts that are pilots on a day, by IRI, with the day since when."""
    return {
        f"{VOCAB}organization/{one.value}": one.in_force.start
        for one in rules.get(RULE).parameters
        if one.name.startswith(_PILOT) and one.in_force.contains(day)
    }


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
