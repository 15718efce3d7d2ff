"""The datasets of a result, as pages show them: those that everybody may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.context import Service
from catalog_service.datasets.service import is_public
from catalog_service.journal.model import version_of
from catalog_service.site.rendering import View
from catalog_service.stored_records import title_of


@dataclass(frozen=True, slots=True)
class UsedDataset:
    """A public dataset that a result was made of."""

    title: str
    address: str


def used_datasets(view: View, atlas: Service, iris: Sequence[str]) -> list[UsedDataset]:
    """Return those of some records that are public, in their order."""
    stored = atlas.journal.get_many(iris)
    found = []
    for iri in iris:
        one = stored.get(iri)
        version = None if one is None or not is_public(one) else version_of(one)
        if one is not None and version is not None:
            address = view.dataset(one.source, one.remote_id)
            found.append(UsedDataset(title_of(version), address))
    return found
