"""Which rules find something in records, read from the sets of rules that the journal keeps."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from catalog_service.journal.schema import verdicts


def offended(
    connection: sa.Connection, wanted: Collection[int | None]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return rules and severities by the number of their set."""
    numbers = [number for number in wanted if number is not None]
    query = sa.select(verdicts.c.id, verdicts.c.rules).where(verdicts.c.id.in_(numbers))
    return {number: _pairs(names) for number, names in connection.execute(query)}


def verdicts_with(connection: sa.Connection, rule: str) -> list[int]:
    """Return the sets that a rule is in; some hundreds are looked through."""
    query = sa.select(verdicts.c.id, verdicts.c.rules)
    return [
        number
        for number, names in connection.execute(query)
        if any(found == rule for found, _ in _pairs(names))
    ]


def _pairs(names: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (rule, severity) for rule, _, severity in (n.rpartition(":") for n in names.split())
    )
