"""Nothing that comes in vanishes without a word: the record, a warning or an unmapped value has it.

Every label that a mapping knows is given each of many kinds of value. What a value says (its texts
and numbers) must come out somewhere: in the record, in a warning, or among what the privacy rule
tells of. What counts as empty, and what a mapping passes over on purpose, is listed here.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest

from harvesters.mapping.mapping_files import label_mapping, read_toml
from harvesters.protocols import Incoming, MappedRecord
from harvesters.readers.formats import read_bytes
from harvesters.readers.portal_records import PortalMapper
from ontology.errors import AtlasError, FilePosition
from ontology.vocabulary import load_vocabulary

BASE = "http://atlas.example"
MARK: Final = "Zq7"
"""Part of every text below; no vocabulary and no format has it."""

EMPTY: Final[tuple[Any, ...]] = (None, "", " ", "\u3000", [], {}, [None], [""], {"name": ""})
"""Values that say nothing."""

KINDS: Final[dict[str, Any]] = {
    "text": f"{MARK}文",
    "text in blanks": f"  {MARK}文\n",
    "long text": f"{MARK}文" * 400,
    "html": f"<p>{MARK}文<br>二</p>",
    "markup alone": "<p></p>",
    "list as text": f"['{MARK}甲','{MARK}乙']",
    "commas": f"{MARK}甲,{MARK}乙",
    "semicolons": f"{MARK}甲；{MARK}乙",
    "lines": f"{MARK}甲\n{MARK}乙",
    "brackets": f"{MARK}（甲、乙）",
    "quotes": f'"{MARK}"甲',
    "separators alone": ",;、",
    "whole number": 741852,
    "large number": 310115202600000000000001,
    "fraction": 74.25,
    "negative": -7418,
    "true": True,
    "false": False,
    "number as text": "741852",
    "yes": "是",
    "no date": f"{MARK} 2026-13-45",
    "date": "2026-08-01",
    "Chinese date": "2026年8月1日",
    "instant": "2026-08-01T10:20:30+08:00",
    "epoch": 1785550830000,
    "date of MongoDB": {"$date": "2026-08-01T02:20:30Z"},
    "date of Java": {"time": 1785550830000, "year": 126, "month": 7},
    "list of numbers": [2026, 8, 1],
    "name in an object": {"name": f"{MARK}名"},
    "value in an object": {"@value": f"{MARK}值", "@language": "zh"},
    "languages": {"zh": f"{MARK}中", "en": f"{MARK}en"},
    "code and name": {"id": 4, "name": f"{MARK}名"},
    "object of unknown keys": {f"k{MARK}": f"{MARK}外"},
    "objects in objects": {"name": {"value": {"name": f"{MARK}深"}}},
    "list of texts": [f"{MARK}甲", f"{MARK}乙"],
    "list of lists": [[f"{MARK}甲"], [f"{MARK}乙"]],
    "list of objects": [{"name": f"{MARK}甲"}, {"label": f"{MARK}乙"}],
    "mixed list": [f"{MARK}甲", {"name": f"{MARK}乙"}, 741852],
    "list of unknown objects": [{f"k{MARK}": f"{MARK}外"}],
    "object without a name": {"type": f"{MARK}型", "description": f"{MARK}说"},
    "web address": f"https://data.example/{MARK}/a.csv",
    "address in capitals": f"HTTPS://DATA.EXAMPLE/{MARK}",
    "address with a blank": f"https://data.example/{MARK}/文件 一.csv",
    "address with braces": f"https://data.example/{MARK}?a={{1}}|2",
    "relative address": f"/download/{MARK}.csv",
    "address without scheme": f"www.data.example/{MARK}",
    "path of a share": f"\\\\server\\{MARK}",
    "no IRI": f"http://[{MARK}/",
    "several addresses": f"https://a.example/{MARK}1,https://b.example/{MARK}2",
    "address with a user": f"https://data.sh.gov.cn@evil.example/{MARK}",
    "file as an object": {"name": f"{MARK}档", "url": f"/download/{MARK}.csv", "format": "csv"},
    "list of files": [{"name": f"{MARK}档", "url": f"https://a.example/{MARK}.csv"}],
}

IDENTITY: Final = frozenset(label_mapping("portal").identity)
TITLES: Final = frozenset(label_mapping("portal").labels["title"])
LINKS: Final = frozenset(
    {*label_mapping("portal").labels["recommended"]}
    | {*label_mapping("portal").labels["current_version"]}
)
LINKED: Final = ("code and name", "file as an object", "list of files")
"""Where another dataset is linked by its identifier or address, its own name is not said again."""
NO_NAME: Final = ("object of unknown keys", "list of unknown objects", "object without a name")
SAID_NOTHING: Final = ("markup alone", "separators alone")


def labels() -> list[str]:
    mapping = label_mapping("portal")
    known = {label for of_one in mapping.labels.values() for label in of_one} | set(mapping.either)
    return sorted(known | (IDENTITY - {"id"}))


def texts(value: Any) -> Iterator[str]:
    """Yield what a value says, piece by piece; keys of objects and codes beside a name do not."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in ("id", "year", "month", "@language"):
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif value is not None:
        yield str(value)


