"""Edits of the thesaurus, in the journal's database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.thesaurus_work.errors import EDIT_NOT_IN_STATE, EDIT_WAITS, UNKNOWN_EDIT
from catalog_service.thesaurus_work.model import Draft, Edit, EditEvent, State
from catalog_service.thesaurus_work.tables import thesaurus_edit_events, thesaurus_edits
from ontology.errors import AtlasError
from search.analysis.normalization import normal


class ThesaurusEdits:
    """Reads and adds edits; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def all(self, *states: State) -> list[Edit]:
        """Return the edits in some states, or all, in their order."""
        table = thesaurus_edits
        return self._read(table.c.state.in_(states) if states else sa.true())

    def get(self, number: int) -> Edit:
        """Return one edit; raises ``unknown-thesaurus-edit``."""
        found = self._read(thesaurus_edits.c.number == number)
        if not found:
            raise AtlasError(UNKNOWN_EDIT, number=number)
        return found[0]

    def history(self, number: int | None = None) -> list[EditEvent]:
        """Return the steps of an edit, or of all, the first one first."""
        table = thesaurus_edit_events
        which = sa.true() if number is None else table.c.edit == number
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*table.c).where(which).order_by(table.c.number)
            ).all()
        return [EditEvent(r.edit, r.kind, r.actor, to_instant(r.time), r.reason) for r in rows]

    def propose(self, draft: Draft, actor: str) -> Edit:
        """Add an edit; raises ``thesaurus-edit-waits`` where one about the same stands."""
        table = thesaurus_edits
        with self._journal.writing_tables() as connection:
            for row in connection.execute(
                sa.select(*table.c).where(table.c.state.in_(("proposed", "released")))
            ):
                if _key(row.word, row.official) == _key(draft.word, draft.official):
                    raise AtlasError(
                        EDIT_WAITS, number=row.number, word=draft.word, official=draft.official
                    )
            number = (connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0) + 1
            connection.execute(
                table.insert().values(
                    number=number,
                    change=draft.change,
                    word=draft.word,
                    official=draft.official,
                    kind=draft.kind,
                    weight=draft.weight,
                    is_new=draft.new,
                    reason=draft.reason,
                    state="proposed",
                )
            )
            self._note(connection, number, "proposed", actor, draft)
        return self.get(number)

    def move(self, number: int, to: State, *, actor: str, reason: str) -> Edit:
        """Take an edit to another state; raises ``thesaurus-edit-not-in-state``."""
        table = thesaurus_edits
        before = self.get(number)
        wanted = "released" if to == "undone" else "proposed"
        with self._journal.writing_tables() as connection:
            done = connection.execute(
                table.update()
                .where(table.c.number == number, table.c.state == wanted)
                .values(state=to)
            )
            if not done.rowcount:
                raise AtlasError(
                    EDIT_NOT_IN_STATE, number=number, state=before.state, wanted=wanted
                )
            self._note(connection, number, to, actor, before.draft, reason)
        return self.get(number)

    def _note(
        self,
        connection: sa.Connection,
        number: int,
        kind: State,
        actor: str,
        draft: Draft,
        reason: str | None = None,
    ) -> None:
        table = thesaurus_edit_events
        last = connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0
        why = draft.reason if reason is None else reason
        connection.execute(
            table.insert().values(
                number=last + 1,
                edit=number,
                kind=kind,
                actor=actor,
                time=to_number(self._clock.now()),
                reason=why,
            )
        )
        details = {"step": kind, "change": draft.change}
        told = {**details, "word": draft.word, "official": draft.official}
        entry = Entry("thesaurus.write", f"thesaurus:{number}", reason=why, details=told)
        Audit(self._journal).append(connection, entry)

    def _read(self, which: sa.ColumnElement[bool]) -> list[Edit]:
        table = thesaurus_edits
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*table.c).where(which).order_by(table.c.number)
            ).all()
        return [_edit(row) for row in rows]


def _edit(row: Any) -> Edit:
    draft = Draft(row.change, row.word, row.official, row.kind, row.weight, row.is_new, row.reason)
    return Edit(row.number, draft, row.state)


def _key(word: str, official: str) -> tuple[str, str]:
    return normal(word), normal(official)
