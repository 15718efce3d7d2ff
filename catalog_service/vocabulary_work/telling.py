"""Telling whoever proposed something what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.notices import Notice, PersonalNotices
from catalog_service.proposals import State, Within

if TYPE_CHECKING:
    import sqlalchemy as sa

_PERSON: Final = "person:"
_TOLD: Final[Mapping[State, str]] = {
    "released": "proposal.released",
    "refused": "proposal.refused",
    "undone": "proposal.undone",
}


def outcome(
    atlas: Service,
    principal: Principal,
    proposed_by: str,
    to: State,
    *,
    title: str,
    reason: str,
    path: str,
) -> Within:
    """Return what tells, in the transaction of a step, the person who proposed.

    Whoever takes the step knows of it.
    """

    def tell(connection: sa.Connection) -> None:
        kind = _TOLD.get(to)
        if kind is None or proposed_by == principal.actor or not proposed_by.startswith(_PERSON):
            return
        notice = Notice(kind, {"title": title, "reason": reason or "–"}, path=path)
        PersonalNotices(atlas.journal).tell(connection, notice, [proposed_by.removeprefix(_PERSON)])

    return tell
