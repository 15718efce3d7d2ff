"""Rows of a workbook that are no items: titles, signatures, notes, totals, headings once more.

People's lists begin with a title and a day, and end with who filled them in and who checked them.
A row is such a one only by how it begins, and where it states no open type and no item's key, is
not called as an item of the list, and has no more beside it than labels and their values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from catalog_service.open_list.exchange.columns import KEY, fields_of_headings
from catalog_service.open_list.exchange.model import SentList
from catalog_service.open_list.model import OPEN_TYPES
from harvesters.readers.open_list_header import heading_key
from translations import NP_

WHY: Final[Mapping[str, str]] = {
    "above": NP_("row left out", "above the headings"),
    "headings": NP_("row left out", "the headings once more"),
    "signature": NP_("row left out", "who filled in or checked the list, or how to reach them"),
    "note": NP_("row left out", "a note on the list"),
    "total": NP_("row left out", "a total"),
}
"""Why a row is left out."""

_COLON: Final = r"\s*[:：]"
_WHO: Final = (
    r"(?:主要)?(?:填报|填表|填写|报送|制表|编制|审核|复核|审批|审定|校对|经办|联系|负责|主管|分管)"
    r"(?:部门|单位)?(?:负责)?(?:人员?|领导|单位|部门|科室|日期|时间|电话|方式|邮箱|签字|签名){0,2}"
)
_SIGNATURE: Final = re.compile(
    rf"(?:单位|部门)?(?:{_WHO}|(?:联系|办公)?电话|手机|传真|邮箱|电子邮箱|签[字名章]|盖章|公章"
    rf"|(?:单位|部门)?(?:名称)?[（(](?:盖|公|签)章[)）]|日期|时间)"
    rf"(?:[（(][^)）]{{1,8}}[)）])?(?:{_COLON}.*|)"
    r"|(?:Prepared|Filled in|Checked|Reviewed|Approved) by(?:\s*:.*|)"
    r"|(?:Contact|Tel|Phone|Date)\s*:.*",
    re.DOTALL | re.IGNORECASE,
)
_NOTE: Final = re.compile(
    rf"(?:备注|附注|注|注释|说明|填报说明|填表说明|填写说明)\s*\d{{0,2}}{_COLON}.*|(?:Notes?|Remarks?)\s*:.*",
    re.DOTALL | re.IGNORECASE,
)
_TOTAL: Final = re.compile(
    rf"(?:总|合|小|共|累)\s*计(?:{_COLON}.*|)|(?:Sub)?total(?:\s*:.*|)", re.DOTALL | re.I
)
_PATTERNS: Final = (("total", _TOTAL), ("note", _NOTE), ("signature", _SIGNATURE))
_LABELED: Final = re.compile(rf"[^:：]{{1,12}}{_COLON}.*", re.DOTALL)
"""A label with its value, of whatever kind: 科室：信息科."""


@dataclass(frozen=True, slots=True)
class SideRow:
    """A row that is left out, with what stands in it, and why (`WHY`)."""

    number: int
    text: str
    why: str


def side_rows(sent: SentList, titles: Collection[str] = ()) -> Iterator[SideRow]:
    """Yield the rows of a workbook that are no items, in its order.

    ``titles``: of the items of the list; a row that is called so is that item.
    """
    for number, text in sent.above:
        yield SideRow(number, text, "above")
    for number, cells in sent.rows:
        # What a merged range holds stands in each of its cells.
        filled = list(dict.fromkeys(filter(None, cells)))
        why = _why(sent, cells, filled, titles) if filled else ""
        if why:
            yield SideRow(number, " ".join(filled), why)


def _why(sent: SentList, cells: tuple[str, ...], filled: list[str], titles: Collection[str]) -> str:
    values = {
        field: cells[at] for at, field in sent.columns.items() if at < len(cells) and cells[at]
    }
    known = fields_of_headings()
    if len(values) > 1 and all(known.get(heading_key(v)) == f for f, v in values.items()):
        return "headings"
    if KEY in values or values.get("open_type") in OPEN_TYPES or values.get("title") in titles:
        return ""
    why = next((why for why, pattern in _PATTERNS if pattern.fullmatch(filled[0])), "")
    return why if why == "total" or _are_labeled(filled) else ""


def _are_labeled(filled: Sequence[str]) -> bool:
    """Tell whether no two cells in a row are other than labels: 填表人, 张三, 电话, 62345678."""
    labels = [_SIGNATURE.fullmatch(one) or _LABELED.fullmatch(one) for one in filled[1:]]
    return all(one or before for before, one in pairwise([True, *labels]))
