"""A sample's file and its comparison with the whole, made from a table in three passes.

Groups are counted first, rows are drawn then, and at last the whole is held against what was
drawn. Memory goes with the sample's rows and the number of groups, not with the whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Final

from catalog_service.csv_cells import BYTE_ORDER_MARK, quote_formulas
from catalog_service.samples.comparing import Cell, comparison
from catalog_service.samples.drawing import (
    LEAST_ROWS,
    Priorities,
    Reservoir,
    added,
    demand_share,
    eligible,
    shares,
)
from catalog_service.samples.errors import (
    NO_ROWS,
    PERSONAL_HEADER,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_GROUPS,
    UNKNOWN_COLUMN,
)
from catalog_service.samples.model import Made, Plan, Report
from harvesters.privacy.table_cells import identifies, is_personal
from harvesters.readers.data_rows import DataRows
from ontology.errors import AtlasError, Phrase
from translations import N_

MOST_ROWS: Final = 100_000
MOST_GROUPS: Final = 20_000
MOST_COLUMNS: Final = 500
LONGEST_NAME: Final = 200
"""Characters of a column's name."""
_MOST_CELLS: Final = 2_000_000
"""Cells of a sample, which is kept in memory."""
_PART: Final = 20_000
"""Rows of the whole that are looked at together."""
_MOSTLY: Final = 0.5
"""A column in which more of the filled cells are personal is left out as a whole: the rule does
not recognize every name."""
_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")

_Key = Callable[[list[str]], object]


def make_sample(table: DataRows, plan: Plan, share: float | None = None) -> Made:
    """Draw a sample of a table; the same bytes for the same rows and plan.

    ``share``: the largest part of the whole's rows that it may have, of 1; None: any. Raises
    ``sample-columns``, ``sample-header``, ``sample-column``, ``sample-too-large``,
    ``sample-over-share``, ``sample-groups``, ``sample-empty`` and what the table's rows raise.
    """
    header = table.header
    _check_header(header)
    most = min(MOST_ROWS, max(LEAST_ROWS, _MOST_CELLS // len(header)))
    if not LEAST_ROWS <= plan.size <= most:
        raise AtlasError(TOO_LARGE, least=LEAST_ROWS, limit=most, size=plan.size)
    strata = _places(header, plan.strata)
    named = sorted({*strata, *_places(header, plan.groups)})
    counts = _count(table, _key(named), [header[place] for place in named])
    large = eligible(counts, plan.smallest)
    # The key of a group holds that of its stratum.
    within = _key([named.index(place) for place in strata])
    stratum_of = {group: within(_parts(group, len(named))) for group in large}
    given = shares(added((stratum_of[group], count) for group, count in large.items()), plan.size)
    if not given:
        raise AtlasError(NO_ROWS, rows=counts.total(), smallest=plan.smallest or 1)
    demand_share(sum(given.values()), counts.total(), share)
    reservoir = Reservoir(given, Priorities(plan.seed))
    group_of = _key(named)
    for number, row in enumerate(table.rows(), start=1):
        stratum = stratum_of.get(group_of(row), _NONE)
        if stratum is not _NONE:
            reservoir.offer(number, stratum, row)
    drawn = [[cell.strip() for cell in row] for _, row in reservoir.rows()]
    columns = _cleaned(header, drawn)
    compared = [comparison(cells, plan.smallest) for cells in columns]
    for part in _parts_of(table.rows()):
        for one, cells in zip(compared, zip(*part, strict=True), strict=True):
            one.look([cell.strip() for cell in cells])
    report = Report(
        whole_rows=counts.total(),
        rows=len(drawn),
        groups=len(counts),
        suppressed_groups=len(counts) - len(large),
        suppressed_rows=counts.total() - sum(large.values()),
        cells_left_out=sum(cells.count(None) for cells in columns),
        columns=tuple(one.column(name) for name, one in zip(header, compared, strict=True)),
    )
    return Made(_written(header, columns), report)


_NONE: Final = object()


def _check_header(header: Sequence[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise AtlasError(TOO_MANY_COLUMNS, columns=len(header), limit=MOST_COLUMNS)
    if any(len(name) > LONGEST_NAME for name in header):
        raise AtlasError(PERSONAL_HEADER, reason=Phrase(N_("it holds a text and no name")))
    if any(not char.isprintable() for name in header for char in name):
        raise AtlasError(PERSONAL_HEADER, reason=Phrase(N_("it holds what is no text")))
    if any(map(identifies, header)):
        raise AtlasError(PERSONAL_HEADER, reason=Phrase(N_("it holds personal data")))
    if not all(header):
        raise AtlasError(PERSONAL_HEADER, reason=Phrase(N_("it has empty cells")))
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise AtlasError(PERSONAL_HEADER, reason=Phrase(N_("a name stands in it twice")))


def _places(header: Sequence[str], names: Sequence[str]) -> list[int]:
    for name in names:
        if name not in header:
            known = "、".join(header[:40])
            raise AtlasError(UNKNOWN_COLUMN, column=name[:80], known=known)
    return sorted({header.index(name) for name in names})


def _key(places: Sequence[int]) -> _Key:
    """Return what makes the key of a row: a text of one column, a tuple of several."""
    return itemgetter(*places) if places else lambda _: ""


def _parts(group: object, count: int) -> list[str]:
    if count == 1:
        return [str(group)]
    return list(group) if isinstance(group, tuple) else []


def _count(table: DataRows, key: _Key, names: Sequence[str]) -> Counter[object]:
    counts: Counter[object] = Counter()
    for part in _parts_of(table.rows()):
        counts.update(map(key, part))
        if len(counts) > MOST_GROUPS:
            raise AtlasError(TOO_MANY_GROUPS, columns="、".join(names), limit=MOST_GROUPS)
    return counts


def _parts_of(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while part := list(islice(rows, _PART)):
        yield part


def _cleaned(header: Sequence[str], drawn: list[list[str]]) -> list[list[Cell]]:
    """Return the columns of a sample; None stands for what the privacy rule takes out."""
    return [
        _cleaned_column(name, list(cells))
        for name, cells in zip(header, zip(*drawn, strict=True), strict=True)
    ]


def _cleaned_column(name: str, cells: list[str]) -> list[Cell]:
    personal = {cell for cell in set(cells) if cell and is_personal((name,), cell)}
    filled = sum(map(bool, cells))
    if sum(cell in personal for cell in cells) > filled * _MOSTLY:
        return [None if cell else "" for cell in cells]
    return [None if cell in personal else cell for cell in cells]


def _written(header: Sequence[str], columns: list[list[Cell]]) -> bytes:
    """Return the file: CSV that spreadsheets open as it is, and run no part of."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(name) for name in header])
    writer.writerows([_safe(cell or "") for cell in row] for row in zip(*columns, strict=True))
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _safe(text: str) -> str:
    return text if _PLAIN_NUMBER.fullmatch(text) else quote_formulas(text)
