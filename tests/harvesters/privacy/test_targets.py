"""Whatever a source gives, by whichever label: no person's name or number comes into a record."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest

from harvesters.mapping.mapping_files import label_mapping, read_toml, targets
from harvesters.privacy.lines import LineCleaner
from ontology.terms import DCAT, DCT, RDF
from tests.harvesters.conftest import Result

SECRET = "联系人：张三 13812345678"
CARD = "身份证号 110101200503070136"
PARTS = ("张三", "13812345678", "110101200503070136", "%E5%BC%A0%E4%B8%89")
PORTAL = label_mapping("portal").labels
SYNONYMS: dict[str, list[str]] = read_toml("open_list.toml")["synonyms"]

SHAPES: dict[str, list[Any]] = {
    "fields": [
        [{"name": SECRET, "type": SECRET, "description": SECRET}],
        [{"name": "甲", "description": SECRET}],
        [SECRET, "乙"],
    ],
    "files": [[{"name": SECRET, "file_type": SECRET}], [SECRET], f"{SECRET}.xlsx"],
    "sample": [{"description": SECRET, "url": "http://a.example/s"}],
    "agreement": [{"title": SECRET}],
    "contact": [{"name": "张三", "phone": "13812345678"}, ["张三", "13812345678"]],
    "secrecy_review": [{"date": "2020-01-01", "label": SECRET}],
    "deidentification": [{"description": SECRET}],
    "consent": [{"description": SECRET}],
    "publisher": ["张三", "张三、13812345678", [SECRET]],
    "landing_page": ["mailto:zhang.san@qq.com"],
    "recommended": [[{"name": SECRET}], [{"id": SECRET, "name": SECRET}]],
}


def checked(result: Result) -> None:
    for part in (*PARTS, "zhang.san"):
        assert part not in result.text
    assert len(result.mapped) == 1
    assert not any(part in "".join(result.mapped[0].removed) for part in PARTS)


@pytest.mark.parametrize("target", list(targets()))
@pytest.mark.parametrize("secret", [SECRET, CARD], ids=["number", "card"])
def test_json(read: Any, target: str, secret: str) -> None:
    for value in (secret, [secret], *SHAPES.get(target, ())):
        made = {"id": "7", "title": "名称", "api": "http://a.example/api", PORTAL[target][0]: value}
        result = read(orjson.dumps(made), "a.jsonl")
        checked(result)


@pytest.mark.parametrize("target", sorted(SYNONYMS))
@pytest.mark.parametrize("secret", [SECRET, CARD], ids=["number", "card"])
def test_csv(read: Any, target: str, secret: str) -> None:
    row = {"编号": "7", "数据集名称": "名称", "开放属性": "无条件开放", "提供部门": "市统计局"}
    known = {"title": "数据集名称", "open_type": "开放属性", "publisher": "提供部门"}
    row[known.get(target, SYNONYMS[target][0])] = secret
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerows([list(row), list(row.values())])
    checked(read(table.getvalue(), "a.csv"))


@pytest.mark.parametrize(
    "target", [t for t in targets().values() if t.property], ids=lambda t: t.name
)
@pytest.mark.parametrize("secret", [SECRET, CARD], ids=["number", "card"])
def test_dcat(read: Any, target: Any, secret: str) -> None:
    dataset = "http://a.example/d/7"
    said = f'<{dataset}> <{target.property}> "{secret}"@zh .\n'
    below = f'<{dataset}> <{target.property}> _:b .\n_:b <{DCT.description}> "{secret}" .\n'
    head = f"<{dataset}> <{RDF.type}> <{DCAT.Dataset}> .\n"
    result = read(head + said + below, "a.nt")
    checked(result)
    assert result.mapped[0].removed


TEXTS = [
    "sharing_condition", "sharing_mode", "data_size", "provenance", "condition", "open_scope",
    "condition_supplement", "agreement", "sample", "fields", "publisher", "spatial", "api_manual",
    "consent", "keyword", "description", "title", "provider_code", "resource_code", "city", "files",
]  # fmt: skip


@pytest.mark.parametrize("target", TEXTS)
def test_what_was_taken_out_is_told(read: Any, target: str) -> None:
    made = {"id": "7", "title": "名称", "api": "http://a.example/api", PORTAL[target][0]: SECRET}
    result = read(orjson.dumps(made), "a.jsonl")
    assert any("13812345678" not in text and ": " in text for text in result.mapped[0].removed)


def test_the_rest_of_a_text_stays() -> None:
    start = "<\x00#x> <https://w3id.org/shdata/def/openScope> "
    part = f'{start}"甲\\"\\n联系电话13812345678，丙"@zh .\n<\x00> <{DCT.title}> "乙"@zh .'
    net = LineCleaner()
    assert not net.passes(part)
    text, removed = net.cleaned(part)
    assert text == f'{start}"甲\\"\\n丙"@zh .\n<\x00> <{DCT.title}> "乙"@zh .'
    assert len(removed) == 1
    assert net.cleaned(f'{start}"13812345678"@zh .') == ("", removed)


def test_codes_and_addresses_stay(read: Any) -> None:
    made = {
        "id": "23812345678",
        "title": "名称",
        "url": "http://a.example/d/a13812345678f?code=SH13812345678",
        "provider_code": "13812345678",
    }
    result = read(orjson.dumps(made), "a.jsonl")
    assert result.mapped[0].removed == ()
    assert result.text.count("13812345678") >= 3
