"""What a dataset's page says of what people made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from catalog_service.context import Service
from catalog_service.dataset_notes import DatasetNote
from catalog_service.results.naming import NEW, PATH, result_path
from catalog_service.results.service import Wanted, shown_results
from translations import LANGUAGES, N_, in_all_languages

_MOST: Final = 5
"""Results that a page names, the newest."""


def notes(atlas: Service, iri: str) -> Iterator[DatasetNote]:
    """Yield the newest results made with a dataset, and the way to all and to one's own."""
    total, found = shown_results(atlas, Wanted(dataset=iri), _MOST)
    for one in found:
        title: dict[str, str] = {lang: one.title.get(lang) or one.title["zh"] for lang in LANGUAGES}
        yield DatasetNote(
            "results.shown",
            result_path(one.name),
            title,
            in_all_languages(N_("Somebody made something of this data.")),
            one.day,
        )
    if total > _MOST:
        yield DatasetNote(
            "results.all",
            f"{PATH}?{urlencode({'dataset': iri})}",
            in_all_languages(N_("All {count} results made with it"), count=str(total)),
        )
    yield DatasetNote(
        "results.submit",
        f"{NEW}?{urlencode({'dataset': iri})}",
        in_all_languages(N_("Show what you made of it")),
    )
