from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harvesters.mapping.mapping_files import label_mapping, targets
from harvesters.readers.formats import open_reader, read_one
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary
from tests.harvesters.conftest import BASE, Result, collect

Read = Callable[..., Result]


def one(read: Read, **fields: object) -> Result:
    record = {"id": "r1", "title": "学校名录", **fields}
    result = read(json.dumps(record, ensure_ascii=False), "r.jsonl", format="portal-jsonl")
    assert result.errors == []
    return result


def test_all_real_records_are_read_and_mapped(shared_data: Path, vocabulary: Vocabulary) -> None:
    path = shared_data / "cn_portals" / "records.jsonl.gz"
    read = mapped = lines = 0
    for item in open_reader(path, source="cn", base_iri=BASE, vocabulary=vocabulary):
        read += 1
        record = item.make().record  # type: ignore[union-attr]
        assert record.remote_id == item.remote_id  # type: ignore[union-attr]
        mapped += 1
        lines += record.nquads.count("\n")
    assert read == mapped == 26_571
    assert lines / mapped < 30


def test_real_records_are_canonical_n_triples(shared_data: Path, vocabulary: Vocabulary) -> None:
    path = shared_data / "cn_portals" / "records.jsonl.gz"
    for number, item in enumerate(
        open_reader(path, source="cn", base_iri=BASE, vocabulary=vocabulary)
    ):
        record = item.make().record  # type: ignore[union-attr]
        assert all(line.startswith("<") and line.endswith(" .") for line in record.lines)
        if number % 211 == 0:
            again = [f"{t.subject} {t.predicate} {t.object} ." for t in record.triples()]
            assert again == record.lines


def test_the_known_datasets_of_shanghai(shared_data: Path, vocabulary: Vocabulary) -> None:
    path = shared_data / "shanghai" / "known_datasets.jsonl"
    result = collect(open_reader(path, source="k", base_iri=BASE, vocabulary=vocabulary))
    assert (len(result.mapped), result.errors) == (220, [])
    assert result.text.count("dcat#endpointURL>") == 5
    assert "vocab/place/310113>" in result.text
    assert "place-1" not in result.text
    assert not re.search(r'csvw#title> "[^"]*等"', result.text)


def test_normalised_keys_and_chinese_labels_say_the_same(read: Read) -> None:
    keys = {
        "id": "r1", "title": "学校名录", "description": "全市学校", "department": "市教委",
        "is_open": "有条件开放", "update_frequency": "每 2 日", "category": "教育科技",
        "publish_time": "2020-1-2", "update_time": "2021-03-04 05:06:07", "data_volume": "12",
        "data_formats": "['xls','csv']", "url": "https://data.example/1",
    }  # fmt: skip
    labels = {
        "编号": "r1", "名称": "学校名录", "摘要": "全市学校", "数据提供单位": "市教委",
        "开放属性": "有条件开放", "更新频率": "每 2 日", "数据领域": "教育科技",
        "首次发布日期": "2020-1-2", "更新日期": "2021-03-04 05:06:07", "数据量（条）": 12,
        "数据格式": ["xls", "csv"], "详情页": "https://data.example/1",
    }  # fmt: skip
    first = read(json.dumps(keys), "a.jsonl")
    second = read(json.dumps(labels), "b.jsonl")
    third = read(json.dumps({"id": "r1", "raw": labels}), "c.jsonl")
    assert first.text == second.text == third.text
    assert first.lines("updateInterval")[0].endswith(
        '"P2D"^^<http://www.w3.org/2001/XMLSchema#duration> .'
    )
    assert len(first.lines("dcat#accessURL")) == 2


def test_the_detail_of_the_city_platform(read: Read) -> None:
    detail = {
        "data": {
            "dataset_name": "学校名录", "open_list_abstract": "<p>全市&nbsp;学校</p>",
            "data_label": "教育,学校", "data_domain": "教育科技", "cou_theme_cls": "综合类",
            "create_date": "2020-01-01T10:00:00", "update_date": "2021-01-01T10:00:00",
            "open_rate": "每年", "org_name": "上海市徐汇区人民政府", "open_type": "无条件开放",
            "contact_way": "021-12345678",
            "docType": [{"name": "名录", "path": "/p", "sort": 1, "file_type": ["csv", "xls"]}],
        }
    }  # fmt: skip
    result = read(json.dumps(detail), "detail.json")
    assert result.errors == []
    assert result.lines('description> "全市 学校"@zh')
    assert result.lines("frequency/annual>")
    assert len(result.lines("dcat#keyword")) == 2
    assert len(result.lines('#dist-[12]> <http://purl.org/dc/terms/title> "名录"')) == 0
    assert len(result.lines('title> "名录"@zh')) == 2
    assert result.lines("format/csv>")
    assert result.lines("<tel:021-12345678>")


