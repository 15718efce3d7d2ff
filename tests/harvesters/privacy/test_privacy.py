from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.email import is_personal_mail
from harvesters.privacy.personal_data import clean_contact, clean_text
from harvesters.privacy.personal_numbers import is_mobile
from harvesters.privacy.removed_kinds import MOBILE
from harvesters.privacy.triples import clean_triples
from harvesters.privacy.web_addresses import clean_web_address
from tests.harvesters.conftest import Result

Read = Callable[..., Result]

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
"""


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("张三 13812345678 / 办公室 021-12345678", "办公室 021-12345678"),
        ("联系人：李建国，电话：021-23111111", "电话：021-23111111"),
        ("欧阳修 138-1234-5678", ""),
        ("市大数据中心 12345", "市大数据中心 12345"),
        ("信息科（王主任）021-63212810", "信息科021-63212810"),
        ("zhangsan@qq.com / data@sh.gov.cn", "data@sh.gov.cn"),
        ("+86 138 1234 5678", ""),
        ("021-12345678转8001", "021-12345678转8001"),
        ("高新区 金融办 安全科", "高新区 金融办 安全科"),
    ],
)
def test_contacts(given_text: str, expected: str) -> None:
    cleaned = clean_contact(given_text)
    assert cleaned.text == expected
    assert bool(cleaned.kinds) == (given_text != expected)


@pytest.mark.parametrize(
    "text",
    [
        "企业名称、法人姓名、联系电话、家庭住址",
        "编号13812345678的许可",
        "统一社会信用代码91310000132212345X",
        "https://data.example/detail?id=13812345678901",
        "2018年13个区1386条记录",
        "联系人：办公室",
        "地址：上海市黄浦区人民大道200号",
        "请发至 opendata@sh.gov.cn",
        "订单号 20210813812345678",
    ],
)
def test_legitimate_text_stays(text: str) -> None:
    assert clean_text(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("咨询请拨打13812345678。", "13812345678"),
        ("联系人：王小明，欢迎来电", "王小明"),
        ("请联系李明(13912345678)办理", "李明"),
        ("联系人张三，电话13812345678", "张三"),
        ("户籍地址：上海市某路1弄2号301室，其他", "某路"),
        ("身份证 11010519491231002X 登记", "11010519491231002X"),
        ("mail: anna.smith@example.org", "anna.smith"),
    ],
)
def test_texts_lose_what_identifies_a_person(text: str, gone: str) -> None:
    cleaned = clean_text(text)
    assert gone not in cleaned.text
    assert cleaned.kinds
    assert all(gone not in kind for kind in cleaned.kinds)


def test_eleven_digits_in_a_title_are_a_code_unless_called_a_telephone() -> None:
    assert clean_text("批次13812345678名单", title=True).kinds == ()
    assert clean_text("热线电话13812345678", title=True) == ("", (MOBILE,))


def test_names_mails_and_mobiles() -> None:
    assert all(map(is_person_name, ["张三", "欧阳小明", "李主任", "王先生"]))
    assert not any(map(is_person_name, ["办公室", "高新区", "市教委", "安全科", "Statbel", "数据"]))
    personal = ["anna.smith@x.be", "j.charlier@iweps.be", "12345678@qq.com"]
    assert all(map(is_personal_mail, personal))
    office = [
        "info@x.be",
        "fair.healthdata@x.be",
        "bgs@163.com",
        "digitaal.vlaanderen@vlaanderen.be",
    ]
    assert not any(map(is_personal_mail, office))
    assert all(map(is_mobile, ["13812345678", "+8613812345678", "+32475123456"]))
    assert not any(map(is_mobile, ["02112345678", "+3222776400", "12345"]))


@given(st.text(alphabet="张三电话：编号1389@qq.com /-联系人0", max_size=60))
def test_cleaning_again_finds_nothing_more(text: str) -> None:
    once = clean_text(text).text
    assert clean_text(once).text == once


def test_a_mapped_contact_keeps_the_office(read: Read) -> None:
    record = {"id": "1", "title": "t", "联系方式": "张三 13812345678 / 办公室 021-12345678"}
    result = read(json.dumps(record), "c.jsonl")
    mapped = result.mapped[0]
    assert result.lines('vcard/ns#fn> "办公室"@zh')
    assert result.lines("<tel:021-12345678>")
    assert set(mapped.removed) == {
        "dcat:contactPoint: mobile number / 手机号码",
        "dcat:contactPoint: name of a person / 个人姓名",
    }
    for secret in ("张三", "13812345678"):
        assert secret not in mapped.record.nquads
        assert all(secret not in said for said in mapped.removed)


def test_descriptions_and_keywords_are_cleaned_too(read: Read) -> None:
    record = {
        "id": "1",
        "title": "t",
        "description": "致电13812345678",
        "tags": "甲,电话13812345678",
    }
    result = read(json.dumps(record), "c.jsonl")
    assert "13812345678" not in result.text
    assert len(result.mapped[0].removed) == 2


CONTACTS = (
    PREFIXES
    + """