def said(mapped: MappedRecord) -> str:
    told = [warning.message("zh") for warning in mapped.warnings]
    return "\n".join([mapped.record.nquads, *told, *mapped.removed])


def pieces(text: str) -> list[str]:
    """Return the parts of a text that must come out: each word with the mark, or the whole."""
    marked = re.findall(rf"{MARK}[\w]*", text)
    return list(dict.fromkeys(marked)) or [text]


TRANSLATED: Final = {
    # As a date, a day or a truth value the text need not come out as it went in.
    "2026-08-01": ("2026-08-01",),
    "2026年8月1日": ("2026-08-01", "2026年8月1日"),
    "2026-08-01T10:20:30+08:00": ("2026-08-01",),
    "2026-08-01T02:20:30Z": ("2026-08-01",),
    "1785550830000": ("1785550830000", "2026-08-01"),
    "2026": ("2026",),
    "-7418": ("7418",),
    "8": ("8",),
    "1": ("1",),
    "true": ("true", "required"),
    "是": ("是", "true"),
}


def comes_out(piece: str, out: str) -> bool:
    """Tell whether a piece of a value stands in what came out, long ones by their beginning."""
    ways = TRANSLATED.get(piece, (piece,))
    return any(way[:60] in out or json.dumps(way[:60])[1:-1] in out for way in ways)


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) >= 40


@cache
def mapper() -> PortalMapper:
    return PortalMapper(load_vocabulary(), base_iri=BASE, source="s")


def read(record: dict[str, Any]) -> MappedRecord:
    content = json.dumps(record, ensure_ascii=False).encode()
    return mapper().incoming(content, FilePosition("r.jsonl", 1)).make()


@pytest.mark.parametrize("label", labels())
def test_what_a_label_holds_comes_out_somewhere(label: str) -> None:
    lost = []
    plain = read({"id": "ID", "title": "题"})
    for name, value in KINDS.items():
        try:
            out = said(read({"id": "ID", "title": "题", label: value}))
        except AtlasError as error:
            # A record without a title is refused by name.
            assert label == "title", error
            assert name in (*SAID_NOTHING, *NO_NAME)
            continue
        if label in LINKS and name in LINKED:
            continue
        if name in SAID_NOTHING:
            # Nothing is left of these; that is told, or they are kept as they are.
            if out == said(plain):
                lost.append(name)
            continue
        for text in texts(value):
            for piece in pieces(text):
                if not comes_out(piece, out):
                    lost.append(f"{name}: {piece}")
    assert lost == []


@pytest.mark.parametrize("label", sorted(set(labels()) - TITLES))
def test_what_is_empty_says_nothing(label: str) -> None:
    plain = read({"id": "ID", "title": "题"})
    for value in EMPTY:
        mapped = read({"id": "ID", "title": "题", label: value})
        assert mapped.record.nquads == plain.record.nquads, value


def columns() -> list[str]:
    table = read_toml("open_list.toml")
    return sorted(label for of_one in table["synonyms"].values() for label in of_one)


CELLS: Final = {name: one for name, one in KINDS.items() if isinstance(one, str)}


