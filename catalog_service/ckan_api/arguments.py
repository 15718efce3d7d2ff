"""The parameters of an action, from a query string, a form or a JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from catalog_service.errors import PARAMETER_INVALID
from ontology.errors import AtlasError

MOST_VALUES: Final = 100
"""Items of one list that are read."""

MOST_TEXT: Final = 10_000
"""Characters of one text, and of all texts of one list of filters."""

_SWITCH: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Arguments:
    """Parameters by name; a value is a text, a number, a truth value or a list of them."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given

    def text(self, name: str, default: str = "") -> str:
        """Return a text; of several the first.

        Raises ``parameter-invalid`` for an object, and for one that is too long.
        """
        value = self._given.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        if value is None or value == "":
            return default
        if isinstance(value, dict | list):
            raise _invalid(name, value, "…")
        text = str(value)
        _check_length(name, len(text), text)
        return text

    def number(
        self, name: str, default: int, least: int, most: int, *, capped: bool = False
    ) -> int:
        """Return a whole number; raises ``parameter-invalid`` for one that is out of bounds.

        With ``capped`` one above ``most`` stands for ``most``.
        """
        text = self.text(name, str(default)).strip()
        digits = text.removeprefix("-")
        number = int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
        if number is not None and capped:
            number = min(number, most)
        if number is None or not least <= number <= most:
            raise _invalid(name, text, f"{least}–{most}")
        return number

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a truth value; raises ``parameter-invalid`` for what is none."""
        text = self.text(name, str(default)).strip().lower()
        if text not in _SWITCH:
            raise _invalid(name, text, "true, false")
        return _SWITCH[text]

    def strings(self, name: str) -> list[str]:
        """Return a list: repeated, as JSON in a text, or its items between commas or blanks."""
        value = self._given.get(name)
        if isinstance(value, str):
            _check_length(name, len(value), value)
            value = _list_of(value)
        items = value if isinstance(value, list) else [] if value is None else [value]
        if len(items) > MOST_VALUES or any(isinstance(item, dict | list) for item in items):
            raise _invalid(name, value, f"≤ {MOST_VALUES}")
        return [text for item in items if (text := str(item).strip())]

    def filters(self, name: str) -> list[str]:
        """Return texts of filters: one, or several; raises ``parameter-invalid`` for too much."""
        value = self._given.get(name)
        items = value if isinstance(value, list) else [value]
        if len(items) > MOST_VALUES:
            raise _invalid(name, value, f"≤ {MOST_VALUES}")
        texts = [str(item) for item in items if item]
        _check_length(name, sum(map(len, texts)), value)
        return texts


def _list_of(text: str) -> list[object]:
    if text.lstrip().startswith("["):
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError:
            # The list of another language's notation: ['a', 'b'].
            found = None
        if isinstance(found, list):
            return found
        text = text.strip().strip("[]").replace("'", "").replace('"', "")
    return list(text.replace(",", " ").split())


def _check_length(name: str, length: int, value: object) -> None:
    if length > MOST_TEXT:
        raise _invalid(name, value, f"≤ {MOST_TEXT}")


def _invalid(name: str, value: object, expected: str) -> AtlasError:
    return AtlasError(PARAMETER_INVALID, name=name, value=str(value)[:80], expected=expected)
