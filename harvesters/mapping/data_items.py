"""Data items (the fields of a dataset): from a list, from one cell, or from a description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from harvesters.errors import VALUE_NOT_READ
from harvesters.mapping.mapped_value import (
    EMPTY,
    TYPE,
    D,
    MappedValue,
    plain_term,
    text_term,
    typed_term,
)
from harvesters.mapping.value_parsing import as_list, as_text, parse_boolean, split_outside_brackets
from harvesters.mapping.wrapped_values import shown, unwrapped
from harvesters.privacy.personal_data import clean_text
from ontology.errors import ErrorKind
from ontology.terms import CSVW, DCT, SHD
from ontology.texts import tidy

_ETC = re.compile(r"(?:等(?:等|内容|信息|字段|属性字段|数据|指标|情况)?)[。.；;]?$|[。.；;…]+$")
_LIST_IN_TEXT = re.compile(
    r"(?:包含|包括|含有|字段有|字段为|字段包括|数据项有)[:：]?([^。；;:：\n]{5,400}?)"
    r"(?:等(?:字段|属性字段|数据项|内容|字段信息)|(?:等)?(?:属性)?字段)[。.]?\s*$"
)
_AFTER_BREAK = re.compile(r"^[^\\]{1,80}\\n([^\\\n。；;]{3,2000})$")
_TYPES: Final = {
    "string": "string", "varchar": "string", "char": "string", "text": "string", "字符型": "string",
    "字符串": "string", "字符串型": "string", "文本": "string", "c": "string", "integer": "integer",
    "int": "integer", "bigint": "integer", "整数": "integer", "整型": "integer", "long": "integer",
    "decimal": "decimal", "number": "decimal", "numeric": "decimal", "float": "decimal",
    "double": "decimal", "数值型": "decimal", "数值": "decimal", "n": "decimal", "date": "date",
    "日期型": "date", "日期": "date", "d": "date", "datetime": "dateTime", "timestamp": "dateTime",
    "日期时间型": "dateTime", "时间": "dateTime", "t": "dateTime", "boolean": "boolean",
    "bool": "boolean", "布尔型": "boolean", "逻辑型": "boolean",
}  # fmt: skip
_NAME_KEYS = (
    *("name", "title", "fieldName", "field_name"),
    *("名称", "字段名称", "信息项名称", "数据项名称"),
)
_TYPE_KEYS = ("type", "datatype", "fieldType", "field_type", "数据类型", "类型", "字段类型")
_NOTE_KEYS = ("description", "comment", "desc", "fieldDesc", "描述", "说明", "字段描述")
_NEED_KEYS = ("required", "必填", "是否必填")
_KEYS = (_NAME_KEYS, _TYPE_KEYS, _NOTE_KEYS, _NEED_KEYS)
_BESIDE: Final = frozenset({"id", "fieldId", "sort", "order", "index", "序号", "length", "长度"})
"""Keys that describe nothing of the data item itself, ignored without a warning."""

_Field = tuple[str, str, str, str]
"""Name, datatype, description, required."""


def split_fields(text: str) -> list[str]:
    """Return the field names in one cell: ``名称、地址、电话、价格等`` → 名称, 地址, 电话, 价格."""
    bare = _ETC.sub("", tidy(text))
    parts = as_list(bare) if bare[:1] == "[" else split_outside_brackets(bare, "、,，;；|\n")
    cleaned = (_ETC.sub("", part) for part in parts)
    return [part for part in dict.fromkeys(cleaned) if part]


def fields_in_description(text: str) -> list[str]:
    """Return field names that a description lists, only where that is certain.

    Two forms used by real portals: ``…包含编号、单位名称、有效期等字段`` at its end, and a title, a
    literal ``\\n`` and the header of the file joined by commas. At least three short names.
    """
    names: list[str] = []
    if "\\n" in text:
        found = _AFTER_BREAK.match(text)
        if found is not None and found.group(1).count(",") + found.group(1).count("，") >= 1:
            names = split_outside_brackets(found.group(1), ",，")
            return names if len(names) >= 2 and all(len(name) <= 40 for name in names) else []
        return []
    if "包" in text or "字段" in text:
        found = _LIST_IN_TEXT.search(text)
        if found is not None and "、" in found.group(1):
            names = split_outside_brackets(found.group(1), "、,，")
    return names if len(names) >= 3 and all(len(name) <= 16 for name in names) else []


def map_data_items(value: object) -> MappedValue:
    """Return the lines of the data items that ``value`` names: a list, objects, or one text."""
    items = [value] if isinstance(value, dict) else value
    if isinstance(items, (list, tuple)):
        entries: list[_Field] = []
        problems: list[tuple[ErrorKind, dict[str, Any]]] = []
        for item in items:
            if isinstance(item, dict):
                described, unread = _described(item)
                entries.append(described)
                problems += ((VALUE_NOT_READ, {"value": one}) for one in unread)
            else:
                # A planned list of 2014 ends with “等”, a header of a file never does.
                entries += ((_ETC.sub("", name), "", "", "") for name in as_list([item]))
        named = list(dict.fromkeys(entry for entry in entries if entry[0]))
        return data_item_lines(named)._replace(problems=tuple(problems))
    # Before splitting: in 联系人：张三、李四 only the whole shows that 李四 is a name.
    cleaned = clean_text(as_text(value))
    mapped = data_item_lines([(name, "", "", "") for name in split_fields(cleaned.text)])
    return mapped._replace(removed=tuple(f"dataItem: {kind}" for kind in cleaned.kinds))


def data_item_lines(entries: Sequence[_Field]) -> MappedValue:
    """Return the lines of data items given as name, datatype, description, required."""
    if not entries:
        return EMPTY
    lines: list[str] = []
    for number, (name, datatype, note, required) in enumerate(entries, start=1):
        node = f"<{D}#field-{number:03d}>"
        lines += (
            f"<{D}> <{SHD.dataItem}> {node} .",
            f"{node} {TYPE} <{CSVW.Column}> .",
            f"{node} <{CSVW.term('title')}> {text_term(name)} .",
        )
        if datatype:
            lines.append(f"{node} <{CSVW.datatype}> {plain_term(datatype)} .")
        if note:
            lines.append(f"{node} <{DCT.description}> {text_term(note)} .")
        if required:
            lines.append(f"{node} <{CSVW.required}> {typed_term(required, 'boolean')} .")
    return MappedValue("\n".join(lines))


def _described(item: dict[str, object]) -> tuple[_Field, list[str]]:
    """Return a data item given as an object, and the unread parts of the object."""
    kinds: dict[tuple[str, ...], str] = {}
    unread: list[str] = []
    for key, given in item.items():
        text = as_text(unwrapped(given)[0])
        keys = next((k for k in _KEYS if key in k and k not in kinds), None)
        if not text:
            if given not in (None, "", [], {}):
                unread.append(f"{key}: {shown(given)}")
        elif keys is not None:
            kinds[keys] = text
        elif key not in _BESIDE:
            unread.append(f"{key}: {shown(text)}")
    need = kinds.get(_NEED_KEYS, "")
    truth = parse_boolean(need)
    if need and truth is None:
        unread.append(f"required: {need}")
    kind = kinds.get(_TYPE_KEYS, "")
    name = kinds.get(_NAME_KEYS, "")
    if not name and item:
        unread = [shown(item)]
    required = "" if truth is None else "true" if truth else "false"
    return (name, _TYPES.get(kind.lower(), kind), kinds.get(_NOTE_KEYS, ""), required), unread
