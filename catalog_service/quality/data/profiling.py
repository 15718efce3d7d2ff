"""A table counted by DuckDB, streaming: within its memory, however long the table is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from catalog_service.quality.data.columns import NARROWEST, moment_of, tests_of
from catalog_service.quality.data.headings import Declared, shown
from catalog_service.quality.data.json_rows import NotReadableError
from catalog_service.quality.data.model import MOST_BROKEN, Column, Kind, Profile
from catalog_service.quality.data.plain_table import Table

MEMORY: Final = 200
"""MiB that DuckDB may hold; beyond that it writes to the folder."""
DISK: Final = 8
"""GiB that it may write there."""
_AT_ONCE: Final = 24
"""Columns that are counted in one reading: of very wide tables each would be held at once."""
_LINE: Final = 16 * 1024 * 1024
_FEWEST: Final = 20
"""Cells below which the days of a column are not told: they may be one person's."""
_OF_PERSONS: Final = re.compile(r"出生|生日|birth|身份|证件", re.IGNORECASE)


def profile(
    table: Table,
    declared: Declared,
    codes: Mapping[str, tuple[str, ...]],
    folder: Path,
    size: int,
    sha256: str,
) -> Profile:
    """Return what a table holds; raises `NotReadableError`.

    ``size`` and ``sha256`` are of the file as it was fetched.
    """
    connection = duckdb.connect(":memory:", config={"threads": 2})
    try:
        _bound(connection, folder)
        return _Counting(connection, table, declared, codes).profile(size, sha256)
    except duckdb.Error as error:
        kind = "too-large" if isinstance(error, duckdb.OutOfMemoryException) else "bad-table"
        raise NotReadableError(kind) from None
    finally:
        connection.close()


