"""Which cells of a table identify a person."""

from __future__ import annotations

import pytest

from harvesters.privacy.table_cells import identifies, is_personal


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("备注", "13812345678"),
        ("备注", "请找张三 13812345678"),
        ("备注", "310101199001011234"),
        ("身份证号", "310101900101123"),
        ("电子邮箱", "zhangsan@qq.com"),
        ("姓名", "张三"),
        ("联系人", "欧阳小红"),
        ("法定代表人", "李四"),
        ("备注", "普通说明，" * 400 + "13812345678"),
        # As spreadsheets and data frames write numbers.
        ("备注", "13800000001.0"),
        ("手机号", "13800000001.0"),
        ("备注", "联系 1.3800000001E+10"),
        ("备注", "13,812,345,678"),
        ("备注", "138,1234,5678"),
        ("备注", "1.10101199003078E+17"),
        ("备注", "6222020200112233446"),
        ("备注", "沪A·D12345"),
        ("备注", "苏E12345"),
        # Below a heading that tells of one person.
        ("手机号码（加密）", "138****5678"),
        ("法人身份证号", "31010119900101xxxx"),
        ("银行卡号", "6222021234567890123"),
        ("车牌号", "A-D12345"),
        ("出生日期", "1990-01-01"),
        ("Date of birth", "1990/1/1"),
        ("家庭住址", "某路某弄"),
    ],
)
def test_persons_are_recognized(heading: str, text: str) -> None:
    assert is_personal((heading,), text)


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("停车场名称", "静安寺停车场"),
        ("区", "浦东新区"),
        ("联系电话", "021-62345678"),
        ("数量", "13812"),
        ("姓名", ""),
        ("手机号", ""),
        ("手机号", "无"),
        ("手机号", "0"),
        ("车牌数量", "12345"),
        ("身份证办理点", "静安寺派出所 1234"),
        ("出生人数", "123456"),
        ("金额", "13,812,345.25"),
        ("注册资本", "10000000000.0"),
        ("人口", "1.2E+10"),
        ("经度", "121.4737021"),
        ("统一社会信用代码", "91310000132200821H"),
        ("编号", "6222021234567890123"),
    ],
)
def test_offices_and_things_stay(heading: str, text: str) -> None:
    assert not is_personal((heading,), text)


def test_a_heading_identifies_nobody() -> None:
    assert not any(map(identifies, ("姓名", "联系电话", "身份证号", "区")))
    assert identifies("13812345678")
