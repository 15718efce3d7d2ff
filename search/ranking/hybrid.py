"""One order of what words found and what is near in meaning.

The fine order (`search.ranking.score`) reads both alike, for it needs no more than what is stored
of a document; nearness is one more signal in it. It counts by rank: the cosines of a model lie so
close together that their differences say less than their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search.analysis.normalization import normal
from search.index.payload import StoredDocument
from search.index.protocol import Candidate
from search.limits import CACHED_DOCUMENTS

NEAR: Final = 100
"""How many of the nearest are looked at."""
NEARNESS: Final = 0.5
"""What the nearest of all gets on top where words had to be given up to find enough."""
NEARNESS_BESIDE: Final = 0.2
"""And where all words of the search are met: they tell more then. Both were set on the shared
judged searches (docs/search.md)."""
HALF: Final = 20
"""Places behind the nearest after which half of it is left."""
BROUGHT: Final = 20
"""Hits at most that meaning alone brings into the list: the nearest. A search that has its answer
should not go on for pages with what is only somewhat like it."""


@dataclass(frozen=True, slots=True)
class Hybrid:
    """The first hits in the order of words and meaning.

    ``near`` are the IRIs of the nearest; ``brought`` those of them that words did not find, and
    ``pulled`` those that words found behind the window that is ranked.
    """

    order: tuple[Candidate, ...]
    near: frozenset[str]
    brought: frozenset[str]
    pulled: frozenset[str]
    cosines: tuple[float, ...] = ()
    """How near the nearest are, the nearest first."""


def fuse(
    ranked: Sequence[Candidate],
    near: Sequence[Candidate],
    deep: frozenset[str],
    score: Callable[[StoredDocument], float],
    text: str,
    least: float,
    nearness: float = NEARNESS,
) -> Hybrid:
    """Return hits of words (in fine order, with their scores) and of meaning in one order.

    ``near`` comes nearest first; ``deep`` are those of it that words found too, but behind
    ``ranked``. What words did not find comes in from a cosine of ``least`` on. What is called just
    what was typed comes first, in the order of the words. ``nearness`` is what the nearest gets.
    """
    scored = {c.document.iri: c for c in ranked}
    brought: set[str] = set()
    pulled: set[str] = set()
    for place, candidate in enumerate(near):
        document = candidate.document
        held = scored.get(document.iri)
        if held is None:
            if document.iri in deep:
                pulled.add(document.iri)
            elif candidate.score >= least and len(brought) < BROUGHT:
                brought.add(document.iri)
            else:
                continue
        before = score(document) if held is None else held.score
        scored[document.iri] = Candidate(document, before + nearness / (1 + place / HALF))
    wanted = _plain(text)
    titled = [scored[c.document.iri] for c in ranked if _is_called(c.document, wanted)]
    first = {c.document.iri for c in titled}
    others = [c for iri, c in scored.items() if iri not in first]
    others.sort(key=lambda c: (-round(c.score, 6), c.document.iri))
    return Hybrid(
        (*titled, *others),
        frozenset(c.document.iri for c in near),
        frozenset(brought),
        frozenset(pulled),
        tuple(c.score for c in near),
    )


def _is_called(document: StoredDocument, wanted: str) -> bool:
    names = (document.title, document.title_en, *document.alternatives)
    return any(_plain(name) == wanted for name in names if name)


@lru_cache(maxsize=CACHED_DOCUMENTS)
def _plain(text: str) -> str:
    return "".join(normal(text).split())
