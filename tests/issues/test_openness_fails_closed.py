"""Openness fails closed: what says 非开放 under any label closes, what may say it waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog_service.catalog import Catalog
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from harvesters.protocols import Incoming, Item, MappedRecord, Outcome, Submission
from harvesters.readers.formats import read_bytes
from ontology.access_wording import closing_text, doubtful_text
from ontology.openness import doubts, is_open, openness
from ontology.record import Record
from ontology.terms import DCT, VOCAB
from ontology.vocabulary import load_vocabulary
from tests.fixtures.gate import TinyGate

BASE = "https://data.example"
REPORT = Submission("city", "tester", gate="report")


def read(content: str, name: str = "a.jsonl") -> list[Item]:
    vocabulary = load_vocabulary()
    return list(
        read_bytes(content.encode(), name=name, source="city", base_iri=BASE, vocabulary=vocabulary)
    )


def mapped(content: str, name: str = "a.jsonl") -> MappedRecord:
    (item,) = read(content, name)
    assert isinstance(item, Incoming)
    return item.make()


def portal(**said: Any) -> str:
    return json.dumps({"id": "1", "title": "线路", **said}, ensure_ascii=False)


CLOSED = [
    {"is_open": "无条件开放", "open_type": "非开放"},
    {"is_open": "1", "开放属性": "非开放"},
    {"is_open": "无条件开放", "raw": {"开放类型": "不予开放"}},
    {"is_open": "无条件开放", "开放条件": "非开放"},
    {"is_open": "无条件开放", "开放条件": "非开放（涉密）"},
    {"is_open": "无条件开放", "open_condition": "仅限内部使用"},
    {"is_open": ["无条件开放", "非开放"]},
    {"is_open": "无条件开放,非开放"},
    {"open_type": {"code": "3", "name": "非开放"}},
    {"open_type": {"zh": "不予开放", "en": "Not open"}},
    {"access": {"rights": {"name": "非开放"}}},
    {"OpenType": "非开放"},
    {"open-type": "非开放"},
    {"开放 属性：": "非开放"},
    {"开放等级": "非开放"},
    {"状态": "非开放"},
    *({"open_type": text} for text in ("保密", "封闭", "closed", "Private", "CONFIDENTIAL")),
    *({"开放属性": text} for text in ("仅内部", "涉密", "不公开", "仅限内部使用", "不对外开放")),
    {"private": True},
    {"是否涉密": "是"},
    {"isPrivate": 1},
]

CLOSED += [
    *(
        {"is_open": t}
        for t in ("不对社会公众开放", "拒绝开放", "不适宜开放", "非-开放", "NOT_OPEN")
    ),
    *({"is_open": t} for t in ("non–public", "免予公开", "不得对外提供", "Close")),
    {"openTypeName": "非开放"},
    {"kflx": "非开放"},
    {"安全级别": "机密"},
    {"security_level": "机密"},
    {"开放范围": "仅限内部使用"},
    {"extras": [{"key": "开放属性", "value": "非开放"}]},
    {"extras": [{"key": "private", "value": "true"}]},
    {"attributes": {"开放属性": "非开放"}},
    {"raw": {"extras": {"basic": [{"label": "开放类型", "value": "不予开放"}]}}},
    {"metadata": {"access": "private"}},
    {"isSecret": True},
    {"是否非开放": "是"},
    {"涉密标识": "是"},
    {"is_open": "有条件开放", "开放条件": "仅限内部使用，未经批准不得外传"},
]


@pytest.mark.parametrize("said", CLOSED, ids=str)
def test_what_says_so_under_any_label_closes(said: dict[str, Any]) -> None:
    assert not is_open(mapped(portal(**said)).record)


def test_of_two_that_disagree_the_most_closed_wins_and_it_is_told() -> None:
    result = mapped(portal(is_open="无条件开放", open_type="有条件开放"))
    (line,) = [one for one in result.record.lines if f"<{DCT.accessRights}>" in one]
    assert f"<{VOCAB.term('open-type/conditional')}>" in line
    (warning,) = result.warnings
    assert warning.code == "open-types-disagree"
    assert "无条件开放、有条件开放" in warning.message("zh")


@pytest.mark.parametrize(
    "text",
    [
        '{"id":"1","title":"a","is_open":"非开放","is_open":"无条件开放"}',
        '{"id":"1","title":"a","is_open":"无条件开放","is_open":"非开放"}',
        '{"id":"1","title":"a","raw":{"开放属性":"非开放","开放属性":"无条件开放"}}',
        '{"id":"1","title":"a","files":[{"name":"b"}],"is_open":"非开放","is_open" :"无条件开放"}',
    ],
)
@pytest.mark.parametrize("form", ["lines", "array", "answer"])
def test_a_key_that_comes_twice_closes_and_is_told(text: str, form: str) -> None:
    content, name = {
        "lines": (text, "a.jsonl"),
        "array": (f"[{text}]", "a.json"),
        "answer": ('{"data":{"content":[' + text + "]}}", "a.json"),
    }[form]
    result = mapped(content, name)
    assert not is_open(result.record)
    assert "duplicate-key" in [w.code for w in result.warnings]


def test_any_key_that_comes_twice_is_told() -> None:
    result = mapped('{"id":"1","title":"a","title":"b"}')
    assert [w.code for w in result.warnings] == ["duplicate-key"]
    assert '"b"@zh' in result.record.nquads


IN_DOUBT = [
    *({"is_open": value} for value in (False, 0, "0", "否", "no", "False", "N")),
    *(
        {"open_type": text}
        for text in ("2", "3", "已下线", "下架", "停用", "offline", "restricted")
    ),
    {"open_type": "不予共享"},
    {"open_type": "保密等级待定"},
    {"状态": "已下线"},
    {"status": "withdrawn"},
    {"raw": {"发布状态": "已停用"}},
]

IN_DOUBT += [
    # Under a label that asks who may have it, what does not say that anybody may is in doubt.
    *(
        {"is_open": t}
        for t in ("受限", "限制开放", "政务共享", "有条件共享", "待审批", "已归档", "×", "-1")
    ),
    *({"is_open": t} for t in ("staff", "members only", "org", "login required", "not yet open")),
    *({"is_open": t} for t in ("开放：否", "0.0", "仅限公安使用")),
    *({label: False} for label in ("isPublic", "public", "open_flag", "published", "isOpened")),
    *({label: "否"} for label in ("是否对外开放", "对外开放", "是否允许开放", "可公开")),
    *({label: True} for label in ("deleted", "isHidden", "draft", "internal", "restricted")),
    {"deleted": "2026-01-02T10:00:00"},
    {"是否删除": "是"},
    {"开放类型代码": "3"},
    {"extras": [{"key": "is_public", "value": "false"}]},
    {"access_restricted": True},
    {"是否上架": "否"},
    {"isOnline": "否"},
    {"审核状态": "不通过"},
    {"open_type": "有条件开放（已下线）"},
]


@pytest.mark.parametrize("said", IN_DOUBT, ids=str)
def test_what_may_say_so_is_in_doubt(said: dict[str, Any]) -> None:
    record = mapped(portal(**said)).record
    assert is_open(record)
    (doubt,) = doubts(record)
    assert doubt.zh
    assert doubt.en


NOT_IN_DOUBT = [
    {"is_open": "无条件开放"},
    {"is_open": "有条件开放，须签订保密协议"},
    {"is_open": "无条件开放（不涉密）"},
    {"is_open": "依申请公开"},
    {"is_open": "安全开放"},
    {"is_open": "无条件共享"},
    {"is_open": True},
    {"is_open": "1"},
    {"open_type": {"code": "3", "name": "无条件开放"}},
    {"status": "0"},
    {"status": "1"},
    {"状态": "已发布"},
    {"private": False},
    {"是否涉密": "否"},
    {"开放领域": "公共安全"},
    {"description": "已下线的非开放数据"},
    {},
]

NOT_IN_DOUBT += [
    {"title": "封闭小区名单", "description": "保密、内部、不公开", "is_open": 1},
    {"open_type": "依申请"},
    {"open_type": "无条件开放", "status": "已上线"},
    {"open_type": "主动公开"},
    {"open_type": "无"},
    {"开放方式": "接口"},
    {"is_open": "社会公众"},
    {"is_open": "有条件开放", "安全等级": "敏感"},
    {"open_type": "有条件开放（涉及个人隐私，脱敏后开放）"},
    {"开放方式": ["下载", "API"]},
    {"is_open": "无条件开放", "开放条件": "不涉及国家秘密、商业秘密和个人隐私"},
    {"is_open": "无条件开放", "open_condition": "不含敏感信息"},
    {"is_open": "有条件开放", "开放条件": "须签订协议，不得公开原始数据"},
    {"is_open": "有条件开放", "开放条件": "未经授权不得公开"},
    {"is_open": "有条件开放", "开放条件": "在封闭环境中使用"},
    {"is_open": "有条件开放", "开放条件": "涉及敏感信息，需审核"},
    # Labels that only sound as if they were about access.
    {"is_open": "无条件开放", "公开单位": "上海市国家保密局"},
    {"is_open": "无条件开放", "publish_org": "内部审计协会"},
    {"is_open": "无条件开放", "公开目录": "内部审计公开目录"},
    {"is_open": "无条件开放", "access_url": "https://a.example/internal/1"},
    {"is_open": "无条件开放", "comment_status": "closed"},
    {"is_open": "无条件开放", "接口状态": "停用"},
    {"is_open": "无条件开放", "statement": "internal statistics"},
    {"isPublic": True, "deleted": False, "是否删除": "否", "draft": None},
    {"extras": [{"key": "private", "value": "false"}, {"key": "note", "value": "内部"}]},
]


@pytest.mark.parametrize("said", NOT_IN_DOUBT, ids=str)
def test_what_says_nothing_of_the_kind_is_left_alone(said: dict[str, Any]) -> None:
    record = mapped(portal(**said)).record
    assert is_open(record)
    assert doubts(record) == ()


INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/"
STATUS = "http://publications.europa.eu/resource/authority/dataset-status/"
EU = "http://publications.europa.eu/resource/authority/access-right/"


@pytest.mark.parametrize(
    ("said", "closed", "doubtful"),
    [
        (f"dct:accessRights <{EU}CONFIDENTIAL>", True, False),
        (f"dct:accessRights <{EU}SENSITIVE>", True, False),
        (f"dct:accessRights <{EU}NON_PUBLIC>", True, False),
        (f"dct:accessRights <{EU}RESTRICTED>", False, False),
        (f"dct:accessRights <{EU}PUBLIC>", False, False),
        (f"dct:accessRights <{EU}PUBLIC>, <{EU}NON_PUBLIC>", True, False),
        ('dct:accessRights "confidential"', True, False),
        ('dct:rights [ a dct:RightsStatement ; rdfs:label "非开放"@zh ]', True, False),
        ('dct:rights [ a dct:RightsStatement ; rdfs:label "已下线"@zh ]', False, True),
        ('dct:rights "Restricted to staff"', False, True),
        ("dct:accessRights false", False, True),
        ("dct:accessRights <info:eu-repo/semantics/closedAccess>", True, False),
        ("dct:accessRights <info:eu-repo/semantics/openAccess>", False, False),
        ("dct:accessRights <http://purl.org/coar/access_right/c_14cb>", False, True),
        ("dct:accessRights <http://purl.org/coar/access_right/c_abf2>", False, False),
        ("dct:rights <https://creativecommons.org/licenses/by/4.0/>", False, False),
        ("dct:rights <http://purl.org/eprint/accessRights/RestrictedAccess>", False, True),
        ('<http://purl.org/dc/elements/1.1/rights> "非公开"', True, False),
        ('dct:rights "© 2026 Internal Affairs. Protected by copyright."', False, False),
        ('dct:rights "版权所有，未授权不得转载"@zh', False, False),
        ('dct:rights "© ACME. Confidential, withdrawn"', False, True),
        ('dct:rights "Protected"', False, True),
        ('dct:accessRights "staff only"@en', False, True),
        ('dct:accessRights "No limitations on public access"@en', False, False),
        ('dct:accessRights "Public"', False, False),
        (f"dct:accessRights <{INSPIRE}INSPIRE_Directive_Article13_1b>", False, True),
        ('<http://schema.org/conditionsOfAccess> "closed to the public"', False, True),
        (f"<http://www.w3.org/ns/adms#status> <{STATUS}WITHDRAWN>", False, True),
        (f"<http://www.w3.org/ns/adms#status> <{STATUS}COMPLETED>", False, False),
        ('<http://www.w3.org/ns/adms#status> "已下线"', False, True),
        ('<https://project-open-data.cio.gov/v1.1/schema#accessLevel> "non-public"', True, False),
    ],
)
def test_rdf_is_judged_alike(said: str, closed: bool, doubtful: bool) -> None:
    record = mapped(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        f'<https://e.example/1> a dcat:Dataset ; dct:identifier "1" ; dct:title "a" ; {said} .',
        "a.ttl",
    ).record
    assert (not is_open(record), bool(doubts(record))) == (closed, doubtful)


@pytest.mark.parametrize(
    ("header", "row", "closed"),
    [
        ("名称,提供部门,开放属性,开放类型", "线路,市交通委,无条件开放,非开放", True),
        ("名称,提供部门,开放属性,开放属性", "线路,市交通委,无条件开放,非开放", True),
        ("名称,提供部门,是否开放", "线路,市交通委,不予开放", True),
        ("名称,提供部门,开放属性,是否涉密", "线路,市交通委,无条件开放,是", True),
        ("名称,提供部门,开放属性,是否涉密", "线路,市交通委,无条件开放,否", False),
        ("名称,提供部门,开放属性,状态", "线路,市交通委,无条件开放,非开放", True),
        ("名称,提供部门,安全级别", "线路,市交通委,机密", True),
        ("名称,提供部门,无条件开放,有条件开放,非开放", "线路,市交通委,,,√", True),
        ("名称,提供部门,无条件开放,有条件开放,非开放", "线路,市交通委,√,,", False),
    ],
)
def test_every_column_of_an_open_list_is_read(header: str, row: str, closed: bool) -> None:
    assert is_open(mapped(f"{header}\n{row}\n", "a.csv").record) is not closed


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(f"sqlite:///{tmp_path}/journal.db", SystemClock())
    yield opened
    opened.close()


@pytest.fixture
def catalog(journal: Journal) -> Catalog:
    return Catalog(journal, TinyGate(), BASE)


def submit(catalog: Catalog, said: str, submission: Submission = REPORT) -> Outcome:
    (outcome,) = catalog.submit(read(said), submission)
    return outcome


def shown(journal: Journal) -> list[str]:
    return [stored.remote_id for stored in journal.snapshot()[1]]


def test_a_record_in_doubt_waits_where_the_gate_only_reports(
    catalog: Catalog, journal: Journal
) -> None:
    dry = submit(catalog, portal(is_open=False), replace(REPORT, dry_run=True))
    outcome = submit(catalog, portal(is_open=False))
    assert (dry.status, outcome.status) == ("held", "held")
    assert "may-not-be-open" in [w.code for w in outcome.warnings]
    assert shown(journal) == []
    # It waits once, not anew with every harvest.
    assert submit(catalog, portal(is_open=False)).status == "unchanged"
    assert len(journal.changes_after(0)) == 1


def test_what_was_public_is_public_no_more_once_its_next_version_is_in_doubt(
    catalog: Catalog, journal: Journal
) -> None:
    submit(catalog, portal(is_open="无条件开放"))
    assert shown(journal) == ["1"]
    outcome = submit(catalog, portal(is_open="否"))
    assert outcome.status == "held"
    assert shown(journal) == []
    kinds = [c.kind for c in journal.changes_after(0)]
    assert kinds == ["created", "missing", "held"]
    assert submit(catalog, portal(is_open="否")).status == "unchanged"
    # What leaves no doubt opens it again.
    assert submit(catalog, portal(is_open="无条件开放")).kind == "released"
    assert shown(journal) == ["1"]


def test_a_stewards_decision_lasts_for_that_value(catalog: Catalog, journal: Journal) -> None:
    said = portal(is_open="2")
    submit(catalog, said)
    (released,) = catalog.release(["1"], replace(REPORT, reason="2 是有条件开放"))
    assert released.kind == "released"
    assert shown(journal) == ["1"]
    assert submit(catalog, said).status == "unchanged"
    assert submit(catalog, portal(is_open="2", description="新")).status == "updated"
    assert [o.status for o in catalog.recheck(REPORT)] == ["unchanged"]
    assert shown(journal) == ["1"]
    # Of another value nobody has decided.
    assert submit(catalog, portal(is_open="3")).status == "held"
    assert shown(journal) == []


def test_what_was_let_in_before_is_held_by_a_recheck(
    catalog: Catalog, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("catalog_service.catalog.preparation.unreviewed_doubts", lambda *_: ())
        submit(catalog, portal(open_type="已下线"))
    assert shown(journal) == ["1"]
    assert [o.status for o in catalog.recheck(replace(REPORT, dry_run=True))] == ["held"]
    assert shown(journal) == ["1"]
    assert [o.status for o in catalog.recheck(REPORT)] == ["held"]
    assert shown(journal) == []
    assert [o.status for o in catalog.recheck(REPORT)] == ["unchanged"]
    (released,) = catalog.release(["1"], replace(REPORT, reason="已核"))
    assert released.error is None
    assert shown(journal) == ["1"]


def test_a_refused_version_in_doubt_closes_what_is_public(
    catalog: Catalog, journal: Journal
) -> None:
    submit(catalog, portal(is_open="无条件开放"))
    outcome = submit(catalog, json.dumps({"id": "1", "is_open": False}))
    assert (outcome.status, outcome.kind) == ("rejected", "missing")
    assert shown(journal) == []


@pytest.mark.parametrize("later", ["非开放", "已下线"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_of_two_records_of_one_identifier_the_closed_one_counts(
    catalog: Catalog, journal: Journal, later: str, name: str
) -> None:
    rows = {"a.csv": f"编号,名称,提供部门,开放属性\n1,线路,市教委,公开\n1,线路,市教委,{later}\n"}
    lines = f"{portal(is_open='公开')}\n{portal(is_open=later)}"
    one, two = catalog.submit(read(rows.get(name, lines), name), REPORT)
    assert one.error is None
    assert two.error is not None
    assert two.error.code == "duplicate-identifier"
    assert shown(journal) == []


def test_texts_that_close_leave_no_doubt() -> None:
    for text in ("非开放", "保密", "closed"):
        assert closing_text(text)
        assert doubtful_text(text) is None


def test_what_is_said_of_the_last_of_many_rights_closes_as_that_of_one() -> None:
    """Beyond a few values the text is read once, and says the same as the search for each."""
    focus = "http://atlas.test/id/dataset/s/1"
    for count in (1, 3, 5_000):
        lines = [f"<{focus}> <{DCT.rights}> <{focus}#{n}> ." for n in range(count)]
        last = f"<{focus}#{count - 1}> <{DCT.description}>"
        for value, is_public in (("非开放", False), ("向社会公开", True)):
            made = Record.from_lines(
                [*lines, f'{last} "{value}"@zh .'], iri=focus, source="s", remote_id="1"
            )
            assert openness(made).open is is_public
            assert is_open(made) is is_public
