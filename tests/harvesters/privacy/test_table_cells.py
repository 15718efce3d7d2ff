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
    ],
)
def test_offices_and_things_stay(heading: str, text: str) -> None:
    assert not is_personal((heading,), text)


def test_a_heading_identifies_nobody() -> None:
    assert not any(map(identifies, ("姓名", "联系电话", "身份证号", "区")))
    assert identifies("13812345678")
