"""A title taken apart: its subject, the edition, the form of delivery, the place in front.

Portals publish one thing many times: a file and its interface (X, X接口服务, X.xls), a copy by
mistake (X_副本(1)), one table a year or a month, one template for each district. Twins, editions
and parallels are recognized by the parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search.analysis.normalization import normal

_EXTENSION: Final = re.compile(r"\.(?:xlsx?|csv|json|xml|docx?|pdf|zip|rdf|txt|shp)$")
_COPY: Final = re.compile(r"(?:[-_ ]*副本)?(?:[-_ ]*[(]\d{1,2}[)])?$|[-_ ]+[1-9]\d?$")
_DELIVERY: Final = re.compile(
    r"(?:信息)?(?:分页)?(?:数据)?(?:接口服务|服务接口|查询接口|查询服务|数据接口|接口查询|api接口|接口|api)$"
)
# The last characters of what these patterns match; "$" stands before a line feed too.
_COPY_ENDS: Final = "本)\n"
_DELIVERY_ENDS: Final = "务口询i\n"
_TAIL_ENDS: Final = "息集据况表览单\n"
_PLACE: Final = re.compile(
    r"^(?:[^\x00-\u4dff省市区县]{2,3}省)?(?:[^\x00-\u4dff省市区县]{2,3}市)?"
    r"(?:市中区|[^\x00-\u4dff省市区县]{2,3}?(?:高新区|经开区|新区|区|县|市)|[^\x00-\u4dff省市区县]{2,3}?(?:街道|镇|乡))?"
)
_NO_PLACE: Final = re.compile(
    r"(?:分|各|全|本|市|园|景|社|小|城|地|辖|设|行政|功能|自治|中心|自贸|心)[区县]$"
    r"|(?:全|跨|及|和|开通)省|(?:城|门|超|全)市$|城镇$|乡镇$|[各全]|^分"
)
_EDITION: Final = re.compile(
    r"(?:截[至止])?(?<!\d)((?:19|20)\d{2})(?!\d)"
    r"(?:\s*(?:[-—–~至到]|年[-—–~至到])\s*((?:19|20)\d{2})(?!\d))?(?:\s*(?:年度|年|度))?"
    r"(?:第?\s*([一二三四1-4])季度|(上半年|下半年)|(?:\d{1,2}月?[-—–至~])?(\d{1,2})月份?(?:(\d{1,2})日)?)?"
)
_COMPACT: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])([0-3]\d)?(?!\d)")
_MONTH: Final = re.compile(r"(?<!\d)(\d{1,2})月份?$")
_BRACKETS: Final = re.compile(r"[(（\[【]\s*[)）\]】]")
_MARKS: Final = re.compile(r"[\s_\-—–·.,，。、:：;；()（）\[\]【】《》“”\"'/]+")
_TAIL: Final = re.compile(r"(?:基本信息|信息|数据集|数据|情况|一览表|一览|列表|清单)$")
_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_LEAST: Final = 2
"""Characters that a subject keeps: 数据 and 信息 alone are subjects too."""


@dataclass(frozen=True, slots=True)
class TitleParts:
    """The parts of a title, in normal form.

    ``core`` is the subject without the other parts, ``edition`` its period as numbers that sort
    (year, month, day; a quarter counts as its last month; empty: none is named), ``interface``
    whether the title calls itself one, ``place`` what stands in front (empty: no place).
    """

    core: str
    edition: tuple[int, ...]
    interface: bool
    place: str


@lru_cache(maxsize=65_536)
def title_parts(title: str) -> TitleParts:
    """Take a title apart; nothing in it is ever an error."""
    text = _bare(_cut(_COPY, _COPY_ENDS, normal(title).strip()))
    bare = _cut(_DELIVERY, _DELIVERY_ENDS, text)
    interface = bare != text and len(bare) >= _LEAST
    text = _bare(bare) if interface else text
    text, edition = _without_edition(text)
    place = _place(text)
    core = _MARKS.sub("", text[len(place) :])
    while True:
        shorter = _cut(_TAIL, _TAIL_ENDS, core)
        if shorter == core or len(shorter) < _LEAST:
            break
        core = shorter
    return TitleParts(core or _MARKS.sub("", text) or text, edition, interface, place)


def _bare(text: str) -> str:
    """Without the ending of a file and the mark of a copy."""
    text = _EXTENSION.sub("", text) if "." in text else text
    return _cut(_COPY, _COPY_ENDS, text)


def _cut(pattern: re.Pattern[str], ends: str, text: str) -> str:
    # Such a pattern is tried at every character: most texts are excluded by their last one alone.
    last = text[-1:]
    return pattern.sub("", text) if last in ends or last.isdecimal() else text


def _place(text: str) -> str:
    match = _PLACE.match(text)
    found = match.group() if match else ""
    if not found or _NO_PLACE.search(found) or len(text) - len(found) < _LEAST:
        return ""
    return found


def _without_edition(text: str) -> tuple[str, tuple[int, ...]]:
    compact = _COMPACT.search(text)
    if compact is not None:
        parts = tuple(int(part) for part in compact.groups() if part)
        return _rest(text, compact), parts
    matches = list(_EDITION.finditer(text))
    if not matches:
        month = _MONTH.search(text)
        if month is None or not 1 <= int(month.group(1)) <= 12:
            return text, ()
        return _rest(text, month), (0, int(month.group(1)))
    # 统计局2017_文化馆事业（2016年）: the last one is the period of the data.
    match = matches[-1]
    year, until, quarter, half, month_text, day = match.groups()
    edition: tuple[int, ...] = (int(until or year),)
    if quarter:
        edition += (_QUARTERS[quarter] * 3,)
    elif half:
        edition += (6 if half == "上半年" else 12,)
    elif month_text and 1 <= int(month_text) <= 12:
        edition += (int(month_text), *((int(day),) if day else ()))
    return _rest(text, *matches), edition


def _rest(text: str, *periods: re.Match[str]) -> str:
    rest = text
    for period in reversed(periods):
        rest = rest[: period.start()] + rest[period.end() :]
    rest = _BRACKETS.sub("", rest)
    # A title that is nothing but its period keeps it.
    return rest if len(_MARKS.sub("", rest)) >= _LEAST else text
