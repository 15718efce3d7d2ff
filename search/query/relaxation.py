"""From a query to plans: checked, bounded, and free of any engine."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ontology.errors import AtlasError
from search.analysis.ngrams import term_tokens
from search.analysis.places import short_place
from search.analysis.sort_keys import day_number
from search.errors import (
    CURSOR_INVALID,
    PAGE_OUT_OF_RANGE,
    QUERY_TOO_LONG,
    RANGE_INVALID,
    TOO_MANY_FILTERS,
    UNKNOWN_FACET,
    UNKNOWN_SORT,
    UNKNOWN_UNDERSTANDING,
)
from search.index.fields import MAX_GROUP, WEIGHTS
from search.index.plan import Band, Clause, Group, Order, Plan, Range
from search.model import AREA, FACETS, GROUP, RANGES, UNDERSTANDINGS, Query
from search.query.model import Meaning, Wish
from search.query.segments import words_inside

SORTS: Final[tuple[Order, ...]] = ("relevance", "modified", "title")

MAX_QUERY: Final = 500
"""Characters of a search text."""
MAX_CLAUSES: Final = 96
"""Terms of a search text with their alternatives; later ones are left out."""
MAX_LIMIT: Final = 1_000
MAX_WINDOW: Final = 10_000
"""``offset + limit``: every engine has to sort that many hits to answer."""
MAX_FACET_SIZE: Final = 1_000
MAX_FILTER_VALUES: Final = 500

_TORN: Final = 4
"""How many names of a thing are torn into their words where nothing holds any of them whole."""

_MOST_YEARS: Final = 8
_MOST_ATTRIBUTES: Final = 8
_MOST_NAMES: Final = 8
"""How many years, data items, and names of each a plan asks for."""

_SUBJECT: Final = tuple(WEIGHTS.items())
_ATTRIBUTE: Final = (("fields", 2.0), ("description", 1.0), ("title", 1.0))
_YEAR: Final = (("title", 2.0), ("description", 0.5))
_PLACE: Final = (("place", 1.0), ("title", 1.0), ("publisher", 1.0))
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class Request:
    """A query that is within bounds; ``filters`` holds only facets with values, in their order."""

    text: str
    filters: Mapping[str, tuple[str, ...]]
    ranges: tuple[Range, ...]
    order: Order
    after: str | int | None
    limit: int
    offset: int
    facets: tuple[str, ...]
    facet_size: int
    literal: tuple[str, ...]
    grouped: bool
    by_words: bool = False
    """Go on in the order of words alone, as the pages before."""
    bands: tuple[Band, ...] = ()
    """What the values of the facet of freshness mean on the day of the search."""

    def plan(self, groups: tuple[Group, ...] | None) -> Plan:
        """Return the plan that asks for ``groups`` within the filters of this request."""
        plan = Plan(groups, self.filters, self.ranges, self.order, self.after)
        return replace(plan, bands=self.bands)


def checked(query: Query, bands: tuple[Band, ...] = ()) -> Request:
    """Check a query; raises `AtlasError` for one that is out of bounds.

    ``bands`` says what the values of the facet of freshness mean
    (`search.results.freshness.bands`).
    """
    if len(query.text) > MAX_QUERY:
        raise AtlasError(QUERY_TOO_LONG, length=len(query.text), limit=MAX_QUERY)
    _within("limit", query.limit, 0, MAX_LIMIT)
    _within("offset", query.offset, 0, MAX_WINDOW - query.limit)
    _within("facet_size", query.facet_size, 1, MAX_FACET_SIZE)
    if query.sort not in SORTS:
        raise AtlasError(UNKNOWN_SORT, name=query.sort, known=", ".join(SORTS))
    allowed = (*FACETS, GROUP, AREA)
    for name in query.filters:
        if name not in allowed:
            raise AtlasError(UNKNOWN_FACET, name=name, known=", ".join(FACETS))
    count = sum(map(len, query.filters.values()))
    if count > MAX_FILTER_VALUES:
        raise AtlasError(TOO_MANY_FILTERS, count=count, limit=MAX_FILTER_VALUES)
    for name in query.literal:
        if name not in UNDERSTANDINGS:
            raise AtlasError(UNKNOWN_UNDERSTANDING, name=name, known=", ".join(UNDERSTANDINGS))
    text = query.text if query.text.strip() else ""
    order: Order = "modified" if query.sort == "relevance" and not text else query.sort
    offset, after = query.offset, None
    if query.cursor is not None:
        offset, after = _cursor(query.cursor, order, query.limit)
    return Request(
        text=text,
        filters={
            name: tuple(dict.fromkeys(map(_encodable, query.filters[name])))
            for name in allowed
            if query.filters.get(name)
        },
        ranges=tuple(_range(name, *query.ranges[name]) for name in _ranges(query)),
        order=order,
        after=after,
        limit=query.limit,
        offset=offset,
        facets=_counted(query.facets),
        facet_size=query.facet_size,
        literal=query.literal,
        grouped=query.grouped and order == "relevance",
        # Otherwise the pages of one search would be of two orders, where an answer came late.
        bands=bands,
        by_words=(query.cursor or "").startswith("o"),
    )


def next_cursor(
    request: Request, total: int, end: int, last: str | int | None, *, by_meaning: bool = False
) -> str | None:
    """Return where the page after ``end`` begins, or None where nothing follows.

    By relevance it is a place in the list, which ends at `MAX_WINDOW`; in the other orders the key
    of the last hit, which stays right while records come and go.
    """
    if request.order == "relevance":
        kind = "n" if by_meaning else "o"
        return f"{kind}{end}" if end < min(total, MAX_WINDOW - request.limit) else None
    if last is None or end >= total:
        return None
    return f"m{last}" if request.order == "modified" else f"t{last}"


def _cursor(cursor: str, order: Order, limit: int) -> tuple[int, str | int | None]:
    kind, value = cursor[:1], cursor[1:]
    if kind in ("o", "n") and order == "relevance" and value.isascii() and value.isdigit():
        if len(value) < 6 and int(value) <= MAX_WINDOW - limit:
            return int(value), None
    elif kind == "m" and order == "modified" and value.isascii() and value.isdigit():
        if len(value) < 20 and int(value) < 1 << 63:
            return 0, int(value)
    elif kind == "t" and order == "title" and 0 < len(value) <= MAX_GROUP * 2:
        return 0, _encodable(value)
    raise AtlasError(CURSOR_INVALID, value=cursor[:50])


@dataclass(frozen=True, slots=True)
class Tier:
    """What to ask for, and what was given up for it (see `Understanding.relaxed`).

    ``after``: asked only where the tiers before found something (True) or nothing (False); None:
    wherever they found too little.
    """

    relaxed: str
    groups: tuple[Group, ...]
    after: bool | None = None


def tiers(meaning: Meaning) -> Iterator[Tier]:
    """Yield what to ask for, the strictest first, until enough is found.

    First all subjects, then the verbs are left open, then any word or part of one will do. A place
    is given up last, but where it has a few hits, the same subject elsewhere follows them.
    """
    wishes = [(wish, _clauses(wish)) for wish in meaning.wishes]
    strong = [(w, c) for w, c in wishes if w.role in ("subject", "verb") and c]
    soft = tuple(
        [Group(c, required=False) for w, c in wishes if w.role not in ("subject", "verb") and c]
        + [
            Group(clauses, required=False)
            for names in meaning.attributes[:_MOST_ATTRIBUTES]
            if (clauses := _attribute(names))
        ]
    )
    places = _places(meaning)
    years = tuple(Clause((str(year),), _YEAR) for year in meaning.years[:_MOST_YEARS])
    at = (Group(places),) if places else ()
    near = (Group(places, required=False),) if places else ()
    if years:
        soft = (*soft, Group(years, required=not strong and not places))
    if not strong:
        if at or years:
            yield Tier("", (*at, *soft))
        return
    every = tuple(Group(c) for _, c in strong)
    yield Tier("", (*every, *at, *soft))
    subjects = tuple(Group(c) for w, c in strong if w.role == "subject")
    verbs = tuple(Group(c, required=False) for w, c in strong if w.role == "verb")
    if verbs and subjects:
        yield Tier("words", (*subjects, *verbs, *at, *soft))
    if at:
        yield Tier("place", (*(subjects or every), *verbs, *near, *soft), after=True)
    loose = tuple(Group(c, required=False) for _, c in strong)
    inner = tuple(Group(c, False) for w, _ in strong if (c := _clauses(w, parts=True)))
    # The first group only says that one of them must be there.
    some = Group(tuple(clause for group in (*loose, *inner) for clause in group.clauses))
    if len(strong) > 1 or inner:
        yield Tier("words", (some, *loose, *inner, *at, *soft), after=False if at else None)
    if at:
        yield Tier("place", (some, *loose, *inner, *near, *soft), after=False)


def preferred(meaning: Meaning, relaxed: str) -> Iterator[tuple[str, str, Group]]:
    """Yield what a plan of `tiers` asks for without demanding it: kind, text, and the demand.

    ``relaxed`` is what was given up; places are only preferred where they were.
    """
    strong = any(wish.role in ("subject", "verb") for wish in meaning.wishes)
    if relaxed == "place":
        for place in meaning.places:
            if clauses := _places(meaning, place.name):
                yield "place", place.text, Group(clauses)
    if strong or meaning.places:
        for year in meaning.years[:_MOST_YEARS]:
            yield "year", str(year), Group((Clause((str(year),), _YEAR),))
    for names in meaning.attributes[:_MOST_ATTRIBUTES]:
        if clauses := _attribute(names):
            yield "field", names[0], Group(clauses)


def _attribute(names: tuple[str, ...]) -> tuple[Clause, ...]:
    return tuple(Clause(t, _ATTRIBUTE) for n in names[:_MOST_NAMES] if (t := term_tokens(n)))


def _places(meaning: Meaning, only: str | None = None) -> tuple[Clause, ...]:
    return tuple(
        Clause(tokens, _PLACE)
        for place in meaning.places
        if only in (None, place.name) and (tokens := term_tokens(short_place(place.name)))
    )


def torn(meaning: Meaning) -> Iterator[Tier]:
    """Yield what may still find something where no tier does: the words of one term, all of them.

    公交站点 stands in no title, 公交线路与站点 holds both of its words.
    """
    strong = [wish for wish in meaning.wishes if wish.role in ("subject", "verb")]
    if len(strong) != 1:
        return
    for alternative in strong[0].alternatives[:_TORN]:
        words = words_inside(alternative.term)
        if words:
            every = tuple(Group((Clause(term_tokens(word), _SUBJECT),)) for word in words)
            places = _places(meaning)
            if places:
                yield Tier("words", (*every, Group(places)), after=False)
            given_up = "place" if places else "words"
            yield Tier(
                given_up,
                (*every, *((Group(places, required=False),) if places else ())),
                after=False,
            )


def _clauses(wish: Wish, *, parts: bool = False) -> tuple[Clause, ...]:
    found: list[Clause] = []
    for alternative in wish.parts if parts else wish.alternatives:
        tokens = term_tokens(alternative.term)
        if tokens:
            boost = alternative.weight * wish.weight / len(tokens)
            found.append(Clause(tokens, tuple((f, w * boost) for f, w in _SUBJECT)))
        if len(found) >= MAX_CLAUSES:
            break
    return tuple(found)


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise AtlasError(PAGE_OUT_OF_RANGE, name=name, value=value, least=least, most=most)


def _counted(asked: bool | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(asked, bool):
        return FACETS if asked else ()
    for name in asked:
        if name not in FACETS:
            raise AtlasError(UNKNOWN_FACET, name=name, known=", ".join(FACETS))
    return tuple(name for name in FACETS if name in asked)


def _ranges(query: Query) -> list[str]:
    for name in query.ranges:
        if name not in RANGES:
            raise AtlasError(RANGE_INVALID, name=name, value="", known=", ".join(RANGES))
    return [name for name in RANGES if any(query.ranges.get(name, ()))]


def _range(name: str, first: str | None, last: str | None) -> Range:
    return Range(
        name,
        _day(name, first, last=False) if first else 1,
        _day(name, last, last=True) if last else day_number("9999-12-31"),
    )


def _day(name: str, text: str, *, last: bool) -> int:
    match = _DAY.fullmatch(text)
    if match is not None:
        year, month, day = (int(part) if part else 0 for part in match.groups())
        month = month or (12 if last else 1)
        if year and month <= 12 and month:
            day = day or (calendar.monthrange(year, month)[1] if last else 1)
            if 1 <= day <= calendar.monthrange(year, month)[1]:
                return day_number(f"{year:04}-{month:02}-{day:02}")
    raise AtlasError(RANGE_INVALID, name=name, value=text[:30], known=", ".join(RANGES))


def _encodable(value: str) -> str:
    # A lone surrogate can't be sent to an engine; the value finds nothing either way.
    return value.encode("utf-8", "replace").decode()
