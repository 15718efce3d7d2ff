"""The privacy rule on the cells of a table: a cell is read beside what heads its column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from harvesters.privacy.chinese_names import PERSON_NAME, is_person_name
from harvesters.privacy.context_rules import is_named
from harvesters.privacy.latin_names import is_latin_name
from harvesters.privacy.personal_data import clean_text, is_personal_identifier
from harvesters.privacy.personal_numbers import is_card
from harvesters.privacy.table_numbers import (
    heads_amounts,
    heads_codes_of_things,
    heads_persons_numbers,
    is_number_of_person,
    is_plate,
    without_number_format,
)

SPEAKS_OF_PERSONS: Final = re.compile(
    r"姓名|人$|者$|员$|代表|经办|法人|教师|医师|医生|户名|曾用名|老师|讲师|班主任|校长|院长|配偶|子女|name",
    re.IGNORECASE,
)
"""Headings below which a short Chinese word may be a person; elsewhere it may be a place."""

_NAMES: Final = re.compile(r".{0,8}姓名")
"""A heading below which there are names alone, of whatever family."""
_ANY_NAME: Final = re.compile(
    r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,12}(?:[·•・‧.][\u4e00-\u9fff]{1,12}){1,4}"
)
_BETWEEN_NAMES: Final = re.compile(r"[、,，;；/]")
_NO_NAME: Final = re.compile(
    r"(?:不详|保密|匿名|未知|待定|待补|暂无|暂缺|空缺|其他|其它|没有|本人|如上|同上|略去)|.*[局委办处科室部厅院校公司站所队]$"
)
_NUMBERED: Final = re.compile(r"^\s*[(（]?\d{1,4}[)）.、．]\s*")
"""The number of a line in a list, before what it counts."""
_BORN: Final = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<name>{PERSON_NAME})\s?[,，、;；(（\s]\s?(?:[男女]\s?[,，、;；]?\s?)?"
    r"(?:19|20)\d\d\s?(?:[-年./]\s?\d{1,2}(?:\s?[-月./]\s?(?:\d{1,2}\s?日?)?)?|年(?=\s?出?生))\s?"
    r"(?P<born>出?生(?![产活态长效物命]))?"
)
"""A name with a day beside it. Blanks are bounded: a long run would be tried from each blank."""
_ROLE_BEFORE: Final = re.compile(
    rf"(?:患者|学生|家长|居民|村民)\s?(?P<name>{PERSON_NAME})(?![\u4e00-\u9fff])"
)

_FIGURE: Final = re.compile(r"[-+]?[\d,，]+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
"""A number and nothing else."""
_CARD: Final = 18
"""Characters of an identity card with a check digit."""


def identifies(text: str) -> bool:
    """Tell whether a cell identifies a person by itself."""
    if clean_text(text).kinds or is_personal_identifier(text) or is_number_of_person(text):
        return True
    if any(is_named(found["name"]) for found in _ROLE_BEFORE.finditer(text)):
        return True
    if any(
        is_named(found["name"]) or (found["born"] and is_person_name(found["name"]))
        for found in _BORN.finditer(text)
    ):
        return True
    plain = without_number_format(text)
    return plain != text and (bool(clean_text(plain).kinds) or is_personal_identifier(plain))


def is_personal(headings: Iterable[str], text: str) -> bool:
    """Tell whether a cell identifies a person, alone or below one of its headings."""
    own = tuple(headings)
    if is_plate(own, text):
        return True
    if (
        own
        and all(heads_amounts(one) or heads_codes_of_things(one) for one in own)
        and _FIGURE.fullmatch(text.strip()) is not None
    ):
        # Money, or a code, may look like a telephone, and does not have the check digits of a card.
        return _has_check_digits(text) or any(heads_persons_numbers(one, text) for one in own)
    return identifies(text) or any(
        clean_text(f"{heading}：{text}").kinds
        or heads_persons_numbers(heading, text)
        or (
            SPEAKS_OF_PERSONS.search(heading) is not None
            and _may_be_name(heading, _NUMBERED.sub("", text).strip())
        )
        for heading in own
        if heading != text
    )


def _may_be_name(heading: str, text: str) -> bool:
    names = [one.strip() for one in _BETWEEN_NAMES.split(text)]
    if all(map(is_person_name, names)) or is_latin_name(text.title()):
        return True
    return (
        _NAMES.fullmatch(heading.strip()) is not None
        and _ANY_NAME.fullmatch(text) is not None
        and _NO_NAME.fullmatch(text) is None
    )


def _has_check_digits(text: str) -> bool:
    """Tell whether a figure is an identity card or a bank card by its last digit."""
    plain = without_number_format(text).strip()
    return is_number_of_person(text) or (len(plain) == _CARD and is_card(plain))
