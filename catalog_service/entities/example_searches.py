"""Searches that people often make and that find something here, for the first page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, get_args

from search.background_cache import BackgroundCache
from search.index.protocol import ReadableIndex
from search.model import Query
from search.service import SearchService
from translations import Lang

_CHINESE: Final = (
    "养老机构",
    "公交",
    "停车场",
    "医疗机构",
    "空气质量",
    "学校",
    "行政处罚",
    "企业",
    "统计",
)
EXAMPLES: Final[dict[Lang, tuple[str, ...]]] = {
    "zh": _CHINESE,
    # What the catalogue says in Chinese comes after what can be found in English.
    "en": (
        "parking",
        "bus stops",
        "hospital",
        "air quality",
        "schools",
        "museum",
        "elderly care",
        "water quality",
        "parks",
        *_CHINESE,
    ),
}
"""Searches that people often make; the first three that find something here are shown."""

SHOWN_EXAMPLES: Final = 3


class ExampleSearches:
    """Tries the examples once for a state of the index, while the last result serves.

    Each takes a whole search: the first page must not wait for three of them after every change.
    """

    def __init__(
        self,
        index: ReadableIndex,
        search: SearchService,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._search = search
        self._caches: dict[Lang, BackgroundCache[tuple[str, ...]]] = {
            lang: BackgroundCache(monotonic) for lang in get_args(Lang)
        }

    def found(self, lang: Lang) -> tuple[str, ...]:
        """Return the examples of a language that find something; none where no index is yet.

        Raises `AtlasError`: what searching does.
        """
        view = self._index.view()
        if view is None:
            return ()
        return self._caches[lang].of(view, lambda _: self._try(lang))

    def _try(self, lang: Lang) -> tuple[str, ...]:
        found: list[str] = []
        for text in EXAMPLES[lang]:
            if len(found) == SHOWN_EXAMPLES:
                break
            if self._search.search(Query(text=text, limit=1, facets=False)).total:
                found.append(text)
        return tuple(found)
