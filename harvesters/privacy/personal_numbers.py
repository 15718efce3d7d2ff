"""Numbers that belong to one person: mobile numbers, identity cards, passports, bank cards."""

from __future__ import annotations

import re
from typing import Final

from harvesters.privacy.width_folding import narrowed

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
_SPELT: Final = "[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
SPELT_NUMBER: Final = re.compile(rf"(?<!{_SPELT}){_SPELT}(?:[ -]?{_SPELT}){{10,17}}(?!{_SPELT})")
"""Chinese numerals (一三八…) as long as a mobile number or an identity card number."""
_SPELT_DIGITS: Final = str.maketrans(
    "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789"
)

GROUPED_MOBILE: Final = re.compile(
    rf"(?<![\w.=-])(?<!\d ){_COUNTRY}1[3-9]\d\d([ -])\d{{3}}\1\d{{4}}(?![\w])(?![- .]\d){_UNIT}",
    re.ASCII,
)
"""Three groups in which no count is written: 1380 013 8000."""
ANY_GROUPS: Final = re.compile(
    rf"(?<![\w.=-])(?<!\d[ -])1[ -]?[3-9](?:[ -]?\d){{9}}(?![\w])(?![- .]\d){_UNIT}", re.ASCII
)
"""Eleven digits in any groups; used only in contacts."""
GLUED_MOBILE: Final = re.compile(
    r"(?<![\w/.=%-])(?P<before>[A-Za-z]*)(?P<number>1[3-9]\d{9})(?P<after>[A-Za-z]*)(?![\w-])(?!\.\d)",
    re.ASCII,
)
"""Eleven digits next to letters: `is_glued` tells whether they are a mobile number."""
_CALLS: Final = re.compile(r"(?:tel|phone|mobile|mob|cell|call|dianhua|shouji|sj|dh|wx|vx)$", re.I)


def is_glued(found: re.Match[str]) -> bool:
    """Tell whether a match of `GLUED_MOBILE` is a number beside a word, not part of a code.

    ``zhangsan138…`` and ``tel138…`` are; ``SH138…``, ``id138…`` and hexadecimal digests are not.
    """
    before, after = found["before"], found["after"]
    if not (before or after):
        return False
    if _CALLS.search(before) is not None:
        return True
    if before:
        return len(before) >= 4 and before.islower() and not _IS_CODE(before)
    return len(after) >= 3 and not set(after.lower()) <= set("abcdef")


_IS_CODE: Final = re.compile(r"(?:id|no|code|num|number|key|hash|uuid|version|item|data)$").search


CALLED_MOBILE: Final = re.compile(
    r"(?P<call>(?:电话|手机|联系方式|致电|移动|微信|[Tt]el|[Pp]hone|[Mm]obile|☎)[^0-9\n]{0,8})"
    r"1[ ._·•/()-]{0,2}[3-9](?:[ ._·•/()-]{0,2}\d){9}(?![ ._·•/-]?\d)(?!\w)",
    re.ASCII,
)
"""Eleven digits in any groups after a word for a telephone number."""
_TAG: Final = r"(?:<[^<>]{1,80}>)*"
TAGGED_MOBILE: Final = re.compile(
    rf"(?<![\w.=-])1{_TAG}[3-9]{_TAG}" + rf"\d{_TAG}" * 8 + r"\d(?!\w)", re.ASCII
)
CREDIT_BEFORE: Final = re.compile(
    r"(?:信用代码|机构代码|识别号|注册号|登记号|登记证号)[^0-9]{0,6}$"
)
"""Words before an organization's code, which may look like an identity card number."""
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
"""Numbers without a check digit, recognized by the word for a document before them."""


_REGION: Final = re.compile(
    r"1[12]0[12]|1[345]\d\d|2[123]\d\d|310[12]|3[2-7]\d\d|4[1-6]\d\d|500[0-3]|5[1-4]\d\d|6[1-5]\d\d"
    r"|[78][12]\d\d"
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
BARE_CARD: Final = re.compile(
    r"(?<!\d)(?<!\d[.,])[1-8]\d{5}(?:(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"|(?:2[7-9]|[3-9]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?!\d)(?![.,]\d)",
    re.ASCII,
)
"""What may be an identity card number (18 or 15 digits) without a word that says so."""


def is_region(number: str) -> bool:
    """Tell whether a number begins with the division that an identity card may begin with."""
    return _REGION.match(number) is not None


def is_card(number: str) -> bool:
    """Tell whether 18 characters have the check digit of a Chinese identity card (GB 11643).

    Of 15 digits, which have none: whether region and day of birth are possible, the holder was
    born after 1926 (later years are as often the date in a code), and it isn't an enterprise's
    registration number, whose 15 digits have a check digit (ISO 7064, MOD 11,10).
    """
    number = re.sub(r"[- ]", "", number)
    if not is_region(number):
        return False
    if len(number) == 15:
        return not _is_registration(number)
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def _is_registration(number: str) -> bool:
    rest = 10
    for digit in number[:14]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (rest + int(number[14])) % 10 == 1


def spelt_digits(text: str) -> str:
    """Return the digits of a number written in Chinese numerals."""
    return re.sub(r"[ -]", "", text.translate(_SPELT_DIGITS))


def is_mobile_or_card(digits: str) -> tuple[bool, bool]:
    """Tell whether bare digits are a mobile number, and whether they are an identity card's."""
    mobile = re.fullmatch(r"1[3-9]\d{9}", digits) is not None
    return mobile, BARE_CARD.fullmatch(digits) is not None and is_card(digits)


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
