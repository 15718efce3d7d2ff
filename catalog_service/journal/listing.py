"""Lists and counts of records, answered from indexes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from catalog_service.journal.codec import to_instant, unpack_removed
from catalog_service.journal.model import (
    RecordState,
    Removal,
    RuleCount,
    RunRuleCount,
    State,
    StateCount,
)
from catalog_service.journal.queries import chunks
from catalog_service.journal.rows import STATE_COLUMNS, Row, record_state
from catalog_service.journal.schema import changes, records, verdicts


def list_records(
    connection: sa.Connection,
    *,
    source: str | None,
    state: State | None,
    waiting: bool | None,
    rule: str | None,
    after: tuple[str, str] | None,
    limit: int,
) -> list[RecordState]:
    """See `Journal.list_records`."""
    query = sa.select(*STATE_COLUMNS).order_by(records.c.source, records.c.remote_id).limit(limit)
    if source is not None:
        query = query.where(records.c.source == source)
    if state is not None:
        query = query.where(records.c.state == state)
    if waiting is not None:
        held = records.c.held_seq
        query = query.where(held.is_not(None) if waiting else held.is_(None))
    if after is not None:
        query = query.where(sa.tuple_(records.c.source, records.c.remote_id) > sa.tuple_(*after))
    if rule is not None:
        sets = _sets(connection)
        wanted = [n for n, entries in sets.items() if any(r == rule for r, _ in entries)]
        query = query.where(records.c.verdict.in_(wanted))
    return [record_state(row) for row in connection.execute(query)]


def list_removed(
    connection: sa.Connection, source: str, after: str | None, limit: int
) -> list[Removal]:
    """See `Journal.list_removed`."""
    query = (
        sa.select(records.c.remote_id, records.c.iri, records.c.removed)
        .where(records.c.source == source, records.c.removed.is_not(None))
        .order_by(records.c.remote_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(records.c.remote_id > after)
    return [
        Removal(source, remote_id, iri, unpack_removed(body))
        for remote_id, iri, body in connection.execute(query)
    ]


def count_states(connection: sa.Connection) -> list[StateCount]:
    """See `Journal.counts`."""
    totals: dict[tuple[str, State], list[int]] = {}
    for _, source, state, *numbers in _groups(connection):
        total = totals.setdefault((source, state), [0, 0, 0])
        for position, number in enumerate(numbers):
            total[position] += int(number)
    return [
        StateCount(source, state, count, public, waiting)
        for (source, state), (count, public, waiting) in sorted(totals.items())
    ]


def count_rules(connection: sa.Connection, source: str | None) -> list[RuleCount]:
    """See `Journal.findings_summary`."""
    sets = _sets(connection)
    totals: Counter[tuple[str, str, str]] = Counter()
    for verdict, name, state, count, *_ in _groups(connection):
        if verdict is not None and state != "withdrawn" and source in (None, name):
            for rule, severity in sets[verdict]:
                totals[name, rule, severity] += count
    return [RuleCount(*key, count) for key, count in sorted(totals.items())]


def count_run_rules(connection: sa.Connection, run: str, numbers: range) -> list[RunRuleCount]:
    """See `Journal.run_findings`."""
    sets = _sets(connection)
    waits = records.c.held_seq == changes.c.seq
    is_latest = sa.or_(
        waits, sa.and_(records.c.held_seq.is_(None), records.c.version_seq == changes.c.seq)
    )
    query = (
        sa.select(records.c.verdict, waits.label("waits"), sa.func.count())
        .join(changes, changes.c.iri == records.c.iri)
        .where(
            # By numbers first, for there is no index by run.
            changes.c.seq >= numbers.start,
            changes.c.seq < numbers.stop,
            changes.c.run == run,
            records.c.verdict.is_not(None),
            is_latest,
        )
        .group_by(records.c.verdict, waits)
    )
    counts: dict[tuple[str, str], Counter[bool]] = {}
    for verdict, is_waiting, count in connection.execute(query):
        for key in sets[verdict]:
            counts.setdefault(key, Counter())[bool(is_waiting)] += count
    return [RunRuleCount(*key, counts[key][True], counts[key][False]) for key in sorted(counts)]


def count_public_rules(connection: sa.Connection) -> tuple[int, dict[str, int]]:
    """See `Journal.public_findings`."""
    sets = _sets(connection)
    query = (
        sa.select(records.c.verdict, sa.func.count())
        .where(*SHOWN_AS_FOUND)
        .group_by(records.c.verdict)
    )
    total, counts = 0, Counter[str]()
    for verdict, count in connection.execute(query):
        total += count
        for rule in {rule for rule, _ in sets.get(verdict, ())}:
            counts[rule] += count
    return total, dict(counts)


def public_verdicts(
    connection: sa.Connection, iris: Collection[str] | None
) -> dict[str, frozenset[tuple[str, str]]]:
    """See `Journal.public_verdicts`."""
    # The set of those in which nothing was found names one empty rule.
    sets = {
        number: frozenset(one for one in entries if one[0])
        for number, entries in _sets(connection).items()
    }
    query = sa.select(records.c.iri, records.c.verdict).where(
        *SHOWN_AS_FOUND, records.c.verdict.is_not(None)
    )
    if iris is None:
        return {one: sets[verdict] for one, verdict in connection.execute(query)}
    return {
        one: sets[verdict]
        for part in chunks(sorted(iris))
        for one, verdict in connection.execute(query.where(records.c.iri.in_(part)))
    }


def list_public_findings(
    connection: sa.Connection, rule: str, offset: int, limit: int
) -> list[str]:
    """See `Journal.public_offenders`."""
    wanted = [n for n, entries in _sets(connection).items() if any(r == rule for r, _ in entries)]
    query = (
        sa.select(records.c.iri)
        .where(*SHOWN_AS_FOUND, records.c.verdict.in_(wanted))
        .order_by(records.c.source, records.c.remote_id)
        .offset(offset)
        .limit(limit)
    )
    return [iri for (iri,) in connection.execute(query)]


SHOWN_AS_FOUND: Final = (
    records.c.public.is_(True),
    records.c.state == "active",
    records.c.held_seq.is_(None),
)
"""Public records whose verdict is of the version that is public: none waits."""


def _groups(connection: sa.Connection) -> Iterator[Row]:
    """Yield verdict, source, state; records, public ones, waiting ones.

    In the order of the index's columns, so that SQLite walks the index alone: some hundreds of
    groups, 10 ms for 26,571 records.
    """
    keys = (records.c.verdict, records.c.source, records.c.state)
    return iter(
        connection.execute(
            sa.select(
                *keys,
                sa.func.count(),
                sa.func.sum(sa.cast(records.c.public, sa.Integer)),
                sa.func.count(records.c.held_seq),
            ).group_by(*keys)
        )
    )


def _sets(connection: sa.Connection) -> dict[int, list[tuple[str, str]]]:
    """Return rules and severities by verdict."""
    sets: dict[int, list[tuple[str, str]]] = {}
    for number, names in connection.execute(sa.select(verdicts.c.id, verdicts.c.rules)):
        pairs = (entry.rpartition(":") for entry in names.split(" "))
        sets[number] = [(rule, severity) for rule, _, severity in pairs]
    return sets


def count_public_since(connection: sa.Connection, since: int) -> int:
    """Count the public records whose version came by change ``since`` or later."""
    query = sa.select(sa.func.count()).where(records.c.public, records.c.version_seq >= since)
    return connection.execute(query).scalar_one()


def public_parts(connection: sa.Connection, size: int) -> dict[int, datetime]:
    """Return the parts of ``size`` record numbers with public records, and their newest times."""
    part = ((records.c.id - 1) // size).label("part")
    query = (
        sa.select(part, sa.func.max(changes.c.time))
        .join(changes, changes.c.seq == records.c.version_seq)
        .where(records.c.public)
        .group_by(part)
        .order_by(part)
    )
    return {number: to_instant(time) for number, time in connection.execute(query)}


def public_part(connection: sa.Connection, part: int, size: int) -> list[tuple[str, datetime]]:
    """Return the public records of a part with the times of their versions, in their order."""
    first = part * size + 1
    query = (
        sa.select(records.c.iri, changes.c.time)
        .join(changes, changes.c.seq == records.c.version_seq)
        .where(records.c.public, records.c.id.between(first, first + size - 1))
        .order_by(records.c.id)
    )
    return [(iri, to_instant(time)) for iri, time in connection.execute(query)]
