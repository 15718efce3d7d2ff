"""The open lists of city departments: CSV with the nine columns, as departments send them."""

from __future__ import annotations

import csv
import io

from examples.making.base import FREQUENCIES, Entry, sections

COLUMNS = (
    "公共数据开放主体名称",
    "更新频率",
    "开放属性",
    "数据格式",
    "数据集领域",
    "数据集名称",
    "数据项",
    "数据摘要",
    "序号",
)
OPEN = {"u": "无条件开放", "c": "有条件开放", "n": "非开放"}

FILES = {
    "上海市交通委员会": ("jiaotong", "utf-8-sig"),
    "上海市卫生健康委员会": ("weijian", "utf-8"),
    "上海市教育委员会": ("jiaowei", "gb18030"),
    "上海市绿化和市容管理局": ("lvrong", "utf-8"),
    "上海市水务局": ("shuiwu", "utf-8"),
    "上海市文化和旅游局": ("wenlv", "gb18030"),
    "上海市农业农村委员会": ("nongwei", "utf-8"),
    "上海市财政局": ("caizheng", "utf-8-sig"),
    "上海市体育局": ("tiyu", "utf-8"),
}
"""Body → name of its file and encoding: what comes in by mail is not all UTF-8."""

HABITS: dict[str, dict[str, str]] = {
    "出租汽车企业名录": {"更新频率": "季度"},
    "省际客运班线": {"公共数据开放主体名称": "市交通委、市公安局"},
    "内河码头基本信息": {"更新频率": "‘每年’"},
    "共享单车停放点位": {"数据格式": "['csv', 'geojson']"},
    "二次供水卫生监督抽检": {"公共数据开放主体名称": "市卫计委"},
    "出生医学证明签发统计": {"开放属性": "无条件共享"},
    "医师执业注册查询": {"更新频率": "每 7 日"},
    "校外培训机构行政处罚": {"数据摘要": "校外培训机构行政处罚"},
    "中小学午餐供餐企业": {"公共数据开放主体名称": "市食品药品监督管理局、市教委"},
    "古树名木登记": {"开放属性": "无条件开发"},
    "户外招牌设置备案": {"数据摘要": ""},
    "河道水质月报": {"更新频率": "每 1 月"},
    "取水许可公告": {"开放属性": "1"},
    "演出经纪机构许可": {"公共数据开放主体名称": "市文广影视局"},
    "畜禽养殖场备案": {"更新频率": "牲畜饲养"},
    "行政事业性收费目录": {"开放属性": "普遍开放"},
    "体育彩票公益金使用情况": {"数据集领域": "财税金融"},
    "游泳场所夏季开放名单": {"数据摘要": "<p>夏季对外开放的游泳场所。&nbsp;</p>"},
}
"""Titles whose row has a defect or an old habit; README.md says which."""


def files() -> dict[str, bytes]:
    """Return the lists by path below ``examples``."""
    found = {}
    for heading, entries in sections("city-lists.txt"):
        name, encoding = FILES[heading[0]]
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        for number, entry in enumerate(entries, start=1):
            writer.writerow(row(heading[0], entry, number) | HABITS.get(entry.title, {}))
        found[f"city/{name}-2026.csv"] = out.getvalue().encode(encoding)
    return found


def row(body: str, entry: Entry, number: int) -> dict[str, str]:
    """Return the row of one dataset."""
    formats = ["接口" if f == "api" else "数据沙箱" if f == "sandbox" else f for f in entry.formats]
    values = (
        body, FREQUENCIES[entry.frequency][0], OPEN[entry.open_type], "、".join(formats),
        entry.domain, entry.title, "、".join(entry.items), entry.summary, str(number),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
