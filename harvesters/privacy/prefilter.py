"""Signs that a text may hold what identifies a person: cheap to look for, and never certain.

Nearly no text has one, and every text is looked at, so this is where the privacy rule costs time.
"""

from __future__ import annotations

import re
from typing import Final

from harvesters.privacy.chinese_names import SURNAMES

_BLANK: Final = r"(?:\s|\\[tnr]|<[^<>]*>)*"

Sign = tuple[str, str]
"""The characters that a sign may begin with, as they stand in a class, and what must follow."""

SIGNS: Final[tuple[Sign, ...]] = (
    ("1", r"(?:[3-9]\d[)）][- ]?\d| [3-9] |[3-9] \d|[3-9]\d\.\d{4}\.|[3-9]?<)"),
    # Digits of other scripts, and what nobody sees.
    ("０-９＠①-⑳❶-➓⁰-₉\u00ad\u200b-\u200f\u2060-\u2064\ufeff\ufe0f\u0660-\u06f9", ""),
    ("&", "#"),
    ("a", r"t[)\]）]"),
    ("艾", "特"),
    ("#＃", r"(?:qq|163|126|139|gmail|sina)\."),
    ("一二三四五六幺壹贰叁肆伍陆", "(?: ?[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]){6}"),
    # Cards of 15 digits; those of 18 hold a year, which plain numbers are looked at for.
    ("1-6", r"(?<![0-9].)\d{5}[2-9]\d[01]\d[0-3]\d{4}(?!\d)"),
    ("由经转", f" ?[{SURNAMES}]"),
    ("同", "志"),
    ("先", "生"),
    ("女", "士"),
    ("微薇", "信"),
    ("Qq", "[Qq](?![A-Za-z])"),
    ("扣", "扣"),
    ("加", r"\s?[Vv薇微]"),
    ("Vv", "(?:[Xx](?![A-Za-z])|信)"),
    ("Ww", "(?:e[Cc]hat|ei[Xx]in|xid_)"),
    ("C", r"ontact(?: [Pp]erson)?\s*(?:[:：]|\s[A-Z])"),
    ("人", rf"(?:(?<=[系责络询报办管护批核]人)|(?:姓名|信息|代表)?{_BLANK}[:：为是叫（(])"),
    ("联", "[系络]"),
    ("主", "(?<=[户车业机]主)"),
    ("名", rf"(?<=姓名){_BLANK}[:：]"),
    ("生者长民", rf"{_BLANK}[:：]"),
    ("址", rf"{_BLANK}[:：为是\s]"),
    ("住", "(?<=[家居现]住)"),
    ("证", "(?:件|(?<=份证)|(?<=行证))"),
    ("护", "照"),
    ("卡", "[号账]"),
)
"""Signs in a text or in a line, besides plain numbers and ``@``, which lines are full of."""


def any_sign(*signs: Sign) -> re.Pattern[str]:
    """Compile signs into one expression that begins with one class of characters.

    Only such an expression skips over a text at full speed; alternatives that begin with classes
    are tried one by one at every character.
    """
    first = "".join(chars for chars, _ in signs)
    rest = "|".join(f"(?<=[{chars}]){following}" for chars, following in signs)
    return re.compile(f"[{first}](?:{rest})")
