"""Hits as a page shows them: what matched is marked, others of the group are linked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.datasets.description import Named
from catalog_service.datasets.freshness import Freshness, judge
from catalog_service.discovery.model import HitAnswer
from catalog_service.site.rendering import View
from ontology.terms import VOCAB
from search.facets import GROUP
from search.model import Hit, Span

WHY: Final = 140
"""Characters of a description that are shown, taken from around the first match."""

BEFORE: Final = 24
FIELDS: Final = 6
_PAUSE: Final = "，。；、,.; "


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; ``marked`` where it matched."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit with everything that its row says."""

    hit: HitAnswer
    title: list[Piece]
    why: list[Piece]
    fields: tuple[str, ...]
    frequency: Named | None
    fresh: Freshness
    more: int
    twins: str | None


def hit_rows(
    view: View, pairs: Iterable[tuple[HitAnswer, Hit]], own: list[tuple[str, str]], today: date
) -> list[HitRow]:
    """Return the rows of a page; ``own`` is the search's own query string."""
    rows = []
    for answer, found in pairs:
        hit = found.worded(view.lang)
        # Only concepts have a name to show.
        known = answer.frequency is not None and answer.frequency.notation is not None
        repeats = hit.description.strip() in ("", hit.title.strip())
        grouped = hit.more and hit.group
        interval = hit.frequency.removeprefix(f"{VOCAB}frequency/") if hit.frequency else None
        rows.append(
            HitRow(
                hit=answer,
                title=pieces(hit.title, hit.title_spans),
                why=[] if repeats else excerpt(hit.description, hit.description_spans),
                fields=hit.fields[:FIELDS],
                frequency=answer.frequency if known else None,
                fresh=judge(hit.modified, interval, today),
                more=hit.more,
                twins=view.link("/datasets", [*own, (GROUP, hit.group)]) if grouped else None,
            )
        )
    return rows


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Cut a text at its spans, which are in order and do not overlap."""
    found: list[Piece] = []
    at = 0
    for start, end in spans:
        if start > at:
            found.append(Piece(text[at:start]))
        if end > start:
            found.append(Piece(text[start:end], marked=True))
        at = max(at, end)
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


def excerpt(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Return at most `WHY` characters of a text, with the first match among them."""
    marked = tuple(spans)
    first = marked[0][0] if marked else 0
    start = 0 if first < WHY - BEFORE else _after_pause(text, first - BEFORE, first)
    end = min(len(text), start + WHY)
    within = [(max(a, start) - start, min(b, end) - start) for a, b in marked if a < end]
    found = pieces(text[start:end], [(a, b) for a, b in within if b > a])
    if start and found:
        found.insert(0, Piece("…"))
    if end < len(text):
        found.append(Piece("…"))
    return found


def _after_pause(text: str, start: int, latest: int) -> int:
    """Return where a clause begins, if one does within reach; else ``start``."""
    for at in range(start, latest):
        if text[at] in _PAUSE:
            return at + 1
    return start
