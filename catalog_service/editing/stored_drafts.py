"""Drafts in the journal's database."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.editing.model import OPEN, Draft, DraftEvent, DraftLine, State
from catalog_service.editing.tables import draft_events, draft_versions, drafts
from catalog_service.journal.codec import to_instant, to_number
from ontology.record import Record, mint_iri

VERSIONS_KEPT: Final = 200
"""Savings of a draft from which an edit may still begin; older ones are forgotten,
but for the last of each person."""

_DRAFTS, _VERSIONS, _EVENTS = drafts, draft_versions, draft_events


class StoredDrafts:
    """Reads and writes drafts within one transaction."""

    def __init__(self, connection: sa.Connection, base_iri: str) -> None:
        """Use a transaction, and the base of the IRIs of records."""
        self._connection = connection
        self._base = base_iri

    def find(self, draft_id: str) -> Draft | None:
        """Return a draft as it stands; None where there is none."""
        row = self._connection.execute(
            sa.select(*_DRAFTS.c).where(_DRAFTS.c.id == draft_id)
        ).one_or_none()
        return None if row is None else self._draft(row)

    def of_record(self, source: str, remote_id: str) -> str | None:
        """Return the identifier of the open draft of a record."""
        query = sa.select(_DRAFTS.c.id).where(_DRAFTS.c.open_record == f"{source}/{remote_id}")
        found: str | None = self._connection.execute(query).scalar()
        return found

    def version(self, draft: Draft, version: int) -> Record | None:
        """Return what a draft said in a version; None where it is not kept any more."""
        query = sa.select(_VERSIONS.c.body).where(
            _VERSIONS.c.draft_id == draft.id, _VERSIONS.c.version == version
        )
        body = self._connection.execute(query).scalar()
        return None if body is None else _record(draft.record, body)

    def lines(
        self, organizations: Iterable[str] | None, states: Iterable[State], limit: int
    ) -> list[DraftLine]:
        """Return drafts of organizations (None: of all) in some states, the newest first."""
        columns = [_DRAFTS.c[name] for name in DraftLine.__slots__]
        query = sa.select(*columns).where(_DRAFTS.c.state.in_(list(states)))
        if organizations is not None:
            query = query.where(_DRAFTS.c.organization.in_(list(organizations)))
        query = query.order_by(_DRAFTS.c.changed.desc(), _DRAFTS.c.id).limit(limit)
        return [_line(row) for row in self._connection.execute(query)]

    def line_of_record(self, source: str, remote_id: str) -> DraftLine | None:
        """Return the open draft of a dataset."""
        columns = [_DRAFTS.c[name] for name in DraftLine.__slots__]
        query = sa.select(*columns).where(_DRAFTS.c.open_record == f"{source}/{remote_id}")
        row = self._connection.execute(query).first()
        return None if row is None else _line(row)

    def events(self, draft_id: str) -> list[DraftEvent]:
        """Return what became of a draft, the oldest first."""
        query = sa.select(*_EVENTS.c).where(_EVENTS.c.draft_id == draft_id)
        return [
            DraftEvent(row.action, row.version, row.actor, row.reason, to_instant(row.time))
            for row in self._connection.execute(query.order_by(_EVENTS.c.number))
        ]

    def writers(self, draft_id: str) -> frozenset[str]:
        """Return all who wrote on a draft or did anything with it but release or return it."""
        written = sa.select(_VERSIONS.c.actor).where(_VERSIONS.c.draft_id == draft_id)
        done = sa.select(_EVENTS.c.actor).where(
            _EVENTS.c.draft_id == draft_id, _EVENTS.c.action.in_(("begun", "submitted"))
        )
        return frozenset(self._connection.execute(sa.union(written, done)).scalars())

    def begin(self, draft: Draft, before: Record | None) -> None:
        """Write a new draft, and the version of the catalogue that it began from."""
        values = {
            name: getattr(draft, name)
            for name in Draft.__slots__
            if name not in ("record", "created", "changed")
        }
        self._connection.execute(
            _DRAFTS.insert().values(
                **values,
                created=to_number(draft.created),
                changed=to_number(draft.changed),
                open_record=f"{draft.source}/{draft.remote_id}",
            )
        )
        if before is not None:
            self._keep(draft.id, 0, before, draft.author, draft.created)
        self._keep(draft.id, draft.version, draft.record, draft.author, draft.created)

    def write(self, draft: Draft) -> None:
        """Write a draft's next version."""
        self._connection.execute(
            _DRAFTS.update()
            .where(_DRAFTS.c.id == draft.id)
            .values(
                state=draft.state,
                version=draft.version,
                title=draft.title,
                begun_from=draft.begun_from,
                changed=to_number(draft.changed),
                changed_by=draft.changed_by,
            )
        )
        self._keep(draft.id, draft.version, draft.record, draft.changed_by, draft.changed)
        oldest = draft.version - VERSIONS_KEPT
        # One of each who wrote stays for ever, or they could release their own work in the end.
        last_of_each = (
            sa.select(sa.func.max(_VERSIONS.c.version))
            .where(_VERSIONS.c.draft_id == draft.id)
            .group_by(_VERSIONS.c.actor)
        )
        self._connection.execute(
            _VERSIONS.delete().where(
                _VERSIONS.c.draft_id == draft.id,
                _VERSIONS.c.version > 0,
                _VERSIONS.c.version <= oldest,
                _VERSIONS.c.version.not_in(last_of_each),
            )
        )

    def begin_again(self, draft: Draft, before: Record) -> None:
        """Put another version of the catalogue in the place of the one that a draft began from."""
        self._connection.execute(
            _VERSIONS.delete().where(_VERSIONS.c.draft_id == draft.id, _VERSIONS.c.version == 0)
        )
        self._keep(draft.id, 0, before, draft.changed_by, draft.changed)

    def move(self, draft: Draft, state: State, event: DraftEvent) -> None:
        """Bring a draft into another state, and note who did it and why."""
        values: dict[str, Any] = {"state": state, "changed": to_number(event.time)}
        if state == "submitted":
            values["submitted_by"] = event.actor
        if state not in OPEN:
            values["open_record"] = None
        self._connection.execute(_DRAFTS.update().where(_DRAFTS.c.id == draft.id).values(**values))
        if state not in OPEN:
            # Nobody edits from an earlier version any more.
            self._connection.execute(
                _VERSIONS.delete().where(
                    _VERSIONS.c.draft_id == draft.id, _VERSIONS.c.version != draft.version
                )
            )
        self.note(draft, event)

    def note(self, draft: Draft, event: DraftEvent) -> None:
        """Add to what became of a draft."""
        self._connection.execute(
            _EVENTS.insert().values(
                draft_id=draft.id,
                action=event.action,
                version=event.version,
                actor=event.actor,
                reason=event.reason,
                time=to_number(event.time),
            )
        )

    def _keep(
        self, draft_id: str, version: int, record: Record, actor: str, time: datetime
    ) -> None:
        self._connection.execute(
            _VERSIONS.insert().values(
                draft_id=draft_id,
                version=version,
                body=zlib.compress(record.nquads.encode()),
                actor=actor,
                time=to_number(time),
            )
        )

    def _draft(self, row: Any) -> Draft:
        query = sa.select(_VERSIONS.c.body).where(
            _VERSIONS.c.draft_id == row.id, _VERSIONS.c.version == row.version
        )
        iri = mint_iri(self._base, row.source, row.remote_id)
        empty = Record(iri, row.source, row.remote_id, iri, "")
        values = {
            name: getattr(row, name)
            for name in Draft.__slots__
            if name not in ("record", "created", "changed")
        }
        return Draft(
            **values,
            record=_record(empty, self._connection.execute(query).scalar_one()),
            created=to_instant(row.created),
            changed=to_instant(row.changed),
        )


def _line(row: Any) -> DraftLine:
    return DraftLine(**{**row._mapping, "changed": to_instant(row.changed)})


def _record(like: Record, body: bytes) -> Record:
    return Record(like.iri, like.source, like.remote_id, like.focus, zlib.decompress(body).decode())
