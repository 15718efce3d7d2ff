"""Which office a record comes from, so that 市卫健委 and 区卫生健康委员会 are the same office."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from search.analysis.normalization import normal
from search.analysis.places import short_place

_PLACE: Final = re.compile(
    r"^(?:[^\x00-\u4dff省市区县]{2,3}省)?(?:[^\x00-\u4dff省市区县]{2,3}市)?"
    r"(?:市中区|[^\x00-\u4dff省市区县]{2,3}?(?:高新区|经开区|新区|区|县|市))?"
)
_LEVEL: Final = re.compile(r"^(?:[省区县]|市(?!场))(?=.{2})")
_KIND: Final = re.compile(r"(?:管理)?(?:委员会|委|局|厅|办公室|办|中心|署)$")
_SHORT: Final = (
    ("卫健", "卫生健康"),
    ("人社", "人力资源和社会保障"),
    ("经信", "经济和信息化"),
    ("经科", "经济和信息化"),
    ("住建", "住房和城乡建设"),
    ("市场监管", "市场监督管理"),
    ("市场和质量监督", "市场监督"),
    ("市监", "市场监督管理"),
    ("工商行政", "市场监督"),
    ("应急管理", "应急"),
    ("发改", "发展和改革"),
    ("生态环境", "环境"),
    ("环境保护", "环境"),
    ("环保", "环境"),
    ("城管", "城市"),
    ("综合行政执法", "城市"),
    ("医疗保障", "医保"),
    ("规划和自然资源", "自然资源和规划"),
    ("教体", "教育和体育"),
)
_WHOLE: Final = re.compile(r"^(?:人民)?政府(?:办公室|办)?$|^$")


@lru_cache(maxsize=16_384)
def office(name: str, places: frozenset[str] = frozenset()) -> str:
    """Return the office without its place and rank; empty for a government as a whole.

    ``places`` are names of places that may stand in front without their rank (纳溪生态环境局).
    """
    text = _PLACE.sub("", normal(name).strip())
    for place in sorted(places):
        text = text.removeprefix(short_place(place))
    text = _LEVEL.sub("", text)
    for short, whole in _SHORT:
        text = text.replace(short, whole)
    text = _KIND.sub("", text)
    text = text.replace("管理", "").replace("和", "").replace("与", "").replace("监督", "")
    return "" if _WHOLE.match(text) else text
