"""Edits of the thesaurus, in the journal's database."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from catalog_service.audit.service import Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.proposals import STANDING, Proposal, ProposalKind, Proposals, State, Within
from catalog_service.thesaurus_work.errors import EDIT_NOT_IN_STATE, EDIT_WAITS, UNKNOWN_EDIT
from catalog_service.thesaurus_work.model import Draft, Edit
from catalog_service.thesaurus_work.tables import thesaurus_edit_events, thesaurus_edits
from ontology.errors import AtlasError
from search.analysis.normalization import normal


class ThesaurusEdits:
    """Reads and adds edits; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._proposals = Proposals(journal, clock, _KIND)

    def all(self, *states: State) -> list[Edit]:
        """Return the edits in some states, or all, in their order."""
        found = self._proposals.some(*_in(*states), oldest_first=True)
        return [_edit(one) for one in found]

    def newest(self, offset: int, limit: int) -> list[Edit]:
        """Return some of the edits, the newest first."""
        return [_edit(one) for one in self._proposals.some(offset=offset, limit=limit)]

    def count(self) -> int:
        """Return how many edits there are."""
        return self._proposals.count()

    def get(self, number: int) -> Edit:
        """Return one edit; raises ``unknown-thesaurus-edit``."""
        return _edit(self._proposals.get(number))

    def version(self) -> int:
        """Return a number that grows with each step of any edit."""
        return self._proposals.version()

    def propose(self, draft: Draft, actor: str, allow: Within | None = None) -> Edit:
        """Add an edit; raises ``thesaurus-edit-waits`` where one about the same stands.

        ``allow`` is called before, in the same transaction; may raise.
        """
        values = {
            "change": draft.change,
            "word": draft.word,
            "official": draft.official,
            "kind": draft.kind,
            "weight": draft.weight,
            "is_new": draft.new,
            "reason": draft.reason,
        }

        def check(connection: sa.Connection) -> None:
            if allow is not None:
                allow(connection)
            table = thesaurus_edits
            for row in connection.execute(sa.select(*table.c).where(*_in(*STANDING))):
                if _key(row.word, row.official) == _key(draft.word, draft.official):
                    raise AtlasError(
                        EDIT_WAITS, number=row.number, word=draft.word, official=draft.official
                    )

        return _edit(self._proposals.add(values, actor=actor, reason=draft.reason, check=check))

    def move(
        self, number: int, to: State, *, actor: str, reason: str, allow: Within | None = None
    ) -> Edit:
        """Take an edit to another state; raises ``thesaurus-edit-not-in-state``.

        ``allow`` is called before, in the same transaction; may raise.
        """
        moved = self._proposals.move(number, to, actor=actor, reason=reason, check=allow)
        return _edit(moved)


def _audited(row: Any, step: State, reason: str) -> Entry:
    details = {"step": step, "change": row.change, "word": row.word, "official": row.official}
    return Entry("thesaurus.write", f"thesaurus:{row.number}", reason=reason, details=details)


_KIND: Final = ProposalKind(
    thesaurus_edits, thesaurus_edit_events, "edit", UNKNOWN_EDIT, EDIT_NOT_IN_STATE, _audited
)


def _in(*states: State) -> list[sa.ColumnElement[bool]]:
    return [thesaurus_edits.c.state.in_(states)] if states else []


def _edit(one: Proposal) -> Edit:
    row = one.row
    draft = Draft(row.change, row.word, row.official, row.kind, row.weight, row.is_new, row.reason)
    return Edit(row.number, draft, row.state, one.steps)


def _key(word: str, official: str) -> tuple[str, str]:
    return normal(word), normal(official)
