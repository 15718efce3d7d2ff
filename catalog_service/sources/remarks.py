"""What a run's counters alone do not say, in sentences: a list that passes over, a refusal kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from catalog_service.answers import Message
from translations import Lang, Translator, translator

_FEW: Final = 0.05
"""Share of what the platform has that a list may pass over because it shifted while it was read."""


def remarks_of(
    counters: Mapping[str, int], decision: Mapping[str, Any] | None, source: str
) -> list[Message]:
    """Return what is to be known of a run of a source, the most important first."""
    zh, en = (_said(counters, decision, source, lang) for lang in ("zh", "en"))
    return [Message(zh=one, en=other) for one, other in zip(zh, en, strict=True)]


def _said(
    counters: Mapping[str, int], decision: Mapping[str, Any] | None, source: str, lang: Lang
) -> list[str]:
    texts = translator(lang)
    found = []
    if decision is not None and "earlier" in decision:
        found.append(_kept(texts, decision, source))
    if counters.get("confirmed"):
        found.append(_passed_over(texts, counters["confirmed"], counters.get("read", 0)))
    return found


def _kept(texts: Translator, decision: Mapping[str, Any], source: str) -> str:
    return texts.ngettext(
        "{count:,} of {live:,} records is not listed and stays: its removal was refused with run "
        "{earlier} by {actor} ({reason}). It is asked about again when more are gone, or with "
        "`atlas harvest {source} --full --accept-shorter`.",
        "{count:,} of {live:,} records are not listed and stay: their removal was refused with run "
        "{earlier} by {actor} ({reason}). They are asked about again when more are gone, or with "
        "`atlas harvest {source} --full --accept-shorter`.",
        decision["gone"],
        live=decision["live"],
        earlier=decision["earlier"],
        actor=decision["actor"],
        reason=decision["reason"],
        source=source,
    )


def _passed_over(texts: Translator, confirmed: int, read: int) -> str:
    said = texts.ngettext(
        "The list names {read:,} datasets and passes over {count:,} that the platform still gives "
        "when asked for it: it stays.",
        "The list names {read:,} datasets and passes over {count:,} that the platform still gives "
        "when asked for them: they stay.",
        confirmed,
        read=read,
    )
    if confirmed <= (read + confirmed) * _FEW:
        return said + texts.gettext(" A list may shift so while it is read.")
    return said + texts.gettext(
        " That is more than a list shifts while it is read: ask the platform’s operator whether "
        "the list is complete. If they are withdrawn there, set `--option confirm=no` (city, "
        "district)."
    )
