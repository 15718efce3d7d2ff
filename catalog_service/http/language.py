"""The language of an answer: ``?lang=`` first, then Accept-Language, then Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog_service.preferences import weighted
from translations import LANGUAGES, Lang

LANGUAGE_TAGS: Final[Mapping[Lang, str]] = {"zh": "zh-CN", "en": "en"}
"""How answers name their language (BCP 47): ``Content-Language``, ``lang``, ``xml:lang``."""


def choose_language(query: Mapping[str, str], headers: Mapping[str, str]) -> Lang:
    """Return ``zh`` or ``en``: Chinese where no supported language is asked for."""
    # Tags are the same in any case (RFC 5646, section 2.1.1).
    asked = query.get("lang", "").lower()
    if asked[:2] in LANGUAGES:
        return "en" if asked.startswith("en") else "zh"
    for tag, weight in weighted(headers.get("accept-language", "")):
        if weight > 0 and tag[:2] in LANGUAGES:
            return "en" if tag.startswith("en") else "zh"
    return "zh"
