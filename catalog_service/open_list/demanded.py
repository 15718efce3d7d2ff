"""Of what and of whom the texts demand figures, as dated parameters of their rules say."""

from __future__ import annotations

from datetime import date
from typing import Final

from ontology.terms import VOCAB
from shapes.rules import Rules

_PILOT: Final = "pilot-district-"
"""Begins the names of R13's parameters that say which districts are pilots."""


def pilot_districts(rules: Rules, day: date) -> dict[str, date]:
    """Return the districts that a text names as pilots on a day, by IRI, with the first day."""
    return {
        f"{VOCAB}organization/{one.value}": one.in_force.start
        for one in rules.get("R13").parameters
        if one.name.startswith(_PILOT) and one.in_force.contains(day)
    }


def livelihood_domains(rules: Rules, day: date) -> frozenset[str]:
    """Return the data domains that count as people's livelihood on a day (R27), by IRI."""
    return frozenset(
        f"{VOCAB}domain/{one.value}"
        for one in rules.get("R27").parameters
        if one.name == "domain" and one.in_force.contains(day)
    )
