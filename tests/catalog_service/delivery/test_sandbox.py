"""The reference sandbox lets totals out, and no raw row: a hundred attempts, each a case."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.catalog_service.delivery.sandbox_process import BUDGET

_SCRIPT: Final = Path(__file__).with_name("sandbox_process.py")
_NAME, _INCOME = "Zhang-Planted", 987_654
_ALONE = "Hidden-District"


class Sandbox:
    """A running sandbox."""

    def __init__(self, table: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(_SCRIPT), str(table)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, query: Any) -> dict[str, Any]:
        """Return what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(query) + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox over 41 rows, of which one stands alone in its district."""
    table = tmp_path / "granted.csv"
    rows = [
        f"p{n},Person-{n},{district},{band},{1_000 + 17 * n},{n % 7 + 1}"
        for n, (district, band) in enumerate(
            (d, b) for d in ("Huangpu", "Xuhui") for b in ("young", "old") for _ in range(10)
        )
    ]
    rows.append(f"p99,{_NAME},{_ALONE},old,{_INCOME},3")
    table.write_text("id,name,district,band,income,visits\n" + "\n".join(rows) + "\n")
    made = Sandbox(table)
    yield made
    made.close()


def test_totals_are_answered(sandbox: Sandbox) -> None:
    found = sandbox.ask("SELECT district, count(*), sum(visits) FROM granted GROUP BY district")
    assert sorted(row[:2] for row in found["rows"]) == [["Huangpu", 20], ["Xuhui", 20]]
    mean = sandbox.ask("SELECT avg(income) FROM granted WHERE district = 'Xuhui' AND band = 'old'")
    assert mean == {"rows": [[1_000 + 17 * 34.5]]}


def test_a_row_alone_counts_in_no_total(sandbox: Sandbox) -> None:
    total = sandbox.ask("SELECT count(*), sum(income) FROM granted")
    parts = sandbox.ask("SELECT count(*), sum(income) FROM granted GROUP BY district")["rows"]
    assert total["rows"] == [[sum(n for n, _ in parts), sum(s for _, s in parts)]]
    assert total["rows"] == [[40, sum(1_000 + 17 * n for n in range(40))]]
    for where in (f"district = '{_ALONE}'", f"district = '{_ALONE}' AND band = 'old'"):
        assert sandbox.ask(f"SELECT count(*), sum(income) FROM granted WHERE {where}") == {
            "rows": [[None, None]]
        }
    others = sandbox.ask(f"SELECT sum(income) FROM granted WHERE district <> '{_ALONE}'")
    assert others["rows"][0][0] == total["rows"][0][1]


def test_queries_beyond_the_budget_are_refused(sandbox: Sandbox) -> None:
    query = "SELECT count(*) FROM granted"
    found = [sandbox.ask(query) for _ in range(BUDGET + 1)]
    assert found[:-1] == [{"rows": [[40]]}] * BUDGET
    assert found[-1] == {"refused": "budget-spent"}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([777] * 6, id="all the same"),
        pytest.param([1, 2, 3, 4, 5, 777_777], id="one outweighs the others"),
        pytest.param([777, "", "", "", "", ""], id="one alone has it"),
    ],
)
def test_a_total_that_tells_a_value_is_not_kept(tmp_path: Path, values: list[Any]) -> None:
    table = tmp_path / "granted.csv"
    rows = [f"p{n},N,Huangpu,old,{value},{n + 1}" for n, value in enumerate(values)]
    table.write_text("id,name,district,band,income,visits\n" + "\n".join(rows) + "\n")
    made = Sandbox(table)
    try:
        found = made.ask("SELECT count(*), sum(income), avg(income), sum(visits) FROM granted")
        assert found == {"rows": [[6, None, None, 21]]}
    finally:
        made.close()


_AGGREGATES = [
    "min",
    "max",
    "any_value",
    "first",
    "last",
    "arbitrary",
    "median",
    "mode",
    "list",
    "array_agg",
    "string_agg",
    "group_concat",
    "listagg",
    "histogram",
    "entropy",
    "product",
    "bool_and",
    "bit_and",
    "bit_or",
    "bit_xor",
    "fsum",
    "favg",
    "kahan_sum",
    "count",
    "approx_count_distinct",
    "stddev",
    "var_pop",
    "skewness",
    "kurtosis",
    "mad",
    "reservoir_quantile",
    "geomean",
]
_CELLS = (
    "arg_max(name, income)",
    "arg_min(name, income)",
    "max_by(name, income)",
    "max(income, 5)",
    "quantile(income, 1)",
    "quantile_cont(income, 0.5)",
    "quantile_disc(income, 0.5)",
    "approx_quantile(income, 0.5)",
    "approx_top_k(name, 5)",
    "count(DISTINCT name)",
    "sum(DISTINCT income)",
    "sum(income) FILTER (WHERE name = 'Zhang-Planted')",
    "sum(income ORDER BY income)",
    "sum(CASE WHEN name = 'Zhang-Planted' THEN income END)",
    "sum(income * income)",
    "sum(income + 0)",
    "sum(id)",
    "sum(CAST(name AS INTEGER))",
    "CAST(name AS INTEGER)",
    "error(name)",
    "sum(income) OVER ()",
    "row_number() OVER (ORDER BY income)",
    "lag(name) OVER ()",
    "*",
    "COLUMNS(*)",
    "granted",
    "{'a': name}",
    "[name]",
    "(SELECT max(income) FROM granted)",
    "getenv('HOME')",
    "current_setting('memory_limit')",
    "cells.n",
    "income_sum",
    "rowid",
    "1 / (sum(income) - 1)",
    "count(*) || name",
    "main.sum(income)",
    "sum(granted.income)",
)
_REST = (
    "district FROM granted",
    "count(*) FROM granted GROUP BY id",
    "name, count(*) FROM granted GROUP BY name",
    "count(*) FROM granted GROUP BY ALL",
    "count(*) FROM granted GROUP BY CUBE (district, band)",
    "count(*) FROM granted GROUP BY ROLLUP (district, band)",
    "count(*) FROM granted GROUP BY upper(district)",
    "count(*) FROM granted HAVING max(income) = 987654",
    "count(*) FROM granted WHERE name = 'Zhang-Planted'",
    "count(*) FROM granted WHERE income > 900000",
    "count(*) FROM granted WHERE district LIKE 'Hid%'",
    "count(*) FROM granted WHERE EXISTS (SELECT 1 FROM granted)",
    "count(*) FROM granted WHERE district = (SELECT max(name) FROM granted)",
    "count(*) FROM granted QUALIFY row_number() OVER () = 1",
    "count(*) FROM granted USING SAMPLE 1",
    "count(*) FROM granted ORDER BY district LIMIT 1",
    "DISTINCT district FROM granted",
    "count(*) FROM granted a JOIN granted b ON true",
    "count(*) FROM granted, granted b",
    "count(*) FROM (SELECT * FROM granted LIMIT 1)",
    "count(*) FROM cells",
    "count(*) FROM read_csv('/etc/passwd')",
    "count(*) FROM '/etc/passwd'",
    "count(*) FROM information_schema.tables",
    "count(*) FROM duckdb_settings()",
    "count(*) FROM granted UNION SELECT name FROM granted",
    "count(*) FROM granted; SELECT name FROM granted",
    "count(*) FROM granted /* */ ; COPY granted TO '/tmp/out.csv'",
)
_WHOLE = (
    "COPY granted TO '/tmp/out.csv'",
    "ATTACH '/tmp/out.db'",
    "PRAGMA table_info('granted')",
    "SET enable_external_access = true",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE '/tmp/out'",
    "DESCRIBE granted",
    "SUMMARIZE granted",
    "EXPLAIN ANALYZE SELECT name FROM granted",
    "WITH a AS (SELECT * FROM granted) SELECT count(*) FROM a",
    "FROM granted",
    "PIVOT granted ON name USING sum(income)",
    "CREATE TABLE a AS SELECT * FROM granted",
    "DELETE FROM granted",
    "ＳＥＬＥＣＴ name FROM granted",
    "SELECT\u00a0name\u00a0FROM\u00a0granted",
    "SELECT n\u0430me FROM granted",
    "SELECT name -- count(*)\nFROM granted",
    "SELECT count(*) FROM granted\x00",
    "SELECT " + "(" * 900 + "income" + ")" * 900 + " FROM granted",
    "SELECT count(*) FROM granted WHERE district = '" + "a" * 3_000 + "'",
    "",
    ["SELECT name FROM granted"],
)
ATTEMPTS: Final = (
    *(f"SELECT {name}(income) FROM granted" for name in _AGGREGATES),
    *(f"SELECT {cell} FROM granted" for cell in _CELLS),
    *(f"SELECT {rest}" for rest in _REST),
    *_WHOLE,
)


def test_there_are_a_hundred_attempts() -> None:
    assert len({str(one) for one in ATTEMPTS}) == len(ATTEMPTS) >= 100


@pytest.mark.parametrize("number", range(len(ATTEMPTS)))
def test_no_attempt_gets_a_row_out(sandbox: Sandbox, number: int) -> None:
    found = sandbox.ask(ATTEMPTS[number])
    assert set(found) == {"refused"}, ATTEMPTS[number]
    # What is one query is parsed and refused for what it asks: no attempt is a slip of the pen.
    is_one = ATTEMPTS[number] not in _WHOLE and ";" not in ATTEMPTS[number]
    codes = ("not-allowed",) if is_one else ("too-long", "not-one-select", "not-allowed")
    assert found["refused"] in codes, found
    # It goes on answering, as before.
    assert sandbox.ask("SELECT count(*) FROM granted") == {"rows": [[40]]}
