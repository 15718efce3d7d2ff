"""Texts written to slip a person through, and texts that only look so, wherever they may stand.

The persons are invented.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harvesters.privacy_text import clean_contact, clean_text
from ontology.ntriples import unescape
from tests.harvesters.conftest import Result

Read = Callable[..., Result]

# fmt: off
HOSTILE: list[tuple[str, tuple[str, ...]]] = [
    ("联系人：张三，手机：13812345678", ("张三", "13812345678",)),
    ("联系人：张三 手机13812345678", ("张三", "13812345678",)),
    ("如有疑问请联系张三丰，电话13812345678。", ("张三丰", "13812345678",)),
    ("请与王小明（138-1234-5678）联系", ("王小明", "138-1234-5678",)),
    ("王小明 138 1234 5678", ("王小明", "138 1234 5678",)),
    ("负责人为李四，电话 13912345678", ("李四", "13912345678",)),
    ("负责人是李四光，办公电话021-23111111", ("李四光",)),
    ("项目负责人李四光同志（021-23111111）", ("李四光",)),
    ("经办人 赵六 15012345678", ("赵六", "15012345678",)),
    ("户主张三，身份证号310101199003077459", ("310101199003077459",)),
    ("身份证：310101 19900307 7459", ("310101 19900307 7459",)),
    ("身份证号码３１０１０１１９９００３０７７４５９", ("３１０１０１１９９００３０７７４５９",)),
    ("证件号 31010119900307745X 李四", ("31010119900307745X",)),
    ("15位身份证310101900307745", ("310101900307745",)),
    ("住址：上海市徐汇区漕溪北路18号301室", ("漕溪北路18号301室",)),
    ("家庭住址 上海市黄浦区南京东路100弄5号601室", ("100弄5号601室",)),
    ("家住上海市静安区万航渡路5弄6号701室", ("5弄6号701室",)),
    ("户籍地址为上海市杨浦区国权路10弄2号302室", ("10弄2号302室",)),
    ("现居住于浦东新区张杨路1000弄3号1502室", ("1000弄3号1502室",)),
    ("电话一三八一二三四五六七八", ("一三八一二三四五六七八",)),
    ("手机 138.1234.5678", ("138.1234.5678",)),
    ("手机 138·1234·5678", ("138·1234·5678",)),
    ("手机 138_1234_5678", ("138_1234_5678",)),
    ("手机 138/1234/5678", ("138/1234/5678",)),
    ("手机 (138)12345678", ("12345678",)),
    ("手机 138 12345678", ("12345678",)),
    ("手机 1381234 5678", ("1381234",)),
    ("手机 13 812 345 678", ("13 812 345 678",)),
    ("手机+86(0)13812345678", ("13812345678",)),
    ("手机 86-138-1234-5678", ("138-1234-5678",)),
    ("手机:①③⑧①②③④⑤⑥⑦⑧", ("①③⑧①②③④⑤⑥⑦⑧",)),
    ('\u624b\u673a:\u200b138\u200b1234\u200b5678', ('138\u200b1234\u200b5678', "13812345678",)),
    ('\u624b\u673a:138\xad1234\xad5678', ('138\xad1234\xad5678',)),
    ('\u624b\u673a:138\u20601234\u20605678', ('138\u20601234\u20605678',)),
    ("手机：١٣٨١٢٣٤٥٦٧٨", ("١٣٨١٢٣٤٥٦٧٨",)),
    ("微信同号13812345678", ("13812345678",)),
    ("邮箱zhangsan@qq.com", ("zhangsan@qq.com",)),
    ("邮箱 zhangsan [at] qq.com", ("zhangsan [at] qq.com",)),
    ("邮箱 zhangsan(at)163.com", ("zhangsan(at)163.com",)),
    ("邮箱 zhangsan#qq.com", ("zhangsan#qq.com",)),
    ("邮箱 zhang.san@sh.gov.cn", ("zhang.san@sh.gov.cn",)),
    ("邮箱 12345678@qq.com", ("12345678@qq.com",)),
    ("&#49;&#51;&#56;12345678 张三", ("13812345678",)),
    ("<b>联系人</b>：<i>张三</i> <span>138</span><span>12345678</span>", ("张三", "13812345678",)),
    ("联系人:张三;电话:13812345678;地址:上海市政府", ("张三", "13812345678",)),
    ("填报人 王五（科员） 电话18612345678", ("王五", "18612345678",)),
    ("联系人：欧阳娜娜", ("欧阳娜娜",)),
    ("联系人：张 三", ("张 三",)),
    ("联系人：Zhang San", ("Zhang San",)),
    ("联系人：ZHANG San 13812345678", ("ZHANG San", "13812345678",)),
    ("联系人：阿卜杜拉·买买提", ("阿卜杜拉·买买提",)),
    ("联系人 买买提·阿不都 13812345678", ("买买提·阿不都",)),
    ("联系人：小张", ("小张",)),
    ("联系人：张老师 021-12345678", ("张老师",)),
    ("联系人：张三、李四", ("张三", "李四",)),
    ("联系人：张三/李四 电话：021-23111111", ("张三", "李四",)),
    ("联系人:张三,李四,王五", ("张三", "李四", "王五",)),
    ("联系人（张三）", ("张三",)),
    ("联系人姓名张三丰", ("张三丰",)),
    ("数据维护：张三，13812345678", ("张三", "13812345678",)),
    ("咨询：张女士 13812345678", ("张女士", "13812345678",)),
    ("姓名：张三 身份证号：310101199003077459", ("张三", "310101199003077459",)),
    ("法定代表人：张三，手机13812345678", ("13812345678",)),
    ("护照号 E12345678", ("E12345678",)),
    ("银行卡号6222021001111111111", ("6222021001111111111",)),
    ("车牌沪A12345 车主张三", ("张三",)),
    ("手机13812345678/13912345678", ("13812345678", "13912345678",)),
    ("tel:+8613812345678", ("13812345678",)),
    ("编号13812345678的联系人张三丰13812345678", ("张三丰",)),
    ("维护人：赵六 021-63212810", ("赵六",)),
    ("审批人为钱多多", ("钱多多",)),
    ("机主 孙悟空，电话 19912345678", ("孙悟空", "19912345678",)),
    ("数据联系人：诸葛孔明（18812345678）", ("诸葛孔明", "18812345678",)),
    ("联系人：\n李小龙\n手机：\n13712345678", ("李小龙", "13712345678",)),
    ("业务咨询请拨打 008613812345678", ("13812345678",)),
    ("13812345678（王小明）", ("13812345678", "王小明",)),
    ("13812345678 王小明", ("13812345678", "王小明",)),
    ("联系人 / 王小明 / 13812345678", ("王小明", "13812345678",)),
    ("患者：王小明，男", ("王小明",)),
    ("业主王小明，房号3号楼", ("王小明",)),
]
HARMLESS = [
    "联系人：市大数据中心 021-12345678",
    "电话：021-23111111，邮箱 info@sh.gov.cn",
    "市民热线12345",
    "联系电话：021-12345678转8013",
    "本数据含手机号码、身份证号、家庭住址等字段",
    "字段：联系人、联系电话、手机",
    "编号13812345678901",
    "统一社会信用代码91310000132207927X",
    "坐标121.473701,31.230416",
    "单号：20231381234567",
    "联系方式：办公室 63212810",
    "订单号13812345678",
    "高铁站台",
    "联系人员名单",
    "经度121.13812345678",
    "数据量13912345678条",
    "130100100000",
    "高度重视联系群众工作",
    "联系点：南京东路街道办事处",
    "地址：上海市人民大道200号",
    "办公地址：上海市徐汇区漕溪北路336号",
    "住址编码表",
    "张江高科技园区",
    "负责人：上海市大数据中心",
    "黄浦区南京东路100号服务窗口",
    "项目联系人（字段名）",
    "金融工作",
    "责任人：局办公室",
    "服务时间 9:00-17:00",
    "版本号1.3.8.1234.5678",
    "2023年13812家企业",
    "面积1381.2345678平方米",
    "咨询电话：12345、021-962222",
    "QQ群123456789",
    "微信公众号：上海发布",
    "邮箱：opendata@shanghai.gov.cn",
    "法定代表人姓名",
    "姓名、性别、出生日期",
    "方言地图",
    "石家庄市",
    "包含负责人姓名：字符型",
    "负责人查询",
    "安全责任人花名册",
    "联系人：文本型，必填",
    "企业名称、负责人、成立日期",
    "项目名称 负责人 金额",
    "①农业 ②工业 ③服务业",
    "一三五限行，二四六放行",
    "第一三五七号公告",
    "卡号编码规则",
    "护照办理指南",
    "身份证办理流程",
    "居住证积分",
    "现住人口统计",
    "医护人员、患者数量",
    "法人代表信息表",
    "主办单位：市文化旅游局",
    "户主信息登记表",
    "邮箱 data#open",
    "版权©2023上海",
    "面积120m²",
    "A①类",
    "编制人员：见附件",
    "监督电话：021-12345678",
    "机关负责人为副职",
    "2013-2019年数据",
    "客服热线 400-820-8820",
    "联系人：综合科",
    "联系人：信息中心 021-64030000",
]
# fmt: on
LABELS = (
    "摘要",
    "开放条件",
    "关键词",
    "联系方式",
    "数据项",
    "部门",
    "数据大小",
    "时间范围",
    "应用场景",
)
PROPERTIES = (
    "dct:description", "dct:alternative", "rdfs:comment", "dcat:keyword", "dct:provenance",
    "vcard:note", "dct:accrualPeriodicity",
)  # fmt: skip
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
"""


