"""What a case is about, as pages show it: a dataset that everybody may read, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.context import Service
from catalog_service.datasets.service import is_public
from catalog_service.journal.model import version_of
from catalog_service.participation.model import Case
from catalog_service.site.rendering import View
from catalog_service.stored_records import title_of


@dataclass(frozen=True, slots=True)
class Subject:
    """A public dataset."""

    title: str
    address: str
    part: str | None


def public_title(atlas: Service, iri: str) -> str | None:
    """Return the title of a dataset that everybody may read; None for any other."""
    found = atlas.journal.get(iri)
    if found is None or not is_public(found):
        return None
    version = version_of(found)
    return None if version is None else title_of(version)


def subject_shown(view: View, atlas: Service, case: Case) -> Subject | None:
    """Return what a case is about, where everybody may read it."""
    if case.subject is None:
        return None
    stored = atlas.journal.get(case.subject)
    title = public_title(atlas, case.subject)
    if stored is None or title is None:
        return None
    return Subject(title, view.dataset(stored.source, stored.remote_id), case.part)
