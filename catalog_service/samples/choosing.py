"""The conditional datasets that somebody may draw samples of, found by words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.samples.openness import CONDITIONAL
from catalog_service.samples.reading import public_samples
from catalog_service.samples.records import dataset_of
from ontology.errors import AtlasError
from search.model import Query

SHOWN: Final = 20
"""Datasets that are shown at once."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A dataset to draw from."""

    name: str
    """``source/remote id``."""
    title: str
    released: bool
    """Whether a sample of it is served."""


def choose(atlas: Service, worker: Principal, words: str, lang: str) -> tuple[list[Choice], int]:
    """Return the first datasets that words find, all by title without any, and how many more.

    Of sources over which somebody may write drafts; none where the search cannot answer now.
    """
    sources = tuple(
        one.id for one in atlas.journal.sources() if worker.may_over(Action.DATASET_EDIT, one.id)
    )
    if not sources:
        return [], 0
    filters = {"open_type": (CONDITIONAL,), "source": sources}
    sort = "relevance" if words else "title"
    query = Query(words, filters=filters, sort=sort, limit=SHOWN, facets=False)
    try:
        found = atlas.search.search(query)
    except AtlasError:
        # The form takes a name as well.
        return [], 0
    base = atlas.settings.base_iri
    served = {one.dataset for one in public_samples(atlas)}
    shown = [
        Choice("/".join(dataset_of(base, hit.iri)), hit.worded(lang).title, hit.iri in served)
        for hit in found.hits
    ]
    return shown, found.total - len(shown)
