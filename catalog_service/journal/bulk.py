"""Many rows through one prepared statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler


def execute_many(
    connection: sa.Connection, statement: sa.Insert | sa.Update, rows: Sequence[dict[str, Any]]
) -> None:
    """Execute ``statement`` once for each row; all rows have the keys of the first.

    SQLAlchemy compiles the statement, the driver gets the rows as they are: half the time of a
    batch would go into converting values that need no conversion (numbers, text, bytes, booleans).
    """
    if not rows:
        return
    compiled = _compiled(statement, tuple(rows[0]), connection.dialect)
    positions = compiled.positiontup
    if positions is None:
        connection.exec_driver_sql(str(compiled), list(rows))
    else:
        pick = itemgetter(*positions)
        connection.exec_driver_sql(str(compiled), [pick(row) for row in rows])


@lru_cache(maxsize=64)
def _compiled(
    statement: sa.Insert | sa.Update, keys: tuple[str, ...], dialect: Dialect
) -> SQLCompiler:
    compiled = statement.compile(dialect=dialect, column_keys=list(keys))
    assert isinstance(compiled, SQLCompiler)
    return compiled
