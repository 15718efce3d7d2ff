"""Profiles of a CSV of 1 GB and an XLSX of 300,000 rows, served from loopback.

    nice -n 10 python -m benchmarks.data_profile              # both
    nice -n 10 python -m benchmarks.data_profile --megabytes 100 --rows 30000

Baseline: DuckDB over the whole file in this process, without a bound. Each figure of the profile is
held against it: rows, repeated rows, and of each column the empty cells, those of a wrong type and
the period. The memory is the most that the process of the profile had resident, looked at ten times
a second, which must stay within 500 MiB.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import openpyxl

from catalog_service.quality.data.fetching import fetch
from catalog_service.quality.data.model import DeclaredItem, FileKind, Profile
from catalog_service.quality.data.running import profile_file
from harvesters.platforms.politeness import HostTurns

HEAD = ["企业名称", "注册资本", "成立日期", "登记时间", "区", "是否有效", "员工数", "备注"]
ITEMS = [
    DeclaredItem(("企业名称",), "text", 20),
    DeclaredItem(("注册资本",), "number"),
    DeclaredItem(("成立日期",), "date"),
    DeclaredItem(("登记时间",), "datetime"),
    DeclaredItem(("员工数",), "integer"),
    DeclaredItem(("没有的项",)),
]
WRONG = {
    "企业名称": "length(x) > 20",
    "注册资本": "try_cast(x AS DOUBLE) IS NULL",
    "成立日期": "try_cast(x AS DATE) IS NULL",
    "登记时间": "try_cast(x AS TIMESTAMP) IS NULL",
    "员工数": "NOT regexp_full_match(x, '[0-9]+')",
}


def line(rng: random.Random, number: int) -> list[str]:
    return [
        f"上海第{number}号有限公司",
        "无" if number % 97 == 0 else f"{rng.randrange(10**8) / 100}",
        "" if number % 31 == 0 else f"{1990 + rng.randrange(34)}-{1 + rng.randrange(12):02}-17",
        f"2023-0{1 + rng.randrange(9)}-11 1{rng.randrange(10)}:00:00",
        rng.choice(("浦东新区", "静安区", "徐汇区", "")),
        rng.choice(("是", "否")),
        "x" if number % 1_009 == 0 else str(rng.randrange(500)),
        f"备注，{rng.randrange(10**6)}",
    ]


def write_csv(path: Path, megabytes: int) -> None:
    rng = random.Random(14)
    block = "".join(",".join(line(rng, n)) + "\n" for n in range(200_000))
    repeated = block.encode()
    with path.open("wb") as out:
        out.write((",".join(HEAD) + "\n").encode())
        number = 200_000
        while out.tell() < megabytes * 1_000_000:
            # A hundred thousand new rows at a time; of each tenth of them all come once more.
            new = [",".join(line(rng, number + n)) + "\n" for n in range(100_000)]
            out.write("".join(new).encode())
            out.write("".join(new[::1_000]).encode())
            number += 100_000
        out.write(repeated[: repeated.find(b"\n", len(repeated) // 2) + 1])


def write_xlsx(path: Path, rows: int) -> None:
    rng = random.Random(15)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEAD)
    for number in range(rows):
        sheet.append([cell or None for cell in line(rng, number)])
        if number % 1_000 == 0:
            sheet.append(["重复", "1", "2020-01-01", None, None, None, "1", None])
    book.save(path)


def whole_table(path: Path, kind: FileKind) -> duckdb.DuckDBPyConnection:
    """Read the whole into DuckDB; an XLSX by openpyxl, cell by cell."""
    whole = duckdb.connect()
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in HEAD)
    read = (
        "read_csv('{}', auto_detect=false, header=true, null_padding=true, delim=',',"
        f" columns={{{{{columns}}}}})"
    )
    if kind == "csv":
        whole.execute(f"CREATE TABLE t AS FROM {read.format(path)}")
        return whole
    copy = path.with_suffix(".rows.csv")
    book = openpyxl.load_workbook(path, read_only=True)
    with copy.open("w", encoding="utf-8") as out:
        for row in book.active.iter_rows(values_only=True):  # type: ignore[union-attr]
            out.write(",".join("" if cell is None else str(cell) for cell in row) + "\n")
    whole.execute(f"CREATE TABLE t AS FROM {read.format(copy)}")
    return whole


def differences(whole: duckdb.DuckDBPyConnection, profile: Profile) -> list[str]:
    found: list[str] = []

    def hold(what: str, ours: object, sql: str) -> None:
        [(theirs,)] = whole.execute(sql).fetchall()
        if ours != theirs:
            found.append(f"{what}: {ours} here, {theirs} over the whole")

    hold("rows", profile.rows, "SELECT count(*) FROM t")
    hold(
        "duplicates",
        profile.duplicates,
        "SELECT (SELECT count(*) FROM t) - (SELECT count(*) FROM (SELECT DISTINCT * FROM t))",
    )
    for column in profile.columns:
        x = f"(SELECT nullif(trim(\"{column.name}\"), '') AS x FROM t)"
        hold(f"{column.name} empty", column.empty, f"SELECT count(*) - count(x) FROM {x}")
        wrong = WRONG.get(column.name or "", "false")
        hold(
            f"{column.name} wrong",
            column.wrong,
            f"SELECT count_if(x IS NOT NULL AND {wrong}) FROM {x}",
        )
    days = "(SELECT unnest([try_cast(成立日期 AS DATE), try_cast(登记时间 AS DATE)]) AS d FROM t)"
    hold("first", profile.first, f"SELECT min(d)::VARCHAR FROM {days}")
    hold("last", profile.last, f"SELECT max(d)::VARCHAR FROM {days}")
    return found


def measure(folder: Path, name: str, kind: FileKind, address: str) -> dict[str, object]:
    path = folder / name
    fetched = folder / f"fetched-{name}"
    began = time.monotonic()
    host = address.removeprefix("http://")
    fetch(f"{address}/{name}", fetched, agent="atlas-bench/1", turns=HostTurns(), allow=(host,))
    took = time.monotonic() - began
    told = profile_file(fetched, kind, ITEMS)
    fetched.unlink()
    result: dict[str, object] = {
        "file": name,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "fetch_seconds": round(took, 1),
        "profile_seconds": round(told.seconds, 1),
        "profile_mib": round(told.megabytes),
        "reason": told.reason,
    }
    if told.profile is not None:
        began = time.monotonic()
        whole = whole_table(path, kind)
        wrong = differences(whole, told.profile)
        result |= {
            "rows": told.profile.rows,
            "duplicates": told.profile.duplicates,
            "wrong_cells": told.profile.wrong,
            "whole_seconds": round(time.monotonic() - began, 1),
            "differences": wrong,
        }
        whole.close()
    return result


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        pass


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=1_000)
    options.add_argument("--rows", type=int, default=300_000)
    given = options.parse_args()
    is_well = True
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name)
        write_csv(folder / "table.csv", given.megabytes)
        write_xlsx(folder / "table.xlsx", given.rows)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=name))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            for file, kind in (("table.csv", "csv"), ("table.xlsx", "xlsx")):
                address = f"http://127.0.0.1:{server.server_port}"
                found = measure(folder, file, kind, address)  # type: ignore[arg-type]
                print(json.dumps(found, ensure_ascii=False), flush=True)
                is_well &= not found.get("reason") and not found.get("differences")
        finally:
            server.shutdown()
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
