"""The columns and the first page of a list's workbook, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from catalog_service.open_list.model import COLUMNS
from harvesters.readers.open_list_header import heading_key, known_headings
from ontology.languages import BilingualText
from translations import Lang, translator

KEY: Final = "key"
"""The column that tells which item a row is."""

LIST_SHEET: Final = BilingualText("开放清单", "Open list")
ABOUT_SHEET: Final = BilingualText("说明", "About")
VALUES_SHEET: Final = BilingualText("取值", "Values")

KEY_HEADING: Final = BilingualText("条目标识（请勿修改）", "Item (leave as it is)")

CONTENT: Final = "content"
ORGANIZATION: Final = "organization"
YEAR: Final = "year"
ABOUT: Final[Mapping[str, BilingualText]] = {
    ORGANIZATION: BilingualText("清单单位（请勿修改）", "Organization (leave as it is)"),
    YEAR: BilingualText("清单年度（请勿修改）", "Year (leave as it is)"),
    CONTENT: BilingualText("清单内容标识（请勿修改）", "Content of the list (leave as it is)"),
}
"""What the page about the workbook says of where it comes from."""

_OF_TARGETS: Final[Mapping[str, str]] = {
    "title": "title",
    "publisher": "provider",
    "description": "description",
    "fields": "content",
    "open_scope": "scope",
    "open_type": "open_type",
    "condition": "conditions",
    "frequency": "frequency",
    "formats": "form",
    "theme": "domain",
}
"""Which field a heading of somebody's own list fills, by its target in ``profile.toml``."""


def heading(field: str, lang: Lang) -> str:
    """Return what stands above a column; in English, the English label."""
    if field == KEY:
        return KEY_HEADING.zh if lang == "zh" else KEY_HEADING.en
    zh, en = COLUMNS[field]
    return zh if lang == "zh" else translator("en").gettext(en)


@cache
def fields_of_headings() -> Mapping[str, str]:
    """Return which field a heading names, by `heading_key`: our own headings, then all known."""
    found: dict[str, str] = {}
    for key, name in _headings():
        found.setdefault(heading_key(key), name)
    return found


@cache
def about_of_labels() -> Mapping[str, str]:
    """Return what a label on the page about the workbook names, by `heading_key`."""
    return {heading_key(text): name for name, both in ABOUT.items() for text in (both.zh, both.en)}


def _headings() -> Iterator[tuple[str, str]]:
    for text in (KEY_HEADING.zh, KEY_HEADING.en):
        yield text, KEY
    for name, both in COLUMNS.items():
        for text in both:
            yield text, name
    for target, headings in known_headings().items():
        if target in _OF_TARGETS:
            for text in headings:
                yield text, _OF_TARGETS[target]
