"""Who follows what, as it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.following.model import Follow, How, Target, TargetKind, Why
from catalog_service.following.tables import follow_news, follow_targets, follows
from catalog_service.journal.codec import to_instant
from catalog_service.journal.log import last_number

_F: Final = follows.c
_T: Final = follow_targets.c
_AT_ONCE: Final = 500
"""Values in one look-up."""
_BOTH: Final[sa.Select[Any]] = sa.select(
    *_F, _T.kind.label("kind"), _T.value.label("value"), _T.last.label("last")
).join(follow_targets, _T.id == _F.target)


def find_target(connection: sa.Connection, kind: TargetKind, value: str) -> Target | None:
    """Return what somebody follows; None where nobody does."""
    query = sa.select(*_T).where(_T.kind == kind, _T.value == value)
    return next((_target(row) for row in connection.execute(query)), None)


def target_for(connection: sa.Connection, kind: TargetKind, value: str) -> Target:
    """Return something to follow, made where nobody followed it yet."""
    found = find_target(connection, kind, value)
    if found is not None:
        return found
    last = connection.execute(sa.select(sa.func.max(_T.id))).scalar()
    made = Target(int(last or 0) + 1, kind, value)
    connection.execute(follow_targets.insert().values(id=made.id, kind=kind, value=value, last=0))
    return made


def targets_among(
    connection: sa.Connection, kind: TargetKind, values: Iterable[str]
) -> dict[str, Target]:
    """Return which of some things are followed, by their value."""
    wanted = list(dict.fromkeys(values))
    found: dict[str, Target] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = sa.select(*_T).where(_T.kind == kind, _T.value.in_(part))
        found |= {row.value: _target(row) for row in connection.execute(query)}
    return found


def targets_of_kind(connection: sa.Connection, kind: TargetKind) -> list[Target]:
    """Return everything of a kind that is followed."""
    query = sa.select(*_T).where(_T.kind == kind).order_by(_T.id)
    return [_target(row) for row in connection.execute(query)]


def find_follow(connection: sa.Connection, target: int, person: str) -> Follow | None:
    """Return how a person follows something; None where they do not."""
    query = _BOTH.where(_F.target == target, _F.person == person)
    return next((_follow(row) for row in connection.execute(query)), None)


def follows_of(connection: sa.Connection, person: str) -> list[Follow]:
    """Return what a person follows, the newest first."""
    query = _BOTH.where(_F.person == person).order_by(_F.time.desc(), _F.target.desc())
    return [_follow(row) for row in connection.execute(query)]


def count_chosen(connection: sa.Connection, person: str) -> int:
    """Return how many things a person chose to follow."""
    query = sa.select(sa.func.count()).where(_F.person == person, _F.why.is_(None))
    return int(connection.execute(query).scalar_one())


def add_follow(
    connection: sa.Connection,
    target: Target,
    person: str,
    how: How,
    time: int,
    why: Why | None = None,
) -> None:
    """Note that a person follows something from now on: what came before is no news to them."""
    connection.execute(
        follows.insert().values(
            target=target.id,
            person=person,
            how=how,
            why=why,
            time=time,
            begun=last_number(connection),
            since=target.last,
            told=target.last,
        )
    )


def change_follow(connection: sa.Connection, target: int, person: str, **values: Any) -> None:
    """Change how somebody follows something."""
    connection.execute(
        follows.update().where(_F.target == target, _F.person == person).values(**values)
    )


def remove_follows(connection: sa.Connection, person: str, targets: Iterable[int]) -> int:
    """Forget that a person follows some things, and what nobody follows any more."""
    gone, count = list(targets), 0
    for start in range(0, len(gone), _AT_ONCE):
        part = gone[start : start + _AT_ONCE]
        own = (_F.person == person, _F.target.in_(part))
        count += connection.execute(follows.delete().where(*own)).rowcount
    remove_orphans(connection, gone)
    return count


def remove_orphans(connection: sa.Connection, targets: Sequence[int]) -> None:
    """Forget those things that nobody follows any more, with their news."""
    for start in range(0, len(targets), _AT_ONCE):
        part = targets[start : start + _AT_ONCE]
        kept = set(
            connection.execute(sa.select(_F.target).where(_F.target.in_(part)).distinct()).scalars()
        )
        orphans = [one for one in part if one not in kept]
        if orphans:
            connection.execute(follow_news.delete().where(follow_news.c.target.in_(orphans)))
            connection.execute(follow_targets.delete().where(_T.id.in_(orphans)))


def targets_to_tell(connection: sa.Connection) -> list[Target]:
    """Return the things of which somebody who wants mail has not been told all."""
    behind = sa.exists().where(_F.target == _T.id, _F.told < _T.last, _F.how != "never")
    query = sa.select(*_T).where(behind).order_by(_T.last, _T.id)
    return [_target(row) for row in connection.execute(query)]


def behind(connection: sa.Connection, target: Target, until: int, limit: int) -> list[Follow]:
    """Return some who want mail of something and were not told all up to a number."""
    query = (
        _BOTH.where(_F.target == target.id, _F.told < until, _F.how != "never")
        .order_by(_F.told, _F.person)
        .limit(limit)
    )
    return [_follow(row) for row in connection.execute(query)]


def change_told(
    connection: sa.Connection, target: int, persons: Sequence[str], how: How, before: int, now: int
) -> list[str]:
    """Note how far some persons were told of something; return those who stood at ``before``."""
    same = (_F.target == target, _F.told == before, _F.how == how, _F.person.in_(persons))
    query = sa.select(_F.person).where(*same).order_by(_F.person)
    found = list(connection.execute(query).scalars())
    connection.execute(follows.update().where(*same).values(told=now))
    return found


def kept_for_cases(connection: sa.Connection) -> Iterator[tuple[str, str, Why, int]]:
    """Yield person, dataset, reason and target of those who follow because of a case."""
    for row in connection.execute(_BOTH.where(_F.why.is_not(None))):
        yield row.person, row.value, row.why, row.target


def first_begun(connection: sa.Connection) -> int | None:
    """Return the number of the last change when the first of all began to follow something."""
    found: int | None = connection.execute(sa.select(sa.func.min(_F.begun))).scalar()
    return found


def pass_over(
    connection: sa.Connection, cursor: int, numbers: Mapping[int, Sequence[tuple[int, int]]]
) -> None:
    """Pass over news of changes from before somebody began to follow what they are about.

    The journal was read up to ``cursor``; ``numbers``: pairs of change and news, by target.
    """
    for target, pairs in numbers.items():
        late = sa.select(_F.person, _F.begun).where(_F.target == target, _F.begun > cursor)
        for row in connection.execute(late).all():
            passed = [number for change, number in pairs if change <= row.begun]
            if passed:
                change_follow(connection, target, row.person, since=passed[-1], told=passed[-1])


def people_who_follow(connection: sa.Connection) -> list[str]:
    """Return all who follow something."""
    return list(connection.execute(sa.select(_F.person).distinct()).scalars())


def _target(row: sa.Row[Any]) -> Target:
    return Target(row.id, row.kind, row.value, row.last)


def _follow(row: sa.Row[Any]) -> Follow:
    return Follow(
        Target(row.target, row.kind, row.value, row.last),
        row.person,
        row.how,
        row.why,
        to_instant(row.time),
        row.since,
        row.told,
    )
