"""The query string of a search, read and written: one for the API, exports, feeds and pages."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from catalog_service.discovery.errors import TOO_MANY_VALUES
from catalog_service.errors import PARAMETER_INVALID
from ontology.errors import AtlasError
from search.errors import CURSOR_INVALID, UNKNOWN_FACET
from search.facets import (
    FACETS,
    GROUP,
    INDEXED,
    NESTED,
    NOT_STATED,
    RANGES,
    UNSTATED,
    expand,
    shorten,
)
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
EXCLUDE: Final = "exclude"
"""The parameter with values that no result has, each behind its facet: ``theme:4``."""
_OTHER: Final = frozenset(
    {
        *("q", "sort", "limit", "offset", "cursor", "lang", "facets", "facet_size", "grouped"),
        "unstated",
        *RANGE_ENDS,
    }
)
_SWITCH: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True)
class _Given:
    """The parts of a query string, as they come."""

    filters: dict[str, list[str]] = field(default_factory=dict)
    excluded: dict[str, list[str]] = field(default_factory=dict)
    literal: list[str] = field(default_factory=list)
    plain: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, value: str, *, strict: bool) -> None:
        if name in FACETS or name == GROUP:
            if value:
                self.filters.setdefault(name, []).append(expand(name, value))
        elif name == EXCLUDE:
            self._exclude(value, strict=strict)
        elif name == "literal":
            self.literal.append(value)
        elif name in _OTHER:
            self.plain[name] = value
        elif strict:
            known = (*FACETS, GROUP, EXCLUDE, "literal", *sorted(_OTHER))
            raise AtlasError(UNKNOWN_FACET, name=name[:50], known=", ".join(known))

    def _exclude(self, value: str, *, strict: bool) -> None:
        unwanted = read_excluded(value)
        if unwanted is not None:
            self.excluded.setdefault(unwanted[0], []).append(unwanted[1])
        elif strict and value:
            _refuse(EXCLUDE, value, f"facet:value; {', '.join(INDEXED)}")

    def chosen(self, *, excluded: bool = False) -> dict[str, tuple[str, ...]]:
        """Return the different values by facet; raises `AtlasError` for too many."""
        found: dict[str, tuple[str, ...]] = {}
        for name, values in (self.excluded if excluded else self.filters).items():
            found[name] = different = tuple(dict.fromkeys(values))
            if len(different) > MAX_CHOSEN_VALUES:
                raise AtlasError(
                    TOO_MANY_VALUES, name=name, count=len(different), limit=MAX_CHOSEN_VALUES
                )
        return found


def read_query(items: list[tuple[str, str]], *, strict: bool = True) -> Query:
    """Read a query string; raises `AtlasError` for what it does not know.

    With ``strict`` off, as on pages, unknown parameters are passed over.
    """
    given = _Given()
    for name, value in items:
        given.take(name, value, strict=strict)
    filters, excluded, plain = given.chosen(), given.chosen(excluded=True), given.plain
    literal = given.literal
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
        excluded=excluded,
        unstated=_switch(plain, "unstated", default=False),
    )


def read_excluded(text: str) -> tuple[str, str] | None:
    """Return facet and full value of a value of `EXCLUDE`; None for what is none."""
    facet, _, value = text.partition(":")
    return (facet, expand(facet, value)) if facet in INDEXED and value else None


def write_query(query: Query) -> list[tuple[str, str]]:
    """Return what was asked as a query string that `read_query` reads, without the page."""
    items = [("q", query.text)] if query.text else []
    for name, values in query.filters.items():
        items += [(name, shorten(name, value)) for value in values]
    for name, values in query.excluded.items():
        items += [(EXCLUDE, f"{name}:{shorten(name, value)}") for value in values]
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
        "unstated": one(
            "unstated",
            {"type": "boolean", "default": False},
            f"Facets list, last, how many results have no value (`{NOT_STATED}`).",
        ),
    }
    return [
        one("q", {**string, "maxLength": MAX_QUERY}, "Plain text: nothing in it is an operator."),
        *(one(f, several, _filter_help(f)) for f in FACETS),
        one(
            EXCLUDE,
            several,
            f"`facet:value`, for values that no result has: `open_type:{NOT_STATED}`.",
        ),
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


def _filter_help(facet: str) -> str:
    """Return what the API's description says of a facet as a filter."""
    text = "Any of the values; all facets must match."
    if facet in NESTED:
        text += " A part of a place (`上海市/浦东新区`) narrows the place, if both are given."
    return f"{text} `{NOT_STATED}` finds what has none." if facet in UNSTATED else text


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