def _records(text: str) -> bytes:
    """The text under each label, at the top, under ``raw``, in a list and as the title."""
    made: list[dict[str, object]] = [{"名称": text}]
    for label in LABELS:
        made += [{"名称": "甲", label: text}, {"名称": "甲", "raw": {label: text}}]
        made.append({"名称": "甲", label: [text, "乙"]})
    lines = [json.dumps({"id": str(n)} | entry) for n, entry in enumerate(made)]
    return "\n".join(lines).encode()


def _turtle(text: str) -> str:
    literal = json.dumps(text)
    said = " ; ".join(f"{name} {literal}, {literal}@zh" for name in PROPERTIES)
    nested = f"[ a vcard:Organization ; vcard:fn {literal} ; vcard:role {literal} ]"
    return (
        f'{PREFIXES}<http://e.example/1> a dcat:Dataset ; dct:title "甲" ; {said} ; '
        f"dcat:contactPoint {nested} ; dcat:distribution [ dct:title {literal} ] ."
    )


@pytest.mark.parametrize(("text", "secrets"), HOSTILE, ids=range(len(HOSTILE)))
def test_nobody_gets_through(read: Read, text: str, secrets: tuple[str, ...]) -> None:
    for result in (read(_records(text), "a.jsonl"), read(_turtle(text), "a.ttl")):
        assert result.mapped
        kept = unescape(result.text)
        for secret in secrets:
            assert secret not in kept
            said = [what for m in result.mapped for what in m.removed]
            assert all(secret not in what for what in said)
        assert any(m.removed for m in result.mapped)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_a_person_stays(read: Read, text: str) -> None:
    assert clean_text(text) == (text, ())
    assert clean_contact(text) == (text, ())
    described = json.dumps({"id": "1", "名称": "甲", "摘要": text})
    for result in (read(described, "a.jsonl"), read(_turtle(text), "a.ttl")):
        assert text in unescape(result.text)
        assert [m.removed for m in result.mapped] == [()]


