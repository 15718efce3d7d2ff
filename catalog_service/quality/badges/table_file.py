"""The table of criteria as a CSV file, read and written; and its cells, checked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from catalog_service.quality.badges.errors import CRITERIA_HEADINGS, CRITERION_INVALID
from catalog_service.quality.badges.model import KINDS, LEAST, OF, Criterion, Kind
from ontology.errors import AtlasError
from shapes.rules import Rules

HEADINGS: Final = ("code", "kind", "of", "least", "zh", "en", "article")
"""The columns of the file, and the fields of the form."""
MOST: Final = 50
"""Criteria of a table."""
_NEEDED: Final = ("code", "kind", "of", "zh")
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LONGEST: Final = 500
"""Characters of a name and of an article."""


def read_criteria(content: bytes, rules: Rules) -> tuple[Criterion, ...]:
    """Return the criteria of a CSV file in UTF-8; none where it has headings alone.

    Raises ``criteria-headings`` and ``criterion-invalid``.
    """
    text = content.decode("utf-8-sig", "replace")
    rows = csv.reader(io.StringIO(text, newline=""))
    head = [cell.strip().casefold() for cell in next(rows, [])]
    if not set(_NEEDED) <= set(head):
        raise AtlasError(CRITERIA_HEADINGS, needed=", ".join(_NEEDED))
    found = (dict(zip(head, row, strict=False)) for row in rows)
    return checked(found, rules)


def checked(rows: Iterable[Mapping[str, str]], rules: Rules) -> tuple[Criterion, ...]:
    """Return the criteria of rows by column; rows without any text are passed over.

    Raises ``criterion-invalid``.
    """
    found: dict[str, Criterion] = {}
    for row in rows:
        cells = {name: row.get(name, "").strip()[:_LONGEST] for name in HEADINGS}
        if not any(cells[name] for name in ("code", "of", "least", "zh", "en", "article")):
            continue
        one = _criterion(cells, rules)
        if one.code in found:
            raise _invalid(one.code, "code", one.code, "–")
        found[one.code] = one
        if len(found) > MOST:
            raise _invalid(one.code, "code", str(len(found)), f"≤ {MOST}")
    return tuple(found.values())


def write_criteria(criteria: Sequence[Criterion]) -> str:
    """Return criteria as a CSV file that `read_criteria` reads."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(HEADINGS)
    rows.writerows(cells_of(one) for one in criteria)
    return out.getvalue()


def cells_of(one: Criterion) -> tuple[str, ...]:
    """Return a criterion by column."""
    least = "" if one.least is None else f"{one.least:g}"
    zh, en = one.name.get("zh", ""), one.name.get("en", "")
    return (one.code, one.kind, one.of, least, zh, en, one.article)


def _criterion(cells: Mapping[str, str], rules: Rules) -> Criterion:
    code = cells["code"]
    if not _CODE.fullmatch(code):
        raise _invalid(code, "code", code, "A-Z a-z 0-9 _ -")
    kind = _kind(code, cells["kind"])
    known = tuple(rule.id for rule in rules) if kind == "rule" else OF[kind]
    if cells["of"] not in known:
        raise _invalid(code, "of", cells["of"], ", ".join(known))
    if not cells["zh"]:
        raise _invalid(code, "zh", "", "中文")
    name = {lang: cells[lang] for lang in ("zh", "en") if cells[lang]}
    return Criterion(
        code, kind, cells["of"], _least(code, kind, cells["least"]), name, cells["article"]
    )


def _kind(code: str, text: str) -> Kind:
    for one in KINDS:
        if one == text:
            return one
    raise _invalid(code, "kind", text, ", ".join(KINDS))


def _least(code: str, kind: Kind, text: str) -> float | None:
    bounds = LEAST[kind]
    if bounds is None:
        if text:
            raise _invalid(code, "least", text, "–")
        return None
    low, high = bounds
    if not re.fullmatch(r"[0-9]{1,13}(\.[0-9]{1,4})?", text) or not low <= float(text) <= high:
        raise _invalid(code, "least", text, f"{low:g}–{high:g}")
    return float(text)


def _invalid(code: str, what: str, value: str, expected: str) -> AtlasError:
    return AtlasError(
        CRITERION_INVALID, code=code[:80], what=what, value=value[:80], expected=expected
    )
