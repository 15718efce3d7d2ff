"""A description as a page shows it: never longer than a bound, whatever its record holds.

A record may hold sixteen mebibytes in texts, and a page says a title ten times. The machine forms
have everything; the page says where it stops.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from pydantic import BaseModel

from catalog_service.datasets.description_model import Description
from ontology.truncation import ELLIPSIS, MAX_NAME, clip

MAX_TEXT: Final = 20_000
"""Characters of a description."""

MAX_VALUE: Final = 1_000
"""Characters of any other text."""

MAX_ADDRESS: Final = 2_000
"""Characters of an address; a longer one is shown as a text and not as a link."""

MAX_WHOLE: Final = 100_000
"""Characters of everything together."""

MAX_LANGUAGES: Final = 4

_NAMES: Final = frozenset({"title", "label", "keywords", "datatype", "notation"})
_ADDRESSES: Final = frozenset(
    {
        *("iri", "focus", "landing_pages", "access_urls", "download_urls", "endpoint_urls"),
        "endpoint_descriptions",
    }
)
_FIRST: Final = ("iri", "focus", "source", "remote_id", "title", "description", "publishers")
"""What is shown in any case."""

M = TypeVar("M", bound=BaseModel)


def bounded(description: Description) -> Description:
    """Return a description of bounded length.

    ``data_item_count`` and ``distribution_count`` still count all.
    """
    return _Budget().model(description, _FIRST, top=True)


class _Budget:
    """Characters that are left."""

    def __init__(self) -> None:
        self._left = MAX_WHOLE

    def model(self, model: M, first: tuple[str, ...] = (), *, top: bool = False) -> M:
        names = dict.fromkeys((*first, *type(model).model_fields))
        changed = {}
        for name in names:
            most = MAX_TEXT if top and name == "description" else MAX_VALUE
            before = getattr(model, name)
            after = self._value(before, name, MAX_NAME if name in _NAMES else most)
            if after is not before:
                changed[name] = after
        return model.model_copy(update=changed) if changed else model

    def _value(self, value: Any, name: str, most: int) -> Any:
        if isinstance(value, str):
            return self._text(value, name, most)
        if isinstance(value, BaseModel):
            return self.model(value)
        if isinstance(value, dict):
            some = list(value.items())[:MAX_LANGUAGES]
            return {clip(key, 40): self._text(text, name, most) for key, text in some}
        if isinstance(value, list | tuple):
            found = []
            for one in value:
                if self._left <= 0:
                    break
                found.append(self._value(one, name, most))
            return type(value)(found)
        return value

    def _text(self, text: str, name: str, most: int) -> str:
        if name in _ADDRESSES:
            shown = text if len(text) <= MAX_ADDRESS else f"{ELLIPSIS} {clip(text, MAX_NAME)}"
        else:
            shown = clip(text, max(1, min(most, self._left)))
        self._left -= len(shown)
        return shown
