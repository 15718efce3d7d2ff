"""Grade the searches with conditions (negation, format, time) by rules over the real records.

    python -m benchmarks.judge_constraints > benchmarks/judged/constraints_qrels.tsv

The rules stand in ``judged/constraints.tsv``, beside the searches: patterns of what the title must
and must not have, of the city and department that must not be, of formats, of the open type, and
the years that the data are about (in the title). A record that is asked for and keeps every
condition has grade 3; one that breaks a wish (format, open type, years) has 1, one that is
excluded 0. ``undated`` is the grade of a title without a year where years are asked: it has it
only if the record was changed in one of these years.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
RULES = Path(__file__).with_name("judged") / "constraints.tsv"
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*[-—~至到]\s*((?:19|20)\d\d))?")


def records() -> Iterator[dict[str, Any]]:
    """Yield the real records: portals, then the known ones of Shanghai."""
    with gzip.open(DATA / "cn_portals" / "records.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)
    with (DATA / "shanghai" / "known_datasets.jsonl").open(encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            named = {
                "city": "上海市",
                "department": found.get("district", ""),
                "data_formats": Path(found.get("file", "")).suffix,
                "is_open": found.get("open_type", ""),
            }
            yield {**found, **named}


def grade(rule: dict[str, str], record: dict[str, Any]) -> int:
    """Return the grade of a record for a search."""
    title = record["title"]
    place = f"{record.get('city', '')} {record.get('department') or ''} {title}"
    formats = str(record.get("data_formats") or "").lower()

    def has(name: str, text: str) -> bool:
        return bool(rule[name] and re.search(rule[name], text))

    if not has("title", title):
        return 0
    if has("not_title", title) or has("not_place", place) or has("not_formats", formats):
        return 0
    if rule["formats"] and not has("formats", formats):
        return 1
    if rule["open"] and not has("open", str(record.get("is_open") or "")):
        return 1
    return _of_the_years(rule, record) if rule["years"] else 3


def _of_the_years(rule: dict[str, str], record: dict[str, Any]) -> int:
    first, last = (int(year) for year in rule["years"].split("-"))
    named = [(int(a), int(b or a)) for a, b in _YEAR.findall(record["title"])]
    if named:
        return 3 if any(start <= last and end >= first for start, end in named) else 1
    changed = str(record.get("update_time") or "")[:4]
    return int(rule["undated"]) if changed.isdigit() and first <= int(changed) <= last else 1


def main() -> None:
    """Write the grades above 0 as tab-separated lines."""
    with RULES.open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    every = list(records())
    print("qid\tdoc\tgrade")
    for rule in rules:
        graded = [(record["id"], grade(rule, record)) for record in every]
        found = [(doc, value) for doc, value in graded if value]
        for doc, value in found:
            print(f"{rule['qid']}\t{doc}\t{value}")
        good = sum(value >= 2 for _, value in found)
        print(f"{rule['qid']} {rule['query']}: {good} of {len(found)}", file=sys.stderr)


if __name__ == "__main__":
    main()
