"""What is announced of a dataset, for its own page: that it is to be restricted or withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.dataset_notes import DatasetNote
from catalog_service.open_list.differences import diff
from catalog_service.open_list.model import ListItem
from catalog_service.open_list.naming import public_path
from catalog_service.open_list.published import Announced, announced_changes, public_list
from catalog_service.open_list.reasons import REASONS
from catalog_service.open_list.schedule import counting, to_come
from catalog_service.open_list.stored_lists import announced_after, read_content, versions_of
from ontology.record import mint_iri
from ontology.vocabulary import Known
from translations import LANGUAGES, Lang, translator

_MOST_KEPT: Final = 1_000
_NARROWED: dict[tuple[str, ...], frozenset[tuple[str, str]]] = {}
"""Source and identifier of the datasets from which contents that follow upon each other take
something, by the hashes of these: each process compares them once, for contents never change."""


def announced_notes(atlas: Service, iri: str) -> Iterator[DatasetNote]:
    """Yield what is announced to narrow how a dataset is opened, by list and day."""
    for organization, year in _lists_that_narrow(atlas, iri):
        for one in announced_changes(atlas, public_list(atlas, year, organization)):
            if one.change.narrows and _is_of(atlas, one.change.here, iri):
                yield _note(atlas, one)


def _lists_that_narrow(atlas: Service, iri: str) -> list[tuple[str, int]]:
    found, today = [], atlas.clock.today()
    with atlas.journal.reading_tables() as connection:
        for organization, year in announced_after(connection, today):
            versions = versions_of(connection, year, organization)
            now = counting(versions, today)
            if now is None:
                continue
            coming = to_come(versions, now.in_force)
            hashes = (now.content, *(one.content for one in coming))
            if any(
                iri == mint_iri(atlas.settings.base_iri, *one)
                for one in _narrowed(connection, hashes)
            ):
                found.append((organization, year))
    return found


def _narrowed(connection: sa.Connection, hashes: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    found = _NARROWED.get(hashes)
    if found is None:
        contents = [read_content(connection, one) for one in hashes]
        changes = (one for pair in pairwise(contents) for one in diff(*pair))
        items = (one.here for one in changes if one.narrows)
        found = frozenset((one.source, one.remote_id) for one in items if one.is_catalogued)
        if len(_NARROWED) >= _MOST_KEPT:
            _NARROWED.clear()
        _NARROWED[hashes] = found
    return found


def _is_of(atlas: Service, item: ListItem, iri: str) -> bool:
    base = atlas.settings.base_iri
    return item.is_catalogued and mint_iri(base, item.source, item.remote_id) == iri


def _note(atlas: Service, one: Announced) -> DatasetNote:
    version, change = one.version, one.change
    return DatasetNote(
        kind=f"open-list.{change.kind}",
        path=public_path(atlas.vocabulary, version.organization, version.year),
        link={
            lang: translator(lang).gettext("Open list {year}", year=version.year)
            for lang in LANGUAGES
        },
        text={lang: _told(atlas, one, lang) for lang in LANGUAGES},
        day=version.in_force,
        alert=True,
        ends=change.after is None,
    )


def _told(atlas: Service, one: Announced, lang: Lang) -> str:
    tr, version, change = translator(lang), one.version, one.change
    day = version.in_force.isoformat()
    whose = atlas.accounts.hierarchy.names(version.organization)[lang]
    if change.before is None or change.after is None:
        said = tr.gettext(
            "From {day} on, this dataset is withdrawn from the open list of {organization}.",
            day=day,
            organization=whose,
        )
    else:
        said = tr.gettext(
            "From {day} on, this dataset is restricted by the open list of {organization}: "
            "“{after}” in place of “{before}”.",
            day=day,
            organization=whose,
            before=_open_type(atlas, change.before, lang),
            after=_open_type(atlas, change.after, lang),
        )
    if not one.codes:
        return said
    reasons = tr.pgettext("list", ", ").join(
        tr.gettext(REASONS[code].label) if code in REASONS else code for code in one.codes
    )
    why = tr.gettext("Reason: {reasons}.", reasons=reasons)
    return f"{said} {why}" if lang == "en" else f"{said}{why}"


def _open_type(atlas: Service, item: ListItem, lang: Lang) -> str:
    if not item.open_type:
        return translator(lang).gettext("Open type not stated")
    found = atlas.vocabulary.find("open-type", item.open_type)
    return (
        (found.concept.zh if lang == "zh" else found.concept.en)
        if isinstance(found, Known)
        else item.open_type
    )