@pytest.mark.parametrize("column", columns())
def test_what_a_cell_holds_comes_out_somewhere(column: str) -> None:
    titles = read_toml("open_list.toml")["synonyms"]["title"]
    # Another known column, so that the heading is one whatever the column is.
    other = "数据大小" if column in titles else "题名" if column == "数据集名称" else "数据集名称"
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["编号", other, column])
    for number, value in enumerate(CELLS.values()):
        writer.writerow([f"N{number}", "题", value])
    items = list(
        read_bytes(
            rows.getvalue().encode(),
            name="r.csv",
            source="s",
            base_iri=BASE,
            vocabulary=load_vocabulary(),
        )
    )
    assert len(items) == len(CELLS)
    lost = []
    for (name, value), item in zip(CELLS.items(), items, strict=True):
        assert isinstance(item, Incoming)
        try:
            out = said(item.make())
        except AtlasError as error:
            # A row without a title is refused by name.
            assert column in titles and name in SAID_NOTHING, error
            continue
        if name not in SAID_NOTHING:
            lost += [f"{name}: {one}" for one in pieces(value) if not comes_out(one, out)]
    assert lost == []


def test_data_items_beyond_two_thousand_are_kept() -> None:
    names = [f"字段{number}" for number in range(2_500)]
    for value in (names, "、".join(names), [{"name": name} for name in names]):
        mapped = read({"id": "1", "title": "题", "fields": value})
        assert mapped.record.nquads.count("csvw#title>") == 2_500


def test_a_column_without_a_name_is_told() -> None:
    mapped = read({"id": "1", "title": "题", "columns": [{"type": "string"}, {"name": "甲"}, "乙"]})
    assert [w.code for w in mapped.warnings] == ["value-not-read"]
    assert "columns" in mapped.warnings[0].message("zh")
    assert mapped.record.nquads.count("csvw#title>") == 2


def test_values_of_mongodb_and_java_are_read() -> None:
    mapped = read(
        {
            "id": "mg1",
            "title": "题",
            "update_time": {"$date": "2026-08-01T02:20:30Z"},
            "publish_time": {"time": 1785550830000, "year": 126},
            "keywords": [{"name": "公交"}, {"label": "线路"}],
            "category": {"id": 4, "name": "道路交通"},
            "department": {"id": "33", "name": "上海市交通委员会"},
        }
    )
    assert mapped.warnings == ()
    text = mapped.record.nquads
    for expected in (
        'modified> "2026-08-01T02:20:30',
        'issued> "2026-08-01T02:20:30',
        'keyword> "公交"@zh',
        'keyword> "线路"@zh',
        "theme> <https://w3id.org/shdata/vocab/domain/4>",
        "publisher> <https://w3id.org/shdata/vocab/organization/transport>",
    ):
        assert expected in text


def file(content: str, name: str) -> list[MappedRecord]:
    items = read_bytes(
        content.encode(), name=name, source="s", base_iri=BASE, vocabulary=load_vocabulary()
    )
    return [item.make() for item in items if isinstance(item, Incoming)]


def codes(mapped: MappedRecord) -> list[str]:
    return [warning.code for warning in mapped.warnings]


def test_a_field_that_no_mapping_knows_is_told_once_for_each_file() -> None:
    records = [
        {"id": "1", "title": "题", "resources": [{"url": "https://a.example/1.csv"}]},
        {"id": "2", "title": "题二", "resources": []},
        {"id": "3", "title": "题三", "descripton": "说明", "raw": {"别的": 1}},
    ]
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in records)
    one, two, three = file(lines, "a.jsonl")
    assert codes(one) == ["unknown-field"]
    assert "resources" in one.warnings[0].message("zh")
    assert codes(two) == []
    assert codes(three) == ["unknown-field"]
    assert "description" in three.warnings[0].message("zh")


def test_a_column_without_a_heading_is_told_where_something_stands_in_it() -> None:
    one, two, three = file("名称,提供部门,\n甲,市教委,\n乙,市教委,值\n丙,市教委,值\n", "a.csv")
    assert [codes(mapped) for mapped in (one, two, three)] == [[], ["unknown-column"], []]
    assert str(two.warnings[0].place) == "a.csv:3:3"
