"""The state of openness in four figures, each with its definition, a picture and a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog_service.entities.service import facet_counts
from catalog_service.site.rendering import View
from ontology.terms import VOCAB
from ontology.vocabulary import Vocabulary
from search.model import Result

_ROWS: Final = 5
_YEARS: Final = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a picture and of the table behind it; ``kind`` is a class of the stylesheet."""

    label: str
    count: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as shown, what it means, and the numbers that it comes from."""

    key: str
    name: str
    value: str
    what: str
    column: str
    rows: tuple[Bar, ...]


def figures(view: View, vocabulary: Vocabulary, result: Result, year: int) -> list[Figure]:
    """Return the four figures of a search over everything, with its facets."""
    total = result.total
    named = _Names(view, vocabulary)
    open_ = facet_counts(result, "open_type")
    modes = facet_counts(result, "delivery")
    years = {int(v): n for v, n in facet_counts(result, "year").items() if v.isdecimal()}
    formats = facet_counts(result, "format")
    unconditional = open_.get(f"{VOCAB}open-type/unconditional", 0)
    by_api = modes.get(f"{VOCAB}delivery-mode/api", 0)
    return [
        Figure(
            "total",
            view.gettext("Public datasets"),
            f"{total:,}",
            view.gettext("datasets that are catalogued and public"),
            view.label("facet", "format"),
            named.top("format", formats),
        ),
        Figure(
            "open",
            view.gettext("Unconditionally open"),
            share(unconditional, total),
            view.gettext("share of datasets that anybody may take without applying"),
            view.label("facet", "open_type"),
            _open_rows(named, open_, total),
        ),
        Figure(
            "api",
            view.gettext("Through an API"),
            share(by_api, total),
            view.gettext("share of datasets with at least one data interface"),
            view.label("facet", "delivery"),
            named.top("delivery-mode", modes),
        ),
        Figure(
            "recent",
            view.gettext("Updated in {year}", year=year),
            share(years.get(year, 0), total),
            view.gettext("share of datasets whose date of update lies in this year"),
            view.label("facet", "year"),
            _year_rows(view, years, year),
        ),
    ]


class _Names:
    def __init__(self, view: View, vocabulary: Vocabulary) -> None:
        self.view = view
        self._vocabulary = vocabulary

    def of(self, iri: str) -> str:
        concept = self._vocabulary.concept(iri)
        if concept is None:
            return iri.rpartition("/")[2]
        if concept.scheme == "format":
            return concept.notation.upper()
        return self.view.name(concept)

    def top(self, scheme: str, counts: Mapping[str, int]) -> tuple[Bar, ...]:
        best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_ROWS]
        return tuple(
            Bar(self.of(iri), n, "now" if iri == f"{VOCAB}{scheme}/api" else "") for iri, n in best
        )


def _open_rows(named: _Names, counts: Mapping[str, int], total: int) -> tuple[Bar, ...]:
    view = named.view
    unconditional, conditional = (
        counts.get(f"{VOCAB}open-type/{kind}", 0) for kind in ("unconditional", "conditional")
    )
    return (
        Bar(view.gettext("Unconditional"), unconditional, "unconditional"),
        Bar(view.gettext("Conditional"), conditional, "conditional"),
        Bar(view.gettext("Not stated"), total - unconditional - conditional, "unknown"),
    )


def _year_rows(view: View, years: Mapping[int, int], year: int) -> tuple[Bar, ...]:
    first = year - _YEARS + 2
    rows = [
        Bar(
            view.gettext("before {year}", year=first), sum(n for y, n in years.items() if y < first)
        )
    ]
    rows += [
        Bar(str(y), years.get(y, 0), "now" if y == year else "") for y in range(first, year + 1)
    ]
    return tuple(reversed(rows))


LEAST: Final = 0.001
"""A share above zero but below this one is shown as less than it."""


def share(part: int, whole: int) -> str:
    """Return a share in per cent with one decimal; a share above zero is never shown as zero."""
    if not whole:
        return "–"
    return f"<{LEAST:.1%}" if 0 < part < whole * LEAST else f"{part / whole:.1%}"
