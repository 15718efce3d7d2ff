"""What counters, statuses and kinds of changes are called on a terminal, on pages and in mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from translations import NP_, translator

CONTEXT: Final = "counter"

LABELS: Final[Mapping[str, str]] = {
    "active": NP_("counter", "active"),
    "read": NP_("counter", "read"),
    "created": NP_("counter", "created"),
    "updated": NP_("counter", "updated"),
    "unchanged": NP_("counter", "unchanged"),
    "held": NP_("counter", "held"),
    "rejected": NP_("counter", "rejected"),
    "skipped": NP_("counter", "skipped"),
    "revived": NP_("counter", "revived"),
    "confirmed": NP_("counter", "confirmed"),
    "missing": NP_("counter", "missing"),
    "withdrawn": NP_("counter", "withdrawn"),
    "released": NP_("counter", "released"),
    "closed": NP_("counter", "closed"),
    "errors": NP_("counter", "errors"),
    "running": NP_("counter", "running"),
    "waiting": NP_("counter", "waiting"),
    "done": NP_("counter", "done"),
    "failed": NP_("counter", "failed"),
    "stopped": NP_("counter", "stopped"),
    "cancelled": NP_("counter", "cancelled"),
    "sent": NP_("counter", "sent"),
    "given-up": NP_("counter", "given up"),
    "dropped": NP_("counter", "dropped"),
}
"""By the names that JSON has for ever."""


def label(name: str, lang: str) -> str:
    """Return what a counter, status or kind is called; its name where it has no label."""
    text = LABELS.get(name)
    return name if text is None else translator(lang).pgettext(CONTEXT, text)


def counted(counters: Mapping[str, int], names: Iterable[str], lang: str) -> str:
    """Return counters as one line: ``read 10  created 2``."""
    return "  ".join(f"{label(name, lang)} {counters[name]}" for name in names)
