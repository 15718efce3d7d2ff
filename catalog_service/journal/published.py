"""What the public knows of changes: the newest public version of each record, and its end.

A change is shown as long as it is what the public knows last of its record: a public version until
another change than a held one follows, the end of publicity until the record is public again.
Whatever came before is not shown, so that nothing of a record that was closed stays readable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from catalog_service.journal import rows
from catalog_service.journal.codec import Codec, to_instant
from catalog_service.journal.model import Change
from catalog_service.journal.queries import chunks
from catalog_service.journal.schema import changes, records


@dataclass(frozen=True, slots=True)
class PublicChange:
    """What the public knows last of a record: a version, or that there is none any more."""

    seq: int
    time: datetime
    iri: str
    source: str
    focus: str
    """IRI of the dataset; of an end that of the last public version."""
    nquads: str | None
    """The version in canonical form; None for the end of publicity, whatever ended it."""


class _Turn(NamedTuple):
    """A change that decided what is public of a record."""

    seq: int
    iri: str
    public: bool
    focus: str


def public_changes(
    connection: sa.Connection,
    codec_for: Callable[[int | None], Codec],
    first: int,
    last: int,
    most: int,
) -> tuple[list[PublicChange], int]:
    """Return what is shown of changes ``first`` to ``last``, in order, and where it ends.

    It ends at ``last``, or before the version with which it would be longer than ``most``
    characters; one version always is there.
    """
    named = sa.select(changes.c.iri).where(
        changes.c.seq.between(first, last), changes.c.kind != "held"
    )
    iris = list(dict.fromkeys(connection.execute(named.order_by(changes.c.seq)).scalars()))
    turns = _turns(connection, iris)
    shown: dict[int, _Turn] = {}
    for history in turns.values():
        turn = _shown(history)
        if turn is not None and first <= turn.seq <= last:
            shown[turn.seq] = turn
    ended = (turn for turn in shown.values() if not turn.public)
    # Only what is described by its publisher's own IRI can be described by two records.
    living = _living(connection, [turn.focus for turn in ended if turn.focus != turn.iri])
    found: list[PublicChange] = []
    size = 0
    for row in _changes(connection, sorted(shown)):
        turn = shown[row.seq]
        if not turn.public:
            if turn.focus not in living:
                found.append(_end(row, turn))
            continue
        version = rows.change(row, codec_for(row.dictionary))
        size += len(version.nquads or "")
        if size > most and found:
            return found, version.seq - 1
        found.append(_version(version))
    return found, last


def public_change_of(
    connection: sa.Connection, codec_for: Callable[[int | None], Codec], iri: str
) -> PublicChange | None:
    """Return what the public knows last of a record; None for one that never was public."""
    turn = _shown(_turns(connection, [iri])[iri])
    if turn is None:
        return None
    (row,) = _changes(connection, [turn.seq])
    if turn.public:
        return _version(rows.change(row, codec_for(row.dictionary)))
    moved = turn.focus != turn.iri and turn.focus in _living(connection, [turn.focus])
    return None if moved else _end(row, turn)


def times_of(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, datetime]:
    """Return when changes were written, by number."""
    found: dict[int, datetime] = {}
    for part in chunks(numbers):
        query = sa.select(changes.c.seq, changes.c.time).where(changes.c.seq.in_(part))
        found |= {row.seq: to_instant(row.time) for row in connection.execute(query)}
    return found


def _turns(connection: sa.Connection, iris: Sequence[str]) -> Mapping[str, list[_Turn]]:
    found: dict[str, list[_Turn]] = {iri: [] for iri in iris}
    columns = (changes.c.seq, changes.c.iri, changes.c.public, changes.c.focus)
    for part in chunks(iris):
        query = (
            sa.select(*columns)
            .where(changes.c.iri.in_(part), changes.c.kind != "held")
            .order_by(changes.c.seq)
        )
        for row in connection.execute(query):
            found[row.iri].append(_Turn(row.seq, row.iri, row.public, row.focus or row.iri))
    return found


def _shown(history: Sequence[_Turn]) -> _Turn | None:
    """Return the change of a record that is shown; None for one that never was public.

    Of a record that ended it is the change that ended it: what befalls it afterwards is nobody's
    business.
    """
    end: _Turn | None = None
    for turn in reversed(history):
        if turn.public:
            return turn if end is None else end._replace(focus=turn.focus)
        end = turn
    return None


def _living(connection: sa.Connection, foci: Sequence[str]) -> set[str]:
    """Return which datasets of ended records other records still describe."""
    found: set[str] = set()
    for part in chunks(foci):
        query = sa.select(records.c.focus).where(records.c.public, records.c.focus.in_(part))
        found.update(connection.execute(query).scalars())
    return found


def _changes(connection: sa.Connection, numbers: Sequence[int]) -> Iterator[rows.Row]:
    for part in chunks(numbers):
        query = sa.select(*rows.CHANGE_COLUMNS).where(changes.c.seq.in_(part))
        yield from connection.execute(query.order_by(changes.c.seq))


def _version(change: Change) -> PublicChange:
    return PublicChange(
        change.seq, change.time, change.iri, change.source, change.focus, change.nquads or ""
    )


def _end(row: rows.Row, turn: _Turn) -> PublicChange:
    return PublicChange(row.seq, to_instant(row.time), row.iri, row.source, turn.focus, None)
