"""Unwrapping values given as objects: ``{"name": …}``, ``{"@value": …}``, ``{"$date": …}`` …

Such objects come from databases and serializers: MongoDB's extended JSON, JSON-LD, XML converted to
JSON, a dictionary entry with its code, a text by language, a Java date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from harvesters.mapping.value_parsing import as_text

_MAIN: Final = (
    *("@value", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$oid"),
    *("value", "name", "label", "title", "text", "#text", "_text", "$t", "__text", "content"),
    *("名称", "标签", "值", "内容", "dictLabel", "dictValue", "displayName", "display_name"),
    *("prefLabel", "zh", "zh-CN", "zh_CN", "zh-cn", "zh-Hans"),
    *("zh_Hans_CN", "zh_Hans", "cn", "en", "und", "none"),
    *("orgName", "org_name", "deptName", "tagName", "tag", "keyword", "time", "$timestamp", "t"),
    *("@id", "url", "href", "link", "id", "code"),
)
"""Keys under which an object holds its value, the preferred one first."""
_BESIDE: Final = frozenset(
    {"id", "code", "key", "sort", "order", "type", "@type", "@language", "lang", "language"}
)
"""Keys besides the value that are ignored without a warning."""
_OF_TIME: Final = frozenset(
    {"time", "year", "month", "day", "date", "hours", "minutes", "seconds", "nanos"}
    | {"timezoneOffset", "i", "$timestamp", "t"}
)
_COMPOUND: Final = (dict, list, tuple)
_DEPTH: Final = 16
_SHOWN: Final = 200


def unwrapped(value: object, depth: int = 0) -> tuple[object, tuple[str, ...]]:
    """Return a value without the objects around it, and the parts that were not read.

    A list stays a list; an object without a readable value becomes None.
    """
    if isinstance(value, dict):
        if depth >= _DEPTH:
            return None, (shown(value),)
        for key in _MAIN:
            inner = value.get(key)
            if inner is None or inner in ("", [], {}):
                continue
            found, unread = unwrapped(inner, depth + 1)
            if found is None:
                continue
            quiet = _OF_TIME if key == "time" else _BESIDE
            others = [
                f"{name}: {shown(other)}"
                for name, other in value.items()
                if name != key and name not in quiet and other not in (None, "", [], {}, inner)
            ]
            return found, (*unread, *others)
        day = _day(value)
        if day:
            return day, ()
        return None, (shown(value),) if value else ()
    if isinstance(value, (list, tuple)):
        if not any(item in (None, "") or isinstance(item, _COMPOUND) for item in value):
            return value, ()
        items: list[object] = []
        left: list[str] = []
        for item in value:
            found, told = unwrapped(item, depth + 1)
            left += told
            if isinstance(found, (list, tuple)):
                items += found
            elif found is not None and found != "":
                items.append(found)
        return (items or None), tuple(left)
    return value, ()


def _day(value: dict[str, object]) -> str:
    """Return the day in ``{"year": 2026, "monthValue": 8, "dayOfMonth": 1}``; '' for others."""
    parts = [
        next((value[key] for key in keys if isinstance(value.get(key), int)), None)
        for keys in (("year",), ("monthValue", "month"), ("dayOfMonth", "day"))
    ]
    return "" if None in parts else "-".join(f"{part:02d}" for part in parts)


def texts_in(value: object, most: int) -> Iterator[str]:
    """Yield up to ``most`` texts, numbers and booleans of a value, at any depth."""
    waiting = [value]
    while waiting and most > 0:
        here = waiting.pop(0)
        if isinstance(here, dict):
            waiting[:0] = here.values()
        elif isinstance(here, (list, tuple)):
            waiting[:0] = here
        elif text := as_text(here):
            most -= 1
            yield text


def shown(value: object) -> str:
    """Return a value for a message, shortened where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
