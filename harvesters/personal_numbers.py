"""Numbers that are one person's: mobile telephones, identity cards, passports, bank cards."""

from __future__ import annotations

import re
from typing import Final

from harvesters.narrow_text import narrowed

_COUNTRY: Final = r"(?:(?:\+|00)?86[- ]?(?:\(0\))?[- ]?)?"
_UNIT: Final = (
    r"(?!\s?(?:条|元|个|项|人次|次|[KMGT]?B\b|字节|家|户"
    r"|平方|万|吨|行|笔|辆|株|公里|千米|米))"
)

MOBILE: Final = re.compile(
    rf"(?:(?<![\w/.=-])|(?<=1[3-9]\d{{9}}/)){_COUNTRY}"
    # Two full stops or none: 138.12345678 is a coordinate.
    r"(?:1[3-9]\d(?:[- ]?\d{4}[- ]?\d{4}|([._·•/])\d{4}\1\d{4})"
    r"|[(（]1[3-9]\d[)）][- ]?\d{4}[- ]?\d{4})"
    rf"(?![\w])(?![-.]\d){_UNIT}"
    r"|(?<![\w.=-])(?<!\d )1 [3-9](?: \d){9}(?! ?\d)(?!\w)",
    re.ASCII,
)
_SPELT: Final = "[〇零一二三四五六七八九幺]"
SPELT_MOBILE: Final = re.compile(rf"[一幺][三四五六七八九]{_SPELT}{{9}}(?!{_SPELT})")
"""一三八… as on a signboard."""
CALLED_MOBILE: Final = re.compile(
    r"(?P<call>(?:电话|手机|联系方式|致电|移动|微信|[Tt]el|[Pp]hone|[Mm]obile|☎)[^0-9\n]{0,8})"
    r"1[ ._·•/()-]{0,2}[3-9](?:[ ._·•/()-]{0,2}\d){9}(?![ ._·•/-]?\d)(?!\w)",
    re.ASCII,
)
"""Eleven digits in any groups, where a word says that they are a telephone number."""
_TAG: Final = r"(?:<[^<>]{1,80}>)*"
TAGGED_MOBILE: Final = re.compile(
    rf"(?<![\w.=-])1{_TAG}[3-9]{_TAG}" + rf"\d{_TAG}" * 8 + r"\d(?!\w)", re.ASCII
)
CODE_BEFORE: Final = re.compile(
    r"(?:编号|代码|编码|号段|序号|标识|流水号|单号|文号|证号|账号|数据量|数量"
    r"|总数|总量|金额|面积|ID|id|No\.?)"
    r"[^0-9]{0,3}$"
)
CALL_BEFORE: Final = re.compile(
    r"(?:电话|手机|联系|致电|拨打|来电|移动|热线|微信|[Tt]el|[Pp]hone|[Mm]obile|☎)[^0-9]{0,8}"
    r"(?:(?:(?:\+|00)?86[- ]?(?:\(0\))?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}\D{1,3}){0,3}$"
)

CARD: Final = re.compile(
    r"(?P<label>(?:身份证|证件|证照|公民身份)(?:号码?|编号)?[^0-9\n]{0,6})?"
    r"(?<![0-9A-Za-z_])(?P<number>[1-9]\d{5}[- ]?(?:19|20)\d{2}"
    r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[- ]?\d{3}[\dXx])(?![0-9A-Za-z_])"
)
LABELLED: Final = re.compile(
    r"(?P<label>身份证(?:号码?)?[^0-9\n]{0,6})"
    r"(?P<number>[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})"
    r"(?!\w)"
    r"|(?P<passport>(?:护照|通行证)(?:号码?)?[^0-9A-Za-z\n]{0,4})[A-Z]{1,2}\d{7,9}(?!\w)"
    r"|(?P<bank>(?:银行卡|银行账|卡)号?码?[^0-9A-Za-z\n]{0,4})"
    r"\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{1,3})?(?!\w)",
    re.ASCII,
)
"""Numbers without a check digit that are a document's because a word says so."""


def is_card(number: str) -> bool:
    """Tell whether 18 characters have the check digit of a Chinese identity card (GB 11643)."""
    number = re.sub(r"[- ]", "", number)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def is_mobile(number: str) -> bool:
    """Tell whether a telephone number is a mobile: mainland China, or ``+324…`` and the like."""
    digits = re.sub(r"[^\d+]", "", narrowed(number))
    if re.fullmatch(r"(?:\+|00)?(?:86)?1[3-9]\d{9}", digits):
        return True
    # Mobile ranges of the numbering plans met in harvested European catalogues.
    return (
        re.fullmatch(
            r"(?:\+|00)(?:32\(?0?\)?4[5-9]|33\(?0?\)?[67]|316|491[567]|447)\d{6,10}", digits
        )
        is not None
    )
