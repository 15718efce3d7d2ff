"""Reads the operator's tables, CSV or workbook: levels of the guide, templates of conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from catalog_service.classification.errors import ROW_INVALID, TABLE_HEADINGS
from catalog_service.classification.model import OPEN_TYPES, Conditions, Level, OpenType
from harvesters.limits import Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.readers.files import Input
from harvesters.readers.table_rows import table_rows
from ontology.errors import AtlasError, FilePosition
from ontology.languages import Texts
from ontology.limits import MIB
from ontology.vocabulary import Known, Vocabulary

_LIMITS: Final = Limits(document=4 * MIB, cells=100_000)
_SEARCHED: Final = 10
_CODE: Final = re.compile(r"[^\s,;，；、/?#]{1,40}")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("级别", "level", "代码", "code"),
    "zh": ("名称", "name"),
    "en": ("英文名称", "english name"),
    "definition_zh": ("说明", "定义", "definition"),
    "definition_en": ("英文说明", "english definition"),
    "open_type": ("开放类型", "开放属性", "open type"),
    "text_zh": ("开放条件", "条件", "conditions"),
    "text_en": ("英文条件", "english conditions"),
    "industry": ("行业", "industry"),
}
"""Headings under which each column is found."""

Row = tuple[int, Mapping[str, str]]


def read_levels(vocabulary: Vocabulary, name: str, content: bytes) -> tuple[Level, ...]:
    """Return the levels of a table: code, name, and what else it says of each.

    Raises ``classification-headings``, ``classification-row``, and what reading a file does.
    """
    found: dict[str, Level] = {}
    for number, row in _rows(name, content, ("code", "zh")):
        code = _code(number, row, found)
        found[code] = Level(
            code,
            _texts(row, "zh", "en"),
            _texts(row, "definition_zh", "definition_en"),
            _open_type(vocabulary, number, row.get("open_type", "")),
        )
    return tuple(found.values())


def read_conditions(vocabulary: Vocabulary, name: str, content: bytes) -> dict[str, Conditions]:
    """Return templates of conditions by their codes; raises as `read_levels` does."""
    found: dict[str, Conditions] = {}
    for number, row in _rows(name, content, ("code", "zh", "text_zh")):
        code = _code(number, row, found)
        given = row.get("industry", "")
        industry = vocabulary.find("industry", given) if given else None
        if industry is not None and not isinstance(industry, Known):
            raise AtlasError(ROW_INVALID, row=number, what="行业", value=given[:80])
        found[code] = Conditions(
            _texts(row, "zh", "en"),
            _texts(row, "text_zh", "text_en"),
            industry.concept.iri if industry is not None else "",
        )
    return found


def _rows(name: str, content: bytes, needed: tuple[str, ...]) -> Iterator[Row]:
    rows = table_rows(Input(name, content=content), _LIMITS)
    columns = next(
        filter(None, (_columns(cells, needed) for _, cells in islice(rows, _SEARCHED))), None
    )
    if columns is None:
        headings = "、".join(_NAMES[one][0] for one in needed)
        raise AtlasError(
            TABLE_HEADINGS, place=FilePosition(name), searched=_SEARCHED, needed=headings
        )
    for number, cells in rows:
        row = {key: as_text(cells[at]) for key, at in columns.items() if at < len(cells)}
        if any(row.values()):
            for one in needed:
                if not row.get(one):
                    raise AtlasError(ROW_INVALID, row=number, what=_NAMES[one][0], value="")
            yield number, row


def _columns(cells: list[object], needed: tuple[str, ...]) -> dict[str, int]:
    names = [as_text(cell).strip().casefold() for cell in cells]
    found = {
        key: names.index(next(name for name in known if name in names))
        for key, known in _NAMES.items()
        if not set(known).isdisjoint(names)
    }
    return found if set(needed) <= found.keys() else {}


def _code(number: int, row: Mapping[str, str], known: Mapping[str, object]) -> str:
    code = row["code"].strip()
    if not _CODE.fullmatch(code) or code in known:
        raise AtlasError(ROW_INVALID, row=number, what=_NAMES["code"][0], value=code[:80])
    return code


def _texts(row: Mapping[str, str], zh: str, en: str) -> Texts:
    return {lang: row[key] for lang, key in (("zh", zh), ("en", en)) if row.get(key)}


def _open_type(vocabulary: Vocabulary, number: int, text: str) -> OpenType | None:
    if not text:
        return None
    found = vocabulary.find("open-type", text)
    if isinstance(found, Known):
        notation = found.concept.iri.rpartition("/")[2]
        for one in OPEN_TYPES:
            if one == notation:
                return one
    raise AtlasError(ROW_INVALID, row=number, what=_NAMES["open_type"][0], value=text[:80])
