"""How a search text was understood, with figures that hold for the results shown with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from search.index.protocol import IndexView
from search.model import Understanding, Understood
from search.query.model import ParsedQuery
from search.query.periods import EARLIEST, LATEST
from search.query.planner import Demand, PlannedQuery
from search.query.relaxation import optional_groups
from search.query.request import SearchRequest


def explain(
    planned: PlannedQuery, request: SearchRequest, total: int, first: int, view: IndexView
) -> Understanding:
    """Return how a text was understood, and how many of the ``total`` results have each piece.

    Counted within the filters of the request: a filter may leave just those results for which
    nothing had to be given up. All numbers are asked for at once (to a server, one request).
    ``first`` results stand before the others, for less was given up for them.
    """
    parsed, demand = planned.parsed, planned.demand
    wanted = list(optional_demands(planned)) if total else []
    plans = [request.plan(one.groups, one.conditions) for _, _, one in wanted]
    relaxed = planned.relaxed if total and planned.exact != demand else ""
    if relaxed:
        plans.append(request.plan(planned.exact.groups, planned.exact.conditions))
    # Numbers are of all results, wherever in them the page begins.
    counts = view.totals([replace(plan, after=None) for plan in plans]) if plans else ()
    held = {(kind, text): count for (kind, text, _), count in zip(wanted, counts, strict=False)}
    exact = counts[-1] if relaxed else 0
    if exact >= total:
        relaxed = ""
    return Understanding(
        parsed.text,
        tuple(
            replace(part, found=held.get((part.kind, part.text)))
            for part in _parts(parsed, broad=planned.broad)
        ),
        planned.corrected,
        relaxed,
        exact if relaxed else None,
        first if relaxed else 0,
    )


def optional_demands(planned: PlannedQuery) -> Iterator[tuple[str, str, Demand]]:
    """Yield the pieces that results need not have, each with the demand of those that do."""
    parsed, asked = planned.parsed, planned.demand
    if asked.groups is not None:
        for kind, text, group in optional_groups(parsed, planned.relaxed):
            yield kind, text, Demand((*asked.groups, group), asked.conditions)
    if parsed.time is not None and not planned.timed:
        conditions = (*asked.conditions, parsed.time.condition)
        yield "time", parsed.time.text, Demand(asked.groups, conditions)


def _end(day: date, none: date) -> str:
    return "" if day == none else day.isoformat()


def _parts(parsed: ParsedQuery, *, broad: bool) -> list[Understood]:
    """Return the pieces of a text and what is looked for in their place, in the text's order.

    ``broad``: broader terms are looked for, too.
    """
    parts: list[tuple[int, Understood]] = []

    def add(kind: str, text: str, terms: tuple[str, ...] = ()) -> None:
        parts.append((max(0, parsed.text.find(text)), Understood(kind, text, terms)))

    for term in parsed.query_terms:
        if term.role == "form":
            continue
        others = [
            a
            for a in term.alternatives
            if a.term != term.text and (broad or a.relation != "broader")
        ]
        if others:
            piece = Understood(
                "synonym",
                term.text,
                tuple(a.term for a in others),
                tuple(a.term for a in others if a.relation == "narrower"),
                tuple(a.term for a in others if a.relation == "broader"),
            )
            parts.append((max(0, parsed.text.find(term.text)), piece))
        else:
            add("subject", term.text, (term.text,))
    for place in parsed.places:
        add("place", place.text, (place.name,))
    for year in parsed.years:
        add("year", str(year), (str(year),))
    for names in parsed.attributes:
        add("field", names[0], names)
    for condition in parsed.conditions:
        add(condition.kind, condition.text, condition.terms)
    if parsed.time is not None:
        days = parsed.time.days
        add("time", parsed.time.text, (_end(days.first, EARLIEST), _end(days.last, LATEST)))
    for filler in parsed.fillers:
        add("filler", filler)
    parts.sort(key=lambda part: part[0])
    return [part for _, part in parts]
