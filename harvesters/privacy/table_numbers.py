"""Numbers of persons as spreadsheets and data frames write them, and headings that tell of them.

A column of mobile numbers with an empty cell becomes ``13800000001.0`` in a data frame, a wide
number ``1.38E+10`` in a workbook, and either may have separators of thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from harvesters.privacy.personal_numbers import is_region
from harvesters.privacy.width_folding import narrowed

_NUMBER: Final = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:[,，]\d{3,4}){2,6}(?:\.0+)?|\d{10,19}\.0+|\d(?:\.\d+)?[eE]\+?0?1[0-8]|\d{1,3}(?:\.\d{3,4}){2,6})"
    r"(?![\w.,]?\d|\w)",
    re.ASCII,
)
_LONGEST: Final = 19
"""Digits of the longest bank card."""

_CARD_IN_PART: Final = re.compile(
    r"[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4}", re.ASCII
)
"""An identity card whose last digits were lost: a floating number keeps the first 15 to 17."""
_CARD_OF_1900S: Final = re.compile(
    r"[1-8]\d{5}[ -]?19\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx]", re.ASCII
)
"""An identity card by its region and a day of birth, whose check digit is wrong: mistyped, or
changed to pass. Codes hold days of this century."""
_BANK_CARD: Final = re.compile(
    # Bare ones of UnionPay alone; in groups of four as they are printed, those of all.
    r"(?<![\w.])(?:62\d{14,17}|[3-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?)(?![\w.])",
    re.ASCII,
)
_WIDE_SPACES: Final = re.compile(r"(?<=\d)[\u00a0\u2000-\u200b\u202f\u2060\ufeff](?=\d)")
_PLATE: Final = re.compile(
    r"(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-HJ-NP-Z]"
    r"[A-HJ-NP-Z]?[·•・‧. -]?(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[学警挂港澳领])"
    r"|(?<![\u4e00-\u9fff])(?:使\s?\d{6}(?!\d)|WJ\s?[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?\d{4,5})"
    r"|(?:使馆|领馆)[A-HJ-NP-Z]?[·•. -]?[A-HJ-NP-Z0-9]{4,6})(?![A-Z0-9])"
)
"""Four characters alone are a plate only with its sign: 津B2001 is a room."""
_LICENCES: Final = re.compile(r"文号|许可|型号|批准")
_VEHICLES: Final = re.compile(r"车|牌|行驶")
_IS_LICENCE: Final = re.compile(r"(?:文号|许可证?|型号|批准|(?<!行驶)证)(?:编?号)?\s*[:：]?\s*$")
"""What stands directly before a licence's number: 许可证 苏B12345; 行驶证 is a vehicle's."""
_AMOUNTS: Final = re.compile(
    r"(?<!单)元(?!数据|素|件|器|旦)|额|产值|总[值量数]|费用|收入|支出|预算|人口|数量|面积|吨|千瓦|GDP",
    re.IGNORECASE,
)
"""Headings of figures: eleven digits below them are money, or people."""
_REACHES: Final = re.compile(
    r"手机|电话|联系|联络|方式|号|证|卡|[账帐]户|姓名|身份|出生|编码|标识|人$|人员|phone|mobile|tel",
    re.IGNORECASE,
)
"""Headings of whoever is reached there, whatever else they speak of."""

_CODES: Final = re.compile(
    r"(?:订单|流水|单据|批次|设备|传感器|资源|数据|数据集|项目|合同|档案|样品|条形|商品|物料)"
    r"(?:编号|编码|代码|号|码)"
)
_HEADS_NUMBERS: Final = re.compile(
    r"(?:手机|移动电话|身份证|居民证|护照|(?:证件|身份)(?:号|号码)|银行卡|银行[账帐]户?|[账帐]号|卡号|社保卡|医保卡"
    r"|社会保障|社保|台胞证|军官证|士兵证|驾驶证|驾照|学籍号|学号|病案号|住院号|微信号|QQ"
    r"|病历号|车牌|车辆号牌|号牌|出生|出生日期|出生年月|出生年月日|生日"
    r"|birth ?(?:date|day)|date of birth|dob|(?:mobile|cell)(?: ?phone)?|id ?card|passport"
    r"|licen[cs]e plate)(?:后[四4六6]位)?(?:[ _]?(?:号码?|编号|no\.?|number))?"
    r"\d{0,2}(?:\s*[(（].*[)）])?\s*",
    re.IGNORECASE,
)
"""Headings whose cells belong to one person, whatever they look like."""
_HEADS_HOMES: Final = re.compile(
    r".{0,6}(?:家庭|居住|户籍|户口|个人|现)(?:住址|地址|所在地址?)(?:\s*[(（].*[)）])?\s*"
)
_LEAST_BARE: Final = 6
"""Below 出生 or 手机 alone, shorter numbers are births, or telephones that were sold."""
_YEAR_AND_MORE: Final = re.compile(r"(?:19|20)\d\d\D\d", re.ASCII)
"""Reads as a day or a month: 1990-1."""
_LEAST_DIGITS: Final = 4
"""A cell with fewer is a count or a placeholder, below whatever heading."""


def heads_amounts(heading: str) -> bool:
    """Tell whether a heading is one of figures such as money, where digits are no telephone's."""
    return _AMOUNTS.search(heading) is not None and _REACHES.search(heading) is None


