"""Removing from texts what identifies a person: mobile numbers, personal mail, names, homes.

An office's own contact (landlines, names of offices, functional mail boxes) stays. The rules are
heuristics: in contacts a doubtful value is removed, in titles it stays, because there eleven
digits are more often a code than a mobile number. Labels of removed values are removed too
(`harvesters.privacy.cleanup`).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from harvesters.privacy.chinese_names import (
    BARE_NAME,
    NAME_AFTER_NUMBER,
    NAME_BEFORE_NUMBER,
    NAMED_PERSON,
    PERSON_NAME,
    are_names,
    is_person_name,
)
from harvesters.privacy.cleanup import MARK, tidied
from harvesters.privacy.context_rules import without_names_in_context
from harvesters.privacy.email import MAILBOX, is_personal_mail
from harvesters.privacy.latin_names import LABELLED_LATIN, is_latin_name, latin_names
from harvesters.privacy.messenger_accounts import ACCOUNT as ACCOUNT_SAID
from harvesters.privacy.messenger_accounts import label_of
from harvesters.privacy.personal_numbers import (
    ANY_GROUPS,
    BARE_CARD,
    CALL_BEFORE,
    CALLED_MOBILE,
    CARD,
    CODE_BEFORE,
    CREDIT_BEFORE,
    GLUED_MOBILE,
    GROUPED_MOBILE,
    LABELLED,
    SPELT_NUMBER,
    TAGGED_MOBILE,
    is_card,
    is_glued,
    is_mobile_or_card,
    spelt_digits,
)
from harvesters.privacy.personal_numbers import (
    MOBILE as MOBILE_NUMBER,
)
from harvesters.privacy.prefilter import SIGNS, any_sign
from harvesters.privacy.removed_kinds import (
    ACCOUNT,
    HOME,
    IDENTITY_CARD,
    MAIL,
    MOBILE,
    NAME,
    Cleaned,
)
from harvesters.privacy.web_addresses import clean_web_address
from harvesters.privacy.width_folding import narrowed, replaced, replaced_skeleton

_SUSPECT: Final = any_sign(("1", r"[3-9]\d"), ("2", r"0\d{9}"), ("@", ""), ("%", "E[4-9]"), *SIGNS)

_HOME_LABEL: Final = r"(?:(?:家庭|居住|户籍|个人|现)(?:住址|地址|居住地址?)|住址)"
_HOME: Final = re.compile(
    # Bounded to 200 characters: a text that repeats the label would otherwise be read to its end
    # at each of them.
    rf"(?P<label>{_HOME_LABEL}\s*[:：]\s*)"
    r"(?=[^,，;；。、\n]{0,200}(?:\d|[号弄室幢栋村路街巷道镇]))[^,，;；。、\n]{4,60}"
    rf"|(?P<verb>{_HOME_LABEL}[\s为是在]{{1,3}}|家住|现?居住?[于在]|现住)"
    r"[^,，;；。、\n]{2,40}?\d+\s?(?:号|弄|室|幢|栋|单元)[^,，;；。、\n的]{0,30}"
)


def clean_text(text: str, *, title: bool = False) -> Cleaned:
    """Remove what identifies a person from a free text.

    In a title, eleven digits are a mobile number only after a word such as 电话 or a name;
    elsewhere they are one unless a word such as 编号 precedes them. Full-width characters and
    digits of every script are recognized.
    """
    if _SUSPECT.search(text) is None:
        return Cleaned(text, ())
    cleaning = _Cleaning(text, title=title)
    marked = cleaning.marked()
    if not cleaning.kinds:
        return Cleaned(text, ())
    return Cleaned(tidied(marked), tuple(dict.fromkeys(cleaning.kinds)))


_DIGIT: Final = re.compile(r"\d|[①-⓿❶-➓⁰-₉]|&#")
"""A text without a match has no digit in any script, so that no number is searched for."""


class _Cleaning:
    """Applies the rules to one text; each removed value is replaced by `MARK`."""

    def __init__(self, text: str, *, title: bool = False, contact: bool = False) -> None:
        self.contact = contact
        self.text = text.replace(MARK, "") if MARK in text else text
        self.title = title
        self.kinds: list[str] = []

    def marked(self) -> str:
        """Return the text with `MARK` in place of each removed value."""
        text = self.text
        if "://" in text:
            text = _ADDRESS.sub(self._address, text)
        if _DIGIT.search(text) is not None:
            text = self._numbers(text)
        text = SPELT_NUMBER.sub(self._spelt, text)
        text = replaced(MAILBOX, self._mailbox, text)
        text = replaced(ACCOUNT_SAID, self._account, text)
        text = NAMED_PERSON.sub(self._names, text)
        text = BARE_NAME.sub(self._names, text)
        text = LABELLED_LATIN.sub(self._latin, text)
        text = without_names_in_context(text, lambda: self._take(NAME))
        return _HOME.sub(self._home, text)

    def _numbers(self, text: str) -> str:
        text = replaced_skeleton(CARD, self._card, CARD.sub(self._card, text))
        text = replaced_skeleton(BARE_CARD, self._bare_card, text)
        text = BARE_CARD.sub(self._bare_card, text)
        text = LABELLED.sub(self._document, text)
        text = replaced_skeleton(LABELLED, self._document, text)
        # The text itself first: in ①138… the first character numbers a list.
        text = self._mobiles(text, skeleton=False)
        text = self._mobiles(text, skeleton=True)
        if "<" in text:
            text = replaced(TAGGED_MOBILE, self._tagged, text)
        return text

    def _take(self, kind: str, left: str = "") -> str:
        self.kinds.append(kind)
        return f"{left}{MARK}"

    def _card(self, found: re.Match[str]) -> str:
        if found["label"] is None and (not is_card(found["number"]) or _is_credit_code(found)):
            return found.group()
        return self._take(IDENTITY_CARD, found["label"] or "")

    def _bare_card(self, found: re.Match[str]) -> str:
        if not is_card(found.group()) or _is_credit_code(found):
            return found.group()
        if len(found.group()) == 15 and CODE_BEFORE.search(found.string[: found.start()]):
            return found.group()
        return self._take(IDENTITY_CARD)

    def _spelt(self, found: re.Match[str]) -> str:
        mobile, card = is_mobile_or_card(spelt_digits(found.group()))
        if not (mobile or card):
            return found.group()
        return self._take(MOBILE if mobile else IDENTITY_CARD)

    def _address(self, found: re.Match[str]) -> str:
        address, kinds = clean_web_address(found.group())
        if not kinds:
            return found.group()
        self.kinds += kinds
        return address or MARK

    def _account(self, found: re.Match[str]) -> str:
        return self._take(ACCOUNT, label_of(found))

    def _latin(self, found: re.Match[str]) -> str:
        if not is_latin_name(found["name"]):
            return found.group()
        return self._take(NAME, found["label"])

    def _glued(self, found: re.Match[str]) -> str:
        if not (is_glued(found) or (self.contact and found["after"])):
            return found.group()
        return self._take(MOBILE)

    def _grouped(self, found: re.Match[str]) -> str:
        return found.group() if found.group().isdecimal() else self._take(MOBILE)

    def _document(self, found: re.Match[str]) -> str:
        label = found["label"] or found["passport"] or found["bank"]
        return self._take(IDENTITY_CARD, label)

    def _mobiles(self, text: str, *, skeleton: bool) -> str:
        substitute = replaced_skeleton if skeleton else replaced

        def mobile(found: re.Match[str]) -> str:
            before = found.string[max(0, found.start() - 60) : found.start()]
            after = found.string[found.end() : found.end() + 8]
            called = CALL_BEFORE.search(before) is not None
            named = self._owner(before, after)
            bare = self.title and found.group()[-11:].isdecimal()
            if not (called or named) and (bare or CODE_BEFORE.search(before) is not None):
                return found.group()
            return self._take(MOBILE)

        text = substitute(MOBILE_NUMBER, mobile, text)
        text = substitute(CALLED_MOBILE, lambda m: self._take(MOBILE, m["call"]), text)
        text = substitute(GROUPED_MOBILE, lambda _: self._take(MOBILE), text)
        text = substitute(GLUED_MOBILE, self._glued, text)
        if self.contact:
            text = substitute(ANY_GROUPS, self._grouped, text)
        if MOBILE in self.kinds:
            text = _OWNER_BEFORE.sub(self._before, text)
            text = _OWNER_AFTER.sub(self._after, text)
        return text

    @staticmethod
    def _owner(before: str, after: str) -> bool:
        found = _NAME_BEFORE.search(before) or _NAME_AFTER.search(after)
        return found is not None and _may_own(found["owner"])

    def _before(self, found: re.Match[str]) -> str:
        if not _may_own(found["owner"]):
            return found.group()
        return f"{self._take(NAME)}{found['between']}{MARK}"

    def _after(self, found: re.Match[str]) -> str:
        if not _may_own(found["owner"]):
            return found.group()
        return found.group().replace(found["owner"], self._take(NAME))

    def _tagged(self, _found: re.Match[str]) -> str:
        return self._take(MOBILE)

    def _mailbox(self, found: re.Match[str]) -> str:
        return self._take(MAIL) if is_personal_mail(found.group()) else found.group()

    def _names(self, found: re.Match[str]) -> str:
        if not are_names(found["names"]):
            return found.group()
        return self._take(NAME, found["label"])

    def _home(self, found: re.Match[str]) -> str:
        return self._take(HOME, found["label"] or found["verb"])


_NAME_BEFORE: Final = re.compile(NAME_BEFORE_NUMBER)
_NAME_AFTER: Final = re.compile(NAME_AFTER_NUMBER)
_OWNER_BEFORE: Final = re.compile(NAME_BEFORE_NUMBER.removesuffix("$") + MARK)
_OWNER_AFTER: Final = re.compile(NAME_AFTER_NUMBER.replace("^", MARK, 1))


def _may_own(name: str) -> bool:
    return "·" in name or name.isascii() or is_person_name(name)


def _is_credit_code(found: re.Match[str]) -> bool:
    return (
        CREDIT_BEFORE.search(found.string[max(0, found.start() - 20) : found.start()]) is not None
    )


_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\x22'，。；、）)】》]+")


def is_personal_identifier(text: str) -> bool:
    """Tell whether an identifier is a mobile number (with a name beside it) or a person's mail."""
    flat = narrowed(unquote(text)).strip()
    if "@" in flat and MAILBOX.fullmatch(flat) is not None:
        return is_personal_mail(flat)
    card = BARE_CARD.search(flat)
    if card is not None and len(card.group()) == 18 and is_card(card.group()):
        return True
    found = MOBILE_NUMBER.search(flat)
    if found is None:
        return False
    rest = (flat[: found.start()] + flat[found.end() :]).strip(" -_/、,，")
    return not rest or re.fullmatch(PERSON_NAME, rest) is not None


