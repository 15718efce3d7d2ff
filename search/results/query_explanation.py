"""How a search text was understood, with figures that hold for the results shown with it."""

from __future__ import annotations

from dataclasses import replace

from search.index.protocol import IndexView
from search.model import Understanding, Understood
from search.query.model import ParsedQuery
from search.query.planner import PlannedQuery
from search.query.relaxation import optional_groups
from search.query.request import SearchRequest


def explain(
    planned: PlannedQuery, request: SearchRequest, total: int, view: IndexView
) -> Understanding:
    """Return how a text was understood, and how many of the ``total`` results have each piece.

    Counted within the filters of the request: a filter may leave just those results for which
    nothing had to be given up. All numbers are asked for at once (to a server, one request).
    """
    wanted = list(optional_groups(planned.parsed, planned.relaxed)) if total else []
    plans = [request.plan((*planned.groups, group)) for _, _, group in wanted]
    relaxed = planned.relaxed if total else ""
    if relaxed and planned.stricter is not None:
        plans.append(request.plan(planned.stricter))
    # Numbers are of all results, wherever in them the page begins.
    counts = view.totals([replace(plan, after=None) for plan in plans]) if plans else ()
    held = {(kind, text): count for (kind, text, _), count in zip(wanted, counts, strict=False)}
    exact = counts[-1] if len(counts) > len(wanted) else 0
    if relaxed == "place":
        exact = max((count for (kind, _), count in held.items() if kind == "place"), default=0)
    if exact >= total:
        relaxed = ""
    return Understanding(
        planned.parsed.text,
        tuple(
            replace(part, found=held.get((part.kind, part.text))) for part in _parts(planned.parsed)
        ),
        planned.corrected,
        relaxed,
        exact if relaxed else None,
    )


def _parts(parsed: ParsedQuery) -> list[Understood]:
    """Return the pieces of a text and what is looked for in their place, in the text's order."""
    parts: list[tuple[int, Understood]] = []

    def add(kind: str, text: str, terms: tuple[str, ...] = ()) -> None:
        parts.append((max(0, parsed.text.find(text)), Understood(kind, text, terms)))

    for term in parsed.query_terms:
        others = tuple(a.term for a in term.alternatives if a.term != term.text)
        if term.role != "form":
            add("synonym" if others else "subject", term.text, others or (term.text,))
    for place in parsed.places:
        add("place", place.text, (place.name,))
    for year in parsed.years:
        add("year", str(year), (str(year),))
    for names in parsed.attributes:
        add("field", names[0], names)
    for filler in parsed.fillers:
        add("filler", filler)
    parts.sort(key=lambda part: part[0])
    return [part for _, part in parts]