def test_a_list_answer_and_an_array(read: Read) -> None:
    records = [{"datasetId": "a", "datasetName": "甲"}, {"datasetId": "b", "datasetName": "乙"}]
    answer = read(json.dumps({"data": {"content": records, "totalPageNum": 1}}), "s.json")
    array = read(json.dumps(records, indent=1), "s.json")
    assert answer.text == array.text
    assert [str(i.place) for i in array.incoming] == ["s.json:2:2", "s.json:6:2"]


def test_open_type_is_never_guessed(read: Read) -> None:
    sharing = one(read, is_open="无条件共享")
    assert not sharing.lines("dc/terms/accessRights> <")
    assert sharing.lines('def/unmappedAccessRights> "无条件共享"@zh')
    code = one(read, is_open="1")
    assert code.lines('def/unmappedAccessRights> "1"@zh')
    typo = one(read, is_open="无条件开发")
    assert typo.lines("open-type/unconditional")


def test_conditions_under_a_label_that_some_portals_use_for_the_type(read: Read) -> None:
    as_type = one(read, 开放条件="有条件开放")
    assert as_type.lines("open-type/conditional")
    assert not as_type.lines("hasPolicy")
    as_condition = one(read, 开放属性="有条件开放", 开放条件="需实名申请", 开放条件补充="用途说明")
    assert as_condition.lines("open-type/conditional")
    assert as_condition.lines('description> "需实名申请"@zh')
    assert as_condition.lines('conditionSupplement> "用途说明"@zh')


def test_values_of_the_wrong_kind(read: Read) -> None:
    result = one(
        read,
        description=["一", "二"],
        department=["市教委", "市体育局"],
        tags=12,
        publish_time="1899-12-31",
        update_time="长期有效",
        data_volume="很多",
        raw=["no", "object"],
    )
    assert result.lines('description> "一、二"@zh')
    assert len(result.lines("dc/terms/publisher")) == 2
    assert result.lines('keyword> "12"@zh')
    assert result.lines('issued> "1899-12-31"^^')
    assert result.lines('def/unmappedModified> "长期有效"@zh')
    assert result.lines('def/unmappedRowCount> "很多"@zh')


def test_an_api_has_its_instructions(read: Read) -> None:
    address = "https://data.sh.gov.cn/interface/1/2"
    document = one(read, api=address, 使用说明="https://data.sh.gov.cn/doc/1")
    assert [x.split(" ", 2)[2] for x in document.lines("dcat#endpointDescription>")] == [
        "<https://data.sh.gov.cn/doc/1> ."
    ]
    text = one(read, api=address, 使用说明="<p>先申请令牌</p>，电话 13912345678")
    assert (
        "先申请令牌" in text.lines("#service-1> <http://www.w3.org/ns/dcat#endpointDescription>")[0]
    )
    assert "13912345678" not in text.text
    assert [r for r in text.mapped[0].removed if r.startswith("dcat:endpointDescription")]


def test_the_other_datasets_that_a_page_names(read: Read) -> None:
    result = one(
        read,
        数据集推荐=[
            {"datasetId": "AG9102015009", "datasetName": "甲"},
            "https://data.sh.gov.cn/view/detail/index.html?type=cp&id=1053",
            "https://data.example/x",
            "学校名录（全市）",
        ],
        最新数据集="1054",
        纠错=3,
        分享="2",
    )
    assert {x.split(" ")[2] for x in result.lines("def/recommended>")} == {
        "<https://data.example/x>",
        f"<{BASE}/id/dataset/s/1053>",
        f"<{BASE}/id/dataset/s/AG9102015009>",
    }
    assert result.lines('def/unmappedRecommended> "学校名录（全市）"@zh')
    assert result.lines(f"dcat#hasCurrentVersion> <{BASE}/id/dataset/s/1054>")
    assert result.lines('def/correctionCount> "3"^^')
    assert result.lines('def/shareCount> "2"^^')


@pytest.mark.parametrize(
    ("text", "mode"), [("数据沙箱", "sandbox"), ("隐私计算", "privacy-preserving")]
)
def test_a_way_of_delivery_in_the_column_of_formats(read: Read, text: str, mode: str) -> None:
    result = one(read, data_formats=[text])
    assert result.lines(f"shdata/vocab/delivery-mode/{mode}>")
    assert not result.lines("unmappedFormat")


def test_another_citys_office_is_not_shanghais(read: Read) -> None:
    here = one(read, department="市统计局")
    there = one(read, department="市统计局", city="德阳市")
    elsewhere = one(read, department="市统计局", city="池州市")
    assert here.lines("vocab/organization/")
    assert not there.lines("vocab/organization/")
    assert there.lines("publisher") != elsewhere.lines("publisher")
    assert there.lines('prefLabel> "德阳市"@zh')


