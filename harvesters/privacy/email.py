"""Mail addresses: a person's or an office's, also obfuscated ones (``name[at]example.cn``)."""

from __future__ import annotations

import re
from typing import Final

from harvesters.privacy.width_folding import narrowed

MAILBOX: Final = re.compile(
    # At most 64 characters (RFC 5321): without a bound, a long word without an @ would take time
    # that grows with the square of its length.
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
    r"(?:@|\s?(?:\[at\]|\(at\)|（at）|\[@\]|\(@\)|艾特)\s?|[#＃](?=(?:qq|163|126|139|gmail|sina)\.))"
    r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+",
    re.IGNORECASE,
)
_AT: Final = re.compile(r"\s?(?:\[at\]|\(at\)|（at）|\[@\]|\(@\)|艾特)\s?|[#＃]", re.IGNORECASE)

_FREE_PROVIDERS: Final = (
    "qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com yeah.net 188.com vip.126.com "
    "88.com 21cn.com tom.com 263.net wo.cn sina.com.cn vip.sina.com yahoo.com.cn yahoo.cn "
    "live.cn proton.me protonmail.com aol.com gmx.de gmx.net web.de orange.fr free.fr "
    "wanadoo.fr laposte.net ziggo.nl hotmail.fr hotmail.be hotmail.nl hotmail.co.uk live.be "
    "live.fr outlook.be outlook.fr yahoo.co.uk 139.com 189.cn sina.com sina.cn sohu.com "
    "aliyun.com gmail.com googlemail.com hotmail.com outlook.com live.com msn.com yahoo.com "
    "yahoo.fr icloud.com me.com skynet.be telenet.be proximus.be"
)
FREE_MAIL: Final = frozenset(_FREE_PROVIDERS.split())
"""Domains of providers where anybody can have a mail box."""
_FUNCTION = re.compile(
    r"(?:^|[._+-])(?:info|contact|service|office|data|open|admin|help|support|stat|team|mail|post|"
    r"web|press|hello|desk|geo|gis|dpo|privacy|it|ict|sec|secr|secretariat|library|research|"
    r"bgs|bgt|xxgk|zwgk|kefu|zhuanyuan|public|ask|opendata|no-?reply|board|unit|dept|lab|group|"
    r"metadata|catalog|portal|sales|communication|dienst|service[s]?|statistics|enquiries)"
    r"|omgeving|wegen|verkeer|departement|registre|cadastre|cellule|direction|bureau|etude|mobilit"
    r"|communicat|sig\b|info|data|contact|service|office|admin|support|stat|open|bgs|xxgk|zwgk|kefu|team|mail|help",
    re.IGNORECASE,
)
_FIRST_LAST = re.compile(r"[a-z]{1,20}(?:[-'][a-z]+)*[._][a-z]{2,}(?:[-'._][a-z]+)*\d{0,3}", re.I)


def is_personal_mail(address: str) -> bool:
    """Tell whether a mail address looks like a person's: first.last@, or any at a free provider.

    A functional name before the @ (info, service, bgs …) makes it an office's.
    """
    local, _, domain = _AT.sub("@", narrowed(address)).strip().lower().rpartition("@")
    if not domain or _FUNCTION.search(local) is not None:
        return False
    if domain in FREE_MAIL:
        return True
    # zhangsan@zhangsan.me: a domain of one's own; digitaal.vlaanderen@vlaanderen.be is an office's.
    if domain.rpartition(".")[0] == local:
        return domain.endswith((".me", ".name")) and local.isalpha()
    if any(len(part) > 3 and part in domain for part in re.split(r"[._+-]", local)):
        return False
    return _FIRST_LAST.fullmatch(local) is not None
