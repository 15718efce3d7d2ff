"""The base lists, written by hand: what each body offers; and facts drawn from them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

BASE = Path(__file__).resolve().parents[1] / "base"
TODAY = date(2026, 9, 1)
"""The day on which the examples are looked at; nothing in them lies behind it unasked."""

FREQUENCIES = {
    "r": ("实时", "continuous", 1),
    "d": ("每日", "daily", 1),
    "w": ("每周", "weekly", 7),
    "m": ("每月", "monthly", 30),
    "q": ("每季度", "quarterly", 91),
    "h": ("每半年", "semiannual", 182),
    "y": ("每年", "annual", 365),
    "i": ("不定期", "irregular", 400),
    "n": ("不更新", "never", 0),
}
"""Letter in the base lists → label, notation of the scheme, days of a period."""

REASONS = {
    "h": ("high-security", "对数据安全要求较高"),
    "p": ("high-processing", "对处理能力要求较高"),
    "t": ("high-timeliness", "时效性较强"),
    "s": ("continuous-supply", "需要持续获取"),
}

_INTEGER = re.compile(
    r"(数|次|人次|次数|台数|册次|人数|数量|泊位|托额|容量|名额|户数|件数|等级序号)$"
)
_DECIMAL = re.compile(
    r"(（.+）|率|额|均价|最低价|最高价|面积|经度|纬度|水位|气温|温度|湿度|降水量|风速|溶解氧|氨氮|总磷|余氯|"
    r"浑浊度|票价|电价|增速|AQI|PM2\.5|PM10|臭氧)$"
)


@dataclass(frozen=True)
class Office:
    """The body that provides a list, its field, and the office that answers for it."""

    name: str
    domain: str
    office: str
    phone: str


@dataclass(frozen=True)
class Entry:
    """One dataset of a base list."""

    title: str
    items: tuple[str, ...]
    summary: str
    frequency: str
    open_type: str
    """``u`` unconditional, ``c`` conditional, ``n`` none."""
    reason: str
    formats: tuple[str, ...]
    domain: str

    @property
    def has_api(self) -> bool:
        """Whether it is given out through an API."""
        return "api" in self.formats

    @property
    def files(self) -> tuple[str, ...]:
        """The formats of its files."""
        return tuple(f for f in self.formats if f not in ("api", "sandbox"))


def sections(name: str) -> Iterator[tuple[list[str], list[Entry]]]:
    """Yield the heading's cells and the entries of each section of a base list."""
    heading: list[str] = []
    entries: list[Entry] = []
    for line in (BASE / name).read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.removeprefix("#").split("|")]
        if line.startswith("#"):
            if heading:
                yield heading, entries
            heading, entries = cells, []
        elif line.strip():
            title, items, summary, frequency, opening, formats, *rest = cells
            kind, _, reason = opening.partition(":")
            entries.append(
                Entry(
                    title, tuple(items.split("、")), summary, frequency, kind, reason,
                    tuple(formats.split("、")), rest[0] if rest else heading[1],
                )
            )  # fmt: skip
    yield heading, entries


def chance(*parts: str) -> int:
    """Return a number that is always the same for the same words, and otherwise as if drawn."""
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:6])


def datatype(item: str) -> str:
    """Return the datatype that a data item's name tells."""
    if item.endswith(("日期", "有效期止", "有效期起", "建成日期")):
        return "date"
    if item.startswith("是否"):
        return "boolean"
    if item in {"上报时间", "采集时间", "监测时间", "发布时间", "解除时间", "观测时间", "更新时刻",
                "接报时间", "叫号时间", "时间"}:  # fmt: skip
        return "dateTime"
    if _DECIMAL.search(item):
        return "decimal"
    return "integer" if _INTEGER.search(item) else "string"


_MEANINGS = (
    (r"地址|位置|地点|场所$|经营地|门牌$", "详细地址，含路名与门牌号"),
    (r"街镇|街道$|所属镇|所在镇|所属区|所在区|行政区|^区$", "所在的区或街镇，按行政区划全称填写"),
    (r"电话$", "对外公布的办公电话，含区号"),
    (r"统一社会信用代码", "十八位统一社会信用代码"),
    (r"编号$|文号$|许可证号$|证号$|代码$|编码$|站号", "主管部门编制的唯一编号"),
    (r"时间$|时段$|门诊日$|间隔|班$|安排$", "对外服务的日期与时段"),
    (r"年度$|年份$|月份$|季度$", "统计所属的时期"),
    (r"类别$|类型$|等级|级别|性质$|业态$|种类|用途$|状态$|结论$|结果$", "按主管部门的分类取值"),
    (r"收费|费率|价$|标准$|区间$", "收费或标准的文字说明"),
    (
        r"名称$|馆名|书名|品种|作物|树种|站名|^名称|企业$|机构$|单位$|单位|主体$|人$",
        "全称，与公章或公示名称一致",
    ),
)


def explained(item: str, title: str) -> str:
    """Return a description of a data item, as a data dictionary has it."""
    kind = datatype(item)
    if kind == "string":
        meaning = next((text for pattern, text in _MEANINGS if re.search(pattern, item)), None)
        return f"{item}：{meaning}" if meaning else f"{item}：照“{title}”原始记录填写的文字"
    return {
        "date": f"{item}：格式为年-月-日",
        "dateTime": f"{item}：北京时间，精确到秒",
        "boolean": f"{item}：取值为是或否",
        "decimal": f"{item}：数值，最多两位小数",
        "integer": f"{item}：非负整数",
    }[kind]


def issued_on(identifier: str) -> date:
    """Return the day of first publication, between 2016 and 2024."""
    return date(2016, 3, 1) + timedelta(days=chance(identifier, "issued") % 3_100)


def modified_on(identifier: str, frequency: str, *, late_share: int = 30) -> date:
    """Return the day of the last update: in time, or, for a share in a hundred, long ago."""
    if frequency == "n":
        return issued_on(identifier)
    days = FREQUENCIES[frequency][2]
    late = chance(identifier, "late") % 100 < late_share
    age = days * 3 + 20 if late else chance(identifier, "age") % max(days - 1, 1)
    return max(TODAY - timedelta(days=age + 1), issued_on(identifier))


def row_count(identifier: str, frequency: str) -> int:
    """Return a plausible number of rows: more for what comes often."""
    scale = {"r": 90_000, "d": 20_000, "w": 6_000, "m": 2_000}.get(frequency, 400)
    return 12 + chance(identifier, "rows") % scale


def keywords(entry: Entry) -> tuple[str, ...]:
    """Return tags: the field and the head words of the title."""
    head = re.sub(r"[（(].*?[）)]|[“”]", "", entry.title)
    return (entry.domain, head[:8])