<http://p/d> a dcat:Dataset ; dct:title "t" ; dct:identifier "23812345678" ;
  dct:creator <https://orcid.org/0000-0001-2345-6789>, <http://p/agent> ;
  dcat:contactPoint <http://p/office>, <http://p/person>, <http://p/named> .
<https://orcid.org/0000-0001-2345-6789> a foaf:Person ; foaf:name "Anna Smith" ;
  dct:identifier "https://orcid.org/0000-0001-2345-6789" ; org:memberOf <http://p/agent> .
<http://p/agent> a foaf:Agent, foaf:Organization ; foaf:name "Statistics" ;
  foaf:mbox <mailto:info@stat.example> .
<http://p/office> a vcard:Kind ; vcard:fn "Helpdesk" ; vcard:hasEmail <mailto:help@stat.example> ;
  vcard:hasTelephone <tel:+3222776400> .
<http://p/person> a vcard:Individual ; vcard:fn "Bert Jansen" ;
  vcard:hasTelephone <tel:+32475123456> ;
  vcard:hasEmail <mailto:bert.jansen@stat.example> ; vcard:hasAddress [ a vcard:Home ;
  vcard:street-address "Rue 1" ] ; vcard:organization-name "Statistics" .
<http://p/named> a vcard:Kind ; vcard:fn "Marie Tonglet" ;
  vcard:hasEmail <mailto:mtonglet@stat.example> .
