"""How far vectors may change the order of hits: by a bounded bonus, and never for a hit whose title
is the search text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from search.analysis.normalization import normal
from search.index.payload import StoredDocument
from search.index.protocol import Candidate

CLOSENESS: Final = 0.12
"""The most that a vector adds to a score: more than recency or use of a dataset, much less than a
match of the subject in its title (`search.ranking.score`)."""

SPREAD: Final = 0.2
"""Least difference of cosines that spans the whole bonus. Models differ in the range of their
cosines, so it is scaled between the nearest and the farthest hit, but not below this."""


def fused(
    ranked: Sequence[Candidate], cosines: Mapping[str, float], text: str
) -> list[Candidate] | None:
    """Return hits in the order of words and meaning together; None where no cosine is known.

    The same hits, none more, none less. One whose title is the text keeps its place. One without
    a vector counts as neither near nor far.
    """
    if not cosines:
        return None
    best, least = max(cosines.values()), min(cosines.values())
    spread = max(SPREAD, best - least)
    usual = median(cosines.values())
    wanted = _plain(text)
    kept: dict[int, Candidate] = {}
    moved: list[Candidate] = []
    for place, candidate in enumerate(ranked):
        if _called(candidate.document, wanted):
            kept[place] = candidate
            continue
        cosine = cosines.get(candidate.document.iri, usual)
        bonus = CLOSENESS * (1 - (best - cosine) / spread)
        moved.append(Candidate(candidate.document, candidate.score + round(bonus, 4)))
    moved.sort(key=lambda c: (-round(c.score, 6), c.document.iri))
    others = iter(moved)
    return [kept[place] if place in kept else next(others) for place in range(len(ranked))]


def _called(document: StoredDocument, wanted: str) -> bool:
    names = (document.title, document.title_en, *document.alternatives)
    return any(_plain(name) == wanted for name in names if name)


def _plain(text: str) -> str:
    return "".join(normal(text).split())
