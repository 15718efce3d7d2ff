"""Prefilter of the privacy rule: signs that a text may hold personal data.

Every text of every record is searched for them and nearly none has one, so this search decides
what the privacy rule costs. A new rule needs a sign here, or it is never applied.
"""

from __future__ import annotations

import re
from typing import Final

from harvesters.privacy.chinese_names import SURNAMES
from ontology.texts import INVISIBLE

_BLANK: Final = r"(?:\s|\\[tnr]|<[^<>]*>)*"

Sign = tuple[str, str]
"""A character class of the first character, and the expression that must follow it."""

SIGNS: Final[tuple[Sign, ...]] = (
    ("1", r"(?:[3-9]\d[)）][- ]?\d| [3-9] |[3-9] \d|[3-9]\d\.\d{4}\.|[3-9]?<)"),
    # Digits of other scripts, and invisible characters.
    (f"０-９＠①-⑳❶-➓⁰-₉\u0660-\u06f9{INVISIBLE}", ""),
    ("&", "#"),
    ("a", r"t[)\]）]"),
    ("艾", "特"),
    ("#＃", r"(?:qq|163|126|139|gmail|sina)\."),
    ("一二三四五六幺壹贰叁肆伍陆", "(?: ?[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]){6}"),
    # Identity cards of 15 digits; those of 18 hold a year, which callers have a sign for.
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
"""Signs in a text or in a line. Callers add their own for plain numbers and ``@``, which are
frequent in lines."""


def any_sign(*signs: Sign) -> re.Pattern[str]:
    """Compile signs into one expression that begins with one character class.

    `re` skips to the first match of such a class at full speed; alternatives that begin with a
    class each would be tried one by one at every character.
    """
    first = "".join(chars for chars, _ in signs)
    rest = "|".join(f"(?<=[{chars}]){following}" for chars, following in signs)
    return re.compile(f"[{first}](?:{rest})")
