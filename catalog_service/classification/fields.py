"""Fields of agreements: ``{{数据集名称}}`` in the Markdown, filled for a dataset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from catalog_service.classification.errors import FIELDS_UNKNOWN
from ontology.errors import AtlasError

FIELDS: Final[Mapping[str, str]] = {
    "dataset": "数据集名称",
    "identifier": "数据集标识",
    "publisher": "数据提供单位",
    "conditions": "开放条件",
    "level": "分级",
    "version": "协议版本",
    "day": "日期",
}
"""Each field by its name in the service: what stands between the braces."""

BLANK: Final = "＿＿＿＿＿＿"
"""Stands for what is filled by hand."""

_FIELD: Final = re.compile(r"\{\{\s*([^{}\n]{1,60}?)\s*\}\}")
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


def check_fields(text: str) -> None:
    """Raise ``agreement-fields`` where a text has a field that nothing fills."""
    unknown = sorted(set(_FIELD.findall(text)) - set(FIELDS.values()))
    if unknown:
        known = "、".join(FIELDS.values())
        raise AtlasError(FIELDS_UNKNOWN, fields="、".join(unknown)[:200], known=known)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its fields filled, by their names in the service; others are left blank.

    What is filled in is text and no Markdown.
    """
    given = {FIELDS[name]: value for name, value in values.items() if value}

    def filled(found: re.Match[str]) -> str:
        value = given.get(found[1])
        return BLANK if value is None else _MARKS.sub(r"\\\1", " ".join(value.split()))

    return _FIELD.sub(filled, text)
