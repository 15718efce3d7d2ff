"""The README of the examples: what there is, and which dataset is there for what."""

from __future__ import annotations

import csv
import io
import re

from examples.making import districts, open_lists, portal

HEAD = """\
# Examples

A catalogue of {total} datasets, written for this project: departments, fields, habits and offices
are as Shanghai has them, the datasets, numbers and telephone numbers are made up. `make demo` and
the tests use it. The files are what stewards have at hand; `base/` holds the hand-written lists
from which `python -m examples.making` makes them (a test holds the two together). The day on which
they are to be looked at is 1 September 2026 (`ATLAS_TODAY=2026-09-01`).

Identifiers are stable: append to a section of a base list, never insert.

| file | datasets | what |
|---|---|---|
"""

MIDDLE = """
## In good order

`pudong.ttl`, `xuhui.ttl` and `chongming.ttl` fulfil every rule that is checked in one record:
unconditional and conditional datasets, files and APIs with instructions and samples, reviews,
agreements, evaluations. 浦东新区 lists 50 items (R13), 徐汇区 and 崇明区 fewer.

## The draft of 虹口区: one defect each

Every dataset of `hongkou-draft.ttl` is there to fail one rule (some defects touch others too).
R07, R12, R16 and R35 need the other records or a clock and are reported, not gated.

"""

TAIL = """
## Habits and defects of the city's files

Open lists (`city/*.csv`): `jiaotong` and `caizheng` begin with a byte order mark, `jiaowei` and
`wenlv` are GB18030.

| title | column | value |
|---|---|---|
{csv}
Portal records (`city/*.jsonl`):

| title | key | value |
|---|---|---|
{portal}
"""


def text(made: dict[str, bytes]) -> str:
    """Return the README for the made files."""
    counts = {path: _count(path, content) for path, content in made.items()}
    rows = [
        f"| [`{path}`]({path}) | {count} | {_kind(path)} |"
        for path, count in sorted(counts.items())
    ]
    head = HEAD.format(total=sum(counts.values()))
    tail = TAIL.format(csv=_habits(open_lists.HABITS), portal=_habits(portal.HABITS))
    return head + "\n".join(rows) + "\n" + MIDDLE + districts.table_of_defects() + tail


def _count(path: str, content: bytes) -> int:
    if path.endswith(".csv"):
        encoding = next(e for name, e in open_lists.FILES.values() if name in path)
        return len(list(csv.DictReader(io.StringIO(content.decode(encoding), newline=""))))
    if path.endswith(".jsonl"):
        return content.count(b"\n")
    return len(re.findall(rb"a dcat:Dataset\b", content))


def _kind(path: str) -> str:
    if path.endswith(".csv"):
        return next(
            f"open list of {body}" for body, (name, _) in open_lists.FILES.items() if name in path
        )
    if path.endswith(".jsonl"):
        return "records of the city platform with the labels of its detail page"
    return "DCAT in the shape of the application profile"


def _habits(habits: dict[str, dict[str, str]]) -> str:
    return "".join(
        f"| {title} | {key} | `{value}` |\n" if value else f"| {title} | {key} | (empty) |\n"
        for title, said in habits.items()
        for key, value in said.items()
    )
