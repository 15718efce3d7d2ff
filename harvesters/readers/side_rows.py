"""Rows of a list that are no items: titles, signatures, notes, totals, headings once more.

People's lists begin with a title and a day, and end with who filled them in and who checked them.
A row is such a one only by how it begins, or where its title is a signature, and where it has no
more beside that than labels and their values. Whoever asks says whether something else makes it an
item: an open type, a key of the catalogue's own, or its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.personal_data import clean_text
from translations import NP_

WHY: Final[Mapping[str, str]] = {
    "above": NP_("row left out", "above the headings"),
    "headings": NP_("row left out", "the headings once more"),
    "signature": NP_("row left out", "who filled in or checked the list, or how to reach them"),
    "note": NP_("row left out", "a note on the list"),
    "total": NP_("row left out", "a total"),
}
"""Why a row is left out; texts of the context ``row left out``."""

_COLON: Final = r"\s*[:：]"
_WHO: Final = (
    r"(?:主要)?(?:填报|填表|填写|报送|制表|编制|审核|复核|审批|审定|校对|经办|联系|负责|主管|分管)"
    r"(?:部门|单位)?(?:负责)?(?:人员?|领导|单位|部门|科室|日期|时间|电话|方式|邮箱|签字|签名){0,2}"
)
_SIGNATURE: Final = re.compile(
    rf"(?P<label>(?:单位|部门)?(?:{_WHO}|(?:联系|办公)?电话|手机|传真|邮箱|电子邮箱|签[字名章]|盖章|公章"
    rf"|(?:单位|部门)?(?:名称)?[（(](?:盖|公|签)章[)）]|日期|时间)"
    rf"(?:[（(][^)）]{{1,8}}[)）])?)(?P<rest>{_COLON}.*|)"
    r"|(?P<by>(?:Prepared|Filled in|Checked|Reviewed|Approved) by)(?P<by_rest>\s*:.*|)"
    r"|(?P<reach>Contact|Tel|Phone|Date)\s*:.*",
    re.DOTALL | re.IGNORECASE,
)
_SIGNER: Final = re.compile(rf"(?P<label>{_WHO})\s*(?P<rest>\S+)(?:\s.*)?", re.DOTALL)
"""A signature without a colon: it is one where a person's name follows."""
_NOTE: Final = re.compile(
    rf"(?:备注|附注|注|注释|说明|填报说明|填表说明|填写说明)\s*\d{{0,2}}{_COLON}.*|(?:Notes?|Remarks?)\s*:.*",
    re.DOTALL | re.IGNORECASE,
)
_TOTAL: Final = re.compile(
    rf"(?:总|合|小|共|累)\s*计(?:{_COLON}.*|)|(?:Sub)?total(?:\s*:.*|)", re.DOTALL | re.I
)


_LABELED: Final = re.compile(rf"[^:：]{{1,12}}{_COLON}.*", re.DOTALL)
"""A label with its value, of whatever kind: 科室：信息科."""


def repeats_headings(
    cells: Sequence[str], columns: Iterable[int], is_heading: Callable[[int, str], bool]
) -> bool:
    """Tell whether all that stands in some columns, two at least, are headings of theirs."""
    count = 0
    for column in columns:
        if column < len(cells) and cells[column]:
            if not is_heading(column, cells[column]):
                return False
            count += 1
    return count > 1


def why_aside(cells: Sequence[str], title: str) -> str:
    """Return why a row is no item (`WHY`) by how it begins, and by its title; else nothing.

    ``cells`` are its trimmed texts. A title below a cell of another column (a number, a provider
    that is merged over many rows) speaks only where it is a signature with something after it.
    """
    first = next(filter(None, cells), "")
    if _TOTAL.fullmatch(first):
        return "total"
    if title != first and _label(title) not in ("", title):
        return "signature"
    why = "note" if _NOTE.fullmatch(first) else "signature" if _label(first) else ""
    return why if why and _are_labeled(cells) else ""


def _are_labeled(cells: Iterable[str]) -> bool:
    """Tell whether no two cells in a row are other than labels: 填表人, 张三, 电话, 62345678."""
    # What a merged range holds stands in each of its cells.
    filled = list(dict.fromkeys(filter(None, cells)))
    labels = [bool(_label(one) or _LABELED.fullmatch(one)) for one in filled[1:]]
    return all(one or before for before, one in pairwise([True, *labels]))


def without_persons(cells: Iterable[str], why: str) -> str:
    """Return what may be told of a row that is left out: of a signature the labels alone."""
    found = dict.fromkeys(filter(None, cells))
    labels = {text: _label(text) for text in found}
    if why == "signature":
        return " ".join(filter(None, labels.values()))
    return " ".join(labels[text] or clean_text(text).text for text in found)


def _label(text: str) -> str:
    """Return how a signature begins (填报人); nothing for other texts."""
    found = _SIGNATURE.fullmatch(text)
    if found is not None:
        return found["label"] or found["by"] or found["reach"] or ""
    found = _SIGNER.fullmatch(text)
    return found["label"] if found is not None and is_person_name(found["rest"]) else ""
