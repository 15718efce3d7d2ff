"""Accounts of persons in messengers: WeChat and QQ, found by a word such as 微信号 before them.

Official accounts (公众号, 小程序), groups and an office's own (客服QQ, 官方微信) stay.
"""

from __future__ import annotations

import re
from typing import Final

_OFFICES: Final = r"(?<!客服)(?<!官方)(?<!政务)(?<!企业)(?<!公众)(?<!服务)(?<!公司)"
_WORDS: Final = (
    r"(?!(?:string|varchar|char|text|int|integer|number|boolean|object|null|none|true|false|url|json"
    r"|openid|unionid)\b)"
)
_WECHAT: Final = r"(?:微信|[Ww]e[Cc]hat|[Ww]ei[Xx]in|(?<![A-Za-z])[Vv][Xx]|薇信|[Vv]信)"
_QQ: Final = r"(?:(?<![A-Za-z])[Qq][Qq]|扣扣)"
_ACCOUNT: Final = r"[A-Za-z][\w-]{4,19}(?![\w@.-])"
_NUMBERED: Final = r"(?=[A-Za-z]*[-_0-9])"
"""An account after a blank alone must hold a digit or a dash; otherwise it is a plain word."""

ACCOUNT: Final = re.compile(
    rf"(?P<label>{_OFFICES}{_WECHAT}(?:号码?|ID|账号|帐号)?(?:\s*[:：=]\s*|(?<=号)[为是]?\s*)"
    rf"{_WORDS})(?P<wechat>{_ACCOUNT}|\d{{6,11}}(?!\w))"
    rf"|(?P<spaced>{_OFFICES}{_WECHAT}(?:号码?|ID|账号|帐号)?[为是]?\s*{_WORDS}){_NUMBERED}{_ACCOUNT}"
    rf"|(?P<added>[加+]\s?(?:[Vv]信?|[Vv][Xx]|微信?|薇信?|[Qq]{{2}})\s*(?:号\s*)?[:：]?\s*)"
    rf"(?:(?<=[\s:：号]){_NUMBERED}{_ACCOUNT}|[1-9]\d{{4,10}}(?!\w))"
    rf"|(?P<qq>{_OFFICES}{_QQ}(?:号码?|账号|帐号)?[为是]?\s*[:：=]?\s*)[1-9]\d{{4,10}}(?!\w)"
    r"|(?P<bare>(?<![A-Za-z0-9]))wxid_[a-z0-9]{8,20}(?!\w)",
    re.ASCII,
)


def label_of(found: re.Match[str]) -> str:
    """Return the words before an account, which stay in the text until `cleanup`."""
    return next((g for name in _LABELS if (g := found[name]) is not None), "")


_LABELS: Final = ("label", "spaced", "added", "qq", "bare")