def masked(text: str) -> str:
    """Return a value for a message, without what identifies a person."""
    left = clean_text(text).text
    return re.sub(r"(?:(?<!\d)|(?<=%[0-9A-F]{2}))1[3-9]\d{9}(?!\d)", "…", left)


def clean_contact(text: str) -> Cleaned:
    """Remove persons from a contact such as ``张三 13812345678 / 办公室 021-12345678``.

    Any part between blanks or separators that is nothing but a name is removed as well.
    """
    cleaning = _Cleaning(text, contact=True)
    marked = cleaning.marked()
    kinds = cleaning.kinds
    for found in reversed(latin_names(marked)):
        kinds.append(NAME)
        marked = marked[: found.start()] + MARK + marked[found.end() :]
    parts: list[str] = []
    for part in re.split(r"([\s/、,，;；|()（）:：]+)", marked):
        if part and is_person_name(part):
            kinds.append(NAME)
            parts.append(MARK)
        else:
            parts.append(part)
    if not kinds:
        return Cleaned(text, ())
    left = tidied("".join(parts))
    bare = re.sub(r"[（(]\s*[)）]", "", left)
    bare = re.sub(r"\s*([/、,，;；|])(?:\s*[/、,，;；|])+\s*", r" \1 ", bare)
    return Cleaned(
        re.sub(r"\s{2,}", " ", bare).strip(" \t\n/、,，;；|:："), tuple(dict.fromkeys(kinds))
    )
