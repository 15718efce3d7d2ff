"""A reference sandbox: a process that answers questions about a table and lets totals out alone.

Started with the path of a CSV file, it reads a query from each line and writes a line of JSON:
``{"rows": …}`` or ``{"refused": code}``. No raw row is there once the first query is read: the
table is reduced to cells, one for each combination of its dimensions, of `FEWEST` rows or more.
Every answer is a sum over whole cells, so that no difference of answers tells of fewer rows.

A query is parsed by DuckDB, checked against a list of what is allowed, and written anew; its own
text is never run. A refusal says a code and nothing of the query or the data.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any, Final

import duckdb

FEWEST: Final = 5
"""Rows of the smallest cell of which anything is told."""
BUDGET: Final = 200
"""Queries of one process."""
LONGEST: Final = 2_000
"""Characters of a query."""
TABLE: Final = "granted"
DIMENSIONS: Final = ("district", "band")
MEASURES: Final = ("income", "visits")

_LOCKED: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "256MB",
    "threads": "1",
}
_COMPARES: Final = {"COMPARE_EQUAL": "=", "COMPARE_NOTEQUAL": "<>"}


class RefusedError(Exception):
    """A query that is not answered; its text is a code."""


def cells_of(path: str) -> duckdb.DuckDBPyConnection:
    """Return a locked database that holds the cells of a CSV file, and none of its rows.

    Of a measure nothing is kept in a cell where too few rows have it, where all have the same, or
    where one makes up half of the sum: its total would tell a row's value.
    """
    totals = ", ".join(
        f"CASE WHEN count({m}) >= {FEWEST} AND count(DISTINCT {m}) > 1"
        f" AND 2 * max(abs({m})) < sum(abs({m})) THEN {what}({m}) END AS {m}_{what}"
        for m in MEASURES
        for what in ("sum", "count")
    )
    with duckdb.connect() as loading:
        made = loading.execute(
            f"SELECT {', '.join(DIMENSIONS)}, count(*), {totals} FROM read_csv(?, header = true)"
            f" GROUP BY {', '.join(DIMENSIONS)} HAVING count(*) >= {FEWEST}",
            [path],
        ).fetchall()
    cells = duckdb.connect(config=_LOCKED)
    measured = "".join(f", {m}_sum DOUBLE, {m}_count BIGINT" for m in MEASURES)
    named = ", ".join(f"{d} VARCHAR" for d in DIMENSIONS)
    cells.execute(f"CREATE TABLE cells ({named}, n BIGINT{measured})")
    if made:
        cells.executemany(f"INSERT INTO cells VALUES ({', '.join('?' * len(made[0]))})", made)
    cells.execute("SET lock_configuration = true")
    return cells


def written_anew(cells: duckdb.DuckDBPyConnection, query: str) -> tuple[str, list[str]]:
    """Return a query over the cells and its values; raises `RefusedError`."""
    if len(query) > LONGEST:
        raise RefusedError("too-long")
    found = cells.execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    parsed = json.loads(found[0]) if found else {"error": True}
    if parsed["error"] or len(parsed["statements"]) != 1:
        raise RefusedError("not-one-select")
    node = parsed["statements"][0]["node"]
    _demand(node["type"] == "SELECT_NODE" and not node["modifiers"])
    _demand(not node["cte_map"]["map"] and node["aggregate_handling"] == "STANDARD_HANDLING")
    _demand(not any(node[name] for name in ("having", "sample", "qualify")))
    table = node["from_table"]
    _demand(table["type"] == "BASE_TABLE" and table["table_name"] == TABLE)
    _demand(not any(table[name] for name in ("schema_name", "catalog_name", "sample", "at_clause")))
    _demand(not table["alias"] and not table["column_name_alias"])
    groups = [_dimension(one) for one in node["group_expressions"]]
    _demand(node["group_sets"] in ([], [list(range(len(groups)))]))
    columns = [_column(one, groups) for one in node["select_list"]]
    values: list[str] = []
    text = f"SELECT {', '.join(columns)} FROM cells"
    if node["where_clause"] is not None:
        text += " WHERE " + _condition(node["where_clause"], values)
    return text + (f" GROUP BY {', '.join(groups)}" if groups else ""), values


def _demand(holds: bool) -> None:
    if not holds:
        raise RefusedError("not-allowed")


def _named(node: dict[str, Any], allowed: tuple[str, ...]) -> str:
    _demand(node["class"] == "COLUMN_REF" and len(node["column_names"]) == 1)
    name = node["column_names"][0]
    _demand(name in allowed)
    return str(name)


def _dimension(node: dict[str, Any]) -> str:
    return _named(node, DIMENSIONS)


def _column(node: dict[str, Any], groups: list[str]) -> str:
    """Return a grouping key or an aggregate, as it is asked of the cells."""
    if node["class"] == "COLUMN_REF":
        name = _dimension(node)
        _demand(name in groups)
        return name
    _demand(node["class"] == "FUNCTION" and not node["schema"] and not node["catalog"])
    _demand(not any(node[name] for name in ("filter", "distinct", "is_operator", "export_state")))
    _demand(not node["order_bys"]["orders"])
    name, arguments = node["function_name"], node["arguments"]
    if name == "count_star":
        _demand(not arguments)
        return "CAST(sum(n) AS BIGINT)"
    _demand(name in ("sum", "avg") and len(arguments) == 1)
    measure = _named(arguments[0]["expression"], MEASURES)
    total = f"sum({measure}_sum)"
    return total if name == "sum" else f"{total} / sum({measure}_count)"


def _condition(node: dict[str, Any], values: list[str]) -> str:
    """Return a condition on dimensions alone; appends its values."""
    if node["type"] in ("CONJUNCTION_AND", "CONJUNCTION_OR"):
        between = " AND " if node["type"] == "CONJUNCTION_AND" else " OR "
        return "(" + between.join(_condition(one, values) for one in node["children"]) + ")"
    _demand(node["class"] == "COMPARISON" and node["type"] in _COMPARES)
    name, literal = _dimension(node["left"]), node["right"]
    _demand(literal["class"] == "CONSTANT" and literal["type"] == "VALUE_CONSTANT")
    _demand(literal["literal"].get("kind") == "STRING")
    values.append(literal["literal"]["text"])
    return f"{name} {_COMPARES[node['type']]} ?"


def answer(cells: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    """Return the rows of an answer, or the code of a refusal."""
    try:
        text, values = written_anew(cells, query)
        return {"rows": cells.execute(text, values).fetchall()}
    except RefusedError as refused:
        return {"refused": str(refused)}
    except (duckdb.Error, LookupError, ValueError, TypeError, RecursionError):
        # The message of an error may hold a value; none is let out.
        return {"refused": "failed"}


def main(path: str) -> None:
    """Answer the queries of the standard input, each a JSON string on its line."""
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    cells = cells_of(path)
    for asked, line in enumerate(sys.stdin):
        try:
            query = json.loads(line)
        except (ValueError, RecursionError):
            query = None
        if asked >= BUDGET:
            reply: dict[str, Any] = {"refused": "budget-spent"}
        elif not isinstance(query, str):
            reply = {"refused": "not-one-select"}
        else:
            reply = answer(cells, query)
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
