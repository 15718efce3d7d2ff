"""In which order sources are shown: those that somebody has to look at stand first."""

from __future__ import annotations

from typing import Final

from catalog_service.sources.model import SupplyState

_ATTENTION: Final = ("failed", "late")
"""States that somebody has to look at, the gravest first."""


def attention_order(state: SupplyState, title: str, source: str) -> tuple[object, ...]:
    """Return by what sources are ordered on pages: failed, late, then by name.

    Names are in the order of their sounds, as Chinese registers are.
    """
    # Commands that show no page need none of their dictionaries.
    from search.analysis.normalization import normal  # noqa: PLC0415
    from search.analysis.pinyin import syllables  # noqa: PLC0415

    urgency = _ATTENTION.index(state) if state in _ATTENTION else len(_ATTENTION)
    return urgency, syllables(normal(title)), source
