"""Many rows through one prepared statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

_ROWS_AT_ONCE = 100
"""Rows of one INSERT: fifteen columns each stay far below SQLite's 32,766 parameters."""


def execute_many(
    connection: sa.Connection, statement: sa.Insert | sa.Update, rows: Sequence[dict[str, Any]]
) -> None:
    """Execute ``statement`` once for each row; all rows have the keys of the first.

    SQLAlchemy compiles the statement, but the driver gets the rows as they are: SQLAlchemy would
    spend half the time of a batch on values that need no conversion (numbers, text, bytes).
    """
    if not rows:
        return
    compiled = _compiled(statement, tuple(rows[0]), connection.dialect)
    if connection.dialect.name == "sqlite" and isinstance(statement, sa.Insert):
        _insert_many(connection, compiled, rows)
        return
    positions = compiled.positiontup
    if positions is None:
        connection.exec_driver_sql(str(compiled), list(rows))
    else:
        pick = itemgetter(*positions)
        connection.exec_driver_sql(str(compiled), [pick(row) for row in rows])


def _insert_many(
    connection: sa.Connection, compiled: SQLCompiler, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert many rows with each execution.

    The driver releases the interpreter's lock for each execution, and has to wait for it again
    while the gate is busy in another thread: row by row, that took two thirds of a commit.
    """
    text = str(compiled)
    head, values = text.split(" VALUES ", 1)
    names = compiled.positiontup or []
    pick = itemgetter(*names)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        joined = f"{head} VALUES {', '.join([values] * len(part))}"
        connection.exec_driver_sql(joined, tuple(chain.from_iterable(map(pick, part))))


@lru_cache(maxsize=64)
def _compiled(
    statement: sa.Insert | sa.Update, keys: tuple[str, ...], dialect: Dialect
) -> SQLCompiler:
    compiled = statement.compile(dialect=dialect, column_keys=list(keys))
    assert isinstance(compiled, SQLCompiler)
    return compiled