@pytest.mark.parametrize(
    ("description", "names"),
    [
        ("许可信息,包含编号、单位名称、有效期等属性字段。", ["编号", "单位名称", "有效期"]),
        ("邮政_1995\\n年份,汽车邮路(公里),邮政局所", ["年份", "汽车邮路(公里)", "邮政局所"]),
        ("本市有名称、地址、电话的场所", []),
        (
            "包括由多个部门分别提供并在每年年底统一汇总之后再发布的内容、其他很长的一段说明文字、等内容",
            [],
        ),
    ],
)
def test_fields_in_a_description_only_where_safe(
    read: Read, description: str, names: list[str]
) -> None:
    result = one(read, description=description)
    assert [line.split('"')[1] for line in result.lines("csvw#title")] == names


def test_an_illegal_address_is_left_out_and_warned_of(read: Read) -> None:
    result = one(read, url="https://[data.example/a b", data_formats="['csv']")
    assert [w.code for w in result.mapped[0].warnings] == ["illegal-iri"]
    assert str(result.mapped[0].warnings[0].place) == "r.jsonl:1"
    assert not result.lines("landingPage")
    assert result.lines("dcat#distribution")


def test_broken_lines_are_named_and_the_rest_goes_on(read: Read) -> None:
    good = '{"id":"%d","title":"t"}'
    lines = [
        good % 1,
        "{bad",
        "[1]",
        "",
        '{"x":1}',
        '{"id":"2"}',
        good % 3,
        '{"id":"3","title":"u"}',
    ]
    result = read("\n".join(lines).encode() + b'\n{"id":"4","title":"\xff"}', "b.jsonl")
    assert list(zip(result.codes, result.places, strict=True)) == [
        ("bad-json", "b.jsonl:2:2"),
        ("not-an-object", "b.jsonl:3"),
        ("no-identity", "b.jsonl:5"),
        ("no-title", "b.jsonl:6"),
        ("duplicate-identifier", "b.jsonl:8"),
        ("wrong-encoding", "b.jsonl:9:20"),
    ]
    assert [m.record.remote_id for m in result.mapped] == ["1", "3"]


def test_fingerprints_follow_payload_and_mapping(read: Read) -> None:
    record = '{"id":"1","title":"t"}'
    first = read(record, "a.jsonl").incoming[0].fingerprint
    assert read(record, "other.jsonl").incoming[0].fingerprint == first
    assert read(record.replace('"t"', '"u"'), "a.jsonl").incoming[0].fingerprint != first
    assert read(record, "a.jsonl", source="z").incoming[0].fingerprint != first
    assert len(first) == 32


def test_gzip_gives_the_same(read: Read) -> None:
    record = '{"id":"1","title":"t"}\n'
    assert read(gzip.compress(record.encode()), "a.jsonl.gz").text == read(record, "a.jsonl").text


def test_one_record_under_the_identifier_of_its_address(vocabulary: Vocabulary) -> None:
    def put(content: str, name: str = "body.json") -> str:
        item = read_one(
            content.encode(), remote_id="x/1", name=name, source="s", base_iri=BASE,
            vocabulary=vocabulary,
        )  # fmt: skip
        return item.make().record.iri

    assert put('{"id":"other","title":"t"}') == f"{BASE}/id/dataset/s/x%2F1"
    turtle = (
        "<http://p/d> a <http://www.w3.org/ns/dcat#Dataset>; <http://purl.org/dc/terms/title> 't'."
    )
    assert put(turtle, "body.ttl") == f"{BASE}/id/dataset/s/x%2F1"
    with pytest.raises(AtlasError) as caught:
        put('[{"title":"a"},{"title":"b"}]')
    assert caught.value.code == "not-one-record"


def test_every_label_of_the_platforms_has_a_target() -> None:
    mapping = label_mapping("portal")
    known = {label for labels in mapping.labels.values() for label in labels}
    known |= set(mapping.either) | mapping.ignored | set(mapping.identity)
    labels = [
        "摘要",
        "数据标签",
        "关键词",
        "更新频率",
        "国家主题分类",
        "数据量（条）",
        "数据大小",
        "首次发布日期",
        "更新日期",
        "空间范围",
        "时间范围",
        "联系方式",
        "最新数据集",
        "开放条件",
        "开放条件补充",
        "数据协议",
        "数据来源部门",
        "访问次数",
        "下载次数",
        "调用次数",
        "数据样例",
        "数据集推荐",
        "用户评论",
        "收藏",
        "订阅",
        "纠错",
        "分享",
        "使用说明",
        "应用场景",
        "数据领域",
        "资源类型",
        "开放属性",
        "数据部门",
        "综合评分",
        "是否高质量",
        "dataset_name",
        "open_list_abstract",
        "data_label",
        "data_domain",
        "cou_theme_cls",
        "create_date",
        "update_date",
        "open_rate",
        "org_name",
        "open_type",
        "contact_way",
        "docType",
        "datasetId",
        "datasetName",
    ]
    assert [label for label in labels if label not in known] == []


def test_every_target_is_used_by_some_mapping() -> None:
    assert set(targets()) == set(label_mapping("portal").labels)
