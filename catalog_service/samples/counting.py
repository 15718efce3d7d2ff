"""How many conditional datasets have a sample, against what the city aims at (R20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.context import Service
from catalog_service.samples.model import Sample
from ontology.terms import ADMS, VOCAB
from search.model import Query

RULE: Final = "R20"
_AIM: Final = "sample-sets"
_NAMES: Final = f"<{ADMS.sample}>"
_CONDITIONAL: Final = f"{VOCAB}open-type/conditional"
"""As the index holds it: it knows concepts by IRI alone."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A number that a text sets for the whole city, with the days on which it counts."""

    number: int
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Count:
    """Conditional datasets with a sample: each counts once."""

    served: int
    """Those whose sample is served here."""
    named: int
    """Those whose own record names a sample."""
    total: int


def aims(atlas: Service) -> list[Aim]:
    """Return what the city aims at, the first aim first."""
    found = (
        Aim(int(float(one.value)), one.in_force.start, one.in_force.end)
        for one in atlas.rules.get(RULE).parameters
        if one.name == _AIM
    )
    return sorted(found, key=lambda aim: aim.since)


def count(atlas: Service, served: Sequence[Sample]) -> Count:
    """Count datasets with a sample, given those that are served; the others by the index.

    The index holds both: of those that are served, it says nothing that is not known better.
    """
    datasets = {one.dataset for one in served}
    filters = {"sample": ("yes",), "open_type": (_CONDITIONAL,)}
    found = atlas.search.search(Query(filters=filters, limit=0, facets=False)).total
    records = atlas.journal.get_many(sorted(datasets))
    both = sum(_NAMES in (one.nquads or "") for one in records.values())
    named = max(both, found - (len(datasets) - both))
    return Count(len(datasets), named, named + len(datasets) - both)
