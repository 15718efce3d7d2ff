"""What is counted of one column, in SQL: how many cells hold something, and of which kind they are.

A cell's blanks at both ends count for nothing. ``§`` stands for the trimmed text of a column,
``§_at`` for the moment that it is (`moment_of`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog_service.quality.data.model import DeclaredItem, Kind

_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_TIMES: Final = (
    *(f"{day} %H:%M{rest}" for day in _DAYS[:4] for rest in ("", ":%S", ":%S.%f")),
    *(f"%Y-%m-%dT%H:%M{rest}" for rest in ("", ":%S", ":%SZ", ":%S+08:00", ":%S.%f", ":%S.%fZ")),
    "%Y%m%d%H%M%S",
)
_PARTS: Final = ("%Y", "%Y-%m", "%Y/%m", "%Y.%m", "%Y%m", "%Y年", "%Y年%m月")
"""A year or a month, which a declared date may be."""


def _listed(formats: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{one}'" for one in formats) + "]"


def moment_of(item: DeclaredItem | None) -> str:
    """Return what a cell is as a moment, NULL where it is none; computed once for each cell.

    A cell of a declared date may be a year or a month.
    """
    formats = (*_DAYS, *_TIMES, *(_PARTS if item is not None and item.kind == "date" else ()))
    # Most cells are no days: a pattern is quicker than so many formats.
    return (
        "CASE WHEN length(§) < 33 AND regexp_matches(§, '^[12][0-9]{3}([-/.年]|[0-9]{2}|$)') "
        f"THEN try_strptime(§, {_listed(formats)}) END"
    )


_INTEGER: Final = r"regexp_full_match(§, '[+-]?[0-9]+')"
_TESTS: Final[Mapping[Kind, str]] = {
    "integer": _INTEGER,
    "number": (
        "regexp_full_match(§, '[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?"
        r"(\.[0-9]*)?([eE][+-]?[0-9]+)?')"
        " AND regexp_matches(§, '[0-9]')"
    ),
    "date": "§_at IS NOT NULL AND length(§) < 12 AND NOT contains(§, ':')",
    "datetime": "§_at IS NOT NULL",
    "time": r"regexp_full_match(§, '([01]?[0-9]|2[0-4]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]+)?)?')",
    "boolean": "lower(§) IN ('是','否','有','无','true','false','yes','no','y','n','1','0')",
    "address": r"regexp_matches(§, '^[A-Za-z][A-Za-z0-9+.\-]*://[^ ]+$')",
}
NARROWEST: Final[tuple[Kind, ...]] = tuple(_TESTS)
"""In the order in which a column is called what all of its cells are."""

_CREDIT: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def _credit_code() -> str:
    """Return the test of GB 32100-2015: 18 characters, the last one a check of the others."""
    digits = (f"(strpos('{_CREDIT}', upper(§)[{n}]) - 1) * {w}" for n, w in enumerate(_WEIGHTS, 1))
    check = f"(31 - ({' + '.join(digits)}) % 31) % 31 + 1"
    return (
        f"regexp_full_match(upper(§), '[{_CREDIT}]{{18}}') "
        f"AND '{_CREDIT}'[({check})::INTEGER] = upper(§)[18]"
    )


def _division_code(codes: tuple[str, ...]) -> str:
    """Return the test of a division's code; of Shanghai's own (31…) all are known."""
    known = ", ".join(f"'{code}'" for code in codes if code.isdecimal()) or "''"
    return (
        "regexp_full_match(§, '[1-9][0-9]{5}([0-9]{3}|[0-9]{6})?') "
        f"AND (NOT starts_with(§, '31') OR §[:6] IN ({known}))"
    )


def tests_of(item: DeclaredItem | None, codes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return what is counted of a column, by a short name: each a test over ``§``.

    ``codes``: the code list of a key item, by its notation.
    """
    tests: dict[str, str] = dict(_TESTS.items())
    right, coded = [], []
    if item is not None and item.kind is not None and item.kind in _TESTS:
        right.append(_TESTS[item.kind])
    if item is not None and item.length is not None and item.kind in (None, "text"):
        right.append(f"length(§) <= {item.length}")
    if item is not None and item.key_item == "credit-code":
        coded.append(_credit_code())
    if item is not None and item.key_item == "division-code":
        coded.append(_division_code(codes.get("division-code", ())))
    # A cell is told once: one that is of another type is in no code list either.
    is_right = " AND ".join(f"({one})" for one in right) or "true"
    tests["wrong"] = f"§ IS NOT NULL AND NOT ({is_right})"
    tests["uncoded"] = f"§ IS NOT NULL AND ({is_right}) AND NOT ({' AND '.join(coded) or 'true'})"
    return tests
