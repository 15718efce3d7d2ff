"""Texts of the pages: one table per language, the same keys in both (a test says so)."""

from __future__ import annotations

from typing import Final

from catalog_service.http.language import Lang
from catalog_service.site import messages_explore, messages_finding
from catalog_service.site.messages_en import EN
from catalog_service.site.messages_zh import ZH

TABLES: Final[dict[Lang, dict[str, str]]] = {
    "zh": ZH | messages_explore.ZH | messages_finding.ZH,
    "en": EN | messages_explore.EN | messages_finding.EN,
}


def message(lang: Lang, key: str, **params: object) -> str:
    """Return a text with its parameters filled in; an unknown key is an error, never shown."""
    return TABLES[lang][key].format(**params) if params else TABLES[lang][key]
