"""Mails to persons: in their language, or in both; as text and as HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog_service.context import Service
from catalog_service.notices.kinds import ALL, KINDS
from catalog_service.notices.mail import hand_over, head, sender_address
from catalog_service.notices.model import Message
from catalog_service.notices.persons import DIGEST, Contact, PersonalNotices
from translations import LANGUAGES, Lang, translator

_TEMPLATES: Final = Path(__file__).with_name("templates")
_TAGS: Final = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words."""

    title: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A mail in one language."""

    tag: str
    told: Sequence[Told]
    more: int
    _: Callable[..., str]
    ngettext: Callable[..., str]


def send_to_person(atlas: Service, message: Message) -> bool:
    """Send a notice or a digest to a person; False where their mail goes nowhere any more.

    Raises what `hand_over` raises.
    """
    personal = PersonalNotices(atlas.journal)
    contact = personal.contact(message.about)
    if contact is None:
        return False
    hand_over(atlas.settings, mail_of(atlas, personal, message, contact))
    return True


def mail_of(
    atlas: Service, personal: PersonalNotices, message: Message, contact: Contact
) -> EmailMessage:
    """Return a message as a mail, the same with each attempt."""
    home = atlas.settings.public_url
    is_digest = message.kind == DIGEST
    notices: list[Mapping[str, Any]] = message.data["notices"] if is_digest else [message.data]
    kind = ALL if is_digest else message.data["notice"]
    languages: tuple[Lang, ...] = (
        tuple(lang for lang in LANGUAGES if lang == contact.language) or LANGUAGES
    )
    parts = [_part(home, lang, notices, message) for lang in languages]
    unsubscribe = None
    if is_digest or not KINDS[kind].must:
        token = personal.unsubscribe_token(contact.person, kind)
        query = urlencode({"person": contact.person, "kind": kind, "token": token})
        unsubscribe = f"{home}/notices/unsubscribe?{query}"
    subject = " · ".join(_subject(part, is_digest=is_digest, message=message) for part in parts)
    values = {
        "parts": parts,
        "subject": subject,
        "name": contact.name,
        "home": home,
        "all_url": f"{home}/notices",
        "unsubscribe": unsubscribe,
        "preferences": f"{home}/notices/preferences",
    }
    made = head(message, sender_address(atlas.settings), contact.email, _one_line(subject))
    if unsubscribe is not None:
        # One click, by whatever reads the mail (RFC 8058).
        made["List-Unsubscribe"] = f"<{unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(_environment(html=False).get_template("mail_notice.txt").render(values))
    html = _environment(html=True).get_template("mail_notice.html").render(values)
    made.add_alternative(html, subtype="html")
    return made


def told_in(lang: Lang, home: str, notice: Mapping[str, Any]) -> Told:
    """Return a notice in the words of a language; its address is whole with a ``home``."""
    texts, kind = translator(lang), KINDS[notice["notice"]]
    path = notice["path"]
    data = {
        name: value[lang] if isinstance(value, dict) else value
        for name, value in notice["data"].items()
    }
    return Told(
        texts.pgettext("notice", kind.title, **data),
        texts.pgettext("notice", kind.text, **data),
        None if path is None else f"{home}{path}",
    )


def _part(home: str, lang: Lang, notices: Sequence[Mapping[str, Any]], message: Message) -> Part:
    texts = translator(lang)
    told = [told_in(lang, home, one) for one in notices]
    more = message.data.get("count", len(told)) - len(told)
    return Part(_TAGS[lang], told, more, texts.gettext, texts.ngettext)


def _subject(part: Part, *, is_digest: bool, message: Message) -> str:
    if not is_digest:
        return part.told[0].title
    count = message.data["count"]
    return part.ngettext("{count} notice", "{count} notices", count)


@cache
def _environment(*, html: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=html,  # noqa: S701 - plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _one_line(text: str) -> str:
    # Control characters have no place in a head; some programs end it at them.
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