@pytest.mark.parametrize(("text", "secrets"), HOSTILE, ids=range(len(HOSTILE)))
def test_cleaning_twice_changes_nothing(text: str, secrets: tuple[str, ...]) -> None:
    once = clean_text(text)
    assert once.kinds
    assert all(secret not in once.text for secret in secrets)
    assert clean_text(once.text) == (once.text, ())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("联系人：张三 手机：13812345678", ""),
        ("联系人： 张三，手机：13812345678，邮箱：zhangsan@qq.com", ""),
        ("数据说明。联系人：张三，电话：13812345678", "数据说明。"),
        (
            "数据说明。联系人：张三，电话：021-12345678。更新及时。",
            "数据说明。电话：021-12345678。更新及时。",
        ),
        ("电话：13812345678、021-12345678", "电话：021-12345678"),
        ("电话：021-12345678、13812345678", "电话：021-12345678"),
        ("如有疑问（联系人：张三，13812345678）请来电", "如有疑问请来电"),
        ("家庭住址：上海市某路1弄2号301室；备注：无", "备注：无"),
        ("第一行\n联系人：张三\n第三行", "第一行\n\n第三行"),
        ("负责人：张三\t职务：科长", "职务：科长"),
    ],
)
def test_labels_go_with_what_they_led_to(text: str, left: str) -> None:
    assert clean_text(text).text == left
