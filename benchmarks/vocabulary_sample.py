"""Draw a seeded sample of real values with what the vocabulary makes of them, to be read by hand.

    python benchmarks/vocabulary_sample.py [--size 300] [--seed 20260101] [--data FOLDER]

Prints one line a value: number, column, the text as it stands in the record, what it was taken to
mean. Every column gives the same share; of each share half is drawn from values as they occur
(frequent ones again and again) and half from distinct spellings, so that rare ones are seen too.
Ends with the coverage of every column and the time of a look-up. Needs the real records in
``--data``, which are no part of the project.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ontology.vocabulary import Known, Scheme, Unknown, load_vocabulary

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the tests look for them as well."""
PORTALS: list[tuple[str, Scheme]] = [
    ("is_open", "open-type"),
    ("update_frequency", "frequency"),
    ("data_formats", "format"),
    ("category", "domain"),
    ("category", "national-theme"),
    ("industry", "industry"),
    ("department", "organization"),
]
OPEN_LIST: list[tuple[str, Scheme]] = [("提供部门", "organization"), ("领域", "domain-2014")]
TITLES: list[tuple[str, Scheme]] = [("district", "place")]


@dataclass(frozen=True)
class Value:
    """One value of one column; ``local``: it comes from a source in Shanghai."""

    column: str
    scheme: Scheme
    value: object
    local: bool

    def look_up(self) -> list[Known | Unknown]:
        """Return what the vocabulary makes of it."""
        return load_vocabulary().find_all(self.scheme, self.value, local=self.local)


def read(data: Path) -> dict[tuple[str, Scheme], list[Value]]:
    """Read every non-empty value, by column and scheme."""
    found: dict[tuple[str, Scheme], list[Value]] = defaultdict(list)

    def take(row: dict[str, Any], columns: list[tuple[str, Scheme]], local: bool) -> None:
        for column, scheme in columns:
            if (value := row.get(column)) not in (None, "", []):
                found[column, scheme].append(Value(column, scheme, value, local))

    with gzip.open(data / "cn_portals" / "records.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            take(record, PORTALS, record["province"] == "上海市")
    with (data / "shanghai" / "open_list_2014.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            take(row, OPEN_LIST, True)
    with (data / "shanghai" / "known_datasets.jsonl").open(encoding="utf-8") as file:
        for line in file:
            take(json.loads(line), TITLES, True)
    return found


def said(found: Known | Unknown) -> str:
    """Return a result in a few words."""
    if isinstance(found, Known):
        interval = f" {found.interval}" if found.interval else ""
        return f"{found.concept.scheme}/{found.concept.notation} {found.concept.zh}{interval}"
    means = f" -> {found.means.rsplit('vocab/', 1)[-1]}" if found.means else ""
    return f"? {found.reason}{means}"


def main() -> None:
    """Print the sample, the coverage and the time of a look-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the real records")
    args = parser.parse_args()
    if not args.data.is_dir():
        parser.error(f"no real records at {args.data}")

    columns = read(args.data)
    dice = random.Random(args.seed)
    sample: list[Value] = []
    for number, values in enumerate(columns.values()):
        share = args.size // len(columns) + (number < args.size % len(columns))
        distinct = list({str(v.value): v for v in values}.values())
        rare = dice.sample(distinct, min(share // 2, len(distinct)))
        sample += [*rare, *dice.sample(values, share - len(rare))]
    for number, value in enumerate(sample, 1):
        meant = "; ".join(map(said, value.look_up()))
        print(f"{number:3} {value.scheme:14} {value.value!r} => {meant}")

    print("\ncoverage (values, lists item by item)")
    for (column, scheme), values in columns.items():
        count = Counter(
            "known" if isinstance(found, Known) else found.reason
            for value in values
            for found in value.look_up()
        )
        total = count.total()
        shares = ", ".join(f"{why} {n} ({n / total:.2%})" for why, n in count.most_common())
        print(f"  {column:16} {scheme:14} {total:6}: {shares}")

    find = load_vocabulary().find
    texts = [str(v.value) for v in columns["is_open", "open-type"]]
    table = dict.fromkeys(texts)
    started = time.perf_counter()
    for text in texts:
        find("open-type", text)
    spent = time.perf_counter() - started
    started = time.perf_counter()
    for text in texts:
        table.get(text)
    bare = time.perf_counter() - started
    print(f"\nlook-up that hits: {spent / len(texts) * 1e9:.0f} ns, {spent / bare:.1f} x dict.get")


if __name__ == "__main__":
    main()
