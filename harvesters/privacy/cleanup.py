"""Cleaning up around removed values: labels without values, empty brackets, repeated commas."""

from __future__ import annotations

import re
from typing import Final

from ontology.texts import INVISIBLE

MARK: Final = "\x02"
"""Placeholder for a removed value. Texts hold no control characters."""

_GAP: Final = rf"[\s{INVISIBLE}]{{0,8}}"
_LABEL: Final = (
    r"(?:(?:数据|项目|业务|技术|日常|主要|现场|具体)?(?:联系|负责|联络|经办|责任|咨询|填报|申请|申报|承办|审批|审核|主管|法定代表|维护)人"
    r"(?:员|姓名)?|户主|车主|业主|姓名|(?:联系|咨询|移动|手机|办公|值班|热线|服务|监督|投诉|举报|固定)?(?:电话|热线|手机|号码|方式|邮箱|邮件)(?:号码|地址|号)?|手机号?码?"
    r"|微信(?:同号|号)?|电子(?:邮箱|邮件)|[Ee]-?mail|[Mm]ail|[Tt]el|[Pp]hone|[Mm]obile"
    r"|身份证(?:件)?号?码?|证件号?码?|护照号?码?|银行卡号?码?|(?:家庭|居住|户籍|个人|现)?(?:住址|地址)|家住|现?居住[于在]?)"
)
_RUN: Final = rf"{MARK}(?:(?:[\s、,，/;；|]|和|及|或|与){{0,40}}{MARK})+"
_ROUNDS: Final = 8
"""Maximum number of rounds over all steps. One round may enable the next; a text written to
exploit this could need as many rounds as it has words."""

_STEPS: Final = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (_RUN, MARK),
        (
            rf"[（(\[【《<]\s{{0,8}}(?:{_LABEL}\s{{0,8}}[:：]?\s{{0,8}})?{MARK}\s{{0,8}}[)）\]】》>]",
            MARK,
        ),
        # A label goes with its value, unless another value of the same label comes after it.
        (
            rf"{_LABEL}{_GAP}[:：为是]?{_GAP}{MARK}"
            r"(?!\s?[、/或和及]\s?[0-9A-Za-z\u4e00-\u9fff]|\s?[（(]?[0-9A-Za-z@])",
            MARK,
        ),
        (rf"[（(\[【《<]\s*{MARK}\s*[)）\]】》>]", MARK),
        # Any other short label that no value follows any more.
        (
            rf"(?:^|(?<=[\s、,，/;；。|]))[\u4e00-\u9fff]{{2,8}}[:：]{_GAP}{MARK}(?=\s*(?:$|[\n;；。]))",
            MARK,
        ),
        (_RUN, MARK),
    )
)
_BLANK: Final = r"[ \t]{0,40}"
"""Bounded, because a long run of blanks would be tried from each blank."""

_AT_START: Final = re.compile(rf"(?:^|(?<=[\n。！？!?：:（(])){_BLANK}{MARK}[ \t、,，/;；|:：]*")
_AT_END: Final = re.compile(rf"[ \t、,，/;；|]{{0,40}}{MARK}[ \t]*(?=$|[\n。！？!?)）])")
_BETWEEN: Final = re.compile(rf"({_BLANK}[、,，/;；|]{_BLANK}){MARK}[ \t]*[、,，/;；|]+[ \t]*")
_BLANKS: Final = re.compile(rf"{_BLANK}{MARK}(?=[ \t])|{MARK}|(?<=[ \t])[ \t]+")


def tidied(text: str) -> str:
    """Return a text without the placeholders and the labels and separators left around them."""
    for _ in range(_ROUNDS):
        before = text
        for pattern, new in _STEPS:
            text = pattern.sub(new, text)
        if text == before:
            break
    text = _BETWEEN.sub(r"\1", text)
    text = _AT_END.sub("", text)
    text = _AT_START.sub("", text)
    return _BLANKS.sub("", text).strip()
