"""Addresses (IRIs of every scheme): removing what identifies a person.

A web address loses its user, its password and the parameters that name somebody. One that names
somebody in its host or path is removed as a whole, because the rest would lead nowhere.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from harvesters.privacy.chinese_names import NAMED_PERSON, are_names, is_person_name
from harvesters.privacy.email import MAILBOX, is_personal_mail
from harvesters.privacy.messenger_accounts import ACCOUNT as ACCOUNT_SAID
from harvesters.privacy.personal_numbers import BARE_CARD, is_card, is_mobile
from harvesters.privacy.prefilter import any_sign
from harvesters.privacy.removed_kinds import ACCOUNT, IDENTITY_CARD, MAIL, MOBILE, NAME, Cleaned
from harvesters.privacy.width_folding import narrowed

SUSPECT: Final = any_sign(
    (
        "1",
        r"(?:(?<![0-9].)|(?<=861))[3-9]\d"
        r"(?:\d{8}(?![0-9A-Za-z])|(?:[- +]|%20)\d{4}(?:[- +]|%20)\d)",
    ),
    ("1", r"9\d\d[01]\d[0-3]\d{4}[\dXx](?!\d)"),
    ("2", r"0[0-2]\d[01]\d[0-3]\d{4}[\dXx](?!\d)"),
    ("1-6", r"(?<![0-9].)\d{5}[2-9]\d[01]\d[0-3]\d{4}(?!\d)"),
    ("@", r"(?!@)"),
    ("%", "(?:40|[E-Fe-f]|3[0-9])"),
    ("\u0080-\U0010ffff", ""),
    ("Qq", "[Qq]="),
    ("Ww", "(?:e[Cc]hat|ei[Xx]in|xid_)"),
    ("Oo", "rcid[.]org/[0-9]"),
)
"""Prefilter: a web address without a match holds no personal data. Nearly none has a match."""

_MOBILE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?<!\d[.,])(?:(?i:tel|phone|mobile|mob|sj|dh)[-_=:]?)?(?:\+?86)?"
    r"(?:1[3-9]\d{9}|1[3-9]\d([- ])\d{4}\1\d{4})(?![0-9A-Za-z])(?![.,]\d)"
)
_CALLED: Final = re.compile(r"[\d+() .-]+")
_ORCID: Final = re.compile(r"https?://(?:www\.)?orcid\.org/\d", re.I)
_CARD_SAID: Final = re.compile(r"(?:身份证|证件号|sfz|idcard|id_card)", re.I)
_USER: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)@")
_MAIL_SCHEMES: Final = frozenset({"mailto", "sip", "sips", "xmpp", "acct", "im", "skype"})
_CALL_SCHEMES: Final = frozenset({"tel", "sms", "callto", "fax", "whatsapp", "smsto"})
_MESSENGERS: Final = frozenset({"weixin", "wechat", "tencent", "mqq", "skype"})


def address_kind(address: str) -> str | None:
    """Return the kind of personal data for which a whole address is removed; None: it may stay."""
    scheme, _, rest = address.partition(":")
    scheme = scheme.lower()
    if scheme in {"http", "https"} and SUSPECT.search(address) is None:
        return None
    rest = unquote(rest)
    if scheme in _MAIL_SCHEMES:
        return MAIL if is_personal_mail(rest.partition("?")[0]) else None
    if scheme in _CALL_SCHEMES:
        return MOBILE if is_mobile(rest) else None
    if scheme in _MESSENGERS:
        return ACCOUNT
    if _ORCID.match(address) is not None:
        return NAME
    if scheme in {"http", "https", "ftp", "ftps"}:
        head = re.split(r"[?#]", _without_user(address)[0], maxsplit=1)[0]
        return _kind_in(head)
    return _kind_in(address)


def _kind_in(address: str) -> str | None:
    text = narrowed(unquote(address))
    if _MOBILE.search(text) is not None:
        return MOBILE
    if any(is_card(found.group()) for found in BARE_CARD.finditer(text)):
        return IDENTITY_CARD
    if "@" in text and any(is_personal_mail(found.group()) for found in MAILBOX.finditer(text)):
        return MAIL
    return None


def _without_user(address: str) -> tuple[str, bool]:
    """Return a web address without its user, and whether it had one; an office's mail box stays."""
    found = _USER.match(address)
    if found is None:
        return address, False
    user = unquote(found[2])
    rest = address[found.end() :]
    if user.isascii() and ":" not in user:
        host = re.split(r"[/?#:]", rest, maxsplit=1)[0]
        if not is_personal_mail(f"{user}@{host}"):
            return address, False
    return found[1] + rest, True


def clean_web_address(address: str) -> Cleaned:
    """Remove what identifies a person from a web address; the text is empty where nothing is left.

    Codes stay: digests, times, coordinates, organisations' codes.
    """
    if address.startswith("http") and SUSPECT.search(address) is None:
        return Cleaned(address, ())
    kind = address_kind(address)
    if kind is not None:
        return Cleaned("", (kind,))
    kinds: list[str] = []
    left, had_user = _without_user(address)
    if had_user:
        kinds.append(ACCOUNT)
    rest, hash_mark, fragment = left.partition("#")
    start, mark, query = rest.partition("?")
    if fragment and _parameter_kind("", fragment):
        kinds.append(_parameter_kind("", fragment) or "")
        hash_mark = fragment = ""
    if mark:
        kept: list[str] = []
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            found = _parameter_kind(name, value)
            if found is None:
                kept.append(pair)
            else:
                kinds.append(found)
        rest = start + ("?" + "&".join(kept) if kept else "")
    if not kinds:
        return Cleaned(address, ())
    return Cleaned(rest + hash_mark + fragment, tuple(dict.fromkeys(kinds)))


def _parameter_kind(name: str, value: str) -> str | None:
    """Return the kind of personal data in a parameter; None for none."""
    name, value = unquote(name), narrowed(unquote(value.replace("+", " "))).strip()
    if _CALLED.fullmatch(value) is not None and is_mobile(value):
        return MOBILE
    kind = _kind_in(value)
    if kind is not None:
        return kind
    if _CARD_SAID.search(name) is not None and re.fullmatch(r"\d{15}|\d{17}[\dXx]", value):
        return IDENTITY_CARD
    pair = f"{name}：{value}"
    names = NAMED_PERSON.search(pair)
    if names is not None and are_names(names["names"]):
        return NAME
    if not name.isascii() and "名" in name and is_person_name(value):
        return NAME
    return ACCOUNT if ACCOUNT_SAID.search(pair) is not None else None
