"""Kinds of personal data, as removals are reported: never with the value itself."""

from __future__ import annotations

from typing import Final, NamedTuple

MOBILE: Final = "mobile number / 手机号码"
MAIL: Final = "personal mail address / 个人邮箱"
NAME: Final = "name of a person / 个人姓名"
HOME: Final = "home address / 家庭住址"
IDENTITY_CARD: Final = "identity card number / 身份证号"
ACCOUNT: Final = "account of a person / 个人账号"


class Cleaned(NamedTuple):
    """A text without personal data, and the kinds that were removed from it."""

    text: str
    kinds: tuple[str, ...]
