"""A sample of a table of a million rows: seconds, memory, and whether it comes out the same.

The table is made by chance from a fixed seed, in a temporary folder, with the telephone numbers and
names of nobody. Baseline, in the same run: the same file gone through once by the csv module.

    python -m benchmarks.samples [--rows 1000000] [--size 10000]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from catalog_service.samples.making import make_sample
from catalog_service.samples.model import Plan
from harvesters.limits import DEFAULT
from harvesters.readers.data_rows import data_rows
from harvesters.readers.files import Input

HEADER: Final = ("编号", "区", "日期", "车型", "里程", "费用", "联系电话", "联系人", "备注", "等级")
DISTRICTS: Final = ("浦东新区", "徐汇区", "静安区", "崇明区", "虹口区")


def write_table(path: Path, rows: int) -> None:
    """Write the table."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(
                (
                    f"SH{number:08d}",
                    chance.choices(DISTRICTS, (50, 20, 15, 10, 5))[0],
                    f"2024-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
                    chance.choice("ABCDEF"),
                    round(chance.expovariate(0.01), 2),
                    chance.randint(-50, 1000),
                    f"13{chance.randrange(10**9):09d}",
                    chance.choice(("张三", "李四", "王小明")),
                    chance.choice(("", "正常", "异常")),
                    chance.randint(1, 5),
                )
            )


def draw(path: Path, size: int) -> None:
    """Draw, in this process, and print seconds, MiB, the file's digest and its distances."""
    begun = time.perf_counter()
    with data_rows(Input(path.name, path=path), DEFAULT) as table:
        made = make_sample(table, Plan(size, "2026", ("区",), ("车型",), 10))
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report = made.report
    print(
        f"{report.rows:,} of {report.whole_rows:,} rows in {seconds:.1f} s, peak {peak:.0f} MiB, "
        f"{report.cells_left_out:,} cells left out, "
        f"SHA-256 {hashlib.sha256(made.content).hexdigest()[:16]}"
    )
    for one in report.columns:
        if one.distance is not None:
            print(f"  {one.name}  {one.measure}  {one.distance:.4f}")


def main() -> None:
    """Make the table, go through it, and draw twice, each time in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--of", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of is not None:
        draw(given.of, given.size)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_table(path, given.rows)
        print(f"table: {path.stat().st_size / 2**20:.0f} MiB", flush=True)
        begun = time.perf_counter()
        with path.open(encoding="utf-8", newline="") as file:
            count = sum(1 for _ in csv.reader(file))
        print(
            f"csv module, once: {count:,} rows in {time.perf_counter() - begun:.1f} s", flush=True
        )
        again = (sys.executable, "-m", "benchmarks.samples", "--of", path, "--size")
        for _ in range(2):
            subprocess.run((*again, str(given.size)), check=True)


if __name__ == "__main__":
    main()
