"""Signs that a text may hold what identifies a person: cheap to look for, and never certain.

Nearly no text has one, and every text is looked at, so this is where the privacy rule costs time.
"""

from __future__ import annotations

import re
from typing import Final

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
    ("一幺", "[三四五六七八九][〇零一二三四五六七八九幺]{3}"),
    ("人", rf"(?:(?<=[系责络询报办]人)|(?:姓名|信息|代表)?{_BLANK}[:：为是叫（(])"),
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
