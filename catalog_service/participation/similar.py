"""What is like a demand that is about to be sent: other demands, and datasets that are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process, utils

from catalog_service.context import Service
from catalog_service.discovery.model import HitAnswer
from catalog_service.discovery.service import named_hit
from catalog_service.participation.public_cases import Open, demand_titles, open_case
from search.model import Query
from translations import Lang

_NEWEST: Final = 2_000
"""Public demands that are looked through."""
_SHOWN: Final = 5
_LEAST: Final = 55.0
"""Of 100: how alike titles are, by the share of the shorter one that the longer one holds."""


@dataclass(frozen=True, slots=True)
class Similar:
    """What is like it, the most alike first."""

    demands: Sequence[Open] = ()
    datasets: Sequence[HitAnswer] = ()


def similar_to(atlas: Service, words: str, lang: Lang) -> Similar:
    """Return the demands and datasets that are most like some words."""
    titles = demand_titles(atlas, _NEWEST)
    near = process.extract(
        words,
        titles,
        scorer=fuzz.partial_ratio,
        processor=utils.default_process,
        limit=_SHOWN,
        score_cutoff=_LEAST,
    )
    hits = atlas.search.search(Query(text=words, limit=_SHOWN, facets=False)).hits
    # One that is erased or joined meanwhile is left out.
    demands = [found for _, _, number in near if (found := open_case(atlas, number)) is not None]
    return Similar(demands, [named_hit(atlas, one, lang) for one in hits])
