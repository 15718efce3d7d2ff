"""The query string of a search, read and written: one for the API, exports, feeds and pages."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from catalog_service.discovery.errors import TOO_MANY_VALUES
from catalog_service.errors import PARAMETER_INVALID
from ontology.errors import AtlasError
from search.errors import CURSOR_INVALID, UNKNOWN_FACET
from search.facets import FACETS, GROUP, RANGES, expand, shorten
from search.limits import (
    MAX_CHOSEN_VALUES,
    MAX_PAGE,
    MAX_PAGE_FACET_SIZE,
    MAX_QUERY,
    MAX_WINDOW,
)
from search.model import UNDERSTANDINGS, Query
from search.query.request import SORTS

_MAX_CURSOR: Final = 1_000

_FROM, _TO = "_from", "_to"
RANGE_ENDS: Final = tuple(f"{name}{end}" for name in RANGES for end in (_FROM, _TO))
_OTHER: Final = frozenset(
    {
        *("q", "sort", "limit", "offset", "cursor", "lang", "facets", "facet_size", "grouped"),
        *RANGE_ENDS,
    }
)
_SWITCH: Final = {"true": True, "1": True, "false": False, "0": False}


def read_query(items: list[tuple[str, str]], *, strict: bool = True) -> Query:
    """Read a query string; raises `AtlasError` for what it does not know.

    With ``strict`` off, as on pages, unknown parameters are passed over.
    """
    filters: dict[str, tuple[str, ...]] = {}
    literal: list[str] = []
    plain: dict[str, str] = {}
    for name, value in items:
        if name in FACETS or name == GROUP:
            if value:
                filters[name] = (*filters.get(name, ()), expand(name, value))
        elif name == "literal":
            literal.append(value)
        elif name in _OTHER:
            plain[name] = value
        elif strict:
            known = (*FACETS, GROUP, "literal", *sorted(_OTHER))
            raise AtlasError(UNKNOWN_FACET, name=name[:50], known=", ".join(known))
    for name, values in filters.items():
        filters[name] = different = tuple(dict.fromkeys(values))
        if len(different) > MAX_CHOSEN_VALUES:
            raise AtlasError(
                TOO_MANY_VALUES, name=name, count=len(different), limit=MAX_CHOSEN_VALUES
            )
    sort = plain.get("sort") or "relevance"
    if sort not in SORTS:
        _refuse("sort", sort, ", ".join(SORTS))
    text = plain.get("q", "").strip()
    if len(text) > MAX_QUERY:
        _refuse("q", text, f"≤ {MAX_QUERY}")
    return Query(
        text=text,
        filters=filters,
        sort=sort,
        limit=_number(plain, "limit", 20, 0, MAX_PAGE),
        offset=_number(plain, "offset", 0, 0, MAX_WINDOW),
        facets=_switch(plain, "facets", default=True),
        facet_size=_number(plain, "facet_size", 30, 1, MAX_PAGE_FACET_SIZE),
        ranges={
            name: ends
            for name in RANGES
            if any(ends := (plain.get(name + _FROM) or None, plain.get(name + _TO) or None))
        },
        literal=tuple(dict.fromkeys(name for name in literal if name))[: len(UNDERSTANDINGS) + 1],
        grouped=_switch(plain, "grouped", default=False),
        cursor=_decode_cursor(plain["cursor"]) if plain.get("cursor") else None,
    )


def write_query(query: Query) -> list[tuple[str, str]]:
    """Return what was asked as a query string that `read_query` reads, without the page."""
    items = [("q", query.text)] if query.text else []
    for name, values in query.filters.items():
        items += [(name, shorten(name, value)) for value in values]
    for name, ends in query.ranges.items():
        items += [(name + at, day) for at, day in zip((_FROM, _TO), ends, strict=True) if day]
    items += [("literal", name) for name in query.literal]
    if query.grouped:
        items.append(("grouped", "true"))
    return items


def address_of(path: str, items: list[tuple[str, str]]) -> str:
    """Return a path with a query string, where there is one."""
    return f"{path}?{urlencode(items)}" if items else path


def parameters(*names: str) -> list[dict[str, Any]]:
    """Return the parameters of a search for the API's description; ``names`` are of its page."""

    def one(name: str, kind: Mapping[str, Any], text: str = "") -> dict[str, Any]:
        return {"name": name, "in": "query", "schema": dict(kind), "description": text}

    string = {"type": "string"}
    several = {"type": "array", "items": string}
    days = "A day, month or year (YYYY-MM-DD, YYYY-MM, YYYY); both ends count."
    page = {
        "limit": one("limit", {"type": "integer", "maximum": MAX_PAGE}),
        "offset": one("offset", {"type": "integer", "maximum": MAX_WINDOW}),
        "cursor": one("cursor", string, "The `next` of the page before."),
        "facets": one("facets", {"type": "boolean", "default": True}),
        "facet_size": one("facet_size", {"type": "integer", "maximum": MAX_PAGE_FACET_SIZE}),
    }
    return [
        one("q", {**string, "maxLength": MAX_QUERY}, "Plain text: nothing in it is an operator."),
        *(one(f, several, "Any of the values; all facets must match.") for f in FACETS),
        one(GROUP, several, "The `group` of a hit: its twins and editions."),
        *(one(name, string, days) for name in RANGE_ENDS),
        one(
            "literal",
            {"type": "array", "items": {**string, "enum": list(UNDERSTANDINGS)}},
            "What is not to be made of the words.",
        ),
        one("grouped", {"type": "boolean"}, "One of several twins, with how many more."),
        one("sort", {**string, "enum": list(SORTS)}),
        *(page[name] for name in names),
    ]


def encode_cursor(cursor: str | None) -> str | None:
    """Return a cursor as it is given to clients: text for an address, whatever an index puts in.

    The keys of orders hold control characters, which no address may.
    """
    if cursor is None:
        return None
    return base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


def _decode_cursor(text: str) -> str:
    try:
        if len(text) <= _MAX_CURSOR:
            packed = (text + "=" * (-len(text) % 4)).encode("ascii")
            return base64.b64decode(packed, b"-_", validate=True).decode()
    except ValueError:
        # Not ASCII, not base64, not UTF-8.
        pass
    raise AtlasError(CURSOR_INVALID, value=text[:50])


def _switch(plain: dict[str, str], name: str, *, default: bool) -> bool:
    text = plain.get(name) or str(default)
    found = _SWITCH.get(text.lower())
    if found is None:
        _refuse(name, text, "true, false")
    return bool(found)


def _number(plain: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = plain.get(name) or str(default)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not least <= number <= most:
        _refuse(name, text, f"{least}–{most}")
    return number


def _refuse(name: str, value: str, expected: str) -> None:
    raise AtlasError(PARAMETER_INVALID, name=name, value=value[:80], expected=expected)
