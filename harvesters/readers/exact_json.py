"""Parsing JSON without loss: all digits of numbers, all values of repeated keys.

orjson turns integers beyond 64 bits into floats, rounds long fractions and keeps only the last of
repeated keys. The few texts with any of these are parsed again by the slower `json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

import orjson

from harvesters.readers.json_reasons import json_reason
from ontology.errors import Phrase

_KEY: Final = re.compile(rb'"\s*:')
_SPACED: Final = re.compile(rb'"\s+:')
_NO_NUMBER: Final = re.compile(rb"[:\[,]\s*-?(?:NaN|Infinity)\b")


def parsed(
    payload: bytes, merges: Callable[[str], bool] = lambda _: False
) -> tuple[Any, tuple[str, ...]]:
    """Return the value of a JSON text, and the keys that are repeated within one object.

    Of repeated keys the last value counts, as in other parsers; where ``merges(key)``, the values
    become a list. Numbers that a float would change are `int` or `Decimal`. Raises
    `orjson.JSONDecodeError`.
    """
    value = orjson.loads(payload)
    if is_plain(payload, value):
        return value, ()
    repeated: dict[str, None] = {}

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, one in pairs:
            if key not in result:
                result[key] = one
                continue
            repeated.setdefault(key)
            result[key] = [*_listed(result[key]), *_listed(one)] if merges(key) else one
        return result

    try:
        exact = json.loads(payload, object_pairs_hook=made, parse_float=_exact, parse_int=_whole)
    except (ValueError, RecursionError):
        # Nested deeper than `json` reads: use the result of orjson.
        return value, ()
    return exact, tuple(repeated)


def why_not_json(payload: bytes, reason: str) -> Phrase:
    """Return a parser's reason, or the hint that NaN and Infinity need where the text has them."""
    return json_reason(reason, has_no_numbers=_NO_NUMBER.search(payload) is not None)


def is_plain(payload: bytes, value: object) -> bool:
    """Tell whether ``value``, parsed by orjson, certainly lost nothing of a text.

    It may have where a key is repeated or a number became a float.
    """
    keys = _keys(value)
    return keys is not None and _written_keys(payload) <= keys


def _written_keys(payload: bytes) -> int:
    """Return the maximum number of keys in a JSON text (strings may contain more)."""
    if _SPACED.search(payload) is None:
        return payload.count(b'":')
    return len(_KEY.findall(payload))


class Pairs(list[tuple[str, Any]]):
    """An object with every value of each key, in order."""

    def get(self, key: str) -> Any:
        """Return the last value of a key, or None."""
        return next((value for name, value in reversed(self) if name == key), None)


class _Written(str):
    """A number as it was written."""

    __slots__ = ()


def verbatim(text: str) -> Any:
    """Return the value of a JSON text, objects as `Pairs`, to be written again by `written`."""
    return json.loads(
        text,
        object_pairs_hook=Pairs,
        parse_float=_Written,
        parse_int=_Written,
        parse_constant=_Written,
    )


def written(value: Any) -> str:
    """Return the JSON text of a value of `verbatim`."""
    if isinstance(value, _Written):
        return str(value)
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{json.dumps(k)}:{written(one)}" for k, one in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _keys(value: object) -> int | None:
    """Return how many keys the objects of a value have, however deep; None beside a float."""
    count = 0
    waiting = [value]
    while waiting:
        here = waiting.pop()
        within: Iterable[object]
        if type(here) is dict:
            count += len(here)
            within = here.values()
        else:
            within = here if type(here) is list else (here,)
        for one in within:
            kind = type(one)
            if kind is dict or kind is list:
                waiting.append(one)
            elif kind is float:
                return None
    return count


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _exact(text: str) -> float | Decimal:
    """Return a number with a point or an exponent: a float where that loses nothing."""
    number = float(text)
    exact = Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def _whole(text: str) -> int | Decimal:
    # `int` refuses 4,300 digits.
    return int(text) if len(text) < 4_000 else Decimal(text)
