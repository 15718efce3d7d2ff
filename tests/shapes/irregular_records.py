"""A sample of records, made up for these tests, with the defects that real catalogues have.

Three kinds of file: what a crawler got from portals of provinces and cities, the table of an open
list, and DCAT as a national portal gives it. Each field is drawn from good and bad values with a
seed; nothing in them is anybody's.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path

_PORTAL: dict[str, tuple[object, ...]] = {
    "department": ("市示例局", "示例区示范委", "", None, "市示例局 ", "示例市示例局（示例办）"),
    "is_open": (
        "无条件开放",
        "有条件开放",
        "无条件共享",
        "无条件开发",
        "无",
        None,
        "注册用户可下载",
    ),
    "description": (
        "示例点位的名称、地址和开放时间。",
        "",
        None,
        "&lt;p&gt;示例 &amp;amp; 说明&lt;/p&gt;\r\n第二行",
        "联系人：张示例 13800000000",
        "示例" * 400,
    ),
    "category": ("生活服务", "['生活服务']", "['旅游休闲', '财税金融']", "畜牧示例", "", None),
    "update_frequency": ("每年", "年", "按年更新", "不定期", "每两年", "天天看", "", None),
    "data_formats": ("mysql", "['api']", "['xls', 'csv']", "http", "[]", "PDF", None),
    "publish_time": ("2020-07-20", "2022-8-25", "2020/2/30", "20200101", "去年", None),
    "update_time": ("2022-12-12", "2019-01-01 09:30:00", "2031-01-01", "2020-07-20", "", None),
    "url": (
        "http://data.example.cn/detail?id={n}",
        "data.example.cn/{n}",
        "http://10.0.0.{n}/a b",
        "暂无",
        None,
    ),
    "data_volume": ("1200", "-1", "1.2万", "", None),
    "industry": ("公共管理、社会保障和社会组织", "示例业", None),
    "tags": ("示例,样本", "示例；样本；示例", None),
}

_LIST = ("编号", "提供部门", "数据项名称", "数据项描述", "数据项内容（包括但不仅限于）", "领域")
_LIST_VALUES: dict[str, tuple[str, ...]] = {
    "提供部门": ("市示例委", "", "市示例委、市样本局", "示例区"),
    "数据项名称": ("“示例”站点", "示例\n名称", "示例站点", " 示例站点 ", ""),
    "数据项描述": ("示例站点的相关信息", "", "详见 http://example.cn/说明", "电话：021-55550000"),
    "数据项内容（包括但不仅限于）": ("名称、地址、电话等", "名称,地址,名称", "", "、、"),
    "领域": ("公共服务", "经济发展", "示例领域", ""),
}

_LITERALS: dict[str, tuple[str, ...]] = {
    "dct:title": ('"Points"@en', '"Points"@en-t-fr, "Punten"@nl', '""@en', '"Points"', ""),
    "dct:description": ('"<p>Sample</p>"@en', '"Sample"@en, "Sample two"@en', "", '" "@fr'),
    "dct:issued": (
        '"2024-02-29"^^xsd:date',
        '"2023-02-29"^^xsd:date',
        '"2023"^^xsd:gYear',
        '"2020-01-01T00:00:00Z"^^xsd:dateTime',
        '"spring"',
        "",
    ),
    "dct:modified": (
        '"2024-03-01"^^xsd:date',
        '"2019-01-01T10:00:00"^^xsd:dateTime, "2020-01-01"^^xsd:date',
        '"2099-01-01"^^xsd:date',
        "",
    ),
    "dct:accessRights": ("eu:PUBLIC", "eu:NON_PUBLIC", "eu:CONFIDENTIAL", '"open"', ""),
    "dct:publisher": (
        '[ a foaf:Organization ; foaf:name "Sample Office"@en ; foaf:mbox <mailto:a@example.org> ]',
        "<http://example.org/agency>",
        '"Sample Office"',
        "",
    ),
    "dcat:theme": ("<http://example.org/theme/1>", '"Sample theme"', ""),
    "dct:accrualPeriodicity": ("<http://example.org/frequency/ANNUAL>", '"yearly"', ""),
    "dct:license": ("<http://example.org/licence>", '"CC BY"', ""),
    "dct:spatial": ("<http://example.org/place>", "[ a dct:Location ]", ""),
    "dcat:contactPoint": ("[ a <http://www.w3.org/2006/vcard/ns#Kind> ]", ""),
    "dcat:distribution": (
        '[ a dcat:Distribution ; dcat:accessURL <http://example.org/d/{n}> ; dct:format "CSV" ]',
        "[ a dcat:Distribution ; dcat:downloadURL <ftp://example.org/{n}.pdf> ]",
        "[ a dcat:Distribution ], [ a dcat:Distribution ; dcat:accessURL <http://example.org/e> ]",
        '[ a dcat:Distribution ; dcat:byteSize "-5"^^xsd:decimal ]',
        "",
    ),
}
_PREFIXES = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix eu: <http://publications.europa.eu/resource/authority/access-right/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def _portal(path: Path, chance: random.Random) -> None:
    with path.open("w", encoding="utf-8") as out:
        for n in range(40):
            row: dict[str, object] = {"id": f"made-{n:04}", "title": f"示例数据集{n}"}
            row |= {"province": "示例省", "city": "示例市", "crawl_year": "2023"}
            for field, values in _PORTAL.items():
                value = chance.choice(values)
                if value is not None:
                    row[field] = value.replace("{n}", str(n)) if isinstance(value, str) else value
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _open_list(path: Path, chance: random.Random) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(_LIST)
        for n in range(1, 41):
            table.writerow([n, *(chance.choice(_LIST_VALUES[name]) for name in _LIST[1:])])


def _dcat(path: Path, chance: random.Random) -> None:
    parts = [_PREFIXES]
    for n in range(40):
        parts.append(f'<http://example.org/dataset/{n}> a dcat:Dataset ; dct:identifier "{n}"')
        for predicate, values in _LITERALS.items():
            value = chance.choice(values).replace("{n}", str(n))
            if value:
                parts.append(f" ; {predicate} {value}")
        parts.append(" .\n")
    path.write_text("".join(parts), encoding="utf-8")


IRREGULAR: dict[str, tuple[str, Callable[[Path, random.Random], None]]] = {
    "portal": ("portal.jsonl", _portal),
    "open list": ("open_list.csv", _open_list),
    "dcat": ("dcat.ttl", _dcat),
}
"""By kind: the name of the file and what writes it."""


def write_irregular(folder: Path, kind: str, seed: int = 7) -> Path:
    """Write the sample of a kind into a folder and return its file."""
    name, write = IRREGULAR[kind]
    write(folder / name, random.Random(seed))
    return folder / name
