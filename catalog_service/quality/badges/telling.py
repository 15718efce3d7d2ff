"""Tells who may release over an organization that datasets of it got or lost the badge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from catalog_service.accounts.service import Action, owner_of
from catalog_service.context import Service
from catalog_service.journal.model import version_of
from catalog_service.notices.service import Notice
from catalog_service.quality.badges.model import PATH, Criteria, Decision
from catalog_service.stored_records import title_of
from translations import LANGUAGES

_NAMED: Final = 5
"""Datasets that a notice names."""


def notices_of(
    atlas: Service, changed: Sequence[Decision], criteria: Criteria | None
) -> list[tuple[Notice, Sequence[str]]]:
    """Return one notice for each organization, and whom it goes to.

    Made before the transaction that writes. What belongs to no organization is told to nobody.
    """
    records = atlas.journal.get_many([one.iri for one in changed])
    groups: dict[tuple[str, bool], list[Decision]] = {}
    for one in changed:
        record = records.get(one.iri)
        owner = None if record is None else owner_of(atlas.journal, record.source)
        if owner is not None:
            groups.setdefault((owner, one.held), []).append(one)
    titles = {
        iri: title_of(version)
        for iri, record in records.items()
        if (version := version_of(record)) is not None
    }
    return [
        (
            _notice(atlas, owner, held, many, titles, criteria),
            atlas.accounts.who_may.over(Action.DATASET_RELEASE, owner),
        )
        for (owner, held), many in groups.items()
    ]


def _notice(
    atlas: Service,
    owner: str,
    held: bool,
    many: Sequence[Decision],
    titles: dict[str, str],
    criteria: Criteria | None,
) -> Notice:
    data = {
        "organization": atlas.accounts.hierarchy.names(owner),
        "count": str(len(many)),
        "title": {lang: _named(lang, many, titles, criteria) for lang in LANGUAGES},
    }
    kind = "badge.awarded" if held else "badge.lost"
    return Notice(kind, data, path=PATH, organization=owner)


def _named(
    lang: str, many: Sequence[Decision], titles: dict[str, str], criteria: Criteria | None
) -> str:
    comma = "、" if lang == "zh" else ", "
    more = "…" if len(many) > _NAMED else ""
    return comma.join(_one(lang, one, titles, criteria) for one in many[:_NAMED]) + more


def _one(lang: str, one: Decision, titles: dict[str, str], criteria: Criteria | None) -> str:
    title = titles.get(one.iri, one.iri)
    unmet = list(_unmet(lang, one, criteria))
    if one.held or not unmet:
        return title
    return f"{title}（{'、'.join(unmet)}）" if lang == "zh" else f"{title} ({', '.join(unmet)})"


def _unmet(lang: str, one: Decision, criteria: Criteria | None) -> Iterable[str]:
    for each in one.failed:
        criterion = criteria.criterion(each.code) if criteria else None
        name = criterion.name if criterion else {}
        yield name.get(lang) or name.get("zh") or each.code
