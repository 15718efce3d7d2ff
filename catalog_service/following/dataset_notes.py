"""Where one follows a dataset, for its page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from catalog_service.context import Service
from catalog_service.dataset_notes import DatasetNote
from catalog_service.following.naming import NEW
from translations import N_, in_all_languages

FOLLOW = N_("Follow this dataset")


def notes(_atlas: Service, iri: str) -> Iterator[DatasetNote]:
    """Yield the way to follow a dataset."""
    path = f"{NEW}?{urlencode({'kind': 'dataset', 'value': iri})}"
    yield DatasetNote("following.follow", path, in_all_languages(FOLLOW))