def without_number_format(text: str) -> str:
    """Return a text in which numbers stand by their digits alone, as far as they are whole."""
    return _NUMBER.sub(lambda found: _digits(found.group()), _WIDE_SPACES.sub("", text))


def is_plate(headings: Iterable[str], text: str) -> bool:
    """Tell whether a cell holds the plate of a vehicle, and not the number of a licence."""
    own = list(headings)
    licences = any(map(_LICENCES.search, own)) and not any(map(_VEHICLES.search, own))
    upper = narrowed(text).upper()
    return not licences and any(
        _IS_LICENCE.search(upper, 0, found.start()) is None for found in _PLATE.finditer(upper)
    )


def is_number_of_person(text: str) -> bool:
    """Tell whether a cell holds a bank card, or an identity card that lost its end."""
    plain = without_number_format(text)
    if _is_mistyped_card(narrowed(plain).strip()):
        return True
    if any(_checks(re.sub(r"\D", "", card.group())) for card in _BANK_CARD.finditer(plain)):
        return True
    return plain != text and _CARD_IN_PART.fullmatch(plain.strip()) is not None


def _is_mistyped_card(text: str) -> bool:
    return _CARD_OF_1900S.fullmatch(text) is not None and is_region(text)


def heads_codes_of_things(heading: str) -> bool:
    """Tell whether a heading is one of codes of things, where eleven digits are no telephone's."""
    return _CODES.fullmatch(heading.strip()) is not None


def heads_persons_numbers(heading: str, text: str) -> bool:
    """Tell whether a cell below a heading such as 手机号 or 出生日期 is one person's."""
    name = heading.strip()
    if _HEADS_HOMES.fullmatch(name) is not None:
        return len(text.strip()) >= _LEAST_DIGITS
    if _HEADS_NUMBERS.fullmatch(_last_part(name)) is None:
        return False
    bare = name in ("出生", "手机") and _YEAR_AND_MORE.search(text) is None
    least = _LEAST_BARE if bare else _LEAST_DIGITS
    return sum(one.isalnum() and one.isascii() for one in text) >= least


def _last_part(heading: str) -> str:
    """Return a heading without what says whose it is: 法人身份证号 is 身份证号."""
    found = re.search(
        r"(?:手机|移动电话|身份证|居民证|护照|证件号|身份号|银行|[账帐]号|卡号|社保卡|医保卡|社会保障号|社保号|台胞证|军官证|士兵证|驾驶证号|学籍号|学号|病案号|住院号|病历号|车牌|车辆号牌|号牌|出生|生日)",
        heading,
    )
    return heading if found is None else heading[found.start() :]


def _digits(number: str) -> str:
    try:
        grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3,4}){2,6}", number) is not None
        value = Decimal(re.sub(r"[,，.]" if grouped else r"[,，]", "", number))
    except InvalidOperation:
        return number
    if value != value.to_integral_value():
        return number
    plain = str(int(value))
    return plain if len(plain) <= _LONGEST else number


def _checks(card: str) -> bool:
    """Tell whether the last digit is that of a bank card (Luhn, ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(card)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
