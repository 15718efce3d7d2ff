"""What is told of how a search text was read, true for the results that are shown with it."""

from __future__ import annotations

from dataclasses import replace

from search.index.plan import View
from search.model import Understanding, Understood
from search.query.model import Meaning
from search.query.planner import Read
from search.query.relaxation import Request, preferred


def explained(read: Read, request: Request, total: int, view: View) -> Understanding:
    """Return how a text was read, for people, with what the ``total`` results have of it.

    Counted within the filters of the request: a filter may leave just those results for which
    nothing had to be given up. All numbers are asked for at once (to a server, one request).
    """
    wanted = list(preferred(read.meaning, read.relaxed)) if total else []
    plans = [request.plan((*read.groups, group)) for _, _, group in wanted]
    relaxed = read.relaxed if total else ""
    if relaxed and read.stricter is not None:
        plans.append(request.plan(read.stricter))
    # Numbers are of all results, wherever in them the page begins.
    counts = view.totals([replace(plan, after=None) for plan in plans]) if plans else ()
    held = {(kind, text): count for (kind, text, _), count in zip(wanted, counts, strict=False)}
    exact = counts[-1] if len(counts) > len(wanted) else 0
    if relaxed == "place":
        exact = max((count for (kind, _), count in held.items() if kind == "place"), default=0)
    if exact >= total:
        relaxed = ""
    return Understanding(
        read.meaning.text,
        tuple(
            replace(part, found=held.get((part.kind, part.text))) for part in _parts(read.meaning)
        ),
        read.corrected,
        relaxed,
        exact if relaxed else None,
    )


def _parts(meaning: Meaning) -> list[Understood]:
    """The pieces of a text and what is looked for in their place, in the order of the text."""
    parts: list[tuple[int, Understood]] = []

    def add(kind: str, text: str, terms: tuple[str, ...] = ()) -> None:
        parts.append((max(0, meaning.text.find(text)), Understood(kind, text, terms)))

    for wish in meaning.wishes:
        others = tuple(a.term for a in wish.alternatives if a.term != wish.text)
        if wish.role != "form":
            add("synonym" if others else "subject", wish.text, others or (wish.text,))
    for place in meaning.places:
        add("place", place.text, (place.name,))
    for year in meaning.years:
        add("year", str(year), (str(year),))
    for names in meaning.attributes:
        add("field", names[0], names)
    for filler in meaning.fillers:
        add("filler", filler)
    parts.sort(key=lambda part: part[0])
    return [part for _, part in parts]
