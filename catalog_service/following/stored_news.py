"""News of what is followed, as they are stored.

Numbers are counted on though old news are deleted: how far somebody was told is a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.following.model import NewNews, News
from catalog_service.following.tables import follow_news, follow_targets, follows
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.notices.service import last_told, note_told

_N: Final = follow_news.c
_NUMBERS: Final = "following:numbers"
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """How many datasets are new, changed, and no longer public in a part of the news."""

    new: int = 0
    changed: int = 0
    ended: int = 0


def add_news(
    connection: sa.Connection, found: Iterable[NewNews], now: datetime
) -> list[tuple[int, NewNews]]:
    """Add news, each once for what it comes from; returns those added with their numbers.

    The targets must exist within the same transaction; news of others are left out.
    """
    fresh = _not_there_yet(connection, {(one.target, one.origin): one for one in found})
    if not fresh:
        return []
    before = last_told(connection, _NUMBERS)
    number = 0 if before is None else before[0]
    numbered = list(enumerate(fresh, start=number + 1))
    rows, last = [], {}
    for number, one in numbered:
        last[one.target] = number
        rows.append(
            {
                "number": number,
                "target": one.target,
                "origin": one.origin,
                "subject": one.subject,
                "kind": one.kind,
                "details": orjson.dumps(dict(one.details)).decode(),
                "run": one.run,
                "time": to_number(one.time),
            }
        )
    connection.execute(follow_news.insert(), rows)
    connection.execute(
        follow_targets.update()
        .where(follow_targets.c.id == sa.bindparam("changed"))
        .values(last=sa.bindparam("newest")),
        [{"changed": target, "newest": newest} for target, newest in last.items()],
    )
    note_told(connection, _NUMBERS, number, now)
    return numbered


def forget_past(connection: sa.Connection, subject: str) -> None:
    """Forget all news of a dataset that is no longer public."""
    connection.execute(follow_news.delete().where(_N.subject == subject))


def forget_old_news(connection: sa.Connection, before: datetime) -> int:
    """Forget the news of before a time; returns how many.

    What is announced stays until its dataset or its last follower goes: it would be told again.
    """
    old = (_N.time < to_number(before), _N.kind != "announced")
    return connection.execute(follow_news.delete().where(*old)).rowcount


def news_between(
    connection: sa.Connection, target: int, after: int, until: int, limit: int
) -> list[News]:
    """Return news of something with numbers above one up to another, the newest first."""
    query = (
        sa.select(*_N)
        .where(_N.target == target, _N.number > after, _N.number <= until)
        .order_by(_N.number.desc())
        .limit(limit)
    )
    return [_news(row) for row in connection.execute(query)]


def news_of_person(
    connection: sa.Connection, person: str, limit: int, target: int | None = None
) -> list[News]:
    """Return the news of what a person follows, or of one thing of it, the newest first."""
    query = (
        sa.select(*_N)
        .join(follows, follows.c.target == _N.target)
        .where(follows.c.person == person, _N.number > follows.c.since)
        .order_by(_N.number.desc())
        .limit(limit)
    )
    if target is not None:
        query = query.where(_N.target == target)
    return [_news(row) for row in connection.execute(query)]


def counts_between(connection: sa.Connection, target: int, after: int, until: int) -> Counts:
    """Count the datasets of the news of something by what became of each in the end."""
    newest = (
        sa.select(sa.func.max(_N.number).label("number"))
        .where(_N.target == target, _N.number > after, _N.number <= until)
        .group_by(_N.subject)
        .subquery()
    )
    # What is new and changed in one part is new.
    first = (
        sa.select(_N.subject)
        .where(_N.target == target, _N.number > after, _N.number <= until, _N.kind == "new")
        .distinct()
    )
    query = (
        sa.select(_N.kind, _N.subject.in_(first).label("is_new"), sa.func.count())
        .join(newest, newest.c.number == _N.number)
        .group_by(_N.kind, sa.text("is_new"))
    )
    found = {"new": 0, "changed": 0, "ended": 0}
    for kind, is_new, count in connection.execute(query):
        found["ended" if kind == "ended" else "new" if is_new else "changed"] += int(count)
    return Counts(**found)


def runs_between(
    connection: sa.Connection, target: int, after: int, until: int
) -> Mapping[str, tuple[int, datetime]]:
    """Return the first number and time of the news of something, by the run that brought them."""
    query = (
        sa.select(_N.run, sa.func.min(_N.number), sa.func.min(_N.time))
        .where(_N.target == target, _N.number > after, _N.number <= until, _N.run.is_not(None))
        .group_by(_N.run)
    )
    return {run: (int(number), to_instant(time)) for run, number, time in connection.execute(query)}


def _not_there_yet(
    connection: sa.Connection, found: Mapping[tuple[int, str], NewNews]
) -> Sequence[NewNews]:
    if not found:
        return ()
    targets = {target for target, _ in found}
    known = _scalars(connection, sa.select(follow_targets.c.id), follow_targets.c.id, targets)
    origins = list(dict.fromkeys(origin for _, origin in found))
    there: set[tuple[int, str]] = set()
    for start in range(0, len(origins), _AT_ONCE):
        part = origins[start : start + _AT_ONCE]
        query = sa.select(_N.target, _N.origin).where(_N.origin.in_(part))
        there.update((row.target, row.origin) for row in connection.execute(query))
    return [one for key, one in found.items() if one.target in known and key not in there]


def _scalars(
    connection: sa.Connection,
    query: sa.Select[Any],
    column: sa.ColumnElement[Any],
    values: Iterable[Any],
) -> set[Any]:
    wanted = list(values)
    found: set[Any] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found.update(connection.execute(query.where(column.in_(part))).scalars())
    return found


def _news(row: sa.Row[Any]) -> News:
    return News(
        row.number,
        row.target,
        row.origin,
        row.subject,
        row.kind,
        orjson.loads(row.details),
        row.run,
        to_instant(row.time),
    )