def _bound(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    spill = folder / "spill"
    spill.mkdir(exist_ok=True)
    for name, value in (
        ("memory_limit", f"{MEMORY}MiB"),
        ("temp_directory", str(spill)),
        ("max_temp_directory_size", f"{DISK}GiB"),
        ("preserve_insertion_order", False),
        ("autoinstall_known_extensions", False),
        ("autoload_known_extensions", False),
    ):
        connection.execute(f"SET {name} = {_literal(value)}")


def _literal(value: object) -> str:
    if isinstance(value, bool | int):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


class _Counting:
    """The readings of one table."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: Table,
        declared: Declared,
        codes: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._connection = connection
        self._table = table
        self._declared = declared
        self._codes = codes
        self._width = len(table.headings)
        self._called = _called(table.headings, declared)
        self._names = shown(table.headings, declared)

    def profile(self, size: int, sha256: str) -> Profile:
        rows = long = 0
        columns: list[Column] = []
        days: list[tuple[str, str]] = []
        for start in range(0, self._width, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, self._width))
            found = self._count(numbers)
            rows, long = found["rows"], found["long"]
            for number in numbers:
                said = {name: found[f"c{number}_{name}"] for name in _names(number, found)}
                columns.append(self._column(number, rows, said))
                days += self._days(columns[-1], number, said)
        duplicates, broken = self._duplicates()
        item_numbers = set(self._called.values())
        return Profile(
            rows=rows,
            columns=tuple(columns),
            missing=tuple(
                item.names[0]
                for number, item in enumerate(self._declared.items)
                if number not in item_numbers
            ),
            duplicates=duplicates,
            long=long,
            broken=broken,
            replaced=self._table.replaced,
            encoding=self._table.encoding,
            bytes=size,
            sha256=sha256,
            first=min((first for first, _ in days), default=None),
            last=max((last for _, last in days), default=None),
        )

    def _source(self, *, reject: bool = False) -> str:
        names = [f"c{number}" for number in range(self._width)] + ["over_"]
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        return (
            f"read_csv({_literal(self._table.path)}, auto_detect=false, header=false,"
            f" skip={self._table.skip}, delim={_literal(self._table.delimiter)}, quote='\"',"
            " escape='\"', null_padding=true, strict_mode=false, parallel=false,"
            f" max_line_size={_LINE}, buffer_size={2 * _LINE}, columns={{{columns}}},"
            + (
                f" store_rejects=true, rejects_limit={MOST_BROKEN})"
                if reject
                else " ignore_errors=true)"
            )
        )

    def _count(self, numbers: Sequence[int]) -> dict[str, Any]:
        trimmed, timed, counted = [], [], []
        for number in numbers:
            name, item = f"c{number}", self._item(number)
            trimmed.append(f"nullif(trim({name}, ' \t\r\n\u3000\ufeff'), '') AS {name}")
            timed.append(f"{moment_of(item).replace('§', name)} AS {name}_at")
            counted.append(f"count({name}) AS {name}_filled")
            for test, sql in tests_of(item, self._codes).items():
                counted.append(f"count_if({sql.replace('§', name)}) AS {name}_{test}")
            for which in ("min", "max"):
                counted.append(f"CAST({which}({name}_at) AS DATE) AS {name}_{which}")
        cursor = self._connection.execute(
            # Numbered names, and texts of our own.
            f"SELECT count(*) AS rows, count(over_) AS long, {', '.join(counted)} "  # noqa: S608
            f"FROM (SELECT *, {', '.join(timed)} FROM"
            f" (SELECT over_, {', '.join(trimmed)} FROM {self._source()}))"
        )
        row = cursor.fetchone()
        assert row is not None and cursor.description is not None
        return dict(zip((one[0] for one in cursor.description), row, strict=True))

    def _duplicates(self) -> tuple[int, int]:
        """Return how many rows repeat another, and how many cannot be read."""
        # Each cell with its length before it, so that no two rows read alike.
        cells = ", ".join(
            f"coalesce(length(c{n})::VARCHAR || ':' || c{n}, '-')" for n in range(self._width)
        )
        # All rows are fetched: what was rejected is told once a reading is over.
        [(repeated,)] = self._connection.execute(
            "SELECT coalesce(sum(n - 1), 0)::BIGINT FROM (SELECT count(*) AS n FROM "  # noqa: S608
            f"(SELECT md5_number(concat({cells})) AS h "
            f"FROM {self._source(reject=True)}) GROUP BY h)"
        ).fetchall()
        [(has_broken,)] = self._connection.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'"
        ).fetchall()
        if not has_broken:
            return int(repeated), 0
        [(broken,)] = self._connection.execute(
            "SELECT count(DISTINCT line) FROM reject_errors"
        ).fetchall()
        return int(repeated), int(broken)

    def _item(self, number: int) -> Any:
        item = self._called.get(number)
        return None if item is None else self._declared.items[item]

    def _is_date(self, number: int) -> bool:
        item = self._item(number)
        return item is not None and item.kind in ("date", "datetime")

    def _column(self, number: int, rows: int, said: Mapping[str, Any]) -> Column:
        item = self._item(number)
        filled = said["filled"]
        kind: Kind = "empty"
        if filled:
            kind = next((one for one in NARROWEST if said[one] == filled), "text")
        return Column(
            name=self._names[number],
            declared=item is not None,
            kind=kind,
            expected=None if item is None else item.kind,
            empty=rows - filled,
            wrong=said["wrong"],
            uncoded=said["uncoded"],
        )

    def _days(self, column: Column, number: int, said: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the first and the last day of a column of days, where they tell of no person."""
        is_days = column.kind in ("date", "datetime") or self._is_date(number)
        if (
            not is_days
            or said["min"] is None
            or said["filled"] < _FEWEST
            or _OF_PERSONS.search(self._table.headings[number])
        ):
            return []
        return [(said["min"].isoformat(), said["max"].isoformat())]


def _names(number: int, found: Mapping[str, Any]) -> list[str]:
    start = f"c{number}_"
    return [name.removeprefix(start) for name in found if name.startswith(start)]


def _called(headings: Sequence[str], declared: Declared) -> dict[int, int]:
    """Return which column is which declared item: each item is the first column so called."""
    found: dict[int, int] = {}
    for number, heading in enumerate(headings):
        item = declared.of(heading.strip()) if heading.strip() else None
        if item is not None and item not in found.values():
            found[number] = item
    return found
