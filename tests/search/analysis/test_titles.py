"""Titles taken apart."""

from __future__ import annotations

import pytest

from search.analysis.titles import TitleParts, title_parts


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("威远县居民天然气价格明细接口服务", TitleParts("居民天然气价格明细", (), True, "威远县")),
        ("威远县居民天然气价格明细", TitleParts("居民天然气价格明细", (), False, "威远县")),
        ("取水许可信息.xlsx", TitleParts("取水许可", (), False, "")),
        ("取水许可信息_副本(1)", TitleParts("取水许可", (), False, "")),
        ("高坪区药品零售企业资料分页查询服务", TitleParts("药品零售企业资料", (), True, "高坪区")),
        ("分县区卫生机构人员数（2020年）", TitleParts("分县区卫生机构人员数", (2020,), False, "")),
        ("2022年11月8日水情表", TitleParts("水情表", (2022, 11, 8), False, "")),
        ("徐汇区2023年1-6月就业情况", TitleParts("就业", (2023, 6), False, "徐汇区")),
        ("2021年第三季度空气质量", TitleParts("空气质量", (2021, 9), False, "")),
        ("二〇二一年空氣質量", TitleParts("空气质量", (2021,), False, "")),
        ("201905空气质量", TitleParts("空气质量", (2019, 5), False, "")),
        ("统计局2017_文化馆事业（2016年）", TitleParts("统计局文化馆事业", (2016,), False, "")),
        ("内江市市中区农贸市场信息接口", TitleParts("农贸市场", (), True, "内江市市中区")),
        ("浦东新区养老机构", TitleParts("养老机构", (), False, "浦东新区")),
        ("宝山区区级医院", TitleParts("区级医院", (), False, "宝山区")),
    ],
)
def test_the_parts_of_a_title(title: str, parts: TitleParts) -> None:
    assert title_parts(title) == parts


@pytest.mark.parametrize(
    "title", ["小区停车场", "景区名录", "菜市场价格", "智慧城市运行", "社区服务中心", "各区县人口"]
)
def test_what_only_looks_like_a_place_stays_in_the_subject(title: str) -> None:
    assert title_parts(title).place == ""


@pytest.mark.parametrize("title", ["", " ", "2020", "数据", "接口服务", "（）", "徐汇区", "2020年"])
def test_every_title_keeps_something_to_be_told_by(title: str) -> None:
    parts = title_parts(title)
    assert bool(parts.core) == bool(title.strip())