"""
)


def test_people_in_harvested_dcat(read: Read) -> None:
    mapped = read(CONTACTS, "c.ttl").mapped[0]
    text = mapped.record.nquads
    for secret in ("Anna", "orcid.org", "Bert", "bert.jansen", "+32475", "Rue 1", "Tonglet"):
        assert secret not in text
        assert all(secret not in said for said in mapped.removed)
    for kept in (
        '"23812345678"', '"Statistics"', "info@stat.example", "help@stat.example", "Helpdesk",
        "tel:+3222776400", "foaf/0.1/Person", "organization-name", "ns/org#memberOf",
    ):  # fmt: skip
        assert kept in text
    assert any(said.startswith("vcard:hasEmail of <http://p/person>") for said in mapped.removed)


def test_triples_are_untouched_where_nothing_is_personal() -> None:
    line = '<http://p/d> <http://purl.org/dc/terms/title> "13812345678"@zh .'
    triples = [quad.triple for quad in ox.parse(line, format=ox.RdfFormat.N_TRIPLES)]
    assert clean_triples(triples, focus=ox.NamedNode("http://p/d")) == (triples, ())


def test_cleaning_triples_again_finds_nothing_more() -> None:
    triples = [quad.triple for quad in ox.parse(CONTACTS, format=ox.RdfFormat.TURTLE)]
    focus = ox.NamedNode("http://p/d")
    once = clean_triples(triples, focus=focus)
    assert len(once.triples) < len(triples)
    assert clean_triples(once.triples, focus=focus).removed == ()


@pytest.mark.parametrize(
    "text",
    [
        "电话１３８１２３４５６７８",
        "138.1234.5678",
        "138–1234–5678",
        "致电1 3 8 1 2 3 4 5 6 7 8",
        "<b>138</b>12345678",
        "邮箱 wang.xm＠qq.com",
        "联系人王小明",
        "联系人王小明电话021-23111111",
        "联系人：Zhang Wei",
    ],
)
def test_other_ways_to_write_a_person(text: str) -> None:
    assert clean_text(text).kinds
    assert not clean_text(clean_text(text).text).kinds


@pytest.mark.parametrize(
    "text",
    [
        "12345热线", "POINT(138.12345678 31.2)", "联系项目", "联系人信息", "联系单位", "联系方式",
        "联系人电话", "2019—2020年", "91310000MA1FL1234X", "20190101-20191231", "１２３４５热线",
    ],
)  # fmt: skip
def test_more_legitimate_text_stays(text: str) -> None:
    assert clean_text(text) == (text, ())


@pytest.mark.parametrize(
    ("statement", "secret"),
    [
        ("foaf:mbox <MAILTO:zhaoliu@qq.com>", "zhaoliu"),
        ("foaf:mbox <mailto:zhou%40ba@qq.com>", "zhou"),
        ("foaf:phone <TEL:13812345678>", "13812345678"),
        ("foaf:phone <tel:%2B8613812345678>", "13812345678"),
        ('dct:relation "lisi@qq.com"^^<http://www.w3.org/2001/XMLSchema#anyURI>', "lisi"),
        ('dct:relation "13812345678"^^<http://www.w3.org/2001/XMLSchema#integer>', "13812345678"),
        ('dct:relation "13812345678"^^<http://x/phone>', "13812345678"),
        ('dct:creator "王小明"', "王小明"),
        ('dct:creator [ a foaf:Agent ; foaf:name "吴小莉" ]', "吴小莉"),
        ('dct:creator [ foaf:givenName "Xy" ; foaf:familyName "Zq" ]', "Zq"),
        ('dcat:keyword "13812345678"', "13812345678"),
        ("dcat:landingPage <http://x/?a=1&tel=13812345678>", "13812345678"),
        (
            'dcat:contactPoint [ a vcard:Kind ; vcard:fn "孙小红" ; vcard:hasAddress '
            '[ vcard:street-address "某某路12弄" ] ]',
            "某某路",
        ),
    ],
)
def test_people_in_other_forms_of_rdf(read: Read, statement: str, secret: str) -> None:
    result = read(f'{PREFIXES}<http://p/d> a dcat:Dataset ; dct:title "t" ; {statement} .', "a.ttl")
    assert secret not in result.text
    assert result.mapped[0].removed
    assert all(secret not in said for said in result.mapped[0].removed)


@pytest.mark.parametrize(
    ("record", "secret"),
    [
        ({"title": "t", "keywords": "甲,13812345678"}, "13812345678"),
        ({"title": "王小明13812345678"}, "13812345678"),
        ({"title": "t", "url": "http://x.cn/?a=1&tel=13812345678"}, "13812345678"),
        ({"title": "t", "landing_page": "MAILTO:lisi@qq.com"}, "lisi"),
    ],
)
def test_people_in_other_places_of_json(read: Read, record: dict[str, str], secret: str) -> None:
    result = read(json.dumps({"id": "a1"} | record), "a.jsonl")
    assert secret not in result.text
    assert result.mapped[0].removed


@pytest.mark.parametrize("remote_id", ["13812345678", "wang.xm@qq.com", "13812345678王小明"])
def test_a_remote_id_that_is_a_person_is_refused(read: Read, remote_id: str) -> None:
    result = read(json.dumps({"id": remote_id, "title": "t"}), "a.jsonl")
    assert (result.codes, result.mapped) == (["personal-identifier"], [])
    assert remote_id not in result.errors[0].message("zh")
    turtle = f'<http://p/d> a dcat:Dataset ; dct:title "t" ; dct:identifier "{remote_id}" .'
    assert read(PREFIXES + turtle, "a.ttl").codes == ["personal-identifier"]


def test_warnings_do_not_echo_a_number(read: Read) -> None:
    turtle = (
        '<http://p/d> a dcat:Dataset ; dct:title "t" ; dcat:landingPage <http://x/ 13912345678> .'
    )
    result = read(PREFIXES + turtle, "a.ttl")
    assert "13912345678" not in result.text
    warnings = result.mapped[0].warnings
    assert warnings
    assert all("13912345678" not in w.message("zh") for w in warnings)


@pytest.mark.parametrize("name", ["王芳", "John Smith"])
def test_a_keyword_that_is_the_name_of_the_contact_goes(read: Read, name: str) -> None:
    record = {"id": "1", "title": "t", "联系方式": f"{name} 021-12345678", "tags": [name, "人口"]}
    result = read(json.dumps(record), "a.jsonl")
    assert name not in result.text
    assert '"人口"' in result.text
    turtle = (
        f'<http://p/d> a dcat:Dataset ; dct:title "t" ; dcat:keyword "{name}", "人口" ; '
        f'dcat:contactPoint [ a vcard:Kind ; vcard:fn "{name}" ; vcard:hasEmail <mailto:a@b.cn> ] .'
    )
    result = read(PREFIXES + turtle, "a.ttl")
    assert name not in result.text
    assert '"人口"' in result.text


def test_a_keyword_that_only_looks_like_a_name_stays(read: Read) -> None:
    record = {"id": "1", "title": "t", "联系方式": "王芳 021-12345678", "tags": ["张江", "王府"]}
    assert '"张江"' in read(json.dumps(record), "a.jsonl").text


ADDRESSES = [
    ("http://a.cn/u/13800138000", "13800138000"),
    ("http://a.cn/d/11010519491231002X.html", "11010519491231002X"),
    ("http://a.cn/130503670401001", "130503670401001"),
    ("http://a.cn/d?id=13800138000&a=1", "13800138000"),
    ("http://a.cn/d?tel=138%200013%208000", "0013"),
    ("http://a.cn/d?联系人=张三", "张三"),
    ("https://张三:pw@a.cn/x", "张三"),
    ("http://a.cn/zhang.san@qq.com", "zhang.san"),
    ("urn:tel:13800138000", "13800138000"),
    ("urn:id:11010519491231002X", "11010519491231002X"),
    ("sip:zhangsan@qq.com", "zhangsan"),
    ("http://a.cn/#13800138000", "13800138000"),
    ("https://orcid.org/0000-0001-2345-6789", "0000-0001"),
    ("http://a.cn/d?qq=12345678", "12345678"),
]


@pytest.mark.parametrize(("address", "secret"), ADDRESSES)
def test_addresses_lose_what_identifies_a_person(read: Read, address: str, secret: str) -> None:
    for key in ("url", "api", "sample", "agreement"):
        value = {"url": address, "title": "a"} if key == "agreement" else address
        result = read(json.dumps({"id": "1", "title": "t", key: value}), "a.jsonl")
        assert secret not in unquote(result.text)
    start = f'{PREFIXES}<http://p/d> a dcat:Dataset ; dct:title "t" ; '
    for end in (
        f"dct:relation <{address}> .",
        f'<{address}> "x" .',
        f'dct:relation <{address}> . <{address}> dct:title "y" .',
        f'dct:relation "y"^^<{address}> .',
    ):
        mapped = read(start + end, "a.ttl").mapped[0]
        assert secret not in unquote(mapped.record.nquads)
        assert mapped.removed
        assert all(secret not in unquote(said) for said in mapped.removed)


@pytest.mark.parametrize(
    "address",
    [
        "http://a.cn/d?id=ff808081789a3a13017111002c610518&zyId=1",
        "http://a.cn/c/4a77918a17164616902c3cb8994ba667",
        "http://a.cn/d?id=3585554322751488",
        "http://a.cn/d?id=116681564026",
        "http://a.cn/wfs?bbox=147759.16474417597,201682.38401846832",
        "http://a.cn/f/6064-3ecf-ac7f-19810356528a",
        "http://a.cn/d/310000202012091",
        "http://a.cn/d?code=91310000132207927X",
        "http://a.cn/csv/@@download/csv",
        "https://info@vlaamsewaterweg.be",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    ],
)
def test_codes_in_addresses_stay(address: str) -> None:
    assert clean_web_address(address) == (address, ())


@pytest.mark.parametrize("remote_id", ["11010519491231002X", "http://p/11010519491231002X"])
def test_a_citizen_number_is_no_identifier(read: Read, remote_id: str) -> None:
    result = read(json.dumps({"id": remote_id, "title": "t"}), "a.jsonl")
    assert (result.codes, result.mapped) == (["personal-identifier"], [])
