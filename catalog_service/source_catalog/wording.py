"""What became of a data item, in the words of a terminal."""

from __future__ import annotations

from typing import Final

from catalog_service.console.output import pgettext
from translations import NP_

_WORDS: Final = {
    "created": NP_("counter", "created"),
    "updated": NP_("counter", "updated"),
    "unchanged": NP_("counter", "unchanged"),
    "untouched": NP_("counter", "untouched"),
    "rejected": NP_("counter", "rejected"),
    "removed": NP_("counter", "removed"),
}
"""By the names that JSON has for ever."""
_TEXTS: Final = {
    "item": NP_("source item", "Data item"),
    "department": NP_("source item", "Responsible department"),
    "source": NP_("source item", "Source"),
    "mechanism": NP_("source item", "Update mechanism"),
    "quality": NP_("source item", "Quality standard"),
    "use": NP_("source item", "Way of use"),
}


def outcome_word(name: str) -> str:
    """Return what an outcome, or a kind of change, is called."""
    return pgettext("counter", _WORDS[name]) if name in _WORDS else name


def text_word(name: str) -> str:
    """Return what one of a data item's texts is called."""
    return pgettext("source item", _TEXTS[name]) if name in _TEXTS else name
