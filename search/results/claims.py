"""What is told of how a search was understood: statements that hold for the results shown with it.

Pages make sentences of them; `search.evaluation.truth` holds each against the results.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from search.model import Query, Result, Understanding, Understood

Share = Literal["demanded", "all", "none", "first", "some"]
"""Nothing else was looked for; all results have it; none has; some have and stand first; some have
wherever they stand."""

CONDITIONS = ("exclusion", "format", "openness")
"""Understandings that hold for every result."""
RANKING = ("place", "year", "field", "time")
"""Understandings that results may lack."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement about the results of a search.

    ``kind`` is one of `search.model.UNDERSTANDINGS`, or ``words``: how many results match all of
    what was asked, ``broader``: how many do without broader terms, or ``either``: how many are
    about both of two things. ``share`` and ``count`` say of how many results that is true.
    """

    kind: str
    text: str
    terms: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    share: Share = "demanded"
    count: int = 0


def claims(query: Query, result: Result) -> Iterator[Claim]:
    """Yield what is told of a search, in the order in which it is shown."""
    told = result.understanding
    if told is None:
        return
    if told.corrected:
        yield Claim("spelling", told.text)
    left_out = tuple(part.text for part in told.parts if part.kind == "filler")
    if left_out:
        # One statement for all of them: they are searched again together too.
        yield Claim("filler", "", left_out)
    demanded: dict[str, list[str]] = {}
    for part in told.parts:
        if part.kind in ("place", "year") and part.found is None and _demanded(part, told):
            # Any of several is enough: one statement for all of them.
            demanded.setdefault(part.kind, []).append(part.text)
    for part in told.parts:
        if part.kind == "synonym":
            own = {part.text, *part.narrower, *part.broader}
            same = tuple(term for term in part.terms if term not in own)
            yield Claim("synonym", part.text, same, part.narrower, part.broader)
        elif part.kind in demanded:
            if names := demanded.pop(part.kind):
                yield Claim(part.kind, names[0], tuple(names))
                demanded[part.kind] = []
        elif part.kind in RANKING and part.found is not None and result.total:
            share = _share(part, told, query, result.total)
            yield Claim(part.kind, part.text, part.terms, share=share, count=part.found)
    if told.relaxed in ("words", "broader", "either"):
        count = told.exact or 0
        share = "none" if not count else "first" if _leads(count, told, query) else "some"
        yield Claim(told.relaxed, "", share=share, count=count)


def conditions(result: Result) -> Iterator[Understood]:
    """Yield what holds for every result: exclusions, formats, open types, and the time if it does.

    They are shown as filters that can be taken away.
    """
    told = result.understanding
    for part in told.parts if told is not None else ():
        if part.kind in CONDITIONS or (part.kind == "time" and part.found is None):
            yield part


def _demanded(part: Understood, told: Understanding) -> bool:
    """Tell whether results must have a piece: years only where nothing else is asked for."""
    if part.kind == "year":
        return not {"subject", "synonym", "place"} & {other.kind for other in told.parts}
    return part.kind != "field"


def _share(part: Understood, told: Understanding, query: Query, total: int) -> Share:
    count = part.found or 0
    if count in (0, total):
        return "all" if count else "none"
    return "first" if part.kind == told.relaxed and _leads(count, told, query) else "some"


def _leads(count: int, told: Understanding, query: Query) -> bool:
    """Tell whether so many results, which match more than the others, stand before these."""
    return query.sort == "relevance" and 0 < count == told.first
