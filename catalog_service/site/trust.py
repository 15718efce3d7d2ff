"""Who runs the catalogue, whom to ask, and what may be done with its descriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from catalog_service.settings import NOTICE_BETWEEN, Settings
from catalog_service.site.display_values import followable
from ontology.languages import pick
from ontology.licenses import license_of
from translations import Lang

_MAIL: Final = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+")


@dataclass(frozen=True, slots=True)
class Trust:
    """What the settings say of the operator; each empty where the operator says nothing."""

    operator: str
    contact: str
    contact_link: str
    """``mailto:`` or a web address; empty where the contact is neither."""
    license_name: str
    license_link: str


def trust_of(settings: Settings, lang: Lang) -> Trust:
    """Return what the settings say, in a language."""
    contact = in_language(settings.contact, lang)
    link = f"mailto:{contact}" if _MAIL.fullmatch(contact) else followable(contact) or ""
    iri = settings.metadata_license
    known = license_of(iri) if iri else None
    name = pick(known.label, lang) if known is not None else ""
    return Trust(
        in_language(settings.operator, lang), contact, link, name or iri, followable(iri) or ""
    )


def in_language(text: str, lang: Lang) -> str:
    """Return the half of a setting that is in a language; the whole where it has one."""
    chinese, _, english = text.partition(NOTICE_BETWEEN)
    return (english if lang == "en" else "") or chinese
