"""What a page about something that datasets have in common shows: its figures and pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from catalog_service.discovery.model import SearchAnswer
from catalog_service.entities.openness_figures import Bar, share
from catalog_service.entities.service import facet_counts
from catalog_service.output_formats import GRAPH_FORMATS
from catalog_service.site.rendering import View
from ontology.terms import VOCAB
from search.model import Result

INDEXES: Final = {
    "publisher": "/organizations",
    "district": "/districts",
    "theme": "/themes",
    "library": "/libraries",
    "field": "/fields",
}
"""The list that each kind of page is in."""

BARS: Final = 6
_ABOVE: Final = ("quality", "freshness")
"""Pictures that come before the datasets on a narrow page."""
_PICTURES: Final = (*_ABOVE, "theme", "publisher", "district", "format", "year")


@dataclass(frozen=True, slots=True)
class Picture:
    """The datasets by one facet; ``links`` leads from each bar's label to the search for it."""

    name: str
    rows: tuple[Bar, ...]
    links: tuple[str, ...]
    above: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """Related things, under the name of the relation."""

    name: str
    things: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """What a page shows above its datasets; ``document`` is the path of its RDF without ending."""

    kind: str
    name: str
    iri: str | None
    facet: str | None
    value: str
    names: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = field(default=())
    document: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A machine form of a page: its name, address and media type."""

    label: str
    address: str
    media_type: str


def machine_forms(entity: Entity) -> list[Form]:
    """Return what programs can read in place of the page."""
    forms = [
        Form(form.label, f"{entity.document}.{form.suffix}", form.media_type)
        for form in GRAPH_FORMATS
        if entity.document
    ]
    if entity.facet is not None:
        query = f"{entity.facet}={quote(entity.value, safe='')}"
        forms.append(Form("JSON", f"/api/v1/search?{query}", "application/json"))
        forms.append(Form("CSV", f"/api/v1/search.csv?{query}", "text/csv"))
        forms.append(Form("Atom", f"/feeds/datasets.atom?{query}", "application/atom+xml"))
    return forms


def entity_figures(view: View, result: Result, year: int) -> list[tuple[str, str]]:
    """Return the figures of a result: how many, how many open, by API, of this year."""
    total = result.total
    counts = {name: facet_counts(result, name) for name in ("open_type", "delivery", "year")}
    open_ = counts["open_type"].get(f"{VOCAB}open-type/unconditional", 0)
    api = counts["delivery"].get(f"{VOCAB}delivery-mode/api", 0)
    recent = counts["year"].get(str(year), 0)

    def told(name: str, count: int) -> str:
        # Where none of the records says it, nobody knows; a zero would be a reproach.
        return share(count, total) if counts[name] else "–"

    return [
        (view.gettext("Public datasets"), f"{total:,}"),
        (view.gettext("Unconditionally open"), told("open_type", open_)),
        (view.gettext("Through an API"), told("delivery", api)),
        (view.gettext("Updated in {year}", year=year), told("year", recent)),
    ]


def pictures(view: View, entity: Entity, found: SearchAnswer) -> list[Picture]:
    """Return the datasets by facet, where there are several values; quality in any case."""
    if entity.facet is None or not found.total:
        return []
    return [
        picture
        for name in _PICTURES
        if name != entity.facet and (picture := _picture(view, entity, name, found)) is not None
    ]


def _picture(view: View, entity: Entity, name: str, found: SearchAnswer) -> Picture | None:
    values = found.facets.get(name, [])
    if len(values) < (1 if name in _ABOVE else 2):
        return None
    if name == "year":
        values = sorted(values, key=lambda value: value.value, reverse=True)
    own = [(entity.facet or "", entity.value)]
    return Picture(
        name,
        tuple(Bar(v.name(view.lang), v.count) for v in values[:BARS]),
        tuple(view.link("/datasets", [*own, (name, v.value)]) for v in values[:BARS]),
        name in _ABOVE,
    )


def related_things(
    groups: Iterable[tuple[str, Iterable[tuple[str, str]]]],
) -> tuple[Relation, ...]:
    """Return named relations, without those that lead nowhere."""
    found = (Relation(name, tuple(things)) for name, things in groups)
    return tuple(relation for relation in found if relation.things)
