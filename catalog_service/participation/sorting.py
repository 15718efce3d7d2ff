"""Who is likely responsible for a demand: who publishes the datasets that are most like it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from catalog_service.context import Service
from catalog_service.participation.model import Case
from search.model import Query

_HITS: Final = 20
_SHOWN: Final = 3
_MOST_WORDS: Final = 200


def suggested(atlas: Service, case: Case, text: str) -> Sequence[str]:
    """Return organizations by IRI, the likeliest first: by the datasets that a text finds.

    The words leave the case for the search of this process alone, which keeps none of them.
    """
    words = (case.title or text).strip()[:_MOST_WORDS]
    if not words:
        return ()
    hits = atlas.search.search(Query(text=words, limit=_HITS, facets=False)).hits
    weights: Counter[str] = Counter()
    for place, hit in enumerate(hits):
        for publisher in hit.publisher_iris:
            if atlas.accounts.hierarchy.is_known(publisher):
                weights[publisher] += _HITS - place
    return [iri for iri, _ in weights.most_common(_SHOWN)]
