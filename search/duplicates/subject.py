"""What a title is about, without where, when, by whom and in which form it is published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search.analysis.normalization import normal
from search.analysis.places import short_place
from search.analysis.titles import TitleParts, title_parts

_EXTENSION: Final = re.compile(r"\.(?:xlsx?|csv|json|xml|docx?|pdf|zip|rar|rdf|txt|shp)$")
_COPY: Final = re.compile(r"(?:[-_ ]*副本)?\(\d{1,2}\)$|[-_ ]*副本$")
_DELIVERY: Final = re.compile(r"\(接口\)$")
_NUMBERED: Final = re.compile(
    r"^(?:(?:附件|附表)\s*\d{1,2}\s*[:、.]?|\d{1,2}\s*[-—–]\s*\d{1,2}|\d{1,2}[、.\s])\s*(?=[^\d\s年月])"
)
_BODY_FIRST: Final = re.compile(
    r"^((?:[^\x00-\u4dff]{1,12}?(?:局|委|厅|委员会|办公室|中心|[区县市])|外部资源))(?:\d{4})?[-_—:](?=.{3})"
)
_BODY_WITHIN: Final = re.compile(r"^[^\x00-\u4dff的各]{2,10}?局(?!部|面|域|限|所|址|长|端)(?=.{3})")
_PART: Final = re.compile(
    r"第([0-9一二三四五六七八九十百]{1,4})[号批期卷册](?=\W|$)|[\s_\-—]*(?<![\d.])0*(\d{1,3})$"
)
_WHOLE: Final = re.compile(r"^(?:全[省市县区州]|在泸)")
_LEVEL: Final = re.compile(
    r"^(?:([省市县区](?:本级|级)|本级)|[省市县区](?=地方|社会保险|一般公共|政府性|国有资本))"
)
_BREAKDOWN: Final = re.compile(r"[各分](?:县市区|市县区|县区|区县)")
_PLACE_LAST: Final = re.compile(r"[-_—][^\x00-\u4dff省市区县]{2,3}[区县]$")
_TAIL: Final = re.compile(
    r"(?:基本情况|基本信息|信息|数据集|数据|情况|明细|详情|一览|列表|清单|名单|名录库|名录|名册|花名册|台账"
    r"|汇总|登记表|统计|报表|公示|公布|通报|查询|表|库)$"
)
_CERTIFICATE: Final = re.compile(r"(?<=许可)证书?$|(?<=合格)证书?$")
_SPELLINGS: Final = (
    ("规上", "规模以上"),
    ("限上", "限额以上"),
    ("国家级", "国家"),
    ("区县", "县区"),
)
_LEAST: Final = 2
"""Characters that a subject keeps."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A title's parts that comparing needs, in normal form.

    ``core`` is the subject, ``level`` whether it is of one level of government alone (市级, 县级;
    empty: it does not say), ``edition`` its period as numbers that sort (empty: none is named),
    ``part`` the number of a part (公报_07, 第三批; empty: none), ``body`` the department that the
    title names in front, ``interface`` whether it calls itself one.
    """

    core: str
    level: str
    edition: tuple[int, ...]
    part: str
    body: str
    interface: bool


def subject_of(title: str, areas: Iterable[str] = ()) -> Subject:
    """Take a title apart; ``areas`` are the names of the places that its record is of."""
    parts, part, body, interface = _parts(title)
    # 网络市场监管: what stands in front is no city.
    text = parts.place + parts.core if parts.core.startswith("场") else parts.core
    for area in sorted(areas, key=lambda name: (-len(name), name)):
        for name in (area, short_place(area)):
            if text.startswith(name) and len(text) - len(name) >= _LEAST:
                text = text[len(name) :]
    within = _BODY_WITHIN.match(text)
    if within is not None:
        body, text = within.group(), text[within.end() :]
    text = _cut(_WHOLE, text)
    level = _LEVEL.match(text)
    named = (level.group(1) or "").replace("本", "") if level is not None else ""
    core = _folded(_cut(_LEVEL, text))
    return Subject(core, named, parts.edition, part, body, interface or parts.interface)


@lru_cache(maxsize=65_536)
def _parts(title: str) -> tuple[TitleParts, str, str, bool]:
    text = _COPY.sub("", _EXTENSION.sub("", normal(title).strip()))
    bare = _DELIVERY.sub("", text)
    interface = bare != text
    text = _PLACE_LAST.sub("", _NUMBERED.sub("", bare))
    body, part = "", ""
    first = _BODY_FIRST.match(text)
    if first is not None:
        body, text = first.group(1), text[first.end() :]
    found = _PART.search(text)
    if found is not None and len(text) - len(found.group()) >= _LEAST:
        part = found.group(1) or found.group(2)
        text = text[: found.start()] + text[found.end() :]
    return title_parts(text), part, body, interface


def _folded(text: str) -> str:
    """Return a subject in one spelling: endings that say nothing of the subject are cut."""
    text = _BREAKDOWN.sub("各县区", text)
    for written, meant in _SPELLINGS:
        text = text.replace(written, meant)
    while (shorter := _cut(_TAIL, text)) != text:
        text = shorter
    return _cut(_CERTIFICATE, text).replace("的", "")


def _cut(pattern: re.Pattern[str], text: str) -> str:
    shorter = pattern.sub("", text)
    return shorter if len(shorter) >= _LEAST else text
